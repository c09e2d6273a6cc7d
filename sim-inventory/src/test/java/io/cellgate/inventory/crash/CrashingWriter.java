package io.cellgate.inventory.crash;

import io.cellgate.inventory.Fixture;
import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.batch.Batch;
import io.cellgate.inventory.batch.ImportFormat;
import io.cellgate.inventory.batch.LineResult;
import io.cellgate.inventory.idempotency.StoredAnswer;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.order.Order;
import io.cellgate.inventory.order.OrderAction;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.SimChange;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.DatabaseLocation;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/**
 * A process that changes an inventory as fast as it can until it is killed, and says on its output what was acknowledged.
 * {@code sim ICCID}, {@code order ID} (all its SIMs allocated), {@code cancelled ID}, {@code bulk ID} (some of its SIMs are
 * changed), {@code changed ID} (all are); or, where it replaces keys, {@code master ID}, {@code sealed NUMBER},
 * {@code keys NUMBER}. Each line ends with a dot of its own, so that one that was cut is known.
 */
final class CrashingWriter {
    static final String KEYS = "keys";
    static final String CHANGES = "changes";
    static final String BULK = "sims.bulk";

    private final Inventory inventory;
    private final Account account;
    private final Product product;
    private final long round;

    private CrashingWriter(Inventory inventory, long round) {
        this.inventory = inventory;
        this.round = round;
        account = inventory.accounts().list(Scope.OPERATOR, null, PageRequest.FIRST).items()
                .getFirst();
        product = inventory.products().list(null, PageRequest.FIRST).items().getFirst();
    }

    /**
     * Arguments: the data folder, what it does, the round, which gives the SIMs their numbers, URL and password of a server
     * or nothing.
     */
    @SuppressWarnings("SystemOut")
    static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true);
        Path folder = Path.of(args[0]);
        Inventory inventory = Inventory.open(folder,
                args[3].isEmpty()
                        ? Inventory.fileIn(folder)
                        : new DatabaseLocation.PostgreSql(args[3], args[4]),
                InstantSource.system());
        CrashingWriter writer = new CrashingWriter(inventory, Long.parseLong(args[2]));
        say(out, "started " + inventory.nextRestartCounter());
        if (args[1].equals(KEYS)) {
            writer.replaceKeys(out);
        }
        Thread orders = new Thread(() -> writer.order(out), "orders");
        orders.start();
        Thread bulk = new Thread(() -> writer.changeMany(out), "bulk");
        bulk.start();
        writer.importSims(out);
        orders.join();
    }

    private static void say(PrintStream out, String line) {
        synchronized (out) {
            out.println(line + " .");
        }
    }

    private void replaceKeys(PrintStream out) {
        while (true) {
            say(out, "master " + inventory.keys().replaceMasterKey().id());
            say(out, "keys " + inventory.keys()
                    .replaceDataKeys(secrets -> say(out, "sealed " + secrets)).keys());
        }
    }

    /** Marks the SIMs that were delivered, all with another mark each time; the operation's subject is the mark. */
    private void changeMany(PrintStream out) {
        Scope scope = Scope.of(account.id());
        for (long number = 0;; number++) {
            String mark = round + "-" + number;
            SimFilter delivered = SimFilter.ALL.inState(SimState.READY);
            Operation operation = inventory.operations().begin(Fixture.TESTER, account.id(), BULK,
                    mark, inventory.sims().count(scope, delivered));
            SimChange change = new SimChange.Set(
                    settings -> settings.withTags(Map.of("mark", mark)));
            inventory.bulk().run(Fixture.TESTER, scope, operation,
                    inventory.bulk().matching(scope, delivered, change),
                    some -> say(out, "bulk " + operation.id()), () -> false);
            say(out, "changed " + operation.id());
        }
    }

    private void importSims(PrintStream out) throws java.io.IOException {
        Batch known = inventory.batches().findByName("crash-" + round);
        Batch batch = known == null
                ? inventory.batches().create(Fixture.TESTER, product.id(), "crash-" + round)
                        .require()
                : known;
        inventory.batches().importSims(Fixture.TESTER, batch.id(),
                Fixture.csv(round * 1_000_000, 1_000_000), ImportFormat.CSV, result -> {
                    if (result.verdict() != LineResult.Verdict.IMPORTED) {
                        throw new AssertionError("expected a new SIM, got " + result);
                    }
                    say(out, "sim " + result.iccid());
                }).require();
    }

    private void order(PrintStream out) {
        for (long number = 0;; number++) {
            String key = round + "-" + number;
            Outcome<StoredAnswer> quoted = inventory.idempotency().once(Fixture.TESTER,
                    Scope.of(account.id()), key, key,
                    () -> inventory.orders()
                            .quote(Fixture.TESTER, account.id(), product.id(), 7, "here")
                            .map(order -> new StoredAnswer(201, order.id())));
            String id = quoted.require().body();
            Outcome<Order> allocated = act(id, OrderAction.CONFIRM)
                    .then(_ -> act(id, OrderAction.ALLOCATE));
            if (allocated instanceof Outcome.Done<Order>) {
                say(out, "order " + id);
                if (number % 3 == 0 && act(id, OrderAction.CANCEL) instanceof Outcome.Done<Order>) {
                    say(out, "cancelled " + id);
                }
            }
        }
    }

    private Outcome<Order> act(String id, OrderAction action) {
        return inventory.orders().act(Fixture.TESTER, Scope.OPERATOR, id, action, null, null);
    }
}
