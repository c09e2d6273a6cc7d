package io.cellgate.bench.log;

import io.cellgate.control.log.LogKind;
import io.cellgate.control.log.LogQuery;
import io.cellgate.control.log.LogRetention;
import io.cellgate.control.log.LogStore;
import io.cellgate.control.log.TrafficLogs;
import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.inspect.Application;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.subscriber.SubscriberStore;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the flows of 10 000 SIMs of 20 accounts the way that a gateway does, then reads pages of them; prints a table
 * and, as the last line, the figures as {@code key=value}.
 */
public final class LogBenchMain {
    private static final int LINES = 1_000_000;
    private static final int SIMS = 10_000;
    private static final int ACCOUNTS = 20;
    /** Fewer than the queue takes: nothing is to be lost here. */
    private static final int AT_ONCE = 50_000;
    private static final int PAGES = 500;

    private static final String[] PAGED = {"of_an_account", "of_a_sim", "of_a_sims_blocked",
            "of_a_rule", "below_a_name", "to_a_network", "since_a_time"};

    private final Random random = new Random(1);
    private final UserPlaneSession[] sessions = new UserPlaneSession[SIMS];
    private long overloadLost;
    private double overloadSlowestMillis;

    private LogBenchMain() {
        for (int i = 0; i < SIMS; i++) {
            sessions[i] = session(i);
        }
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("cellgate-log-bench");
        try {
            new LogBenchMain().run(folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private static String iccid(int sim) {
        return Iccid.checked("894901000000%06d".formatted(sim)).digits();
    }

    private static UserPlaneSession session(int sim) {
        Imsi imsi = new Imsi("26201%010d".formatted(sim));
        Subscriber subscriber = new Subscriber(new Iccid(iccid(sim)), imsi, null,
                "acc_" + sim % ACCOUNTS, "fl_" + sim % 100, "active", Map.of(),
                new PolicySlot(EffectivePolicy.nothing(1)), null, null);
        return new UserPlaneSession(sim + 1, sim + 1, InetAddress.getLoopbackAddress(), 0,
                (Inet4Address) InetAddress.ofLiteral("10.45." + (sim >> 8) + "." + (sim & 255)),
                null, subscriber,
                new AttachRequest(new Carrier(0, "car", "Alpha", Set.of(), Set.of()), imsi,
                        new Imei("%014d".formatted(35693803000000L + sim)), "iot", Rat.EUTRAN,
                        PdnType.IPV4, new UserLocation(Plmn.parse("26201"), 1, null, null)),
                null, null);
    }

    private FlowRecord flow(int number) {
        UserPlaneSession session = sessions[random.nextInt(SIMS)];
        int server = random.nextInt(200);
        boolean blocked = random.nextInt(10) == 0;
        long now = System.currentTimeMillis();
        return new FlowRecord(
                number % 2 == 0 ? FlowRecord.Event.VERDICT : FlowRecord.Event.END, now, now - 1000,
                session, true, 6, InetAddress.ofLiteral("10.45.0.2"),
                1024 + random.nextInt(60_000),
                InetAddress.ofLiteral("198.51." + server + "." + random.nextInt(256)),
                random.nextInt(3) == 0 ? 8883 : 443, false, "host" + server + ".example.com",
                false, List.of(), null, Application.UNDECIDED, null, null,
                blocked ? FlowVerdict.BLOCK : FlowVerdict.ALLOW,
                blocked ? "default" : "rule-" + random.nextInt(20), "meters", 3, null,
                random.nextInt(100_000), random.nextInt(1000), random.nextInt(100_000),
                random.nextInt(1000), null);
    }

    private void run(Path folder) throws IOException {
        LogRetention retention = new LogRetention(4L << 30, Duration.ofDays(30));
        InstantSource clock = InstantSource.system();
        double perSecond;
        double perLine;
        double[][] pages;
        long lost;
        try (Database database = Database.open(Inventory.fileIn(folder), clock);
                SubscriberStore subscribers = new SubscriberStore(database);
                TrafficLogs logs = new TrafficLogs(
                        LogStore.open(folder.resolve("logs"), retention, clock),
                        subscribers,
                        LiveAtlas.empty())) {
            FlowRecord[] batch = new FlowRecord[AT_ONCE];
            long nanos = 0;
            for (int done = 0; done < LINES; done += AT_ONCE) {
                Arrays.setAll(batch, this::flow);
                long start = System.nanoTime();
                for (FlowRecord flow : batch) {
                    logs.on(flow);
                }
                LogStore _ = logs.upToDate();
                nanos += System.nanoTime() - start;
            }
            LogStore store = logs.upToDate();
            perSecond = LINES * 1e9 / nanos;
            perLine = store.octets(LogKind.FLOWS) / (double) LINES;
            lost = logs.lost(LogKind.FLOWS);
            pages = new double[][]{
                    pages(store, () -> query("acc_" + random.nextInt(ACCOUNTS), null, null, null,
                            null, null)),
                    pages(store, () -> query(null, iccid(random.nextInt(SIMS)), null, null, null,
                            null)),
                    pages(store, () -> query(null, iccid(random.nextInt(SIMS)), "block", null,
                            null, null)),
                    pages(store, () -> query(null, null, null, "rule-" + random.nextInt(20), null,
                            null)),
                    pages(store, () -> query(null, null, null, null, null,
                            "host" + random.nextInt(200) + ".example.com")),
                    pages(store, () -> query(null, null, null, null,
                            IpPrefix.parse("198.51." + random.nextInt(200) + ".0/28"), null)),
                    pages(store, () -> between(clock.instant().minusSeconds(2)))};
            overloaded(logs);
        }
        long start = System.nanoTime();
        LogStore.open(folder.resolve("logs"), retention, clock).close();
        double openMillis = (System.nanoTime() - start) / 1e6;

        System.out.printf(Locale.ROOT,
                "%d lines of flows: %.0f a second, %.0f octets each, %d lost%n",
                LINES, perSecond, perLine, lost);
        for (int i = 0; i < PAGED.length; i++) {
            System.out.printf(Locale.ROOT, "the newest 100 lines %s: p50 %.2f ms, p99 %.2f ms%n",
                    PAGED[i].replace('_', ' '), pages[i][0], pages[i][1]);
        }
        System.out.printf(Locale.ROOT,
                "%d lines at once, as fast as one thread makes them: %d kept, %d lost and counted,"
                        + " the slowest took %.2f ms of the thread that told of it%n",
                LINES, LINES - overloadLost, overloadLost, overloadSlowestMillis);
        System.out.printf(Locale.ROOT, "opening them: %.1f ms%n", openMillis);
        System.out.printf(Locale.ROOT,
                "log_lines_per_s=%.0f log_bytes_per_line=%.0f log_lost=%d%s log_overload_lost=%d"
                        + " log_overload_slowest_ms=%.2f log_open_ms=%.1f%n",
                perSecond, perLine, lost,
                IntStream.range(0, PAGED.length)
                        .mapToObj(i -> String.format(Locale.ROOT, " log_page_%s_p99_ms=%.2f",
                                PAGED[i].replaceAll("^[a-z]+_an?_", ""), pages[i][1]))
                        .collect(Collectors.joining()),
                overloadLost, overloadSlowestMillis, openMillis);
    }

    /** More than the disk takes: what is too much is lost, each line counted, and nobody waits. */
    private void overloaded(TrafficLogs logs) {
        FlowRecord[] batch = new FlowRecord[AT_ONCE];
        Arrays.setAll(batch, this::flow);
        long before = logs.lost(LogKind.FLOWS);
        long slowest = 0;
        for (int done = 0; done < LINES; done++) {
            long start = System.nanoTime();
            logs.on(batch[done % AT_ONCE]);
            slowest = Math.max(slowest, System.nanoTime() - start);
        }
        LogStore _ = logs.upToDate();
        overloadLost = logs.lost(LogKind.FLOWS) - before;
        overloadSlowestMillis = slowest / 1e6;
    }

    private static LogQuery query(@Nullable String account, @Nullable String sim,
            @Nullable String verdict, @Nullable String rule, @Nullable IpPrefix remote,
            @Nullable String name) {
        return new LogQuery(account, sim, null, null, verdict, rule, null, remote, name, null,
                null, List.of(), null, null, LogQuery.Order.NEWEST_FIRST);
    }

    private static LogQuery between(Instant since) {
        return new LogQuery(null, null, null, null, null, null, null, null, null, null, null,
                List.of(), since, null, LogQuery.Order.OLDEST_FIRST);
    }

    private interface Queries {
        LogQuery next();
    }

    /** Median and 99th percentile of a page, in milliseconds. */
    private static double[] pages(LogStore store, Queries queries) {
        double[] millis = new double[PAGES];
        for (int i = 0; i < PAGES; i++) {
            LogQuery query = queries.next();
            long start = System.nanoTime();
            LogStore.Lines _ = store.page(LogKind.FLOWS, query, PageRequest.FIRST);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        return new double[]{millis[PAGES / 2], millis[PAGES * 99 / 100]};
    }
}
