package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.time.ZoneOffset;
import java.util.function.Consumer;

/**
 * Writes one GTPv2-C message, one call an information element, in the order of the calls. For example
 *
 * <pre>
 *   byte[] datagram = Gtp2Encoder.withTeid(Gtp2Type.DELETE_SESSION_REQUEST, teid, sequence).ebi(0, 5).toDatagram();
 * </pre>
 *
 * Values are written as they are given: it is the caller that knows which elements a message needs.
 */
public final class Gtp2Encoder {
    private final OctetWriter out = new OctetWriter();

    private Gtp2Encoder() {}

    /** A message with a TEID in its header: all but those of path management. It is 0 in a first request (§5.5). */
    public static Gtp2Encoder withTeid(Gtp2Type type, int teid, int sequence) {
        Gtp2Encoder encoder = new Gtp2Encoder();
        encoder.out.u8(0x48).u8(type.code()).u16(0).u32(teid).u24(sequence).u8(0);
        return encoder;
    }

    /** A message of path management: Echo and Version Not Supported. */
    public static Gtp2Encoder withoutTeid(Gtp2Type type, int sequence) {
        Gtp2Encoder encoder = new Gtp2Encoder();
        encoder.out.u8(0x40).u8(type.code()).u16(0).u24(sequence).u8(0);
        return encoder;
    }

    public byte[] toDatagram() {
        out.setU16(2, out.length() - Gtp2Header.FIXED_OCTETS);
        return out.toArray();
    }

    /** An element of any type, also one that this gateway does not know. */
    public Gtp2Encoder raw(int type, int instance, byte[] value) {
        out.u8(type).u16(value.length).u8(instance).octets(value);
        return this;
    }

    private Gtp2Encoder ie(IeType<?> type, int instance, Consumer<OctetWriter> value) {
        out.u8(type.code()).u16(0).u8(instance);
        int from = out.length();
        value.accept(out);
        out.setU16(from - 3, out.length() - from);
        return this;
    }

    private Gtp2Encoder octet(IeType<?> type, int instance, int value) {
        return ie(type, instance, o -> o.u8(value));
    }

    public Gtp2Encoder imsi(Imsi imsi) {
        return raw(Gtp2Ie.IMSI.code(), 0, Tbcd.octets(imsi.digits()));
    }

    public Gtp2Encoder cause(CauseIe cause) {
        return ie(Gtp2Ie.CAUSE, 0, cause::encode);
    }

    public Gtp2Encoder recovery(int restartCounter) {
        return octet(Gtp2Ie.RECOVERY, 0, restartCounter);
    }

    public Gtp2Encoder apn(String apn) {
        return raw(Gtp2Ie.APN.code(), 0, ApnLabels.octets(apn));
    }

    public Gtp2Encoder ambr(Ambr ambr) {
        return ie(Gtp2Ie.AMBR, 0, o -> o.u32(ambr.upKbps()).u32(ambr.downKbps()));
    }

    public Gtp2Encoder ebi(int instance, int ebi) {
        return octet(Gtp2Ie.EBI, instance, ebi);
    }

    public Gtp2Encoder mei(Imei imei) {
        return raw(Gtp2Ie.MEI.code(), 0, Tbcd.octets(imei.digits()));
    }

    public Gtp2Encoder msisdn(String digits) {
        return raw(Gtp2Ie.MSISDN.code(), 0, Tbcd.octets(digits));
    }

    /** @param firstFlags the first octet of flags, TS 29.274 §8.12; the second one is zero */
    public Gtp2Encoder indication(int firstFlags) {
        return ie(Gtp2Ie.INDICATION, 0, o -> o.u8(firstFlags).u8(0));
    }

    public Gtp2Encoder pti(int procedureTransaction) {
        return octet(Gtp2Ie.PTI, 0, procedureTransaction);
    }

    public Gtp2Encoder fqCsid(int instance, FqCsid sets) {
        return ie(Gtp2Ie.FQ_CSID, instance, sets::encode);
    }

    public Gtp2Encoder options(OptionsIe options) {
        IeType<?> type = switch (options.kind()) {
            case PCO -> Gtp2Ie.PCO;
            case APCO -> Gtp2Ie.APCO;
            case EPCO -> Gtp2Ie.EPCO;
        };
        return ie(type, 0, options.options()::encode);
    }

    public Gtp2Encoder paa(PdnAddress address) {
        return ie(Gtp2Ie.PAA, 0, address::encodePaa);
    }

    public Gtp2Encoder bearerQos(BearerQos qos) {
        return ie(Gtp2Ie.BEARER_QOS, 0, qos::encode);
    }

    public Gtp2Encoder ratType(int code) {
        return octet(Gtp2Ie.RAT_TYPE, 0, code);
    }

    public Gtp2Encoder servingNetwork(Plmn plmn) {
        return raw(Gtp2Ie.SERVING_NETWORK.code(), 0, Tbcd.plmn(plmn));
    }

    public Gtp2Encoder uli(UserLocation location) {
        return raw(Gtp2Ie.ULI.code(), 0, Location.encodeGtp2(location));
    }

    public Gtp2Encoder fTeid(int instance, FTeid fTeid) {
        return ie(Gtp2Ie.F_TEID, instance, fTeid::encode);
    }

    /** A grouped element: {@code content} writes into this same encoder. */
    public Gtp2Encoder bearerContext(Consumer<Gtp2Encoder> content) {
        return ie(Gtp2Ie.BEARER_CONTEXT, 0, o -> content.accept(this));
    }

    public Gtp2Encoder chargingId(int id) {
        return ie(Gtp2Ie.CHARGING_ID, 0, o -> o.u32(id));
    }

    public Gtp2Encoder pdnType(int code) {
        return octet(Gtp2Ie.PDN_TYPE, 0, code);
    }

    public Gtp2Encoder ueTimeZone(ZoneOffset zone) {
        return raw(Gtp2Ie.UE_TIME_ZONE.code(), 0, TimeZoneIe.octets(zone));
    }

    public Gtp2Encoder apnRestriction(int value) {
        return octet(Gtp2Ie.APN_RESTRICTION, 0, value);
    }

    public Gtp2Encoder selectionMode(int value) {
        return octet(Gtp2Ie.SELECTION_MODE, 0, value);
    }
}
