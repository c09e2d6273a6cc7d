package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import java.net.InetAddress;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Update PDP Context Request as an SGSN sends it, TS 29.060 §7.3.3: a new SGSN, a new place or radio access, a new
 * quality of service.
 *
 * @param directTunnel the user endpoint is an RNC's, not the SGSN's
 * @param teidControl null where it stays as it was
 */
public record UpdatePdpContextRequest(@Nullable UserLocation rai, @Nullable UserLocation uli,
        @Nullable Integer ratType, @Nullable Imei imei, int teidData,
        @Nullable Integer teidControl, int nsapi, InetAddress signallingAddress,
        InetAddress userAddress, Octets qos, @Nullable Integer recovery,
        @Nullable ZoneOffset timeZone, boolean directTunnel) {

    public static Decoded<UpdatePdpContextRequest> decode(Gtp1Message message) {
        IeReader in = message.reader();
        Integer teidData = in.mandatory(Gtp1Ie.TEID_DATA, 0);
        Integer nsapi = in.mandatory(Gtp1Ie.NSAPI, 0);
        InetAddress signalling = in.mandatory(Gtp1Ie.GSN_ADDRESS, 0);
        InetAddress user = in.mandatory(Gtp1Ie.GSN_ADDRESS, 1);
        Octets qos = in.mandatory(Gtp1Ie.QOS_PROFILE, 0);
        Integer direct = in.optional(Gtp1Ie.DIRECT_TUNNEL_FLAGS, 0);
        return in.fault() != null || teidData == null || nsapi == null || signalling == null
                || user == null || qos == null
                        ? in.bad()
                        : Decoded.good(new UpdatePdpContextRequest(in.optional(Gtp1Ie.RAI, 0),
                                in.optional(Gtp1Ie.ULI, 0), in.optional(Gtp1Ie.RAT_TYPE, 0),
                                in.optional(Gtp1Ie.IMEI, 0), teidData,
                                in.optional(Gtp1Ie.TEID_CONTROL, 0), nsapi, signalling, user, qos,
                                message.recovery(), in.optional(Gtp1Ie.MS_TIME_ZONE, 0),
                                direct != null && (direct & 1) != 0));
    }
}
