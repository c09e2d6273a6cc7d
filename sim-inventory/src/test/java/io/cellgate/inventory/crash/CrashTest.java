package io.cellgate.inventory.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.PartResult;
import io.cellgate.inventory.order.Order;
import io.cellgate.inventory.order.OrderState;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.DatabaseLocation;
import io.cellgate.inventory.store.Event;
import io.cellgate.inventory.vault.EverySecret;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills a real process (SIGKILL) while it imports, orders, changes many SIMs and replaces keys, and looks at what it left:
 * everything that it had acknowledged, and nothing half done. {@code -Dcellgate.crash.rounds=N} for more rounds,
 * {@code -Dcellgate.seed=N} to repeat one.
 */
@ParameterizedClass
@EnumSource(TestStore.class)
class CrashTest {
    /** More than are changed in one transaction. */
    private static final long DELIVERED = 1300;
    /** More than are sealed anew in one transaction. */
    private static final long SEALED = 2500;

    private final TestStore store;

    @TempDir
    Path folder;

    private final Map<String, Set<String>> acknowledged = new HashMap<>();
    private final long seed = Long.getLong("cellgate.seed", new Random().nextLong());
    private final Random random = new Random(seed);

    CrashTest(TestStore store) {
        this.store = store;
    }

    private Inventory open() {
        return store.open(folder, InstantSource.system());
    }

    private Set<String> acknowledged(String kind) {
        return acknowledged.computeIfAbsent(kind, _ -> new LinkedHashSet<>());
    }

    @Test
    void processThatIsKilled_losesNothingThatItAcknowledged_andLeavesNothingHalfDone()
            throws Exception {
        int rounds = Integer.getInteger("cellgate.crash.rounds", 2);
        try (Inventory inventory = open()) {
            Account acme = Fixture.account(inventory, "acme");
            Product card = Fixture.product(inventory);
            Fixture.stock(inventory, card, 800_000_000, DELIVERED);
            Order _ = Fixture.received(inventory, acme, card, DELIVERED);
            Fixture.stock(inventory, card, 900_000_000, 3000);
        }
        int starts = 0;
        for (int round = 0; round < rounds; round++) {
            runAndKill(CrashingWriter.CHANGES, round, Set.of("sim", "order", "bulk"),
                    200 + random.nextInt(1500));
            starts++;
            assertThat(acknowledged("started")).as("restart counters, seed %d", seed)
                    .hasSize(round + 1).contains(Integer.toString(starts));
            starts++;
            try (Inventory inventory = open()) {
                assertThat(inventory.nextRestartCounter()).isEqualTo(starts);
                inventory.operations().endThoseBrokenOff();
                check(inventory);
            }
            checkDatabase();
        }
        System.out.printf("seed %d, killed %d times; acknowledged: %s%n", seed, rounds, told());
    }

    @Test
    void processThatIsKilledWhileItReplacesKeys_leavesEverySecretReadable() throws Exception {
        Map<String, String> secrets;
        try (Inventory inventory = open()) {
            Account _ = Fixture.account(inventory, "acme");
            EverySecret.make(inventory, Fixture.product(inventory), SEALED);
            secrets = EverySecret.opened(inventory, SEALED);
        }
        int rounds = Integer.getInteger("cellgate.crash.rounds", 2);
        for (int round = 0; round < rounds; round++) {
            runAndKill(CrashingWriter.KEYS, round, Set.of("master"), random.nextInt(400));
            try (Inventory inventory = open()) {
                assertThat(EverySecret.opened(inventory, SEALED)).as("seed %d", seed)
                        .isEqualTo(secrets);
            }
            assertThat(one("select count(distinct master_key) from data_key")).isEqualTo("1");
        }
        try (Inventory inventory = open()) {
            assertThat(inventory.keys().replaceDataKeys(_ -> {}).unreadables()).isZero();
            assertThat(EverySecret.opened(inventory, SEALED)).isEqualTo(secrets);
        }
        assertThat(one("select count(*) from data_key where replaced_by is not null"))
                .isEqualTo("0");
        System.out.printf("seed %d, killed %d times; acknowledged: %s%n", seed, rounds, told());
    }

    private String told() {
        return acknowledged.entrySet().stream()
                .map(each -> each.getValue().size() + " " + each.getKey())
                .collect(Collectors.joining(", "));
    }

    /** Runs the process, and kills it some time after it has acknowledged something of each kind. */
    private void runAndKill(String what, int round, Set<String> kinds, int millis)
            throws IOException, InterruptedException {
        String url = "";
        String password = "";
        if (store.location(folder) instanceof DatabaseLocation.PostgreSql postgres) {
            url = postgres.url();
            password = String.valueOf(postgres.password());
        }
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Xmx256m", "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), CrashingWriter.class.getName(),
                folder.toString(), what, Integer.toString(round), url, password)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Set<String> missing = new HashSet<>(kinds);
        try (BufferedReader out = process.inputReader()) {
            Thread killer = new Thread(() -> {
                try {
                    Thread.sleep(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                process.toHandle().destroyForcibly();
            });
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] words = line.split(" ", -1);
                if (words.length == 3 && words[2].equals(".")) {
                    acknowledged(words[0]).add(words[1]);
                    missing.remove(words[0]);
                }
                if (missing.isEmpty() && killer.getState() == Thread.State.NEW) {
                    killer.start();
                }
            }
            killer.join();
        }
        assertThat(process.waitFor()).as("killed, not failed").isEqualTo(137);
    }

    private void check(Inventory inventory) {
        Set<String> sims = new HashSet<>();
        all(page -> inventory.sims().list(Scope.OPERATOR, SimFilter.ALL, page))
                .forEach(sim -> sims.add(sim.iccid().digits()));
        assertThat(sims).containsAll(acknowledged("sim"));
        Map<String, Order> orders = new HashMap<>();
        for (Order order : all(page -> inventory.orders().list(Scope.OPERATOR, null, page))) {
            orders.put(order.id(), order);
            SimFilter its = SimFilter.ofOrder(order.id());
            long ofOrder = inventory.sims().count(Scope.OPERATOR, its);
            SimState state = order.state() == OrderState.RECEIVED
                    ? SimState.READY
                    : SimState.ALLOCATED;
            boolean has = order.state() == OrderState.ALLOCATED || state == SimState.READY;
            assertThat(ofOrder).as(order.toString()).isEqualTo(has ? order.quantity() : 0);
            assertThat(inventory.sims().count(Scope.OPERATOR, its.inState(state)))
                    .isEqualTo(ofOrder);
        }
        for (String id : acknowledged("order")) {
            assertThat(orders).containsKey(id);
            assertThat(orders.get(id).state()).isIn(OrderState.ALLOCATED, OrderState.CANCELLED);
        }
        for (String id : acknowledged("cancelled")) {
            assertThat(orders.get(id).state()).isEqualTo(OrderState.CANCELLED);
        }
        Map<String, Operation> operations = all(
                page -> inventory.operations().list(Scope.OPERATOR, null, null, page)).stream()
                .collect(Collectors.toMap(Operation::id, each -> each));
        assertThat(operations.keySet()).containsAll(acknowledged("bulk"))
                .containsAll(acknowledged("changed"));
        Map<String, Set<String>> changed = new HashMap<>();
        for (Operation operation : operations.values()) {
            changed.put(String.valueOf(operation.subject()), checkResults(inventory, operation));
        }
        checkEvents(inventory, orders, operations, changed);
    }

    /** What an operation counts is what it tells of its parts; gives the SIMs that it says it changed. */
    private Set<String> checkResults(Inventory inventory, Operation operation) {
        List<PartResult> parts = all(page -> inventory.operations()
                .results(Scope.OPERATOR, operation.id(), true, page).require());
        assertThat(parts).as(operation.toString())
                .hasSize(Math.toIntExact(operation.done() + operation.failed()))
                .allMatch(PartResult::well);
        Set<String> subjects = parts.stream().map(part -> String.valueOf(part.subject()))
                .collect(Collectors.toSet());
        assertThat(subjects).as("each once").hasSameSizeAs(parts);
        if (!operation.kind().equals(CrashingWriter.BULK)) {
            return subjects;
        }
        assertThat(parts).extracting(PartResult::part).containsExactlyElementsOf(
                LongStream.rangeClosed(1, parts.size()).boxed().toList());
        assertThat(parts).extracting(PartResult::verdict).allMatch("changed"::equals);
        if (acknowledged("bulk").contains(operation.id())) {
            assertThat(parts).isNotEmpty();
        }
        if (acknowledged("changed").contains(operation.id())) {
            assertThat(operation.state()).isEqualTo(Operation.State.DONE);
        }
        assertThat(parts.size()).isLessThanOrEqualTo((int) DELIVERED);
        assertThat(operation.state()).isEqualTo(
                parts.size() == DELIVERED && operation.state() == Operation.State.DONE
                        ? Operation.State.DONE
                        : Operation.State.BROKEN_OFF);
        return subjects;
    }

    /** Events have no gaps, and tell of each order, operation and SIM just what became of it. */
    private static void checkEvents(Inventory inventory, Map<String, Order> orders,
            Map<String, Operation> operations, Map<String, Set<String>> changed) {
        Map<String, String> last = new HashMap<>();
        Map<String, String> ended = new HashMap<>();
        Map<String, Set<String>> marked = new HashMap<>();
        Pattern mark = Pattern.compile("\"tags\":\\{\"mark\":\"([^\"]+)\"");
        long seq = 0;
        List<Event> events = inventory.events().after(Scope.OPERATOR, EventLog.Filter.ALL, 0, 5000);
        while (!events.isEmpty()) {
            for (Event event : events) {
                assertThat(event.seq()).isEqualTo(++seq);
                if (event.kind().startsWith("order.")) {
                    last.put(event.subject(), event.kind());
                } else if (event.kind().startsWith("operation.")) {
                    assertThat(ended.put(event.subject(), event.kind())).isNull();
                } else if (event.kind().equals("sim.changed")) {
                    Matcher found = mark.matcher(String.valueOf(event.after()));
                    assertThat(found.find()).isTrue();
                    assertThat(marked.computeIfAbsent(found.group(1), _ -> new HashSet<>())
                            .add(event.subject())).as("told once").isTrue();
                }
            }
            events = inventory.events().after(Scope.OPERATOR, EventLog.Filter.ALL, seq, 5000);
        }
        assertThat(inventory.events().head()).isEqualTo(seq);
        assertThat(last.keySet()).isEqualTo(orders.keySet());
        orders.forEach((id, order) -> assertThat(last.get(id))
                .isEqualTo("order." + order.state().text()));
        assertThat(ended.keySet()).isEqualTo(operations.keySet());
        operations.forEach((id, operation) -> assertThat(ended.get(id))
                .isEqualTo("operation." + operation.state().text()));
        operations.values().stream().filter(each -> each.kind().equals(CrashingWriter.BULK))
                .map(each -> String.valueOf(each.subject()))
                .forEach(each -> assertThat(marked.getOrDefault(each, Set.of())).as(each)
                        .isEqualTo(changed.get(each)));
        assertThat(changed.keySet()).containsAll(marked.keySet());
    }

    private static <T> List<T> all(Function<PageRequest, Page<T>> list) {
        List<T> all = new ArrayList<>();
        PageRequest request = new PageRequest(1000, null);
        while (true) {
            Page<T> page = list.apply(request);
            all.addAll(page.items());
            String after = page.after();
            if (after == null) {
                return all;
            }
            request = request.next(after);
        }
    }

    /** What the API cannot show: the file is sound, each SIM has its secret, and each batch counts its SIMs right. */
    private void checkDatabase() throws Exception {
        if (store == TestStore.SQLITE) {
            assertThat(one("pragma integrity_check")).isEqualTo("ok");
            assertThat(one("select count(*) from pragma_foreign_key_check")).isEqualTo("0");
        }
        assertThat(one("select count(*) from sim where iccid not in"
                + " (select iccid from sim_secret)")).isEqualTo("0");
        assertThat(one("select count(*) from batch b where sims <>"
                + " (select count(*) from sim where batch = b.id)")).isEqualTo("0");
    }

    private String one(String query) throws SQLException {
        return store.one(folder, query);
    }
}
