package io.cellgate.inventory.sim;

import static io.cellgate.inventory.store.Tables.Sim.ACCOUNT;
import static io.cellgate.inventory.store.Tables.Sim.BATCH;
import static io.cellgate.inventory.store.Tables.Sim.BOUND_IMEI;
import static io.cellgate.inventory.store.Tables.Sim.CHANGED_AT;
import static io.cellgate.inventory.store.Tables.Sim.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Sim.EID;
import static io.cellgate.inventory.store.Tables.Sim.FENCE;
import static io.cellgate.inventory.store.Tables.Sim.FLEET;
import static io.cellgate.inventory.store.Tables.Sim.GEOFENCE;
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
import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.sql.ResultSet;
import java.time.Instant;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectJoinStep;
import org.jspecify.annotations.Nullable;

/** A SIM as the database has it. */
final class SimRows {
    private static final Field<?>[] COLUMNS = {ICCID, IMSI, MSISDN, PRODUCT, BATCH, STATE, INTENDED,
            ACCOUNT, ORDER_ID, FLEET, POLICY, IMEI_LOCK, BOUND_IMEI, FENCE, QUOTA, TAGS, CREATED_AT,
            CHANGED_AT, REVISION, EID, GEOFENCE};

    private SimRows() {}

    static SelectJoinStep<? extends Record> select(DSLContext sql) {
        return sql.select(COLUMNS).from(TABLE);
    }

    /** The one in the answer to {@link #select}. */
    static @Nullable Sim one(DSLContext sql, ResultSet rows) {
        Record row = sql.fetchOne(rows, COLUMNS);
        return row == null ? null : sim(row);
    }

    static Outcome<Sim> read(DSLContext sql, Scope scope, Iccid iccid) {
        return read(sql, scope, ICCID.eq(iccid.digits()), iccid.digits());
    }

    static Outcome<Sim> read(DSLContext sql, Scope scope, Condition key, String id) {
        Record row = select(sql).where(key).and(scope.on(ACCOUNT)).fetchOne();
        return row == null ? new Outcome.Absent<>("sim", id) : Outcome.done(sim(row));
    }

    static Sim sim(Record row) {
        String imei = row.get(BOUND_IMEI);
        String eid = row.get(EID);
        SimSettings settings = new SimSettings(row.get(FLEET), row.get(POLICY),
                ImeiLock.read(row.get(IMEI_LOCK)), Fence.read(row.get(FENCE)), row.get(GEOFENCE),
                QuotaColumn.read(row.get(QUOTA)), Json.map(row.get(TAGS)));
        return new Sim(new Iccid(row.get(ICCID)), new Imsi(row.get(IMSI)), row.get(MSISDN),
                row.get(PRODUCT), row.get(BATCH), SimState.parse(row.get(STATE)),
                SimState.parse(row.get(INTENDED)), row.get(ACCOUNT), row.get(ORDER_ID), settings,
                imei == null ? null : new Imei(imei), eid == null ? null : new Eid(eid),
                Instant.ofEpochMilli(row.get(CREATED_AT)),
                Instant.ofEpochMilli(row.get(CHANGED_AT)), row.get(REVISION));
    }
}
