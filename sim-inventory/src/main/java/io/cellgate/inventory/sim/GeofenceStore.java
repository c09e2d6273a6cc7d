package io.cellgate.inventory.sim;

import static io.cellgate.inventory.store.Tables.Geofence.ACCOUNT;
import static io.cellgate.inventory.store.Tables.Geofence.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Geofence.FENCE;
import static io.cellgate.inventory.store.Tables.Geofence.ID;
import static io.cellgate.inventory.store.Tables.Geofence.NAME;
import static io.cellgate.inventory.store.Tables.Geofence.REVISION;
import static io.cellgate.inventory.store.Tables.Geofence.TABLE;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tx;
import java.time.Instant;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The geofences of accounts. */
public final class GeofenceStore {
    private final Database database;

    public GeofenceStore(Database database) {
        this.database = database;
    }

    public Outcome<Geofence> create(Actor actor, String account, String name, Fence fence) {
        return database.write(actor, tx -> {
            if (!tx.sql().fetchExists(Tables.Account.TABLE, Tables.Account.ID.eq(account))) {
                return new Outcome.Absent<>("account", account);
            }
            Geofence made = new Geofence(ObjectId.next("gfc", tx.now()), account, name, fence,
                    tx.now(), 1);
            return check(tx, made).map(_ -> {
                tx.sql().insertInto(TABLE).set(ID, made.id()).set(ACCOUNT, account).set(NAME, name)
                        .set(FENCE, Fence.write(fence)).set(CREATED_AT, tx.nowMillis())
                        .set(REVISION, 1L).execute();
                tx.tell(account, "geofence.created", made.id(), null, told(made));
                return made;
            });
        });
    }

    public Outcome<Geofence> find(Scope scope, String id) {
        return database.read(sql -> read(sql, scope, id));
    }

    public Page<Geofence> list(Scope scope, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(TABLE).where(scope.on(ACCOUNT))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : ID.gt(page.afterKey()))
                        .orderBy(ID).limit(page.fetch()).fetch(GeofenceStore::geofence),
                page, Geofence::id));
    }

    public Outcome<Geofence> replace(Actor actor, Scope scope, String id, String name, Fence fence,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedRevision, Geofence::revision).then(old -> {
                    Geofence changed = new Geofence(id, old.account(), name, fence, old.createdAt(),
                            old.revision() + 1);
                    return check(tx, changed).map(_ -> {
                        tx.sql().update(TABLE).set(NAME, name).set(FENCE, Fence.write(fence))
                                .set(REVISION, changed.revision()).where(ID.eq(id)).execute();
                        tx.tell(old.account(), "geofence.changed", id, told(old), told(changed));
                        return changed;
                    });
                }));
    }

    /** Deletes one that nothing names any more. */
    public Outcome<Geofence> delete(Actor actor, Scope scope, String id,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedRevision, Geofence::revision).then(geofence -> {
                    if (tx.sql().fetchExists(Tables.Sim.TABLE, Tables.Sim.GEOFENCE.eq(id))
                            || tx.sql().fetchExists(Tables.Fleet.TABLE,
                                    Tables.Fleet.GEOFENCE.eq(id))
                            || tx.sql().fetchExists(Tables.Account.TABLE,
                                    Tables.Account.GEOFENCE.eq(id))) {
                        return Outcome.conflict(Reason.IN_USE, "geofence " + id
                                + " is named by SIMs, fleets or its account, expected by none");
                    }
                    tx.sql().deleteFrom(TABLE).where(ID.eq(id)).execute();
                    tx.tell(geofence.account(), "geofence.deleted", id, told(geofence), null);
                    return Outcome.done(geofence);
                }));
    }

    private static Outcome<Boolean> check(Tx tx, Geofence geofence) {
        Faults faults = new Faults();
        faults.name("/name", geofence.name(), 100);
        if (faults.any()) {
            return faults.invalid();
        }
        return tx.sql().fetchExists(TABLE, ACCOUNT.eq(geofence.account())
                .and(NAME.eq(geofence.name())).and(ID.ne(geofence.id())))
                        ? Outcome.conflict(Reason.TAKEN,
                                "a geofence is named \"" + geofence.name() + "\"")
                        : Outcome.done(true);
    }

    private static Outcome<Geofence> read(DSLContext sql, Scope scope, String id) {
        Record row = sql.selectFrom(TABLE).where(ID.eq(id)).and(scope.on(ACCOUNT)).fetchOne();
        return row == null ? new Outcome.Absent<>("geofence", id) : Outcome.done(geofence(row));
    }

    private static Geofence geofence(Record row) {
        return new Geofence(row.get(ID), row.get(ACCOUNT), row.get(NAME),
                Objects.requireNonNull(Fence.read(row.get(FENCE))),
                Instant.ofEpochMilli(row.get(CREATED_AT)), row.get(REVISION));
    }

    private record Told(String name, Fence.Stored fence) {}

    private static Told told(Geofence geofence) {
        return new Told(geofence.name(), geofence.fence().stored());
    }
}
