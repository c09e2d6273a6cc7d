package io.cellgate.inventory.fleet;

import static io.cellgate.inventory.store.Tables.Fleet.ACCOUNT;
import static io.cellgate.inventory.store.Tables.Fleet.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Fleet.FENCE;
import static io.cellgate.inventory.store.Tables.Fleet.GEOFENCE;
import static io.cellgate.inventory.store.Tables.Fleet.ID;
import static io.cellgate.inventory.store.Tables.Fleet.IMEI_LOCK;
import static io.cellgate.inventory.store.Tables.Fleet.NAME;
import static io.cellgate.inventory.store.Tables.Fleet.POLICY;
import static io.cellgate.inventory.store.Tables.Fleet.QUOTA;
import static io.cellgate.inventory.store.Tables.Fleet.REVISION;
import static io.cellgate.inventory.store.Tables.Fleet.TABLE;

import io.cellgate.inventory.account.AccountStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.Fence;
import io.cellgate.inventory.sim.ImeiLock;
import io.cellgate.inventory.store.QuotaColumn;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Quota;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The fleets. */
public final class FleetStore {
    private final Database database;

    public FleetStore(Database database) {
        this.database = database;
    }

    public Outcome<Fleet> create(Actor actor, String account, String name, @Nullable String policy,
            @Nullable ImeiLock imeiLock, @Nullable Fence fence,
            @Nullable String geofence, @Nullable Quota quota) {
        return database.write(actor, tx -> {
            if (!tx.sql().fetchExists(Tables.Account.TABLE, Tables.Account.ID.eq(account))) {
                return new Outcome.Absent<>("account", account);
            }
            Fleet fleet = new Fleet(ObjectId.next("flt", tx.now()), account, name, policy,
                    imeiLock, fence, geofence, quota, tx.now(), 1);
            return check(tx, fleet).map(_ -> {
                tx.sql().insertInto(TABLE).set(ID, fleet.id()).set(ACCOUNT, account)
                        .set(NAME, name).set(POLICY, policy)
                        .set(IMEI_LOCK, ImeiLock.write(imeiLock)).set(FENCE, Fence.write(fence))
                        .set(GEOFENCE, geofence).set(QUOTA, QuotaColumn.write(quota))
                        .set(CREATED_AT, tx.nowMillis())
                        .set(REVISION, 1L).execute();
                tx.tell(account, "fleet.created", fleet.id(), null, told(fleet));
                return fleet;
            });
        });
    }

    public Outcome<Fleet> find(Scope scope, String id) {
        return database.read(sql -> read(sql, scope, id));
    }

    public Page<Fleet> list(Scope scope, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(TABLE).where(scope.on(ACCOUNT))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : ID.gt(page.afterKey()))
                        .orderBy(ID).limit(page.fetch()).fetch(FleetStore::fleet),
                page, Fleet::id));
    }

    public Outcome<Fleet> replace(Actor actor, Scope scope, String id, String name,
            @Nullable String policy, @Nullable ImeiLock imeiLock, @Nullable Fence fence,
            @Nullable String geofence, @Nullable Quota quota, @Nullable Long expectedRevision) {
        return database.write(actor,
                tx -> read(tx.sql(), scope, id).at(expectedRevision, Fleet::revision).then(old -> {
                    Fleet changed = new Fleet(id, old.account(), name, policy, imeiLock, fence,
                            geofence, quota, old.createdAt(), old.revision() + 1);
                    return check(tx, changed).map(_ -> {
                        tx.sql().update(TABLE).set(NAME, name).set(POLICY, policy)
                                .set(IMEI_LOCK, ImeiLock.write(imeiLock))
                                .set(FENCE, Fence.write(fence))
                                .set(GEOFENCE, geofence).set(QUOTA, QuotaColumn.write(quota))
                                .set(REVISION, changed.revision()).where(ID.eq(id)).execute();
                        tx.tell(old.account(), "fleet.changed", id, told(old), told(changed));
                        return changed;
                    });
                }));
    }

    /** Deletes a fleet without SIMs. */
    public Outcome<Fleet> delete(Actor actor, Scope scope, String id,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedRevision, Fleet::revision).then(fleet -> {
                    if (tx.sql().fetchExists(Tables.Sim.TABLE, Tables.Sim.FLEET.eq(id))) {
                        return Outcome.conflict(Reason.IN_USE,
                                "fleet " + id + " still has SIMs, expected none");
                    }
                    tx.sql().deleteFrom(TABLE).where(ID.eq(id)).execute();
                    tx.tell(fleet.account(), "fleet.deleted", id, told(fleet), null);
                    return Outcome.done(fleet);
                }));
    }

    private static Outcome<Boolean> check(Tx tx, Fleet fleet) {
        Faults faults = new Faults();
        faults.name("/name", fleet.name(), 100);
        String policy = fleet.policy();
        if (policy != null && !AccountStore.hasPolicy(tx, fleet.account(), policy)) {
            faults.add("/policy", Faults.shown(policy), "a policy of this account");
        }
        String geofence = fleet.geofence();
        if (geofence != null && !AccountStore.hasGeofence(tx, fleet.account(), geofence)) {
            faults.add("/geofence", Faults.shown(geofence), "a geofence of this account");
        }
        if (geofence != null && fleet.fence() != null) {
            faults.add("/geofence", Faults.shown(geofence),
                    "a geofence or a fence of its own, not both");
        }
        if (faults.any()) {
            return faults.invalid();
        }
        if (tx.sql().fetchExists(TABLE, ACCOUNT.eq(fleet.account())
                .and(NAME.eq(fleet.name())).and(ID.ne(fleet.id())))) {
            return Outcome.conflict(Reason.TAKEN, "a fleet is named \"" + fleet.name() + "\"");
        }
        return Outcome.done(true);
    }

    private static Outcome<Fleet> read(DSLContext sql, Scope scope, String id) {
        Record row = sql.selectFrom(TABLE).where(ID.eq(id)).and(scope.on(ACCOUNT)).fetchOne();
        return row == null ? new Outcome.Absent<>("fleet", id) : Outcome.done(fleet(row));
    }

    private static Fleet fleet(Record row) {
        return new Fleet(row.get(ID), row.get(ACCOUNT), row.get(NAME), row.get(POLICY),
                ImeiLock.read(row.get(IMEI_LOCK)), Fence.read(row.get(FENCE)), row.get(GEOFENCE),
                QuotaColumn.read(row.get(QUOTA)),
                Instant.ofEpochMilli(row.get(CREATED_AT)), row.get(REVISION));
    }

    private record Told(String name, @Nullable String policy, ImeiLock.@Nullable Stored imei_lock,
            Fence.@Nullable Stored fence, @Nullable String geofence,
            QuotaColumn.@Nullable Stored quota) {}

    private static Told told(Fleet fleet) {
        ImeiLock lock = fleet.imeiLock();
        Fence fence = fleet.fence();
        return new Told(fleet.name(), fleet.policy(), lock == null ? null : lock.stored(),
                fence == null ? null : fence.stored(), fleet.geofence(),
                QuotaColumn.stored(fleet.quota()));
    }
}
