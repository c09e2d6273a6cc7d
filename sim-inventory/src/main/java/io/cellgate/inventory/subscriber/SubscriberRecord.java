package io.cellgate.inventory.subscriber;

import io.cellgate.inventory.sim.Fence;
import io.cellgate.inventory.sim.ImeiLock;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.policy.IpAddress;
import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Quota;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A SIM as the gateway needs it at an attach: what holds for it, whether from itself, its fleet or its account.
 *
 * @param account   null while it is in stock
 * @param imeiLock  its own, else its fleet's, else {@link ImeiLock#OFF}
 * @param boundImei the modem of its first use, where it is known
 * @param fence     its own, else its fleet's, else its account's, each by itself or by a geofence; null: none
 * @param quota     its own, else its fleet's, else its account's; null: none
 * @param ownIpv4   the address that belongs to it, or null
 * @param ownIpv6   the first address of the /64 that belongs to it, or null
 * @param eid       the eUICC that its profile is in, or null
 * @param ownedSince the millisecond in which it came to its account; 1970 where that was not noted
 * @param policy    its own, else its fleet's, else its account's; null: it reaches nothing
 */
public record SubscriberRecord(Iccid iccid, Imsi imsi, @Nullable String msisdn, SimState state,
        @Nullable String account, @Nullable String fleet, ImeiLock imeiLock,
        @Nullable Imei boundImei, @Nullable Fence fence, @Nullable Quota quota,
        @Nullable String policy, Map<String, String> tags, @Nullable IpAddress ownIpv4,
        @Nullable IpAddress ownIpv6, @Nullable Eid eid, Instant ownedSince) {
    public SubscriberRecord {
        tags = Map.copyOf(tags);
    }

    /**
     * The account that certainly had it at some time, or null where another did, or none. Of the millisecond in which it
     * changed hands it is not known.
     */
    public @Nullable String accountAt(Instant time) {
        return time.toEpochMilli() > ownedSince.toEpochMilli() ? account : null;
    }

    /** What its lock says to a modem. */
    public ImeiLock.Verdict judge(@Nullable Imei presented) {
        return imeiLock.judge(presented, boundImei);
    }
}
