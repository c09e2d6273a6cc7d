package io.cellgate.inventory.sim;

import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A SIM card, without its secrets.
 *
 * @param actual    the state it is in
 * @param intended  the state that its owner last asked for; another than the actual one while that cannot be yet, as
 *                  when a SIM is activated before it is delivered
 * @param account   whose it is, or null in stock
 * @param order     the order it came with, or null in stock
 * @param boundImei the modem in which it was first seen, where its lock goes by that
 * @param eid       the eUICC that the profile was downloaded to; null for a card, and before
 * @param revision  grows with each change
 */
public record Sim(Iccid iccid, Imsi imsi, @Nullable String msisdn, String product, String batch,
        SimState actual, SimState intended, @Nullable String account, @Nullable String order,
        SimSettings settings, @Nullable Imei boundImei, @Nullable Eid eid, Instant createdAt,
        Instant changedAt, long revision) {

    Sim in(SimState nowActual, SimState nowIntended) {
        return new Sim(iccid, imsi, msisdn, product, batch, nowActual, nowIntended, account, order,
                settings, boundImei, eid, createdAt, changedAt, revision);
    }

    Sim with(SimSettings others, @Nullable Imei bound) {
        return new Sim(iccid, imsi, msisdn, product, batch, actual, intended, account, order,
                others, bound, eid, createdAt, changedAt, revision);
    }

    Sim ofEuicc(@Nullable Eid other) {
        return new Sim(iccid, imsi, msisdn, product, batch, actual, intended, account, order,
                settings, boundImei, other, createdAt, changedAt, revision);
    }

    /** Its policy, geofence and order stay behind, for they are the old account's. */
    Sim movedTo(String other, @Nullable String fleet) {
        SimSettings kept = settings.withFleet(fleet).withPolicy(null).withGeofence(null);
        return new Sim(iccid, imsi, msisdn, product, batch, actual, intended, other, null, kept,
                boundImei, eid, createdAt, changedAt, revision);
    }

    Sim changedAt(Instant time) {
        return new Sim(iccid, imsi, msisdn, product, batch, actual, intended, account, order,
                settings, boundImei, eid, createdAt, time, revision + 1);
    }
}
