package io.cellgate.control.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.log.LogEntry.Decider;
import io.cellgate.control.log.LogEntry.Owner;
import io.cellgate.control.log.LogEntry.Traffic;
import io.cellgate.control.log.LogQuery.Order;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.inventory.page.PageRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogStoreTest {
    private static final LogKind KIND = LogKind.FLOWS;
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private Instant now = START;
    private final InstantSource clock = () -> now;

    private LogStore open(Path folder, LogRetention retention) {
        return LogStore.open(folder, retention, clock);
    }

    private LogStore open(Path folder) {
        return open(folder, LogRetention.DEFAULT);
    }

    private LogEntry line(String account, String sim, String rule, String remote, int port,
            String... names) {
        return new LogEntry(0, now.toEpochMilli(), new Owner(account, sim, "26201" + sim),
                "verdict", port == 23 ? "block" : "allow", new Decider(rule, "policy", 3), null, 0,
                InetAddress.ofLiteral(remote), port, List.of(names), null,
                new Traffic(true, false, 6, InetAddress.ofLiteral("10.45.0.2"), 4000,
                        now.toEpochMilli(), 1, 2, 3, 4),
                "{\"sim.fleet\":\"fleet-" + sim + "\"}", null, null);
    }

    private static List<Integer> ports(LogStore store, LogQuery query) {
        return store.page(KIND, query, PageRequest.FIRST).lines().stream()
                .map(LogEntry::remotePort).toList();
    }

    /** A query with one condition, by its place in the record. */
    private static LogQuery by(@Nullable String sim, @Nullable String imsi,
            @Nullable String fleet, @Nullable String verdict, @Nullable String rule,
            @Nullable String remote, @Nullable String name, @Nullable Integer port) {
        return new LogQuery(null, sim, imsi, fleet, verdict, rule, null,
                remote == null ? null : IpPrefix.parse(remote), name, port, null, List.of(), null,
                null, Order.OLDEST_FIRST);
    }

    @Test
    void eachFilter_findsItsLinesAlone(@TempDir Path folder) throws Exception {
        try (LogStore store = open(folder)) {
            store.append(KIND, List.of(
                    line("a", "1", "web", "198.51.100.7", 443, "api.example.com", "cdn.example"),
                    line("a", "2", "web", "198.51.101.7", 80, "example.com"),
                    line("b", "3", "mqtt", "2001:db8::7", 8883, "notexample.com"),
                    line("b", "3", "default", "203.0.113.1", 23)), 0);
            assertThat(ports(store, LogQuery.of("a"))).containsExactly(80, 443);
            assertThat(ports(store, LogQuery.of("c"))).isEmpty();
            assertThat(ports(store, by("3", null, null, null, null, null, null, null)))
                    .containsExactly(8883, 23);
            assertThat(ports(store, by(null, "262012", null, null, null, null, null, null)))
                    .containsExactly(80);
            assertThat(ports(store, by(null, null, "fleet-1", null, null, null, null, null)))
                    .containsExactly(443);
            assertThat(ports(store, by(null, null, null, "block", null, null, null, null)))
                    .containsExactly(23);
            assertThat(ports(store, by(null, null, null, null, "web", null, null, null)))
                    .containsExactly(443, 80);
            assertThat(ports(store, by(null, null, null, null, null, "198.51.100.0/24", null,
                    null))).containsExactly(443);
            assertThat(ports(store, by(null, null, null, null, null, "198.51.100.0/23", null,
                    null))).containsExactly(443, 80);
            assertThat(ports(store, by(null, null, null, null, null, "0.0.0.0/0", null, null)))
                    .containsExactly(443, 80, 23);
            assertThat(ports(store, by(null, null, null, null, null, "2001:db8::/32", null,
                    null))).containsExactly(8883);
            assertThat(ports(store, by(null, null, null, null, null, null, "example.com", null)))
                    .containsExactly(443, 80);
            assertThat(ports(store, by(null, null, null, null, null, null, "CDN.example", null)))
                    .containsExactly(443);
            assertThat(ports(store, by(null, null, null, null, null, null, "%", null))).isEmpty();
            assertThat(ports(store, by(null, null, null, null, null, null, null, 23)))
                    .containsExactly(23);
        }
    }

    @Test
    void linesOfATime_areThoseSinceAndBefore(@TempDir Path folder) throws Exception {
        try (LogStore store = open(folder)) {
            for (int port = 1; port <= 3; port++) {
                store.append(KIND, List.of(line("a", "1", "r", "198.51.100.7", port)), 0);
                now = now.plusSeconds(60);
            }
            LogQuery middle = LogQuery.of("a").notBefore(START.plusSeconds(60))
                    .before(START.plusSeconds(120));
            assertThat(ports(store, middle)).containsExactly(2);
        }
    }

    @Test
    void pages_goThroughAllFilesInBothOrders_eachLineOnce(@TempDir Path folder) throws Exception {
        try (LogStore store = open(folder, new LogRetention(8 << 20, Duration.ofDays(1)))) {
            int lines = append(store, 60);
            assertThat(files(folder)).hasSizeGreaterThan(1);
            List<Long> down = ids(store, Order.NEWEST_FIRST);
            List<Long> up = ids(store, Order.OLDEST_FIRST);
            assertThat(up).hasSize(lines).isSorted().doesNotHaveDuplicates();
            assertThat(down).isEqualTo(up.reversed());
        }
    }

    /** Appends batches of 100 lines that do not resemble each other, one a second; returns how many lines. */
    private int append(LogStore store, int batches) throws Exception {
        Random random = new Random(5);
        for (int batch = 0; batch < batches; batch++) {
            List<LogEntry> lines = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                lines.add(line("a", "1", "r", "198.51.100.7", 443,
                        Long.toHexString(random.nextLong()) + ".example.com"));
            }
            store.append(KIND, lines, 0);
            now = now.plusSeconds(1);
        }
        return batches * 100;
    }

    private static List<Long> ids(LogStore store, Order order) {
        LogQuery all = new LogQuery(null, null, null, null, null, null, null, null, null, null,
                null, List.of(), null, null, order);
        List<Long> ids = new ArrayList<>();
        PageRequest page = new PageRequest(77, null);
        while (true) {
            LogStore.Lines found = store.page(KIND, all, page);
            found.lines().forEach(line -> ids.add(line.id()));
            Long next = found.next();
            if (next == null) {
                return ids;
            }
            page = page.next(PageRequest.cursor(next.toString()));
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("flows"))) {
            return files.filter(file -> file.toString().endsWith(".db")).sorted().toList();
        }
    }

    @Test
    void whatIsBeyondTheOctets_goes_theOldestFirst(@TempDir Path folder) throws Exception {
        LogRetention tight = new LogRetention(4 << 20, Duration.ofDays(1));
        try (LogStore store = open(folder, tight)) {
            for (int i = 0; i < 10; i++) {
                append(store, 20);
                store.retain();
            }
            List<Long> left = ids(store, Order.OLDEST_FIRST);
            assertThat(store.octets(KIND)).isLessThanOrEqualTo((2 << 20) + (1 << 20));
            assertThat(left).isSorted();
            assertThat(left.size()).isBetween(100, 19_000);
            assertThat(left.getLast()).isGreaterThan(
                    (now.toEpochMilli() - 2000) * 1000); // the newest are there
        }
    }

    @Test
    void whatIsTooOld_goes_andDoesNotShowWhileItsFileIsThere(@TempDir Path folder)
            throws Exception {
        LogRetention hour = new LogRetention(1 << 30, Duration.ofHours(1));
        try (LogStore store = open(folder, hour)) {
            store.append(KIND, List.of(line("a", "1", "r", "198.51.100.7", 1)), 0);
            now = now.plus(Duration.ofMinutes(50));
            store.append(KIND, List.of(line("a", "1", "r", "198.51.100.7", 2)), 0);
            now = now.plus(Duration.ofMinutes(11));
            assertThat(ports(store, LogQuery.of("a"))).containsExactly(2);
            store.retain();
            assertThat(files(folder)).hasSize(1);
        }
    }

    @Test
    void linesAndTheirNumbers_outliveTheProcess(@TempDir Path folder) throws Exception {
        long before;
        try (LogStore store = open(folder)) {
            store.append(KIND, List.of(line("a", "1", "r", "198.51.100.7", 1)), 0);
            before = ids(store, Order.OLDEST_FIRST).getFirst();
        }
        now = START.minusSeconds(3600); // a clock that was set back
        try (LogStore store = open(folder)) {
            store.append(KIND, List.of(line("a", "1", "r", "198.51.100.7", 2)), 0);
            List<Long> ids = ids(store, Order.OLDEST_FIRST);
            assertThat(ids).hasSize(2).isSorted().first().isEqualTo(before);
            LogEntry found = store.find(KIND, ids.getLast());
            assertThat(found).isNotNull().extracting(LogEntry::remotePort).isEqualTo(2);
        }
    }

    @Test
    void aTornFile_isPutAside_andTheOthersAreRead(@TempDir Path folder) throws Exception {
        try (LogStore store = open(folder, new LogRetention(8 << 20, Duration.ofDays(1)))) {
            int _ = append(store, 60);
        }
        List<Path> files = files(folder);
        Path torn = files.getLast();
        try (var channel = Files.newByteChannel(torn, java.nio.file.StandardOpenOption.WRITE)) {
            int _ = channel.write(java.nio.ByteBuffer.wrap(new byte[8192]));
        }
        try (LogStore store = open(folder)) {
            assertThat(store.torn(KIND)).isEqualTo(1);
            assertThat(ids(store, Order.OLDEST_FIRST)).isNotEmpty();
            store.append(KIND, List.of(line("a", "1", "r", "198.51.100.7", 9)), 0);
            assertThat(ports(store, LogQuery.of("a"))).startsWith(9);
        }
        assertThat(Files.exists(Path.of(torn + ".torn"))).isTrue();
    }

    @Test
    void lossIsTold_inTheTimeWhenItWas(@TempDir Path folder) throws Exception {
        try (LogStore store = open(folder)) {
            store.append(KIND, List.of(line("a", "1", "r", "198.51.100.7", 1)), 0);
            now = now.plusSeconds(10);
            store.append(KIND, List.of(), 7);
            LogQuery all = LogQuery.of("a");
            assertThat(store.page(KIND, all, PageRequest.FIRST).lost()).isEqualTo(7);
            assertThat(store.page(KIND, all.before(START.plusSeconds(5)), PageRequest.FIRST)
                    .lost()).isZero();
        }
    }

    /** Appends until it is killed; tells each line once it is written. */
    public static final class Appender {
        private Appender() {}

        public static void main(String[] arguments) throws Exception {
            LogStoreTest test = new LogStoreTest();
            test.now = Instant.now();
            try (LogStore store = test.open(Path.of(arguments[0]))) {
                for (int port = 1; port < 60_000; port++) {
                    store.append(KIND, List.of(test.line("a", "1", "r", "198.51.100.7", port)), 0);
                    System.out.println(port);
                }
            }
        }
    }

    @Test
    void whatWasWritten_outlivesAKill_andTheStoreStartsAgain(@TempDir Path folder)
            throws Exception {
        int last = 0;
        for (int round = 0; round < 2; round++) {
            Process process = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "-cp",
                    System.getProperty("java.class.path"), Appender.class.getName(),
                    folder.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try (var told = process.inputReader()) {
                for (String line = told.readLine(); line != null; line = told.readLine()) {
                    last = Integer.parseInt(line);
                    if (last == 200) {
                        break;
                    }
                }
                assertThat(process.destroyForcibly().waitFor()).isEqualTo(137);
            }
            assertThat(last).isEqualTo(200);
            now = Instant.now();
            try (LogStore store = open(folder)) {
                assertThat(store.torn(KIND)).isZero();
                assertThat(ids(store, Order.OLDEST_FIRST))
                        .hasSizeGreaterThanOrEqualTo(200 * (round + 1)).isSorted();
            }
        }
    }
}
