package io.cellgate.bench.carrier;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** GTPv1-C messages as an SGSN sends and reads them on Gn/Gp, TS 29.060. */
final class Gtpv1 {
    static final int ECHO_REQUEST = 1;
    static final int ECHO_RESPONSE = 2;
    static final int CREATE_PDP_CONTEXT_REQUEST = 16;
    static final int UPDATE_PDP_CONTEXT_REQUEST = 18;
    static final int DELETE_PDP_CONTEXT_REQUEST = 20;
    static final int DELETE_PDP_CONTEXT_RESPONSE = 21;

    static final int CAUSE_ACCEPTED = 128;
    static final int CAUSE_NON_EXISTENT = 192;
    static final int NSAPI = 5;

    private static final int IE_CAUSE = 1;
    private static final int IE_IMSI = 2;
    private static final int IE_RAI = 3;
    private static final int IE_RECOVERY = 14;
    private static final int IE_SELECTION_MODE = 15;
    private static final int IE_TEID_DATA = 16;
    private static final int IE_TEID_CONTROL = 17;
    private static final int IE_TEARDOWN = 19;
    private static final int IE_NSAPI = 20;
    private static final int IE_CHARGING_CHARACTERISTICS = 26;
    private static final int FIRST_TLV = 128;
    private static final int IE_END_USER_ADDRESS = 128;
    private static final int IE_APN = 131;
    private static final int IE_PCO = 132;
    private static final int IE_GSN_ADDRESS = 133;
    private static final int IE_MSISDN = 134;
    private static final int IE_QOS = 135;
    private static final int IE_RAT = 151;
    private static final int IE_ULI = 152;
    private static final int IE_MS_TIME_ZONE = 153;
    private static final int IE_IMEI = 154;

    /** TS 29.060 §7.7.0, figure 37: content lengths of the TV elements that a response may hold. */
    private static int tvOctets(int type) {
        return switch (type) {
            case 1, 8, 11, 13, 14, 15, 19, 20, 23, 24, 28, 29 -> 1;
            case 22, 25, 26, 27 -> 2;
            case 12 -> 3;
            case 4, 5, 16, 17, 127 -> 4;
            case 18 -> 5;
            case 3 -> 6;
            case 2 -> 8;
            default -> -1;
        };
    }

    private Gtpv1() {}

    /** Assembles a message: header TS 29.060 §6 with sequence number, elements in the order of their types. */
    static final class Writer {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final int type;
        private final int teid;
        private final int sequence;

        Writer(int type, int teid, int sequence) {
            this.type = type;
            this.teid = teid;
            this.sequence = sequence;
        }

        Writer tv(int ieType, byte... value) {
            body.write(ieType);
            body.writeBytes(value);
            return this;
        }

        Writer tlv(int ieType, byte[] value) {
            body.write(ieType);
            body.writeBytes(Octets.int16(value.length));
            body.writeBytes(value);
            return this;
        }

        byte[] message() {
            byte[] content = body.toByteArray();
            return Octets.join(Octets.octets(0x32, type), Octets.int16(content.length + 4),
                    Octets.int32(teid), Octets.int16(sequence), Octets.octets(0, 0), content);
        }
    }

    /** A message as it was read: by type, the values in their order. */
    record Message(int type, int teid, int sequence, Map<Integer, List<byte[]>> elements) {
        /** Reads one; null where this is no GTPv1-C message. */
        static @Nullable Message read(ByteBuffer in) {
            if (in.remaining() < 8 || (in.get(in.position()) & 0xf0) != 0x30) {
                return null;
            }
            int flags = in.get();
            int type = in.get() & 0xff;
            int length = in.getShort() & 0xffff;
            int teid = in.getInt();
            if (length > in.remaining()) {
                return null;
            }
            in.limit(in.position() + length);
            int sequence = 0;
            if ((flags & 7) != 0) {
                if (length < 4) {
                    return null;
                }
                sequence = in.getShort() & 0xffff;
                in.getShort();
            }
            Map<Integer, List<byte[]>> elements = new HashMap<>();
            while (in.hasRemaining()) {
                int ieType = in.get() & 0xff;
                int octets = ieType < FIRST_TLV ? tvOctets(ieType) : in.getShort() & 0xffff;
                if (octets < 0 || octets > in.remaining()) {
                    break;
                }
                byte[] value = new byte[octets];
                in.get(value);
                elements.computeIfAbsent(ieType, absent -> new ArrayList<>()).add(value);
            }
            return new Message(type, teid, sequence, elements);
        }

        /** The nth (from 0) element of this type. */
        byte @Nullable [] find(int ieType, int nth) {
            List<byte[]> values = elements.getOrDefault(ieType, List.of());
            return nth < values.size() ? values.get(nth) : null;
        }

        int cause() {
            byte[] value = find(IE_CAUSE, 0);
            return value == null ? 0 : value[0] & 0xff;
        }
    }

    static byte[] echoResponse(int sequence, int restartCounter) {
        return new Writer(ECHO_RESPONSE, 0, sequence).tv(IE_RECOVERY, (byte) restartCounter)
                .message();
    }

    /** TS 29.060 §7.3.1. */
    static byte[] createPdpContext(int sequence, Device device, InetAddress self, int controlTeid,
            int dataTeid, int restartCounter) {
        byte[] self4 = Octets.address(self);
        Writer writer = new Writer(CREATE_PDP_CONTEXT_REQUEST, 0, sequence);
        writer.tv(IE_IMSI, Octets.tbcd(device.imsi()));
        writer.tv(IE_RAI, routingArea(device));
        writer.tv(IE_RECOVERY, (byte) restartCounter);
        writer.tv(IE_SELECTION_MODE, (byte) 0xfc);
        writer.tv(IE_TEID_DATA, Octets.int32(dataTeid));
        writer.tv(IE_TEID_CONTROL, Octets.int32(controlTeid));
        writer.tv(IE_NSAPI, (byte) NSAPI);
        writer.tv(IE_CHARGING_CHARACTERISTICS, Octets.int16(0x0800));
        writer.tlv(IE_END_USER_ADDRESS, Octets.octets(0xf1, switch (device.pdn()) {
            case Device.PDN_IPV4 -> 0x21;
            case Device.PDN_IPV6 -> 0x57;
            default -> 0x8d;
        }));
        writer.tlv(IE_APN, Octets.apn(device.apn()));
        writer.tlv(IE_PCO, Octets.protocolConfiguration(device.wantsIpv6()));
        writer.tlv(IE_GSN_ADDRESS, self4);
        writer.tlv(IE_GSN_ADDRESS, self4);
        writer.tlv(IE_MSISDN, Octets.join(Octets.octets(0x91), Octets.tbcd(device.msisdn())));
        writer.tlv(IE_QOS, qos());
        writer.tlv(IE_RAT, Octets.octets(device.rat()));
        writer.tlv(IE_ULI, userLocation(device));
        writer.tlv(IE_MS_TIME_ZONE, Octets.octets(0x40, 0));
        String imei = device.imei();
        if (imei != null) {
            writer.tlv(IE_IMEI, Octets.tbcd(imei));
        }
        return writer.message();
    }

    /** TS 29.060 §7.3.3, as when the device's place changed. */
    static byte[] updatePdpContext(int sequence, int teid, Device device, InetAddress self,
            int controlTeid, int dataTeid) {
        byte[] self4 = Octets.address(self);
        return new Writer(UPDATE_PDP_CONTEXT_REQUEST, teid, sequence)
                .tv(IE_RAI, routingArea(device))
                .tv(IE_TEID_DATA, Octets.int32(dataTeid))
                .tv(IE_TEID_CONTROL, Octets.int32(controlTeid))
                .tv(IE_NSAPI, (byte) NSAPI)
                .tlv(IE_GSN_ADDRESS, self4)
                .tlv(IE_GSN_ADDRESS, self4)
                .tlv(IE_QOS, qos())
                .tlv(IE_RAT, Octets.octets(device.rat()))
                .tlv(IE_ULI, userLocation(device))
                .message();
    }

    static byte[] deletePdpContext(int sequence, int teid) {
        return new Writer(DELETE_PDP_CONTEXT_REQUEST, teid, sequence)
                .tv(IE_TEARDOWN, (byte) 0xff).tv(IE_NSAPI, (byte) NSAPI).message();
    }

    static byte[] deletePdpContextResponse(int sequence, int teid, int cause) {
        return new Writer(DELETE_PDP_CONTEXT_RESPONSE, teid, sequence).tv(IE_CAUSE, (byte) cause)
                .message();
    }

    /** What an accepting Create PDP Context Response assigns; null where a mandatory part is missing. */
    static @Nullable Assignment assignment(Message response) {
        byte[] dataTeid = response.find(IE_TEID_DATA, 0);
        byte[] controlTeid = response.find(IE_TEID_CONTROL, 0);
        byte[] address = response.find(IE_END_USER_ADDRESS, 0);
        byte[] control = response.find(IE_GSN_ADDRESS, 0);
        byte[] data = response.find(IE_GSN_ADDRESS, 1);
        if (dataTeid == null || controlTeid == null || address == null || control == null
                || data == null) {
            return null;
        }
        // TS 29.060 §7.7.27: organisation, type, then IPv4 (4), IPv6 (16) or both
        int octets = address.length - 2;
        var configuration = Assignment.Configuration.of(response.find(IE_PCO, 0));
        return new Assignment(response.cause(), ByteBuffer.wrap(controlTeid).getInt(),
                Assignment.inet(control), ByteBuffer.wrap(dataTeid).getInt(),
                Assignment.inet(data),
                octets == 16
                        ? null
                        : (Inet4Address) Assignment.inet(Arrays.copyOfRange(address, 2, 6)),
                octets == 4
                        ? null
                        : Assignment.linkLocal(Arrays.copyOfRange(address, address.length - 16,
                                address.length)),
                configuration.dns(), configuration.mtu());
    }

    /** TS 29.060 §7.7.51, geographic location type 0: CGI. */
    private static byte[] userLocation(Device device) {
        return Octets.join(Octets.octets(0), Octets.plmn(device.serving()),
                Octets.int16(device.area()), Octets.int16(device.cell()));
    }

    private static byte[] routingArea(Device device) {
        return Octets.join(Octets.plmn(device.serving()), Octets.int16(device.area()),
                Octets.octets(1));
    }

    /** TS 29.060 §7.7.34: allocation priority, then the profile of TS 24.008 §10.5.6.5 as R97 had it. */
    private static byte[] qos() {
        return Octets.octets(2, 0x0b, 0x92, 0x1f);
    }
}
