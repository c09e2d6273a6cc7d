package io.cellgate.inventory.sim;

import static io.cellgate.inventory.store.Tables.Sim.ACCOUNT;
import static io.cellgate.inventory.store.Tables.Sim.BATCH;
import static io.cellgate.inventory.store.Tables.Sim.BOUND_IMEI;
import static io.cellgate.inventory.store.Tables.Sim.CHANGED_AT;
import static io.cellgate.inventory.store.Tables.Sim.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Sim.FENCE;
import static io.cellgate.inventory.store.Tables.Sim.FLEET;
import static io.cellgate.inventory.store.Tables.Sim.ICCID;
import static io.cellgate.inventory.store.Tables.Sim.IMEI_LOCK;
import static io.cellgate.inventory.store.Tables.Sim.IMSI;
import static io.cellgate.inventory.store.Tables.Sim.INTENDED;
import static io.cellgate.inventory.store.Tables.Sim.MSISDN;
import static io.cellgate.inventory.store.Tables.Sim.ORDER_ID;
import static io.cellgate.inventory.store.Tables.Sim.POLICY;
import static io.cellgate.inventory.store.Tables.Sim.PRODUCT;
import static io.cellgate.inventory.store.Tables.Sim.QUOTA;
import static io.cellgate.inventory.store.Tables.Sim.REVISION;
import static io.cellgate.inventory.store.Tables.Sim.STATE;
import static io.cellgate.inventory.store.Tables.Sim.TABLE;
import static io.cellgate.inventory.store.Tables.Sim.TAGS;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.store.QuotaColumn;
import io.cellgate.inventory.store.Tables.SimTag;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.time.Instant;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** A SIM as the database has it. */
final class SimRows {
    private SimRows() {}

    static Outcome<Sim> read(DSLContext sql, Scope scope, Iccid iccid) {
        return read(sql, scope, ICCID.eq(iccid.digits()), iccid.digits());
    }

    static Outcome<Sim> read(DSLContext sql, Scope scope, Condition key, String id) {
        Record row = sql.selectFrom(TABLE).where(key).and(scope.on(ACCOUNT)).fetchOne();
        return row == null ? new Outcome.Absent<>("sim", id) : Outcome.done(sim(row));
    }

    static Sim sim(Record row) {
        String imei = row.get(BOUND_IMEI);
        SimSettings settings = new SimSettings(row.get(FLEET), row.get(POLICY),
                ImeiLock.read(row.get(IMEI_LOCK)), Fence.read(row.get(FENCE)),
                QuotaColumn.read(row.get(QUOTA)), Json.map(row.get(TAGS)));
        return new Sim(new Iccid(row.get(ICCID)), new Imsi(row.get(IMSI)), row.get(MSISDN),
                row.get(PRODUCT), row.get(BATCH), SimState.parse(row.get(STATE)),
                SimState.parse(row.get(INTENDED)), row.get(ACCOUNT), row.get(ORDER_ID), settings,
                imei == null ? null : new Imei(imei), Instant.ofEpochMilli(row.get(CREATED_AT)),
                Instant.ofEpochMilli(row.get(CHANGED_AT)), row.get(REVISION));
    }

    /** Writes what of a SIM can change, and tells its account of it. */
    static Sim save(Tx tx, String event, Sim old, Sim changed) {
        Sim saved = write(tx, old, changed);
        tx.tell(saved.account(), event, saved.iccid().digits(), told(old), told(saved));
        return saved;
    }

    /** Writes a SIM that changes hands. Each account is told of its own side alone: what was before is not the new one's to know. */
    static Sim move(Tx tx, Sim old, Sim changed) {
        Sim saved = write(tx, old, changed);
        String iccid = saved.iccid().digits();
        tx.tell(old.account(), "sim.left", iccid, told(old), null);
        tx.tell(saved.account(), "sim.moved", iccid, null, told(saved));
        return saved;
    }

    private static Sim write(Tx tx, Sim old, Sim changed) {
        Sim saved = new Sim(old.iccid(), old.imsi(), old.msisdn(), old.product(), old.batch(),
                changed.actual(), changed.intended(), changed.account(), changed.order(),
                changed.settings(), changed.boundImei(), old.createdAt(), tx.now(),
                old.revision() + 1);
        SimSettings settings = saved.settings();
        Imei bound = saved.boundImei();
        String iccid = saved.iccid().digits();
        tx.sql().update(TABLE).set(STATE, saved.actual().text())
                .set(INTENDED, saved.intended().text()).set(ACCOUNT, saved.account())
                .set(ORDER_ID, saved.order()).set(FLEET, settings.fleet())
                .set(POLICY, settings.policy())
                .set(IMEI_LOCK, ImeiLock.write(settings.imeiLock()))
                .set(FENCE, Fence.write(settings.fence()))
                .set(QUOTA, QuotaColumn.write(settings.quota()))
                .set(TAGS, settings.tags().isEmpty() ? null : Json.write(settings.tags()))
                .set(BOUND_IMEI, bound == null ? null : bound.digits())
                .set(CHANGED_AT, tx.nowMillis()).set(REVISION, saved.revision())
                .where(ICCID.eq(iccid)).execute();
        if (!settings.tags().equals(old.settings().tags())) {
            tx.sql().deleteFrom(SimTag.TABLE).where(SimTag.ICCID.eq(iccid)).execute();
            settings.tags().forEach((tag, value) -> tx.sql().insertInto(SimTag.TABLE)
                    .set(SimTag.ICCID, iccid).set(SimTag.TAG, tag).set(SimTag.TAG_VALUE, value)
                    .execute());
        }
        return saved;
    }

    static Sim with(Sim sim, SimState actual, SimState intended) {
        return new Sim(sim.iccid(), sim.imsi(), sim.msisdn(), sim.product(), sim.batch(), actual,
                intended, sim.account(), sim.order(), sim.settings(), sim.boundImei(),
                sim.createdAt(), sim.changedAt(), sim.revision());
    }

    static Sim with(Sim sim, SimSettings settings, @Nullable Imei bound) {
        return new Sim(sim.iccid(), sim.imsi(), sim.msisdn(), sim.product(), sim.batch(),
                sim.actual(), sim.intended(), sim.account(), sim.order(), settings, bound,
                sim.createdAt(), sim.changedAt(), sim.revision());
    }

    static Sim movedTo(Sim sim, String account, @Nullable String fleet) {
        SimSettings kept = new SimSettings(fleet, null, sim.settings().imeiLock(),
                sim.settings().fence(), sim.settings().quota(), sim.settings().tags());
        return new Sim(sim.iccid(), sim.imsi(), sim.msisdn(), sim.product(), sim.batch(),
                sim.actual(), sim.intended(), account, null, kept, sim.boundImei(),
                sim.createdAt(), sim.changedAt(), sim.revision());
    }

    /** A SIM as events tell it. */
    private record Told(String imsi, String state, String intended, @Nullable String account,
            @Nullable String order, @Nullable String fleet, @Nullable String policy,
            ImeiLock.@Nullable Stored imei_lock, @Nullable String bound_imei,
            Fence.@Nullable Stored fence, QuotaColumn.@Nullable Stored quota,
            Map<String, String> tags) {}

    private static Told told(Sim sim) {
        SimSettings settings = sim.settings();
        ImeiLock lock = settings.imeiLock();
        Fence fence = settings.fence();
        Imei bound = sim.boundImei();
        return new Told(sim.imsi().digits(), sim.actual().text(), sim.intended().text(),
                sim.account(), sim.order(), settings.fleet(), settings.policy(),
                lock == null ? null : lock.stored(), bound == null ? null : bound.digits(),
                fence == null ? null : fence.stored(), QuotaColumn.stored(settings.quota()),
                settings.tags());
    }
}
