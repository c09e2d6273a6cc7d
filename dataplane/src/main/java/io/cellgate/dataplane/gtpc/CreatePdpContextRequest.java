package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Create PDP Context Request as an SGSN sends it to a GGSN, TS 29.060 §7.3.1. For a primary context the elements
 * that the clause calls conditional are needed; a secondary one (with a linked NSAPI) is a fault of its own.
 *
 * @param rai         where the device is by its routeing area: network and location area
 * @param uli         its cell, where sent
 * @param qos         the QoS Profile as it came; the answer echoes it
 * @param ambr        what all connections to the APN may carry (§7.7.98), where sent
 * @param dualAddress the Dual Address Bearer Flag of Common Flags (§7.7.48)
 */
public record CreatePdpContextRequest(Imsi imsi, @Nullable String msisdn, @Nullable Imei imei,
        @Nullable UserLocation rai, @Nullable UserLocation uli, @Nullable Integer ratType,
        int teidData, int teidControl, int nsapi, PdnAddress endUserAddress, String apn,
        @Nullable Integer selectionMode, InetAddress signallingAddress, InetAddress userAddress,
        Octets qos, boolean dualAddress, @Nullable ProtocolOptions options,
        @Nullable Integer recovery, @Nullable ZoneOffset timeZone, @Nullable Ambr ambr) {

    public static Decoded<CreatePdpContextRequest> decode(Gtp1Message message) {
        IeReader in = message.reader();
        if (in.optional(Gtp1Ie.NSAPI, 1) != null) {
            in.blame(SignallingFault.SECONDARY_CONTEXT, Gtp1Ie.NSAPI, 1,
                    "linked NSAPI of a secondary context, expected a primary one");
        }
        Imsi imsi = in.conditional(Gtp1Ie.IMSI, 0);
        Integer teidData = in.mandatory(Gtp1Ie.TEID_DATA, 0);
        Integer teidControl = in.conditional(Gtp1Ie.TEID_CONTROL, 0);
        Integer nsapi = in.mandatory(Gtp1Ie.NSAPI, 0);
        PdnAddress endUserAddress = in.conditional(Gtp1Ie.EUA, 0);
        String apn = in.conditional(Gtp1Ie.APN, 0);
        InetAddress signalling = in.mandatory(Gtp1Ie.GSN_ADDRESS, 0);
        InetAddress user = in.mandatory(Gtp1Ie.GSN_ADDRESS, 1);
        Octets qos = in.mandatory(Gtp1Ie.QOS_PROFILE, 0);
        if (in.fault() != null || imsi == null || teidData == null || teidControl == null
                || nsapi == null || endUserAddress == null || apn == null || signalling == null
                || user == null || qos == null) {
            return in.bad();
        }
        Integer flags = in.optional(Gtp1Ie.COMMON_FLAGS, 0);
        return Decoded.good(new CreatePdpContextRequest(imsi, in.optional(Gtp1Ie.MSISDN, 0),
                in.optional(Gtp1Ie.IMEI, 0), in.optional(Gtp1Ie.RAI, 0),
                in.optional(Gtp1Ie.ULI, 0), in.optional(Gtp1Ie.RAT_TYPE, 0), teidData,
                teidControl, nsapi, endUserAddress, apn, in.optional(Gtp1Ie.SELECTION_MODE, 0),
                signalling, user, qos, flags != null && (flags & 0x80) != 0,
                in.optional(Gtp1Ie.PCO, 0), message.recovery(),
                in.optional(Gtp1Ie.MS_TIME_ZONE, 0), in.optional(Gtp1Ie.APN_AMBR, 0)));
    }
}
