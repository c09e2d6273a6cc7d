package io.cellgate.inventory.bulk;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.operation.OperationStore;
import io.cellgate.inventory.operation.PartResult;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimChange;
import io.cellgate.inventory.sim.SimFilter;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.inventory.sim.SimWork;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Iccid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes of many SIMs: some at a time, each time in a transaction that holds the changes, what became of each, and how far
 * the operation is. One that its process did not bring to its end is told to be broken off; to ask for it again changes
 * what is left, for a SIM that is as wanted is left as it is.
 */
public final class BulkStore {
    private static final int CHUNK = 1000;

    private final Database database;
    private final OperationStore operations;
    private final SimStore sims;

    public BulkStore(Database database, OperationStore operations, SimStore sims) {
        this.database = database;
        this.operations = operations;
        this.sims = sims;
    }

    /**
     * The SIMs of a filter, in the order of their ICCIDs, each to be changed in the same way. They are found as the
     * operation comes to them: what a change makes of them does not lead it astray.
     */
    public Iterator<BulkItem> matching(Scope scope, SimFilter filter, SimChange change) {
        return new Iterator<>() {
            private Page<Sim> page = sims.list(scope, filter,
                    new PageRequest(PageRequest.MAX_LIMIT, null));
            private int at;
            private long part;

            @Override
            public boolean hasNext() {
                String next = page.after();
                if (at == page.items().size() && next != null) {
                    page = sims.list(scope, filter,
                            new PageRequest(PageRequest.MAX_LIMIT, null).next(next));
                    at = 0;
                }
                return at < page.items().size();
            }

            @Override
            public BulkItem next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return new BulkItem.Wanted(++part, page.items().get(at++).iccid(), change);
            }
        };
    }

    /**
     * Does an operation that was begun, to its end or until it is cancelled.
     *
     * @param changed hears of the SIMs that were changed, some at a time, after that is durable and before it is told to
     *                be done
     * @param isOver  whether the process is about to end
     */
    public void run(Actor actor, Scope scope, Operation operation, Iterator<BulkItem> items,
            Consumer<Collection<Sim>> changed, BooleanSupplier isOver) {
        Operation.State end = Operation.State.BROKEN_OFF;
        String detail = "a fault within; the gateway's log says more";
        try {
            while (items.hasNext() && !operations.isCancelled(operation.id())
                    && !isOver.getAsBoolean()) {
                List<BulkItem> chunk = new ArrayList<>(CHUNK);
                while (chunk.size() < CHUNK && items.hasNext()) {
                    chunk.add(items.next());
                }
                changed.accept(
                        database.write(actor, tx -> change(tx, scope, operation.id(), chunk)));
            }
            if (!items.hasNext()) {
                end = Operation.State.DONE;
                detail = "";
            } else {
                detail = "what is counted as done is done";
            }
        } finally {
            Operation _ = operations.end(actor, operation.id(), end,
                    detail.isEmpty() ? null : detail);
        }
    }

    private static List<Sim> change(Tx tx, Scope scope, String operation, List<BulkItem> chunk) {
        List<PartResult> results = new ArrayList<>(chunk.size());
        List<Sim> changed = new ArrayList<>();
        Outcome<Boolean> _ = SimWork.in(tx, work -> {
            Map<Iccid, Sim> found = work.find(scope, chunk.stream()
                    .filter(BulkItem.Wanted.class::isInstance)
                    .map(item -> ((BulkItem.Wanted) item).iccid()).collect(Collectors.toSet()));
            for (BulkItem item : chunk) {
                results.add(switch (item) {
                    case BulkItem.Unreadable(long part, String why) -> new PartResult(part,
                            "rejected", false, null, why);
                    case BulkItem.Wanted(long part, Iccid iccid, SimChange change) -> {
                        Sim before = found.get(iccid);
                        Outcome<Sim> outcome = before == null
                                ? new Outcome.Absent<>("sim", iccid.digits())
                                : change.apply(work, scope, before);
                        if (outcome instanceof Outcome.Done<Sim>(Sim after) && before != null
                                && after.revision() != before.revision()) {
                            // another line of the same file may change it again
                            found.put(iccid, after);
                            changed.add(after);
                        }
                        yield result(part, iccid, before, outcome);
                    }
                });
            }
            return Outcome.done(true);
        });
        long well = results.stream().filter(PartResult::well).count();
        OperationStore.progress(tx, operation, well, results.size() - well);
        OperationStore.report(tx, operation, results);
        return changed;
    }

    private static PartResult result(long part, Iccid iccid, @Nullable Sim before,
            Outcome<Sim> outcome) {
        String subject = iccid.digits();
        return switch (outcome) {
            case Outcome.Done<Sim>(Sim after) -> new PartResult(part,
                    before != null && after.revision() == before.revision()
                            ? "unchanged"
                            : "changed",
                    true, subject, "");
            case Outcome.Absent<Sim>(String what, String id) -> refused(part, subject,
                    what + ": got " + id + ", expected one of this account");
            case Outcome.Invalid<Sim>(var faults) -> refused(part, subject, faults.stream()
                    .map(fault -> fault.pointer() + ": got " + fault.got() + ", expected "
                            + fault.expected())
                    .collect(Collectors.joining("; ")));
            case Outcome.Conflict<Sim>(var _, String why) -> refused(part, subject, why);
            case Outcome.Stale<Sim> stale -> throw new IllegalStateException(stale.toString());
        };
    }

    private static PartResult refused(long part, String subject, String detail) {
        return new PartResult(part, "refused", false, subject, detail);
    }
}
