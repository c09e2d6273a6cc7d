package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** The information elements of GTPv1-C that this gateway reads, TS 29.060 §7.7. */
final class Gtp1Ie {
    static final IeType<Integer> CAUSE = new IeType<>(1, "Cause", 1, o -> o.u8(0));
    static final IeType<Imsi> IMSI = new IeType<>(2, "IMSI", 8, Tbcd::imsi);
    static final IeType<UserLocation> RAI = new IeType<>(3, "RAI", 6, Location::decodeRai);
    static final IeType<Integer> REORDERING_REQUIRED = new IeType<>(8, "Reordering Required", 1,
            o -> o.u8(0) & 1);
    static final IeType<Integer> RECOVERY = new IeType<>(14, "Recovery", 1, o -> o.u8(0));
    static final IeType<Integer> SELECTION_MODE = new IeType<>(15, "Selection Mode", 1,
            o -> o.u8(0) & 0x3);
    static final IeType<Integer> TEID_DATA = new IeType<>(16, "TEID Data I", 4, o -> o.i32(0));
    static final IeType<Integer> TEID_CONTROL = new IeType<>(17, "TEID Control Plane", 4,
            o -> o.i32(0));
    static final IeType<Integer> TEARDOWN = new IeType<>(19, "Teardown Ind", 1, o -> o.u8(0) & 1);
    /** Instance 1 of Create PDP Context Request is the linked NSAPI of a secondary context. */
    static final IeType<Integer> NSAPI = new IeType<>(20, "NSAPI", 1, Gtp1Ie::nsapi);
    static final IeType<Integer> CHARGING_ID = new IeType<>(127, "Charging ID", 4, o -> o.i32(0));
    static final IeType<PdnAddress> EUA = new IeType<>(128, "End User Address", 2,
            PdnAddress::decodeEua);
    static final IeType<String> APN = new IeType<>(131, "APN", 1, ApnLabels::networkIdentifier);
    static final IeType<ProtocolOptions> PCO = new IeType<>(132, "PCO", 1,
            ProtocolOptions::decode);
    /** Instance 0 is for signalling, instance 1 for user traffic. */
    static final IeType<InetAddress> GSN_ADDRESS = new IeType<>(133, "GSN Address", 4,
            Gtp1Ie::address);
    static final IeType<String> MSISDN = new IeType<>(134, "MSISDN", 2,
            o -> Tbcd.msisdn(o.from(1)));
    static final IeType<Octets> QOS_PROFILE = new IeType<>(135, "QoS Profile", 4, o -> o);
    static final IeType<Integer> COMMON_FLAGS = new IeType<>(148, "Common Flags", 1,
            o -> o.u8(0));
    static final IeType<Integer> APN_RESTRICTION = new IeType<>(149, "APN Restriction", 1,
            o -> o.u8(0));
    static final IeType<Integer> RAT_TYPE = new IeType<>(151, "RAT Type", 1, o -> o.u8(0));
    static final IeType<UserLocation> ULI = new IeType<>(152, "ULI", 8, Location::decodeGtp1);
    static final IeType<ZoneOffset> MS_TIME_ZONE = new IeType<>(153, "MS Time Zone", 2,
            TimeZoneIe::decode);
    static final IeType<Imei> IMEI = new IeType<>(154, "IMEI(SV)", 8, Tbcd::imei);

    static final IeType<Integer> DIRECT_TUNNEL_FLAGS = new IeType<>(182, "Direct Tunnel Flags", 1,
            o -> o.u8(0));

    static final IeType<Ambr> APN_AMBR = new IeType<>(198, "APN-AMBR", 8, Ambr::decode);
    /** Extension Header Type List, which we write only. */
    static final int EXTENSION_HEADER_LIST = 141;

    private Gtp1Ie() {}

    private static @Nullable Integer nsapi(Octets octets) {
        return octets.u8(0) & 0xf; // 0 to 4 are reserved, TS 29.060 §7.7.17, yet there are SGSNs
                                   // that use 0
    }

    /** 4 or 16 octets, TS 29.060 §7.7.32; any other length is no address. */
    private static @Nullable InetAddress address(Octets octets) {
        return switch (octets.length()) {
            case 4 -> Addresses.v4(octets, 0);
            case 16 -> Addresses.v6(octets, 0);
            default -> null;
        };
    }
}
