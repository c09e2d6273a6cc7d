package io.cellgate.inventory.account;

import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.QuotaColumn;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tables.Policy;
import io.cellgate.inventory.store.Tables.Sim;
import io.cellgate.inventory.store.Tables.SimOrder;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Quota;
import java.time.Instant;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The accounts. */
public final class AccountStore {
    private static final String WHAT = "account";

    private final Database database;

    public AccountStore(Database database) {
        this.database = database;
    }

    public Outcome<Account> create(Actor actor, String name, boolean terminationEnabled) {
        Faults faults = new Faults();
        faults.name("/name", name, 100);
        if (faults.any()) {
            return faults.invalid();
        }
        return database.write(actor, tx -> {
            Account account = new Account(ObjectId.next("acc", tx.now()), name, null,
                    terminationEnabled, null, tx.now(), 1, null, null);
            tx.sql().insertInto(Tables.Account.TABLE).set(Tables.Account.ID, account.id())
                    .set(Tables.Account.NAME, name)
                    .set(Tables.Account.TERMINATION_ENABLED, terminationEnabled)
                    .set(Tables.Account.CREATED_AT, tx.nowMillis())
                    .set(Tables.Account.REVISION, account.revision()).execute();
            tx.tell(account.id(), "account.created", account.id(), null, told(account));
            return Outcome.done(account);
        });
    }

    public Outcome<Account> find(Scope scope, String id) {
        return database.read(sql -> read(sql, scope, id));
    }

    /** @param name null: of any */
    public Page<Account> list(Scope scope, @Nullable String name, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(Tables.Account.TABLE).where(scope.on(Tables.Account.ID))
                        .and(name == null ? DSL.noCondition() : Tables.Account.NAME.eq(name))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : Tables.Account.ID.gt(page.afterKey()))
                        .orderBy(Tables.Account.ID).limit(page.fetch())
                        .fetch(AccountStore::account),
                page, Account::id));
    }

    /**
     * Replaces what can be replaced of an account.
     *
     * @param defaultPolicy    a policy of this account, or null for none
     * @param geofence         a geofence of this account, or null for none
     * @param expectedRevision the revision that the caller read, or null to replace whatever is there
     */
    public Outcome<Account> replace(Actor actor, Scope scope, String id, String name,
            @Nullable String defaultPolicy, boolean terminationEnabled,
            @Nullable Quota quota, @Nullable String geofence, @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedRevision, Account::revision).then(old -> {
                    Faults faults = new Faults();
                    faults.name("/name", name, 100);
                    if (defaultPolicy != null && !hasPolicy(tx, id, defaultPolicy)) {
                        faults.add("/default_policy", Faults.shown(defaultPolicy),
                                "a policy of this account");
                    }
                    if (geofence != null && !hasGeofence(tx, id, geofence)) {
                        faults.add("/geofence", Faults.shown(geofence),
                                "a geofence of this account");
                    }
                    if (faults.any()) {
                        return faults.invalid();
                    }
                    Account changed = new Account(id, name, defaultPolicy, terminationEnabled,
                            quota,
                            old.createdAt(), old.revision() + 1, old.requestsPerSecond(), geofence);
                    if (Objects.equals(old.name(), name)
                            && Objects.equals(old.defaultPolicy(), defaultPolicy)
                            && old.terminationEnabled() == terminationEnabled
                            && Objects.equals(old.quota(), quota)
                            && Objects.equals(old.geofence(), geofence)) {
                        return Outcome.done(old);
                    }
                    tx.sql().update(Tables.Account.TABLE).set(Tables.Account.NAME, name)
                            .set(Tables.Account.DEFAULT_POLICY, defaultPolicy)
                            .set(Tables.Account.TERMINATION_ENABLED, terminationEnabled)
                            .set(Tables.Account.QUOTA, QuotaColumn.write(quota))
                            .set(Tables.Account.GEOFENCE, geofence)
                            .set(Tables.Account.REVISION, changed.revision())
                            .where(Tables.Account.ID.eq(id)).execute();
                    tx.tell(id, "account.changed", id, told(old), told(changed));
                    return Outcome.done(changed);
                }));
    }

    /**
     * Says how many requests all tokens of an account may make together.
     *
     * @param requestsPerSecond null: the instance's default
     */
    public Outcome<Account> limit(Actor actor, String id, @Nullable Long requestsPerSecond) {
        return database.write(actor, tx -> read(tx.sql(), Scope.OPERATOR, id).then(old -> {
            if (Objects.equals(old.requestsPerSecond(), requestsPerSecond)) {
                return Outcome.done(old);
            }
            tx.sql().update(Tables.Account.TABLE)
                    .set(Tables.Account.REQUESTS_PER_SECOND, requestsPerSecond)
                    .set(Tables.Account.REVISION, old.revision() + 1)
                    .where(Tables.Account.ID.eq(id)).execute();
            return read(tx.sql(), Scope.OPERATOR, id).map(changed -> {
                tx.tell(id, "account.changed", id, told(old), told(changed));
                return changed;
            });
        }));
    }

    /**
     * Deletes an account that nothing belongs to any more; its tokens, users, roles and webhooks go with it.
     *
     * @param expectedRevision the revision that the caller read, or null to delete whatever is there
     */
    public Outcome<Account> delete(Actor actor, String id, @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), Scope.OPERATOR, id)
                .at(expectedRevision, Account::revision).then(account -> {
                    if (tx.sql().fetchExists(Sim.TABLE, Sim.ACCOUNT.eq(id))
                            || tx.sql().fetchExists(SimOrder.TABLE, SimOrder.ACCOUNT.eq(id))
                            || tx.sql().fetchExists(Policy.TABLE, Policy.ACCOUNT.eq(id))
                            || tx.sql().fetchExists(Tables.NamedList.TABLE,
                                    Tables.NamedList.ACCOUNT.eq(id))
                            || tx.sql().fetchExists(Tables.Geofence.TABLE,
                                    Tables.Geofence.ACCOUNT.eq(id))
                            || tx.sql().fetchExists(Tables.Fleet.TABLE,
                                    Tables.Fleet.ACCOUNT.eq(id))) {
                        return Outcome.conflict(Reason.IN_USE, "account " + id
                                + " still has SIMs, orders, fleets, geofences, policies or lists; expected none");
                    }
                    tx.sql().deleteFrom(Tables.Token.TABLE).where(Tables.Token.ACCOUNT.eq(id))
                            .execute();
                    tx.sql().deleteFrom(Tables.AccessUser.TABLE)
                            .where(Tables.AccessUser.ACCOUNT.eq(id))
                            .execute();
                    tx.sql().deleteFrom(Tables.AccessRole.TABLE)
                            .where(Tables.AccessRole.ACCOUNT.eq(id))
                            .execute();
                    tx.sql().deleteFrom(Tables.WebhookDelivery.TABLE)
                            .where(Tables.WebhookDelivery.WEBHOOK.in(DSL.select(Tables.Webhook.ID)
                                    .from(Tables.Webhook.TABLE)
                                    .where(Tables.Webhook.ACCOUNT.eq(id))))
                            .execute();
                    tx.sql().deleteFrom(Tables.Webhook.TABLE).where(Tables.Webhook.ACCOUNT.eq(id))
                            .execute();
                    tx.sql().deleteFrom(Tables.Account.TABLE).where(Tables.Account.ID.eq(id))
                            .execute();
                    tx.tell(id, "account.deleted", id, told(account), null);
                    return Outcome.done(account);
                }));
    }

    /** Whether the policy is this account's own, so that its objects may name it. */
    public static boolean hasPolicy(Tx tx, String account, String policy) {
        return tx.sql().fetchExists(Policy.TABLE,
                Policy.ID.eq(policy).and(Policy.ACCOUNT.eq(account)));
    }

    /** Whether the geofence is this account's own, so that its objects may name it. */
    public static boolean hasGeofence(Tx tx, String account, String geofence) {
        return tx.sql().fetchExists(Tables.Geofence.TABLE, Tables.Geofence.ID.eq(geofence)
                .and(Tables.Geofence.ACCOUNT.eq(account)));
    }

    private static Outcome<Account> read(DSLContext sql, Scope scope, String id) {
        Record row = sql.selectFrom(Tables.Account.TABLE).where(Tables.Account.ID.eq(id))
                .and(scope.on(Tables.Account.ID)).fetchOne();
        return row == null ? new Outcome.Absent<>(WHAT, id) : Outcome.done(account(row));
    }

    private static Account account(Record row) {
        return new Account(row.get(Tables.Account.ID), row.get(Tables.Account.NAME),
                row.get(Tables.Account.DEFAULT_POLICY),
                row.get(Tables.Account.TERMINATION_ENABLED),
                QuotaColumn.read(row.get(Tables.Account.QUOTA)),
                Instant.ofEpochMilli(row.get(Tables.Account.CREATED_AT)),
                row.get(Tables.Account.REVISION), row.get(Tables.Account.REQUESTS_PER_SECOND),
                row.get(Tables.Account.GEOFENCE));
    }

    private record Told(String name, @Nullable String default_policy,
            boolean termination_enabled, QuotaColumn.@Nullable Stored quota,
            @Nullable Long requests_per_second, @Nullable String geofence) {}

    private static Told told(Account account) {
        return new Told(account.name(), account.defaultPolicy(), account.terminationEnabled(),
                QuotaColumn.stored(account.quota()), account.requestsPerSecond(),
                account.geofence());
    }
}
