package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.time.ZoneOffset;
import java.util.function.Consumer;

/**
 * Writes one GTPv1-C message, one call an information element. TS 29.060 §7.7 wants elements in the order of their
 * types: that order is the caller's to keep.
 */
public final class Gtp1Encoder {
    private final OctetWriter out = new OctetWriter();

    private Gtp1Encoder() {}

    /** A message with a sequence number, as all of GTP-C have. */
    public static Gtp1Encoder of(Gtp1Type type, int teid, int sequence) {
        Gtp1Encoder encoder = new Gtp1Encoder();
        encoder.out.u8(0x32).u8(type.code()).u16(0).u32(teid).u16(sequence).u16(0);
        return encoder;
    }

    public byte[] toDatagram() {
        out.setU16(2, out.length() - Gtp1Header.FIXED_OCTETS);
        return out.toArray();
    }

    /** The extension headers that we understand, TS 29.060 §7.2.4: none. Its list has one octet of length. */
    public static byte[] supportedExtensionHeaders() {
        Gtp1Encoder encoder = of(Gtp1Type.SUPPORTED_EXTENSION_HEADERS, 0, 0);
        encoder.out.u8(Gtp1Ie.EXTENSION_HEADER_LIST).u8(0);
        return encoder.toDatagram();
    }

    /** A TLV element of any type from 128, also one that this gateway does not know. */
    public Gtp1Encoder raw(int type, byte[] value) {
        out.u8(type).u16(value.length).octets(value);
        return this;
    }

    private Gtp1Encoder tlv(IeType<?> type, Consumer<OctetWriter> value) {
        out.u8(type.code()).u16(0);
        int from = out.length();
        value.accept(out);
        out.setU16(from - 2, out.length() - from);
        return this;
    }

    private Gtp1Encoder tv8(IeType<?> type, int value) {
        out.u8(type.code()).u8(value);
        return this;
    }

    private Gtp1Encoder tv32(IeType<?> type, int value) {
        out.u8(type.code()).u32(value);
        return this;
    }

    public Gtp1Encoder cause(int cause) {
        return tv8(Gtp1Ie.CAUSE, cause);
    }

    public Gtp1Encoder imsi(Imsi imsi) {
        out.u8(Gtp1Ie.IMSI.code()).octets(Tbcd.octets(imsi.digits(), 8));
        return this;
    }

    public Gtp1Encoder rai(UserLocation location) {
        out.u8(Gtp1Ie.RAI.code()).octets(Location.encodeRai(location));
        return this;
    }

    public Gtp1Encoder reorderingRequired(boolean required) {
        return tv8(Gtp1Ie.REORDERING_REQUIRED, 0xfe | (required ? 1 : 0));
    }

    public Gtp1Encoder recovery(int restartCounter) {
        return tv8(Gtp1Ie.RECOVERY, restartCounter);
    }

    public Gtp1Encoder selectionMode(int value) {
        return tv8(Gtp1Ie.SELECTION_MODE, 0xfc | value);
    }

    public Gtp1Encoder teidData(int teid) {
        return tv32(Gtp1Ie.TEID_DATA, teid);
    }

    public Gtp1Encoder teidControl(int teid) {
        return tv32(Gtp1Ie.TEID_CONTROL, teid);
    }

    public Gtp1Encoder teardown(boolean all) {
        return tv8(Gtp1Ie.TEARDOWN, 0xfe | (all ? 1 : 0));
    }

    public Gtp1Encoder nsapi(int nsapi) {
        return tv8(Gtp1Ie.NSAPI, nsapi);
    }

    public Gtp1Encoder chargingId(int id) {
        return tv32(Gtp1Ie.CHARGING_ID, id);
    }

    public Gtp1Encoder endUserAddress(PdnAddress address) {
        return tlv(Gtp1Ie.EUA, address::encodeEua);
    }

    public Gtp1Encoder apn(String apn) {
        return raw(Gtp1Ie.APN.code(), ApnLabels.octets(apn));
    }

    public Gtp1Encoder options(ProtocolOptions options) {
        return tlv(Gtp1Ie.PCO, options::encode);
    }

    /** First the one for signalling, then the one for user traffic. */
    public Gtp1Encoder gsnAddress(InetAddress address) {
        return raw(Gtp1Ie.GSN_ADDRESS.code(), address.getAddress());
    }

    /** An international number, TS 29.002 §17.7.8. */
    public Gtp1Encoder msisdn(String digits) {
        return tlv(Gtp1Ie.MSISDN, o -> o.u8(0x91).octets(Tbcd.octets(digits)));
    }

    public Gtp1Encoder qosProfile(Octets profile) {
        return raw(Gtp1Ie.QOS_PROFILE.code(), profile.toArray());
    }

    public Gtp1Encoder commonFlags(int flags) {
        return tlv(Gtp1Ie.COMMON_FLAGS, o -> o.u8(flags));
    }

    public Gtp1Encoder apnRestriction(int value) {
        return tlv(Gtp1Ie.APN_RESTRICTION, o -> o.u8(value));
    }

    public Gtp1Encoder ratType(int code) {
        return tlv(Gtp1Ie.RAT_TYPE, o -> o.u8(code));
    }

    /** TS 29.060 §7.7.81: 1 a direct tunnel is used, 2 the GGSN's control plane is inactive, 4 the RNC has no tunnel. */
    public Gtp1Encoder directTunnelFlags(int flags) {
        return tlv(Gtp1Ie.DIRECT_TUNNEL_FLAGS, o -> o.u8(flags));
    }

    /** TS 29.060 §7.7.98, kbit/s. */
    public Gtp1Encoder apnAmbr(Ambr ambr) {
        return tlv(Gtp1Ie.APN_AMBR, o -> o.u32(ambr.upKbps()).u32(ambr.downKbps()));
    }

    public Gtp1Encoder uli(UserLocation location) {
        return raw(Gtp1Ie.ULI.code(), Location.encodeGtp1(location));
    }

    public Gtp1Encoder msTimeZone(ZoneOffset zone) {
        return raw(Gtp1Ie.MS_TIME_ZONE.code(), TimeZoneIe.octets(zone));
    }

    public Gtp1Encoder imei(Imei imei) {
        return raw(Gtp1Ie.IMEI.code(), Tbcd.octets(imei.digits(), 8));
    }
}
