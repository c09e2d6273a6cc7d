package io.cellgate.inventory.webhook;

import static io.cellgate.inventory.store.Tables.WebhookDelivery.ATTEMPTS;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.CHANGED_AT;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.CREATED_AT;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.EVENT_SEQ;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.ID;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.KIND;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.LAST_ERROR;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.LAST_STATUS;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.NEXT_AT;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.STATE;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.SUBJECT;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.TABLE;
import static io.cellgate.inventory.store.Tables.WebhookDelivery.WEBHOOK;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record3;
import org.jooq.Result;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * What is to be sent, and what became of it.
 *
 * <p>Events of one subject (a SIM) go out in their order: one is due only when none before it is pending. So a
 * receiver that refuses the events of one SIM holds back that SIM's alone, until the one in front is dead-lettered.
 */
public final class DeliveryQueue {
    private static final int EVENTS_AT_ONCE = 500;
    private static final Table<Record> EARLIER = TABLE.as("earlier");
    private static final String PENDING = "pending";

    private final Database database;

    public DeliveryQueue(Database database) {
        this.database = database;
    }

    /** Which deliveries are wanted; each part may be null: any. */
    public record Filter(Delivery.@Nullable State state, @Nullable String subject) {
        private Condition condition() {
            Condition all = state == null ? DSL.noCondition() : STATE.eq(text(state));
            return subject == null ? all : all.and(SUBJECT.eq(subject));
        }
    }

    /** How the attempt ended that a delivery is told of. */
    public record Attempt(boolean delivered, @Nullable Integer status, @Nullable String error) {}

    /** Turns events that came since into deliveries; whether there may be more of them. */
    public boolean fill(String webhookId) {
        return database.write(Actor.SYSTEM, tx -> {
            if (!(WebhookStore.read(tx.sql(), Scope.OPERATOR,
                    webhookId) instanceof Outcome.Done<Webhook>(Webhook webhook))) {
                return false;
            }
            Result<Record3<Long, String, String>> events = tx.sql()
                    .select(Tables.Event.SEQ, Tables.Event.KIND, Tables.Event.SUBJECT)
                    .from(Tables.Event.TABLE).where(Tables.Event.SEQ.gt(webhook.position()))
                    .and(new Scope(webhook.account()).on(Tables.Event.ACCOUNT))
                    .orderBy(Tables.Event.SEQ).limit(EVENTS_AT_ONCE).fetch();
            events.forEach(event -> {
                if (webhook.wants(event.value2())) {
                    insert(tx, webhookId, event.value1(), event.value2(), event.value3());
                }
            });
            boolean more = events.size() == EVENTS_AT_ONCE;
            // those of other accounts need not be looked at again
            WebhookStore.moveTo(tx, webhookId,
                    more ? events.getLast().value1() : head(tx.sql()));
            return more;
        });
    }

    /** The number of the last event. */
    static long head(DSLContext sql) {
        Long head = sql.select(DSL.max(Tables.Event.SEQ)).from(Tables.Event.TABLE)
                .fetchSingle().value1();
        return head == null ? 0 : head;
    }

    private static String insert(Tx tx, String webhook, long seq, String kind, String subject) {
        // ids sort as events do, which ObjectId's random bits do not within a millisecond
        String id = String.format("dlv_%016d_%s", seq, ObjectId.next("", tx.now()).substring(1));
        tx.sql().insertInto(TABLE).set(ID, id).set(WEBHOOK, webhook).set(EVENT_SEQ, seq)
                .set(KIND, kind).set(SUBJECT, subject).set(STATE, PENDING).set(ATTEMPTS, 0L)
                .set(NEXT_AT, tx.nowMillis()).set(CREATED_AT, tx.nowMillis())
                .set(CHANGED_AT, tx.nowMillis()).execute();
        return id;
    }

    /** What may be sent now: of each subject the first that is pending, if its time has come. */
    public List<Delivery> due(String webhook, int limit) {
        long now = database.now().toEpochMilli();
        return database.read(sql -> sql.selectFrom(TABLE).where(WEBHOOK.eq(webhook))
                .and(STATE.eq(PENDING)).and(NEXT_AT.le(now))
                .andNotExists(sql.selectOne().from(EARLIER).where(earlier(WEBHOOK).eq(webhook))
                        .and(earlier(STATE).eq(PENDING)).and(earlier(SUBJECT).eq(SUBJECT))
                        .and(earlier(ID).lt(ID)))
                .orderBy(ID).limit(limit).fetch(DeliveryQueue::delivery));
    }

    /** Whether it is still to be sent, and no attempt was made since it was read. */
    public boolean isPending(Delivery delivery) {
        return database.read(sql -> sql.fetchExists(TABLE, asRead(delivery)));
    }

    private static Condition asRead(Delivery delivery) {
        return ID.eq(delivery.id()).and(STATE.eq(PENDING)).and(ATTEMPTS.eq(delivery.attempts()));
    }

    private static Field<String> earlier(Field<String> column) {
        return DSL.field(DSL.name("earlier", column.getName()), SQLDataType.VARCHAR);
    }

    /** When the next one is due that is not yet, or null: none is pending. */
    public @Nullable Instant nextDue(String webhook) {
        Long next = database.read(sql -> sql.select(DSL.min(NEXT_AT)).from(TABLE)
                .where(WEBHOOK.eq(webhook)).and(STATE.eq(PENDING)).fetchSingle().value1());
        return next == null ? null : Instant.ofEpochMilli(next);
    }

    /**
     * Keeps how an attempt ended.
     *
     * @param retryIn in how long to try again if it failed; null: no more, it is dead-lettered
     */
    public void attempted(Delivery delivery, Attempt attempt, @Nullable Duration retryIn) {
        database.write(Actor.SYSTEM, tx -> {
            Delivery.State state = attempt.delivered()
                    ? Delivery.State.DELIVERED
                    : retryIn == null ? Delivery.State.DEAD : Delivery.State.PENDING;
            return tx.sql().update(TABLE).set(STATE, text(state))
                    .set(ATTEMPTS, delivery.attempts() + 1)
                    .set(NEXT_AT, tx.nowMillis() + (retryIn == null ? 0 : retryIn.toMillis()))
                    .set(LAST_STATUS,
                            attempt.status() == null ? null : Long.valueOf(attempt.status()))
                    .set(LAST_ERROR, attempt.error()).set(CHANGED_AT, tx.nowMillis())
                    .where(asRead(delivery)).execute();
        });
    }

    public Outcome<Page<Delivery>> list(Scope scope, String webhook, Filter filter,
            PageRequest page) {
        return database.read(sql -> WebhookStore.read(sql, scope, webhook).map(_ -> Page.of(
                sql.selectFrom(TABLE).where(WEBHOOK.eq(webhook)).and(filter.condition())
                        .and(page.afterKey() == null ? DSL.noCondition() : ID.lt(page.afterKey()))
                        .orderBy(ID.desc()).limit(page.fetch()).fetch(DeliveryQueue::delivery),
                page, Delivery::id)));
    }

    /** A test delivery of its own, beside all events. */
    public Outcome<Delivery> ping(Actor actor, Scope scope, String webhook) {
        return database.write(actor,
                tx -> WebhookStore.read(tx.sql(), scope, webhook).then(_ -> {
                    String id = insert(tx, webhook, Delivery.PING, "ping",
                            ObjectId.next("ping", tx.now()));
                    return one(tx.sql(), webhook, id);
                }));
    }

    /** Tries a dead-lettered delivery again, with as many attempts as a new one. */
    public Outcome<Delivery> retry(Actor actor, Scope scope, String webhook, String id) {
        return database.write(actor, tx -> WebhookStore.read(tx.sql(), scope, webhook)
                .then(_ -> one(tx.sql(), webhook, id)).then(delivery -> {
                    if (delivery.state() != Delivery.State.DEAD) {
                        return Outcome.conflict(Reason.WRONG_STATE, "the delivery is "
                                + text(delivery.state()) + ", expected it dead");
                    }
                    tx.sql().update(TABLE).set(STATE, PENDING).set(ATTEMPTS, 0L)
                            .set(NEXT_AT, tx.nowMillis()).set(CHANGED_AT, tx.nowMillis())
                            .where(ID.eq(id)).execute();
                    return one(tx.sql(), webhook, id);
                }));
    }

    /**
     * Delivers again, in order, all events after a number. What is pending of them is delivered once.
     *
     * @param after not beyond the webhook's position
     */
    public Outcome<Webhook> replay(Actor actor, Scope scope, String id, long after) {
        return database.write(actor, tx -> WebhookStore.read(tx.sql(), scope, id).then(webhook -> {
            if (after > webhook.position()) {
                return Outcome.conflict(Reason.WRONG_STATE, "got after " + after
                        + ", expected at most " + webhook.position() + ", the webhook's position");
            }
            tx.sql().deleteFrom(TABLE).where(WEBHOOK.eq(id)).and(STATE.eq(PENDING))
                    .and(EVENT_SEQ.gt(after)).execute();
            WebhookStore.moveTo(tx, id, after);
            tx.tell(webhook.account(), "webhook.replayed", id, webhook.position(), after);
            return WebhookStore.read(tx.sql(), scope, id);
        }));
    }

    /** Forgets deliveries that ended before this time; how many. */
    public int prune(Instant before) {
        return database.write(Actor.SYSTEM, tx -> tx.sql().deleteFrom(TABLE)
                .where(STATE.ne(PENDING)).and(CHANGED_AT.lt(before.toEpochMilli())).execute());
    }

    private static Outcome<Delivery> one(DSLContext sql, String webhook, String id) {
        Record row = sql.selectFrom(TABLE).where(WEBHOOK.eq(webhook)).and(ID.eq(id)).fetchOne();
        return row == null
                ? new Outcome.Absent<>("delivery", id)
                : Outcome.done(delivery(row));
    }

    private static String text(Delivery.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static Delivery delivery(Record row) {
        return new Delivery(row.get(ID), row.get(WEBHOOK), row.get(EVENT_SEQ), row.get(KIND),
                row.get(SUBJECT), Delivery.State.valueOf(row.get(STATE).toUpperCase(Locale.ROOT)),
                row.get(ATTEMPTS), Instant.ofEpochMilli(row.get(NEXT_AT)), row.get(LAST_STATUS),
                row.get(LAST_ERROR), Instant.ofEpochMilli(row.get(CREATED_AT)),
                Instant.ofEpochMilli(row.get(CHANGED_AT)));
    }
}
