package io.cellgate.dataplane.session;

import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A SIM that may have a session, as the inventory knows it.
 *
 * @param policy      where its effective policy stands
 * @param status      its state in the inventory, for {@code sim.status}
 * @param tags        {@code sim.tags}
 * @param imeiChanged whether its modem is another than the one it was bound to or first used; null if that
 *                    is not known
 * @param inFence     whether it is where its geofence allows; null where it has none or the place is unknown
 * @param allowance   its quota, and what it had used of it
 * @param own         the addresses that belong to the SIM
 * @param eid         the eUICC that its profile is in, for {@code sim.eid}; null of a card
 */
public record Subscriber(Iccid iccid, Imsi imsi, @Nullable String msisdn, String account,
        @Nullable String fleet, String status, Map<String, String> tags, PolicySlot policy,
        @Nullable Boolean imeiChanged, @Nullable Boolean inFence, Allowance allowance,
        OwnAddresses own, @Nullable String eid) {
    public Subscriber {
        tags = Map.copyOf(tags);
    }

    /** A SIM without a quota and without addresses of its own, that has used nothing. */
    public Subscriber(Iccid iccid, Imsi imsi, @Nullable String msisdn, String account,
            @Nullable String fleet, String status, Map<String, String> tags, PolicySlot policy,
            @Nullable Boolean imeiChanged, @Nullable Boolean inFence) {
        this(iccid, imsi, msisdn, account, fleet, status, tags, policy, imeiChanged, inFence,
                Allowance.UNLIMITED, OwnAddresses.NONE, null);
    }
}
