package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** The information elements of GTPv2-C that this gateway reads, TS 29.274 §8.1. */
final class Gtp2Ie {
    static final IeType<Imsi> IMSI = new IeType<>(1, "IMSI", 3, Tbcd::imsi);
    static final IeType<CauseIe> CAUSE = new IeType<>(2, "Cause", 2, CauseIe::decode);
    static final IeType<Integer> RECOVERY = new IeType<>(3, "Recovery", 1, o -> o.u8(0));
    static final IeType<String> APN = new IeType<>(71, "APN", 1, ApnLabels::networkIdentifier);
    static final IeType<Ambr> AMBR = new IeType<>(72, "AMBR", 8, Ambr::decode);
    static final IeType<Integer> EBI = new IeType<>(73, "EBI", 1, Gtp2Ie::ebi);
    static final IeType<Imei> MEI = new IeType<>(75, "MEI", 7, Tbcd::imei);
    static final IeType<String> MSISDN = new IeType<>(76, "MSISDN", 1, Tbcd::msisdn);
    static final IeType<Octets> INDICATION = new IeType<>(77, "Indication", 1, o -> o);
    static final IeType<ProtocolOptions> PCO = new IeType<>(78, "PCO", 1, ProtocolOptions::decode);
    static final IeType<PdnAddress> PAA = new IeType<>(79, "PAA", 1, PdnAddress::decodePaa);
    static final IeType<BearerQos> BEARER_QOS = new IeType<>(80, "Bearer QoS", 22,
            BearerQos::decode);
    static final IeType<Integer> RAT_TYPE = new IeType<>(82, "RAT Type", 1, o -> o.u8(0));
    static final IeType<Plmn> SERVING_NETWORK = new IeType<>(83, "Serving Network", 3,
            Tbcd::plmn);
    static final IeType<UserLocation> ULI = new IeType<>(86, "ULI", 1, Location::decodeGtp2);
    static final IeType<FTeid> F_TEID = new IeType<>(87, "F-TEID", 9, FTeid::decode);
    static final IeType<Octets> BEARER_CONTEXT = new IeType<>(93, "Bearer Context", 5, o -> o);
    static final IeType<Integer> CHARGING_ID = new IeType<>(94, "Charging ID", 4, o -> o.i32(0));
    static final IeType<Integer> PDN_TYPE = new IeType<>(99, "PDN Type", 1, o -> o.u8(0) & 0x7);
    static final IeType<Integer> PTI = new IeType<>(100, "PTI", 1, o -> o.u8(0));
    static final IeType<ZoneOffset> UE_TIME_ZONE = new IeType<>(114, "UE Time Zone", 2,
            TimeZoneIe::decode);
    static final IeType<Integer> APN_RESTRICTION = new IeType<>(127, "APN Restriction", 1,
            o -> o.u8(0));
    static final IeType<Integer> SELECTION_MODE = new IeType<>(128, "Selection Mode", 1,
            o -> o.u8(0) & 0x3);
    static final IeType<FqCsid> FQ_CSID = new IeType<>(132, "FQ-CSID", 5, FqCsid::decode);
    static final IeType<ProtocolOptions> APCO = new IeType<>(163, "APCO", 1,
            ProtocolOptions::decode);
    static final IeType<ProtocolOptions> EPCO = new IeType<>(197, "ePCO", 1,
            ProtocolOptions::decode);

    private Gtp2Ie() {}

    /** 1 to 15 (1 to 4 since release 15); 0 is no bearer. TS 24.007 §11.2.3.1.5. */
    private static @Nullable Integer ebi(Octets octets) {
        int ebi = octets.u8(0) & 0xf;
        return ebi == 0 ? null : (Integer) ebi;
    }
}
