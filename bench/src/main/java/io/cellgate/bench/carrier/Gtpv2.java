package io.cellgate.bench.carrier;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** GTPv2-C messages as an SGW sends and reads them on S5/S8, TS 29.274. */
final class Gtpv2 {
    static final int PORT = 2123;
    static final int ECHO_REQUEST = 1;
    static final int ECHO_RESPONSE = 2;
    static final int CREATE_SESSION_REQUEST = 32;
    static final int CREATE_SESSION_RESPONSE = 33;
    static final int MODIFY_BEARER_REQUEST = 34;
    static final int DELETE_SESSION_REQUEST = 36;
    static final int DELETE_BEARER_REQUEST = 99;
    static final int DELETE_BEARER_RESPONSE = 100;

    static final int CAUSE_ACCEPTED = 16;
    static final int CAUSE_CONTEXT_NOT_FOUND = 64;
    /** The only bearer of these sessions. */
    static final int EBI = 5;

    private static final int IE_IMSI = 1;
    private static final int IE_CAUSE = 2;
    private static final int IE_RECOVERY = 3;
    private static final int IE_APN = 71;
    private static final int IE_AMBR = 72;
    private static final int IE_EBI = 73;
    private static final int IE_MEI = 75;
    private static final int IE_MSISDN = 76;
    private static final int IE_INDICATION = 77;
    private static final int IE_PCO = 78;
    private static final int IE_PAA = 79;
    private static final int IE_BEARER_QOS = 80;
    private static final int IE_RAT = 82;
    private static final int IE_SERVING_NETWORK = 83;
    private static final int IE_ULI = 86;
    private static final int IE_F_TEID = 87;
    private static final int IE_BEARER_CONTEXT = 93;
    private static final int IE_CHARGING_CHARACTERISTICS = 95;
    private static final int IE_PDN_TYPE = 99;
    private static final int IE_UE_TIME_ZONE = 114;
    private static final int IE_APN_RESTRICTION = 127;
    private static final int IE_SELECTION_MODE = 128;

    private static final int S5_S8_SGW_U = 4;
    private static final int S5_S8_SGW_C = 6;

    private Gtpv2() {}

    /** Assembles a message: header TS 29.274 §5.1, information elements §8.2. */
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

        Writer ie(int ieType, int instance, byte[] value) {
            body.writeBytes(element(ieType, instance, value));
            return this;
        }

        byte[] message() {
            // Echo carries no TEID, TS 29.274 §5.5.1
            boolean hasTeid = type > ECHO_RESPONSE;
            byte[] sequenceAndSpare = Octets.octets(sequence >>> 16, sequence >>> 8, sequence, 0);
            byte[] afterLength = Octets.join(hasTeid ? Octets.int32(teid) : new byte[0],
                    sequenceAndSpare,
                    body.toByteArray());
            return Octets.join(Octets.octets(hasTeid ? 0x48 : 0x40, type),
                    Octets.int16(afterLength.length), afterLength);
        }

        static byte[] element(int ieType, int instance, byte[] value) {
            return Octets.join(Octets.octets(ieType), Octets.int16(value.length),
                    Octets.octets(instance), value);
        }
    }

    /** A message as it was read: its elements by {@link #key}; of a repeated one the first counts (§7.7.10). */
    record Message(int type, int teid, int sequence, Map<Integer, byte[]> elements) {
        /** Reads one; null where this is no GTPv2-C message. */
        static @Nullable Message read(ByteBuffer in) {
            if (in.remaining() < 8 || (in.get(in.position()) & 0xe0) != 0x40) {
                return null;
            }
            int flags = in.get();
            int type = in.get() & 0xff;
            int length = in.getShort() & 0xffff;
            if (length > in.remaining() || length < ((flags & 8) != 0 ? 8 : 4)) {
                return null;
            }
            in.limit(in.position() + length);
            int teid = (flags & 8) != 0 ? in.getInt() : 0;
            int sequence = in.getInt() >>> 8;
            return new Message(type, teid, sequence, elementsOf(in));
        }

        byte @Nullable [] find(int ieType, int instance) {
            return elements.get(key(ieType, instance));
        }

        /** The cause, or 0 where there is none. */
        int cause() {
            byte[] value = find(IE_CAUSE, 0);
            return value == null ? 0 : value[0] & 0xff;
        }
    }

    private static int key(int ieType, int instance) {
        return ieType << 4 | instance;
    }

    private static Map<Integer, byte[]> elementsOf(ByteBuffer in) {
        Map<Integer, byte[]> elements = new HashMap<>();
        while (in.remaining() >= 4) {
            int type = in.get() & 0xff;
            byte[] value = new byte[in.getShort() & 0xffff];
            int instance = in.get() & 0xf;
            in.get(value);
            elements.putIfAbsent(key(type, instance), value);
        }
        return elements;
    }

    static byte[] echoRequest(int sequence, int restartCounter) {
        return new Writer(ECHO_REQUEST, 0, sequence)
                .ie(IE_RECOVERY, 0, Octets.octets(restartCounter)).message();
    }

    static byte[] echoResponse(int sequence, int restartCounter) {
        return new Writer(ECHO_RESPONSE, 0, sequence)
                .ie(IE_RECOVERY, 0, Octets.octets(restartCounter)).message();
    }

    /** TS 29.274 §7.2.1, as at the initial attach over S5/S8. */
    static byte[] createSession(int sequence, Device device, InetAddress self, int controlTeid,
            int dataTeid, int restartCounter) {
        Writer writer = new Writer(CREATE_SESSION_REQUEST, 0, sequence);
        writer.ie(IE_IMSI, 0, Octets.tbcd(device.imsi()));
        writer.ie(IE_MSISDN, 0, Octets.tbcd(device.msisdn()));
        String imei = device.imei();
        if (imei != null) {
            writer.ie(IE_MEI, 0, Octets.tbcd(imei));
        }
        writer.ie(IE_ULI, 0, userLocation(device));
        writer.ie(IE_SERVING_NETWORK, 0, Octets.plmn(device.serving()));
        writer.ie(IE_RAT, 0, Octets.octets(device.rat()));
        writer.ie(IE_F_TEID, 0, fTeid(S5_S8_SGW_C, controlTeid, self));
        writer.ie(IE_APN, 0, Octets.apn(device.apn()));
        writer.ie(IE_SELECTION_MODE, 0, Octets.octets(0));
        writer.ie(IE_PDN_TYPE, 0, Octets.octets(device.pdn()));
        writer.ie(IE_PAA, 0, emptyPaa(device));
        writer.ie(IE_APN_RESTRICTION, 0, Octets.octets(0));
        writer.ie(IE_AMBR, 0, Octets.join(Octets.int32(1_000), Octets.int32(4_000)));
        if (device.pdn() == Device.PDN_IPV4V6) {
            // dual address bearer flag, TS 29.274 §8.12
            writer.ie(IE_INDICATION, 0, Octets.octets(0x80, 0));
        }
        writer.ie(IE_PCO, 0, Octets.protocolConfiguration(device.wantsIpv6()));
        writer.ie(IE_BEARER_CONTEXT, 0, Octets.join(
                Writer.element(IE_EBI, 0, Octets.octets(EBI)),
                Writer.element(IE_F_TEID, 2, fTeid(S5_S8_SGW_U, dataTeid, self)),
                Writer.element(IE_BEARER_QOS, 0, bearerQos())));
        writer.ie(IE_RECOVERY, 0, Octets.octets(restartCounter));
        writer.ie(IE_UE_TIME_ZONE, 0, Octets.octets(0x40, 0));
        writer.ie(IE_CHARGING_CHARACTERISTICS, 0, Octets.octets(0x08, 0x00));
        return writer.message();
    }

    /** TS 29.274 §7.2.7, as when the device's place changed: S5/S8 with ULI and serving network. */
    static byte[] modifyBearer(int sequence, int teid, Device device, InetAddress self,
            int controlTeid, int dataTeid) {
        return new Writer(MODIFY_BEARER_REQUEST, teid, sequence)
                .ie(IE_ULI, 0, userLocation(device))
                .ie(IE_SERVING_NETWORK, 0, Octets.plmn(device.serving()))
                .ie(IE_RAT, 0, Octets.octets(device.rat()))
                .ie(IE_F_TEID, 0, fTeid(S5_S8_SGW_C, controlTeid, self))
                .ie(IE_BEARER_CONTEXT, 0,
                        Octets.join(Writer.element(IE_EBI, 0, Octets.octets(EBI)),
                                Writer.element(IE_F_TEID, 1, fTeid(S5_S8_SGW_U, dataTeid, self))))
                .message();
    }

    static byte[] deleteSession(int sequence, int teid) {
        return new Writer(DELETE_SESSION_REQUEST, teid, sequence)
                .ie(IE_EBI, 0, Octets.octets(EBI)).message();
    }

    /** TS 29.274 §7.2.10.2, to a request that names the linked bearer: the whole connection. */
    static byte[] deleteBearerResponse(int sequence, int teid, int cause) {
        return new Writer(DELETE_BEARER_RESPONSE, teid, sequence)
                .ie(IE_CAUSE, 0, Octets.octets(cause, 0))
                .ie(IE_EBI, 0, Octets.octets(EBI)).message();
    }

    /** What an accepting Create Session Response assigns; null where a mandatory part is missing. */
    static @Nullable Assignment assignment(Message response) {
        byte[] control = response.find(IE_F_TEID, 1);
        byte[] paa = response.find(IE_PAA, 0);
        byte[] bearer = response.find(IE_BEARER_CONTEXT, 0);
        if (control == null || paa == null || bearer == null) {
            return null;
        }
        Message inBearer = new Message(0, 0, 0, elementsOf(ByteBuffer.wrap(bearer)));
        byte[] data = inBearer.find(IE_F_TEID, 2);
        if (data == null) {
            return null;
        }
        int type = paa[0] & 7;
        var configuration = Assignment.Configuration.of(response.find(IE_PCO, 0));
        // TS 29.274 §8.14: IPv6 is prefix length, 16 octets; IPv4 comes last
        return new Assignment(response.cause(), teid(control), endpoint(control), teid(data),
                endpoint(data),
                type == Device.PDN_IPV6
                        ? null
                        : (Inet4Address) Assignment
                                .inet(Arrays.copyOfRange(paa, paa.length - 4, paa.length)),
                type == Device.PDN_IPV4
                        ? null
                        : Assignment.linkLocal(Arrays.copyOfRange(paa, 2, 18)),
                configuration.dns(), configuration.mtu());
    }

    private static int teid(byte[] fTeid) {
        return ByteBuffer.wrap(fTeid).getInt(1);
    }

    private static InetAddress endpoint(byte[] fTeid) {
        boolean ipv4 = (fTeid[0] & 0x80) != 0;
        return Assignment.inet(Arrays.copyOfRange(fTeid, 5, ipv4 ? 9 : 21));
    }

    /** TS 29.274 §8.22. */
    private static byte[] fTeid(int interfaceType, int teid, InetAddress address) {
        int family = address instanceof Inet4Address ? 0x80 : 0x40;
        return Octets.join(Octets.octets(family | interfaceType), Octets.int32(teid),
                Octets.address(address));
    }

    /** TS 29.274 §8.21: TAI and ECGI. */
    private static byte[] userLocation(Device device) {
        byte[] plmn = Octets.plmn(device.serving());
        return Octets.join(Octets.octets(0x18), plmn, Octets.int16(device.area()), plmn,
                Octets.int32(device.cell() & 0x0fffffff));
    }

    /** TS 29.274 §8.14: the type asked for, addresses zero. */
    private static byte[] emptyPaa(Device device) {
        int octets = switch (device.pdn()) {
            case Device.PDN_IPV4 -> 4;
            case Device.PDN_IPV6 -> 17;
            default -> 21;
        };
        return Octets.join(Octets.octets(device.pdn()), new byte[octets]);
    }

    /** TS 29.274 §8.15: priority 8, QCI 9, no bit rates. */
    private static byte[] bearerQos() {
        return Octets.join(Octets.octets(0x20, 9), new byte[20]);
    }
}
