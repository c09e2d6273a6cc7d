package io.cellgate.inventory.operation;

import static io.cellgate.inventory.store.Tables.Operation.ACCOUNT;
import static io.cellgate.inventory.store.Tables.Operation.ACTOR;
import static io.cellgate.inventory.store.Tables.Operation.CHANGED_AT;
import static io.cellgate.inventory.store.Tables.Operation.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Operation.DETAIL;
import static io.cellgate.inventory.store.Tables.Operation.DONE;
import static io.cellgate.inventory.store.Tables.Operation.FAILED;
import static io.cellgate.inventory.store.Tables.Operation.ID;
import static io.cellgate.inventory.store.Tables.Operation.KIND;
import static io.cellgate.inventory.store.Tables.Operation.STATE;
import static io.cellgate.inventory.store.Tables.Operation.SUBJECT;
import static io.cellgate.inventory.store.Tables.Operation.TABLE;
import static io.cellgate.inventory.store.Tables.Operation.TOTAL;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.operation.Operation.State;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables.OperationReport;
import io.cellgate.inventory.store.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Operations. Progress is written in the transaction of what it tells of, so that after a crash both are there or
 * neither.
 */
public final class OperationStore {
    /** How long ended operations and their results can be read. */
    private static final Duration KEPT = Duration.ofDays(30);
    /** At once, so that no beginning waits for long. */
    private static final int MOST_FORGOTTEN = 20;

    private final Database database;
    /** Those that run and are to end. */
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    public OperationStore(Database database) {
        this.database = database;
    }

    /**
     * Begins one. Some that ended long ago are forgotten.
     *
     * @param total null: not known yet
     */
    public Operation begin(Actor actor, @Nullable String account, String kind,
            @Nullable String subject, @Nullable Long total) {
        return database.write(actor, tx -> {
            prune(tx);
            Operation operation = new Operation(ObjectId.next("opn", tx.now()), account,
                    actor.name(), kind, subject, State.RUNNING, total, 0, 0, null, tx.now(),
                    tx.now());
            tx.sql().insertInto(TABLE).set(ID, operation.id()).set(ACCOUNT, account)
                    .set(ACTOR, actor.name()).set(KIND, kind).set(SUBJECT, subject)
                    .set(STATE, State.RUNNING.text()).set(TOTAL, total).set(DONE, 0L)
                    .set(FAILED, 0L).set(CREATED_AT, tx.nowMillis())
                    .set(CHANGED_AT, tx.nowMillis()).execute();
            return operation;
        });
    }

    /** Counts what was done on, within the transaction that did it. */
    public static void progress(Tx tx, String id, long done, long failed) {
        tx.sql().update(TABLE).set(DONE, DONE.plus(done)).set(FAILED, FAILED.plus(failed))
                .set(CHANGED_AT, tx.nowMillis()).where(ID.eq(id)).execute();
    }

    /** Keeps what became of parts that follow those kept before, within the transaction that did it. */
    public static void report(Tx tx, String id, List<PartResult> results) {
        if (!results.isEmpty()) {
            tx.sql().insertInto(OperationReport.TABLE).set(OperationReport.OPERATION, id)
                    .set(OperationReport.FIRST_PART, results.getFirst().part())
                    .set(OperationReport.PARTS, (long) results.size())
                    .set(OperationReport.REPORT, ReportText.write(results)).execute();
        }
    }

    /**
     * What became of the parts, by their numbers.
     *
     * @param wellToo whether those that went well are wanted too
     */
    public Outcome<Page<PartResult>> results(Scope scope, String id, boolean wellToo,
            PageRequest page) {
        long after = page.afterKey() == null ? 0 : Long.parseLong(page.afterKey());
        return find(scope, id).map(_ -> {
            List<PartResult> found = new ArrayList<>();
            // the part wanted may be in the middle of what was kept together
            long from = 1 + database.read(sql -> {
                Long first = sql.select(DSL.max(OperationReport.FIRST_PART))
                        .from(OperationReport.TABLE).where(OperationReport.OPERATION.eq(id))
                        .and(OperationReport.FIRST_PART.le(after + 1))
                        .fetchOne(DSL.max(OperationReport.FIRST_PART));
                return first == null ? -1 : first - 1;
            });
            while (found.size() < page.fetch()) {
                Kept kept = next(id, from);
                if (kept == null) {
                    break;
                }
                kept.results().stream()
                        .filter(each -> each.part() > after && (wellToo || !each.well()))
                        .forEach(found::add);
                from = kept.firstPart() + 1;
            }
            return Page.of(found.subList(0, Math.min(found.size(), page.fetch())), page,
                    each -> Long.toString(each.part()));
        });
    }

    private record Kept(long firstPart, List<PartResult> results) {}

    private @Nullable Kept next(String id, long fromPart) {
        return database.read(sql -> sql
                .select(OperationReport.FIRST_PART, OperationReport.REPORT)
                .from(OperationReport.TABLE).where(OperationReport.OPERATION.eq(id))
                .and(OperationReport.FIRST_PART.ge(fromPart)).orderBy(OperationReport.FIRST_PART)
                .limit(1).fetchOne(row -> new Kept(row.value1(), ReportText.read(row.value2()))));
    }

    /** The one of this kind that goes on with this object, or null. */
    public static @Nullable String running(Tx tx, String kind, String subject) {
        return tx.sql().select(ID).from(TABLE)
                .where(STATE.eq(DSL.inline(State.RUNNING.text())), KIND.eq(kind),
                        SUBJECT.eq(subject))
                .limit(1).fetchOne(ID);
    }

    /** Wants one to end before its end; who does it asks {@link #isCancelled} between its parts. */
    public Outcome<Operation> cancel(Scope scope, String id) {
        return find(scope, id).then(operation -> {
            if (operation.state() == State.CANCELLED) {
                return Outcome.done(operation);
            }
            if (operation.state() != State.RUNNING) {
                return Outcome.conflict(Reason.WRONG_STATE, "operation " + id + ": got it "
                        + operation.state().text() + ", expected running");
            }
            cancelled.add(id);
            return Outcome.done(operation);
        });
    }

    public boolean isCancelled(String id) {
        return cancelled.contains(id);
    }

    /** Forgets operations that ended long ago, and what became of their parts. */
    private static void prune(Tx tx) {
        List<String> old = tx.sql().select(ID).from(TABLE).where(STATE.ne(State.RUNNING.text()))
                .and(CHANGED_AT.lt(tx.nowMillis() - KEPT.toMillis())).limit(MOST_FORGOTTEN)
                .fetch(ID);
        if (!old.isEmpty()) {
            tx.sql().deleteFrom(OperationReport.TABLE).where(OperationReport.OPERATION.in(old))
                    .execute();
            tx.sql().deleteFrom(TABLE).where(ID.in(old)).execute();
        }
    }

    /** Ends one. One that was to be cancelled and did not come to its end is cancelled. */
    public Operation end(Actor actor, String id, State wanted, @Nullable String detail) {
        State state = wanted != State.DONE && cancelled.contains(id) ? State.CANCELLED : wanted;
        cancelled.remove(id);
        return database.write(actor, tx -> {
            tx.sql().update(TABLE).set(STATE, state.text()).set(DETAIL, detail)
                    .set(CHANGED_AT, tx.nowMillis()).where(ID.eq(id)).execute();
            Operation ended = read(tx.sql(), Scope.OPERATOR, id).require();
            tx.tell(ended.account(), "operation." + state.text(), id, null, told(ended));
            return ended;
        });
    }

    /** Ends those that an earlier process was at when it ended. */
    public void endThoseBrokenOff() {
        List<String> ids = database.read(
                sql -> sql.select(ID).from(TABLE).where(STATE.eq(DSL.inline("running"))).fetch(ID));
        for (String id : ids) {
            Operation _ = end(Actor.SYSTEM, id, State.BROKEN_OFF,
                    "the process ended; what is counted as done is done");
        }
    }

    public Outcome<Operation> find(Scope scope, String id) {
        return database.read(sql -> read(sql, scope, id));
    }

    /** The newest first. */
    public Page<Operation> list(Scope scope, @Nullable String kind, @Nullable State state,
            PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(TABLE).where(scope.on(ACCOUNT))
                        .and(kind == null ? DSL.noCondition() : KIND.eq(kind))
                        .and(state == null ? DSL.noCondition() : STATE.eq(state.text()))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : ID.lt(page.afterKey()))
                        .orderBy(ID.desc()).limit(page.fetch()).fetch(OperationStore::operation),
                page, Operation::id));
    }

    private static Outcome<Operation> read(DSLContext sql, Scope scope, String id) {
        Record row = sql.selectFrom(TABLE).where(ID.eq(id)).and(scope.on(ACCOUNT)).fetchOne();
        return row == null ? new Outcome.Absent<>("operation", id) : Outcome.done(operation(row));
    }

    private static Operation operation(Record row) {
        return new Operation(row.get(ID), row.get(ACCOUNT), row.get(ACTOR), row.get(KIND),
                row.get(SUBJECT), State.parse(row.get(STATE)), row.get(TOTAL), row.get(DONE),
                row.get(FAILED), row.get(DETAIL), Instant.ofEpochMilli(row.get(CREATED_AT)),
                Instant.ofEpochMilli(row.get(CHANGED_AT)));
    }

    private record Told(String kind, @Nullable String subject, String state,
            @Nullable Long total, long done, long failed, @Nullable String detail) {}

    private static Told told(Operation operation) {
        return new Told(operation.kind(), operation.subject(), operation.state().text(),
                operation.total(), operation.done(), operation.failed(), operation.detail());
    }
}
