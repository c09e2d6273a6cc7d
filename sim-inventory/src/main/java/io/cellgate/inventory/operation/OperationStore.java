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
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tx;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Operations. Progress is written in the transaction of what it tells of, so that after a crash both are there or
 * neither.
 */
public final class OperationStore {
    private final Database database;

    public OperationStore(Database database) {
        this.database = database;
    }

    /**
     * Begins one.
     *
     * @param total null: not known yet
     */
    public Operation begin(Actor actor, @Nullable String account, String kind,
            @Nullable String subject, @Nullable Long total) {
        return database.write(actor, tx -> {
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

    /** Ends one. */
    public Operation end(Actor actor, String id, State state, @Nullable String detail) {
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
