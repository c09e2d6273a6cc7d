package io.cellgate.dataplane.session;

import java.net.InetAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What the user plane needs of a PDN connection.
 *
 * @param localTeid    ours: uplink packets in a tunnel carry it; not 0, unguessable. It names the session whatever its
 *                     access is
 * @param access       how its packets come and go
 * @param carrierIndex whose packets may carry the local TEID, see {@code PeerTable}
 * @param ipv4         the device's address, or null
 * @param ipv6Prefix   the first address of the device's /64, or null
 * @param subscriber   whose session it is, and where its policy stands
 * @param request      what was learned of it: APN, RAT, modem, place
 * @param timeZone     where the device is; null where its network does not tell
 * @param downlinkHeld nothing is to be sent to the device now: it is suspended, or its tunnel is lost
 * @param quarantine   the policy that it is under instead of its owner's, or null
 */
public record UserPlaneSession(int localTeid, Access access, int carrierIndex,
        @Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6Prefix, Subscriber subscriber,
        AttachRequest request, @Nullable ZoneOffset timeZone, @Nullable String quarantine,
        boolean downlinkHeld) {

    /** One in a tunnel, whose device can be reached. */
    public UserPlaneSession(int localTeid, int remoteTeid, InetAddress peer, int carrierIndex,
            @Nullable Inet4Address ipv4, @Nullable Inet6Address ipv6Prefix, Subscriber subscriber,
            AttachRequest request, @Nullable ZoneOffset timeZone, @Nullable String quarantine) {
        this(localTeid, new Access.Tunnel(remoteTeid, peer), carrierIndex, ipv4, ipv6Prefix,
                subscriber, request, timeZone, quarantine, false);
    }
}
