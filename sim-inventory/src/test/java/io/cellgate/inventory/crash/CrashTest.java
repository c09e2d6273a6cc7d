package io.cellgate.inventory.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.TestStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.order.Order;
import io.cellgate.inventory.order.OrderState;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.DatabaseLocation;
import io.cellgate.inventory.store.Event;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills a real process (SIGKILL) while it imports and orders, and looks at what it left: everything that it had
 * acknowledged, and nothing half done. {@code -Dcellgate.crash.rounds=N} for more rounds, {@code -Dcellgate.seed=N} to
 * repeat one.
 */
@ParameterizedClass
@EnumSource(TestStore.class)
class CrashTest {
    private final TestStore store;

    @TempDir
    Path folder;

    private final Set<String> acknowledgedSims = new LinkedHashSet<>();
    private final Set<String> acknowledgedOrders = new LinkedHashSet<>();
    private final Set<String> acknowledgedCancellations = new LinkedHashSet<>();

    CrashTest(TestStore store) {
        this.store = store;
    }

    @Test
    void processThatIsKilled_losesNothingThatItAcknowledged_andLeavesNothingHalfDone()
            throws Exception {
        int rounds = Integer.getInteger("cellgate.crash.rounds", 3);
        long seed = Long.getLong("cellgate.seed", new Random().nextLong());
        Random random = new Random(seed);
        try (Inventory inventory = store.open(folder, InstantSource.system())) {
            Fixture.account(inventory, "acme");
            Fixture.stock(inventory, Fixture.product(inventory), 900_000_000, 3000);
        }
        int starts = 0;
        for (int round = 0; round < rounds; round++) {
            starts++;
            int started = runAndKill(round, 200 + random.nextInt(1500));
            assertThat(started).as("restart counter, seed %d", seed).isEqualTo(starts);
            starts++;
            try (Inventory inventory = store.open(folder, InstantSource.system())) {
                assertThat(inventory.nextRestartCounter()).isEqualTo(starts);
                check(inventory);
            }
            checkDatabase();
        }
        assertThat(acknowledgedSims).isNotEmpty();
        assertThat(acknowledgedOrders).isNotEmpty();
        System.out.printf("killed %d times: %d SIMs, %d orders, %d cancellations acknowledged%n",
                rounds, acknowledgedSims.size(), acknowledgedOrders.size(),
                acknowledgedCancellations.size());
    }

    /** Runs the process for a while after it has begun to acknowledge, kills it, and gives its restart counter. */
    private int runAndKill(int round, int millis) throws IOException, InterruptedException {
        String url = "";
        String password = "";
        if (store.location(folder) instanceof DatabaseLocation.PostgreSql postgres) {
            url = postgres.url();
            password = String.valueOf(postgres.password());
        }
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), CrashingWriter.class.getName(),
                folder.toString(), Integer.toString(round), url, password)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        int started = 0;
        boolean imports = false;
        boolean orders = false;
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
                if (words.length != 2) {
                    continue;
                }
                switch (words[0]) {
                    case "started" -> started = Integer.parseInt(words[1]);
                    case "sim" -> {
                        if (words[1].length() == 19) {
                            acknowledgedSims.add(words[1]);
                            imports = true;
                        }
                    }
                    case "order" -> {
                        acknowledgedOrders.add(words[1]);
                        orders = true;
                    }
                    case "cancelled" -> acknowledgedCancellations.add(words[1]);
                    default -> throw new AssertionError("unexpected: " + line);
                }
                if (imports && orders && killer.getState() == Thread.State.NEW) {
                    killer.start();
                }
            }
            killer.join();
        }
        assertThat(process.waitFor()).as("killed, not failed").isEqualTo(137);
        return started;
    }

    private void check(Inventory inventory) {
        Set<String> sims = new HashSet<>();
        all(page -> inventory.sims().list(Scope.OPERATOR, SimFilter.ALL, page))
                .forEach(sim -> sims.add(sim.iccid().digits()));
        assertThat(sims).containsAll(acknowledgedSims);
        Map<String, Order> orders = new HashMap<>();
        for (Order order : all(page -> inventory.orders().list(Scope.OPERATOR, null, page))) {
            orders.put(order.id(), order);
            long ofOrder = inventory.sims().count(Scope.OPERATOR, SimFilter.ofOrder(order.id()));
            boolean allocated = order.state() == OrderState.ALLOCATED;
            assertThat(ofOrder).as(order.toString()).isEqualTo(allocated ? order.quantity() : 0);
            assertThat(inventory.sims().count(Scope.OPERATOR,
                    SimFilter.ofOrder(order.id()).inState(SimState.ALLOCATED))).isEqualTo(ofOrder);
        }
        for (String id : acknowledgedOrders) {
            assertThat(orders).containsKey(id);
            assertThat(orders.get(id).state()).isIn(OrderState.ALLOCATED, OrderState.CANCELLED);
        }
        for (String id : acknowledgedCancellations) {
            assertThat(orders.get(id).state()).isEqualTo(OrderState.CANCELLED);
        }
        checkEvents(inventory, orders);
    }

    /** Events have no gaps, and tell of each order just what became of it. */
    private static void checkEvents(Inventory inventory, Map<String, Order> orders) {
        Map<String, String> last = new HashMap<>();
        long seq = 0;
        List<Event> events = inventory.events().after(Scope.OPERATOR, EventLog.Filter.ALL, 0, 5000);
        while (!events.isEmpty()) {
            for (Event event : events) {
                assertThat(event.seq()).isEqualTo(++seq);
                if (event.kind().startsWith("order.")) {
                    last.put(event.subject(), event.kind());
                }
            }
            events = inventory.events().after(Scope.OPERATOR, EventLog.Filter.ALL, seq, 5000);
        }
        assertThat(inventory.events().head()).isEqualTo(seq);
        assertThat(last.keySet()).isEqualTo(orders.keySet());
        orders.forEach((id, order) -> assertThat(last.get(id))
                .isEqualTo("order." + order.state().text()));
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
