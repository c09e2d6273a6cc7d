package io.cellgate.inventory.idempotency;

import static io.cellgate.inventory.store.Tables.Idempotency.ACCOUNT;
import static io.cellgate.inventory.store.Tables.Idempotency.BODY;
import static io.cellgate.inventory.store.Tables.Idempotency.EXPIRES_AT;
import static io.cellgate.inventory.store.Tables.Idempotency.REQUEST_HASH;
import static io.cellgate.inventory.store.Tables.Idempotency.REQUEST_KEY;
import static io.cellgate.inventory.store.Tables.Idempotency.STATUS;
import static io.cellgate.inventory.store.Tables.Idempotency.TABLE;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import java.time.Duration;
import java.util.function.Supplier;
import org.jooq.Record;

/**
 * Answers by the key that the client gave its request. The answer is stored in the transaction of the change that it
 * answers: after a crash either both are there or neither, and a request that is repeated is never done twice.
 */
public final class IdempotencyStore {
    private static final Duration KEPT = Duration.ofHours(24);
    /** The operator's keys are beside those of accounts. */
    private static final String OPERATOR = "";

    private final Database database;

    public IdempotencyStore(Database database) {
        this.database = database;
    }

    /**
     * Does a request once.
     *
     * @param scope       whose keys: one account's do not meet another's
     * @param requestHash tells the request from others: of its method, path and body
     * @param request     does it and gives the answer; what it writes is committed together with that. What is not
     *                    {@link Outcome.Done} is undone and not stored, so that the client may try again.
     * @return the answer, given now or before; a conflict if the key came with another request
     */
    public Outcome<StoredAnswer> once(Actor actor, Scope scope, String key, String requestHash,
            Supplier<Outcome<StoredAnswer>> request) {
        Faults faults = new Faults();
        faults.name("/Idempotency-Key", key, 255);
        if (faults.any()) {
            return faults.invalid();
        }
        String owner = scope.account() == null ? OPERATOR : scope.account();
        return database.write(actor, tx -> {
            tx.sql().deleteFrom(TABLE).where(EXPIRES_AT.lt(tx.nowMillis())).execute();
            Record row = tx.sql().selectFrom(TABLE)
                    .where(ACCOUNT.eq(owner).and(REQUEST_KEY.eq(key))).fetchOne();
            if (row != null) {
                return row.get(REQUEST_HASH).equals(requestHash)
                        ? Outcome.done(new StoredAnswer(row.get(STATUS).intValue(), row.get(BODY)))
                        : Outcome.conflict(Reason.KEY_REUSED,
                                "the key was used for another request");
            }
            return request.get().map(answer -> {
                tx.sql().insertInto(TABLE).set(ACCOUNT, owner).set(REQUEST_KEY, key)
                        .set(REQUEST_HASH, requestHash).set(STATUS, (long) answer.status())
                        .set(BODY, answer.body())
                        .set(EXPIRES_AT, tx.nowMillis() + KEPT.toMillis()).execute();
                return answer;
            });
        });
    }
}
