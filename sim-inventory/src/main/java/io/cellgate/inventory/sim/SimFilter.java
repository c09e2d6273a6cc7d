package io.cellgate.inventory.sim;

import static io.cellgate.inventory.store.Tables.Sim.ACCOUNT;
import static io.cellgate.inventory.store.Tables.Sim.BATCH;
import static io.cellgate.inventory.store.Tables.Sim.EID;
import static io.cellgate.inventory.store.Tables.Sim.FLEET;
import static io.cellgate.inventory.store.Tables.Sim.GEOFENCE;
import static io.cellgate.inventory.store.Tables.Sim.ICCID;
import static io.cellgate.inventory.store.Tables.Sim.IMSI;
import static io.cellgate.inventory.store.Tables.Sim.MSISDN;
import static io.cellgate.inventory.store.Tables.Sim.ORDER_ID;
import static io.cellgate.inventory.store.Tables.Sim.POLICY;
import static io.cellgate.inventory.store.Tables.Sim.PRODUCT;
import static io.cellgate.inventory.store.Tables.Sim.STATE;

import io.cellgate.inventory.store.Tables.SimCondition;
import io.cellgate.inventory.store.Tables.SimTag;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Which SIMs are wanted: those of which everything given here is so.
 *
 * @param iccidFrom  no smaller ICCID than this
 * @param iccidUntil no greater ICCID than this
 * @param imposed    the system imposes this on it
 * @param tags       names and values; an empty value stands for any
 */
public record SimFilter(@Nullable SimState state, @Nullable String fleet, @Nullable String order,
        @Nullable String product, @Nullable String batch, @Nullable String policy,
        @Nullable String imsi, @Nullable String msisdn, @Nullable String eid,
        @Nullable String geofence, @Nullable String imposed, @Nullable String iccidFrom,
        @Nullable String iccidUntil, Map<String, String> tags) {
    public static final SimFilter ALL = new SimFilter(null, null, null, null, null, null, null,
            null, null, null, null, null, null, Map.of());

    public SimFilter {
        tags = Map.copyOf(tags);
    }

    public static SimFilter ofOrder(String order) {
        return new SimFilter(null, null, order, null, null, null, null, null, null, null, null,
                null,
                null, Map.of());
    }

    public static SimFilter ofFleet(String fleet) {
        return new SimFilter(null, fleet, null, null, null, null, null, null, null, null, null,
                null, null, Map.of());
    }

    public SimFilter inState(SimState wanted) {
        return new SimFilter(wanted, fleet, order, product, batch, policy, imsi, msisdn, eid,
                geofence, imposed, iccidFrom, iccidUntil, tags);
    }

    Condition condition() {
        Condition all = DSL.noCondition().and(equal(STATE, state == null ? null : state.text()))
                .and(equal(FLEET, fleet)).and(equal(ORDER_ID, order)).and(equal(PRODUCT, product))
                .and(equal(BATCH, batch)).and(equal(POLICY, policy)).and(equal(IMSI, imsi))
                .and(equal(MSISDN, msisdn)).and(equal(EID, eid))
                .and(equal(GEOFENCE, geofence));
        if (imposed != null) {
            all = all.and(ICCID.in(DSL.select(SimCondition.ICCID).from(SimCondition.TABLE)
                    .where(SimCondition.KIND.eq(imposed))));
        }
        if (state != null && state != SimState.INVENTORY) {
            // Said aloud, so that the partial indexes on SIMs outside the stock apply.
            all = all.and(ACCOUNT.isNotNull());
        }
        if (iccidFrom != null) {
            all = all.and(ICCID.ge(iccidFrom));
        }
        if (iccidUntil != null) {
            all = all.and(ICCID.le(iccidUntil));
        }
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            Condition named = SimTag.TAG.eq(tag.getKey());
            all = all.and(ICCID.in(DSL.select(SimTag.ICCID).from(SimTag.TABLE)
                    .where(tag.getValue().isEmpty()
                            ? named
                            : named.and(SimTag.TAG_VALUE.eq(tag.getValue())))));
        }
        return all;
    }

    private static Condition equal(Field<String> field, @Nullable String value) {
        return value == null ? DSL.noCondition() : field.eq(value);
    }
}
