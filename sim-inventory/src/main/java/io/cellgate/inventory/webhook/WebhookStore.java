package io.cellgate.inventory.webhook;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tx;
import io.cellgate.inventory.vault.Vault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The webhooks. */
public final class WebhookStore {
    private static final String WHAT = "webhook";
    private static final int MOST_OF_ONE = 20;

    private final Database database;
    private final Vault vault;

    public WebhookStore(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /** What its owner says of a webhook. */
    public record Spec(String name, String url, List<String> kinds, boolean enabled,
            long maxAttempts) {}

    /**
     * A webhook together with its new secret.
     *
     * @param secret nowhere else readable, and not to be shown again
     */
    public record Issued(Webhook webhook, String secret) {
        @Override
        public String toString() {
            return "Issued[webhook=" + webhook + "]";
        }
    }

    /** Makes a webhook that gets the events after now. */
    public Outcome<Issued> create(Actor actor, @Nullable String account, Spec spec) {
        return database.write(actor, tx -> {
            Faults faults = faults(spec);
            if (faults.any()) {
                return faults.invalid();
            }
            if (account != null && !tx.sql().fetchExists(Tables.Account.TABLE,
                    Tables.Account.ID.eq(account))) {
                return new Outcome.Absent<>("account", account);
            }
            if (tx.sql().fetchCount(Tables.Webhook.TABLE, account == null
                    ? Tables.Webhook.ACCOUNT.isNull()
                    : Tables.Webhook.ACCOUNT.eq(account)) >= MOST_OF_ONE) {
                return Outcome.conflict(Reason.LIMIT,
                        "there are " + MOST_OF_ONE + " webhooks, expected fewer");
            }
            String id = ObjectId.next("whk", tx.now());
            String key = vault.newDataKey(tx);
            byte[] secret = WebhookSecrets.next();
            tx.sql().insertInto(Tables.Webhook.TABLE).set(Tables.Webhook.ID, id)
                    .set(Tables.Webhook.ACCOUNT, account).set(Tables.Webhook.NAME, spec.name())
                    .set(Tables.Webhook.URL, spec.url())
                    .set(Tables.Webhook.KINDS, Json.write(spec.kinds()))
                    .set(Tables.Webhook.ENABLED, spec.enabled())
                    .set(Tables.Webhook.MAX_ATTEMPTS, spec.maxAttempts())
                    .set(Tables.Webhook.DATA_KEY, key)
                    .set(Tables.Webhook.SECRET,
                            WebhookSecrets.seal(vault, tx.sql(), key, id, secret))
                    .set(Tables.Webhook.POSITION, DeliveryQueue.head(tx.sql()))
                    .set(Tables.Webhook.CREATED_AT, tx.nowMillis())
                    .set(Tables.Webhook.REVISION, 1L).execute();
            return read(tx.sql(), new Scope(account), id).map(webhook -> {
                tx.tell(account, "webhook.created", id, null, told(webhook));
                return new Issued(webhook, WebhookSecrets.shown(secret));
            });
        });
    }

    public Outcome<Webhook> find(Scope scope, String id) {
        return database.read(sql -> read(sql, scope, id));
    }

    public Page<Webhook> list(Scope scope, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(Tables.Webhook.TABLE).where(scope.on(Tables.Webhook.ACCOUNT))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : Tables.Webhook.ID.gt(page.afterKey()))
                        .orderBy(Tables.Webhook.ID).limit(page.fetch())
                        .fetch(WebhookStore::webhook),
                page, Webhook::id));
    }

    /** Those that deliver. */
    public List<Webhook> enabled() {
        return database.read(sql -> sql.selectFrom(Tables.Webhook.TABLE)
                .where(Tables.Webhook.ENABLED.isTrue()).orderBy(Tables.Webhook.ID)
                .fetch(WebhookStore::webhook));
    }

    public Outcome<Webhook> replace(Actor actor, Scope scope, String id, Spec spec,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedRevision, Webhook::revision).then(old -> {
                    Faults faults = faults(spec);
                    if (faults.any()) {
                        return faults.invalid();
                    }
                    tx.sql().update(Tables.Webhook.TABLE).set(Tables.Webhook.NAME, spec.name())
                            .set(Tables.Webhook.URL, spec.url())
                            .set(Tables.Webhook.KINDS, Json.write(spec.kinds()))
                            .set(Tables.Webhook.ENABLED, spec.enabled())
                            .set(Tables.Webhook.MAX_ATTEMPTS, spec.maxAttempts())
                            .set(Tables.Webhook.REVISION, old.revision() + 1)
                            .where(Tables.Webhook.ID.eq(id)).execute();
                    return read(tx.sql(), scope, id).map(changed -> {
                        tx.tell(old.account(), "webhook.changed", id, told(old), told(changed));
                        return changed;
                    });
                }));
    }

    /** Deletes a webhook; what was not delivered yet is not delivered any more. */
    public Outcome<Webhook> delete(Actor actor, Scope scope, String id,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedRevision, Webhook::revision).map(webhook -> {
                    tx.sql().deleteFrom(Tables.WebhookDelivery.TABLE)
                            .where(Tables.WebhookDelivery.WEBHOOK.eq(id)).execute();
                    tx.sql().deleteFrom(Tables.Webhook.TABLE).where(Tables.Webhook.ID.eq(id))
                            .execute();
                    tx.tell(webhook.account(), "webhook.deleted", id, told(webhook), null);
                    return webhook;
                }));
    }

    /**
     * Gives it a new secret.
     *
     * @param overlap how long deliveries are signed with the old one as well
     */
    public Outcome<Issued> rotate(Actor actor, Scope scope, String id, Duration overlap,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedRevision, Webhook::revision).then(old -> {
                    Record row = tx.sql().selectFrom(Tables.Webhook.TABLE)
                            .where(Tables.Webhook.ID.eq(id)).fetchSingle();
                    byte[] secret = WebhookSecrets.next();
                    tx.sql().update(Tables.Webhook.TABLE)
                            .set(Tables.Webhook.SECRET,
                                    WebhookSecrets.seal(vault, tx.sql(),
                                            row.get(Tables.Webhook.DATA_KEY),
                                            id, secret))
                            .set(Tables.Webhook.OLD_SECRET, row.get(Tables.Webhook.SECRET))
                            .set(Tables.Webhook.OLD_SECRET_UNTIL,
                                    tx.nowMillis() + overlap.toMillis())
                            .set(Tables.Webhook.REVISION, old.revision() + 1)
                            .where(Tables.Webhook.ID.eq(id)).execute();
                    return read(tx.sql(), scope, id).map(changed -> {
                        tx.tell(old.account(), "webhook.secret_rotated", id, told(old),
                                told(changed));
                        return new Issued(changed, WebhookSecrets.shown(secret));
                    });
                }));
    }

    /** The keys that a delivery is signed with now, the present one first. */
    public List<byte[]> secrets(String id) {
        return WebhookSecrets.valid(database, vault, id);
    }

    private static Faults faults(Spec spec) {
        Faults faults = new Faults();
        faults.name("/name", spec.name(), 100);
        faults.range("/max_attempts", spec.maxAttempts(), 1, 50);
        return faults;
    }

    static Outcome<Webhook> read(DSLContext sql, Scope scope, String id) {
        Record row = sql.selectFrom(Tables.Webhook.TABLE).where(Tables.Webhook.ID.eq(id))
                .and(scope.on(Tables.Webhook.ACCOUNT)).fetchOne();
        return row == null ? new Outcome.Absent<>(WHAT, id) : Outcome.done(webhook(row));
    }

    private static Webhook webhook(Record row) {
        Long until = row.get(Tables.Webhook.OLD_SECRET_UNTIL);
        return new Webhook(row.get(Tables.Webhook.ID), row.get(Tables.Webhook.ACCOUNT),
                row.get(Tables.Webhook.NAME), row.get(Tables.Webhook.URL),
                Json.strings(row.get(Tables.Webhook.KINDS)), row.get(Tables.Webhook.ENABLED),
                row.get(Tables.Webhook.MAX_ATTEMPTS),
                until == null ? null : Instant.ofEpochMilli(until),
                row.get(Tables.Webhook.POSITION),
                Instant.ofEpochMilli(row.get(Tables.Webhook.CREATED_AT)),
                row.get(Tables.Webhook.REVISION));
    }

    private record Told(String name, String url, List<String> kinds, boolean enabled,
            long max_attempts) {}

    private static Told told(Webhook webhook) {
        return new Told(webhook.name(), webhook.url(), webhook.kinds(), webhook.enabled(),
                webhook.maxAttempts());
    }

    /** For {@link DeliveryQueue}, which works on the same rows. */
    static void moveTo(Tx tx, String id, long position) {
        tx.sql().update(Tables.Webhook.TABLE).set(Tables.Webhook.POSITION, position)
                .where(Tables.Webhook.ID.eq(id)).execute();
    }
}
