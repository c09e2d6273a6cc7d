package io.cellgate.inventory.order;

import static io.cellgate.inventory.store.Tables.Sim.ACCOUNT;
import static io.cellgate.inventory.store.Tables.Sim.BOUND_IMEI;
import static io.cellgate.inventory.store.Tables.Sim.CHANGED_AT;
import static io.cellgate.inventory.store.Tables.Sim.FENCE;
import static io.cellgate.inventory.store.Tables.Sim.FLEET;
import static io.cellgate.inventory.store.Tables.Sim.GEOFENCE;
import static io.cellgate.inventory.store.Tables.Sim.ICCID;
import static io.cellgate.inventory.store.Tables.Sim.IMEI_LOCK;
import static io.cellgate.inventory.store.Tables.Sim.IMSI;
import static io.cellgate.inventory.store.Tables.Sim.INTENDED;
import static io.cellgate.inventory.store.Tables.Sim.ORDER_ID;
import static io.cellgate.inventory.store.Tables.Sim.OWNED_SINCE;
import static io.cellgate.inventory.store.Tables.Sim.POLICY;
import static io.cellgate.inventory.store.Tables.Sim.PRODUCT;
import static io.cellgate.inventory.store.Tables.Sim.QUOTA;
import static io.cellgate.inventory.store.Tables.Sim.REVISION;
import static io.cellgate.inventory.store.Tables.Sim.STATE;
import static io.cellgate.inventory.store.Tables.Sim.TABLE;
import static io.cellgate.inventory.store.Tables.Sim.TAGS;

import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.sim.SimAction;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.Tables.SimTag;
import io.cellgate.inventory.store.Tx;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Record3;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The SIMs of an order, changed together in its transaction, and an event for each. */
final class OrderSims {
    private OrderSims() {}

    /** Sets aside the order's number of SIMs from stock, those with the smallest ICCIDs, or none. */
    static Outcome<Long> allocate(Tx tx, Order order) {
        // Inlined, so that the planner sees that the partial index of the stock applies.
        Condition inStock = STATE.eq(DSL.inline(SimState.INVENTORY.text()));
        int allocated = tx.sql().update(TABLE).set(STATE, SimState.ALLOCATED.text())
                .set(INTENDED, SimState.ALLOCATED.text()).set(ACCOUNT, order.account())
                .set(ORDER_ID, order.id()).set(OWNED_SINCE, tx.nowMillis())
                .set(CHANGED_AT, tx.nowMillis())
                .set(REVISION, REVISION.plus(1))
                .where(inStock).and(ICCID.in(tx.sql().select(ICCID).from(TABLE).where(inStock)
                        .and(PRODUCT.eq(order.product())).orderBy(ICCID).limit(order.quantity())))
                .execute();
        if (allocated != order.quantity()) {
            return Outcome.conflict(Reason.OUT_OF_STOCK, "got " + allocated + " SIMs of product "
                    + order.product() + " in stock, expected " + order.quantity());
        }
        tell(tx, order, SimAction.ALLOCATE, SimState.INVENTORY, ORDER_ID.eq(order.id()));
        return Outcome.done((long) allocated);
    }

    /** The SIMs are with the customer: ready, or active where that was asked for before. */
    static long deliver(Tx tx, Order order) {
        Condition awaited = ORDER_ID.eq(order.id()).and(STATE.eq(SimState.ALLOCATED.text()));
        Condition activate = awaited.and(INTENDED.eq(SimState.ACTIVE.text()));
        tell(tx, order, SimAction.DELIVER, SimState.ALLOCATED, awaited);
        tell(tx, order, SimAction.ACTIVATE, SimState.READY, activate);
        int active = tx.sql().update(TABLE).set(STATE, SimState.ACTIVE.text())
                .set(CHANGED_AT, tx.nowMillis()).set(REVISION, REVISION.plus(1)).where(activate)
                .execute();
        int ready = tx.sql().update(TABLE).set(STATE, SimState.READY.text())
                .set(INTENDED, SimState.READY.text()).set(CHANGED_AT, tx.nowMillis())
                .set(REVISION, REVISION.plus(1)).where(awaited).execute();
        return (long) active + ready;
    }

    /** The SIMs go back into stock, without anything that the customer set of them. */
    static long release(Tx tx, Order order) {
        Condition held = ORDER_ID.eq(order.id()).and(STATE.eq(SimState.ALLOCATED.text()));
        tell(tx, order, SimAction.RELEASE, SimState.ALLOCATED, held);
        tx.sql().deleteFrom(SimTag.TABLE)
                .where(SimTag.ICCID.in(tx.sql().select(ICCID).from(TABLE).where(held))).execute();
        String none = null;
        return tx.sql().update(TABLE).set(STATE, SimState.INVENTORY.text())
                .set(INTENDED, SimState.INVENTORY.text()).set(ACCOUNT, none).set(ORDER_ID, none)
                .set(FLEET, none).set(POLICY, none).set(IMEI_LOCK, none).set(BOUND_IMEI, none)
                .set(FENCE, none).set(GEOFENCE, none).set(QUOTA, none).set(TAGS, none)
                .set(CHANGED_AT, tx.nowMillis())
                .set(REVISION, REVISION.plus(1)).where(held).execute();
    }

    private static void tell(Tx tx, Order order, SimAction action, SimState from, Condition which) {
        List<Record3<String, String, String>> sims = tx.sql().select(ICCID, IMSI, FLEET)
                .from(TABLE).where(which).orderBy(ICCID).fetch();
        SimState to = action.goal();
        boolean inStock = to == SimState.INVENTORY;
        for (Record3<String, String, String> sim : sims) {
            tx.tell(order.account(), action.event(), sim.value1(),
                    new Told(sim.value2(), from.text(),
                            from == SimState.INVENTORY ? null : order.account(),
                            from == SimState.INVENTORY ? null : order.id()),
                    new Told(sim.value2(), to.text(), inStock ? null : order.account(),
                            inStock ? null : order.id()));
        }
    }

    private record Told(String imsi, String state, @Nullable String account,
            @Nullable String order) {}
}
