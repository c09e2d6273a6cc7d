package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.CreatePdpContextResponse;
import io.cellgate.dataplane.gtpc.CreateSessionResponse;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.FqCsid;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The requests of an ordinary carrier, from which a test departs where it needs to. */
final class Requests {
    static final Imsi IMSI = new Imsi("262011234567890");
    static final Imei IMEI = new Imei("3534900698733153");
    static final int EBI = 5;
    static final int SGW_CONTROL = 0x1001;
    static final int SGW_USER = 0x1002;
    /** As a real SGSN sent it: 12 octets, best effort. */
    static final Octets QOS = Octets.of(HexFormat.of().parseHex("021b421f7396404074" + "4b4040"));

    private Requests() {}

    /** What a test may want to be different. */
    static final class Create {
        Imsi imsi = IMSI;
        @Nullable
        Imei imei = IMEI;
        int ebi = EBI;
        int ratType = 6;
        int pdnType = PdnAddress.IPV4;
        boolean dualAddress = true;
        boolean handover;
        @Nullable
        FqCsid mmeSets;
        @Nullable
        FqCsid sgwSets;
        String apn = "iot.example";
        Plmn serving = Harness.GERMANY;
        int recovery = 4;
        int teidControl = SGW_CONTROL;
        int teidUser = SGW_USER;
        /** Of a PDP context; an SGSN need not say. */
        @Nullable
        Ambr ambr;

        byte[] v2(InetAddress sgw, int sequence) {
            return v2Without(sgw, sequence, 0);
        }

        /** All elements of TS 29.274 table 7.2.1-1 that S5/S8 needs, but the one of this type. */
        byte[] v2Without(InetAddress sgw, int sequence, int ie) {
            Gtp2Encoder e = Gtp2Encoder.withTeid(Gtp2Type.CREATE_SESSION_REQUEST, 0, sequence);
            if (ie != 1) {
                e.imsi(imsi);
            }
            e.msisdn("491700000001");
            if (imei != null) {
                e.mei(imei);
            }
            e.uli(new UserLocation(serving, 0x1234, null, 0x0abcdef)).servingNetwork(serving);
            if (ie != 82) {
                e.ratType(ratType);
            }
            e.indication((dualAddress ? 0x80 : 0) | (handover ? 0x20 : 0));
            if (ie != 87) {
                e.fTeid(0, FTeid.of(FTeid.S5_S8_SGW_GTP_C, teidControl, sgw));
            }
            if (ie != 71) {
                e.apn(apn + ".mnc001.mcc262.gprs");
            }
            e.selectionMode(0);
            if (ie != 99) {
                e.pdnType(pdnType);
                Inet4Address none = Inet4Address.ofLiteral("0.0.0.0");
                e.paa(new PdnAddress(pdnType, none, null));
            }
            e.apnRestriction(0).ambr(new Ambr(1000, 2000));
            if (ie != 93) {
                e.bearerContext(bearer -> bearer.ebi(0, ebi)
                        .fTeid(2, FTeid.of(FTeid.S5_S8_SGW_GTP_U, teidUser, sgw))
                        .bearerQos(BearerQos.BEST_EFFORT));
            }
            if (mmeSets != null) {
                e.fqCsid(0, mmeSets);
            }
            if (sgwSets != null) {
                e.fqCsid(1, sgwSets);
            }
            return e.recovery(recovery).ueTimeZone(ZoneOffset.ofHours(1)).toDatagram();
        }

        byte[] v1(InetAddress sgsn, int sequence) {
            return v1Without(sgsn, sequence, 0);
        }

        /** All elements of TS 29.060 table 5 that a primary context needs, but the one of this type. */
        byte[] v1Without(InetAddress sgsn, int sequence, int ie) {
            Gtp1Encoder e = Gtp1Encoder.of(Gtp1Type.CREATE_PDP_CONTEXT_REQUEST, 0, sequence);
            if (ie != 2) {
                e.imsi(imsi);
            }
            e.rai(new UserLocation(serving, null, 0x1234, null)).recovery(recovery)
                    .selectionMode(0);
            if (ie != 16) {
                e.teidData(teidUser);
            }
            if (ie != 17) {
                e.teidControl(teidControl);
            }
            if (ie != 20) {
                e.nsapi(ebi);
            }
            if (ie != 128) {
                e.endUserAddress(new PdnAddress(pdnType, null, null));
            }
            if (ie != 131) {
                e.apn(apn);
            }
            if (ie != 133) {
                e.gsnAddress(sgsn).gsnAddress(sgsn);
            }
            e.msisdn("491700000001");
            if (ie != 135) {
                e.qosProfile(QOS);
            }
            if (dualAddress) {
                e.commonFlags(0x80);
            }
            e.ratType(ratType).uli(new UserLocation(serving, null, 0x1234, 0x5678))
                    .msTimeZone(ZoneOffset.ofHours(1));
            if (imei != null) {
                e.imei(imei);
            }
            if (ambr != null) {
                e.apnAmbr(ambr);
            }
            return e.toDatagram();
        }
    }

    static byte[] deleteSession(int teid, int sequence) {
        return Gtp2Encoder.withTeid(Gtp2Type.DELETE_SESSION_REQUEST, teid, sequence).ebi(0, EBI)
                .toDatagram();
    }

    static byte[] deletePdpContext(int teid, int sequence) {
        return Gtp1Encoder.of(Gtp1Type.DELETE_PDP_CONTEXT_REQUEST, teid, sequence).teardown(true)
                .nsapi(EBI).toDatagram();
    }

    /** Attaches, and returns our control TEID. */
    static int attach2(Harness.Node sgw, Create create, int sequence) {
        CreateSessionResponse response = CreateSessionResponse
                .decode(sgw.ask2(create.v2(sgw.address, sequence))).orThrow();
        assertThat(response.cause().isAccepted()).as(response.toString()).isTrue();
        return requireNonNull(response.sender()).teid();
    }

    static int attach1(Harness.Node sgsn, Create create, int sequence) {
        CreatePdpContextResponse response = CreatePdpContextResponse
                .decode(sgsn.ask1(create.v1(sgsn.address, sequence))).orThrow();
        assertThat(response.isAccepted()).as(response.toString()).isTrue();
        return requireNonNull(response.teidControl());
    }
}
