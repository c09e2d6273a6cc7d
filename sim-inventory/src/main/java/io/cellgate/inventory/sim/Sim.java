package io.cellgate.inventory.sim;

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
 * @param revision  grows with each change
 */
public record Sim(Iccid iccid, Imsi imsi, @Nullable String msisdn, String product, String batch,
        SimState actual, SimState intended, @Nullable String account, @Nullable String order,
        SimSettings settings, @Nullable Imei boundImei, Instant createdAt, Instant changedAt,
        long revision) {}
