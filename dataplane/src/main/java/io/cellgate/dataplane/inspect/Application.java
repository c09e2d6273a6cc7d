package io.cellgate.dataplane.inspect;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What protocol a flow speaks, told from the first octets of who began it, whatever the port. What claims to be a
 * protocol is checked as far as one message shows; a peer that plays along can pass for any of them, as it could
 * tunnel through the real one.
 *
 * <p>Of a stream the protocols that begin with text or a record are waited for over several segments. DNS, Modbus and
 * Telnet are short binary messages that are sent in one piece: they are told from the first segment or not at all, so
 * that a stream of another protocol is never held for want of octets that its device does not mean to send yet.
 */
public enum Application {
    /** It is not known yet, or was not looked at. */
    UNDECIDED(null),
    /** None of the others. */
    OTHER(null),
    /** RFC 1035, over UDP or TCP. */
    DNS("dns"),
    /** HTTP/1.x and HTTP/2 without TLS. */
    HTTP("http"),
    /** A ClientHello of SSL 3.0 to TLS 1.3. */
    TLS("tls"),
    /** RFC 9000 §17.2, a long header. */
    QUIC("quic"),
    /** A CONNECT of MQTT 3.1 to 5.0. */
    MQTT("mqtt"),
    /** RFC 7252 §3, over UDP. */
    COAP("coap"),
    /** A Modbus/TCP request. */
    MODBUS("modbus"),
    /** RFC 5905 §7.3: a client's packet. */
    NTP("ntp"),
    /** RFC 4253 §4.2. */
    SSH("ssh"),
    /** RFC 854: a command. */
    TELNET("telnet");

    private static final Application[] ALL = values();
    /** Those that a TCP stream can be. */
    private static final Application[] OF_STREAMS = {OTHER, DNS, HTTP, TLS, MQTT, MODBUS, SSH,
            TELNET};
    private static final byte[] SSH_BANNER = Ascii.bytes("SSH-");
    private static final byte[] MQTT_NAME = {0, 4, 'M', 'Q', 'T', 'T'};
    private static final byte[] MQTT_31_NAME = {0, 6, 'M', 'Q', 'I', 's', 'd', 'p'};
    private static final int DNS_HEADER = 12;
    private static final int NTP_OCTETS = 48;

    private final @Nullable String text;

    Application(@Nullable String text) {
        this.text = text;
    }

    /** As {@code net.app} writes it; null where there is no word for it. */
    public @Nullable String text() {
        return text;
    }

    /** A number for it, by which {@link #of} finds it again; 0 of UNDECIDED. It means nothing outside of this process. */
    @SuppressWarnings("EnumOrdinal")
    public int index() {
        return ordinal();
    }

    public static Application of(int index) {
        return ALL[index];
    }

    public static int streamCount() {
        return OF_STREAMS.length;
    }

    /** One of those that a stream can be. */
    public static Application ofStreams(int index) {
        return OF_STREAMS[index];
    }

    /** Of the first datagram of a flow; never UNDECIDED. */
    public static Application ofDatagram(DirectBuffer buffer, int offset, int length) {
        if (isQuic(buffer, offset, length)) {
            return QUIC;
        }
        if (isDns(buffer, offset, length)) {
            return DNS;
        }
        if (isNtp(buffer, offset, length)) {
            return NTP;
        }
        return isCoap(buffer, offset, length) ? COAP : OTHER;
    }

    /** @param length octets from the very beginning of the stream; where UNDECIDED, ask again with more of them */
    public static Application ofStream(DirectBuffer buffer, int offset, int length) {
        int ssh = same(buffer, offset, length, SSH_BANNER);
        if (ssh == SSH_BANNER.length) {
            return SSH;
        }
        if (ssh == length) {
            return UNDECIDED;
        }
        if (buffer.getByte(offset) == 0x10) {
            Application mqtt = mqtt(buffer, offset, length);
            if (mqtt != OTHER) {
                return mqtt;
            }
        }
        if (isTelnet(buffer, offset, length)) {
            return TELNET;
        }
        if (isModbus(buffer, offset, length)) {
            return MODBUS;
        }
        if (length > 2 && unsignedShort(buffer, offset) == length - 2
                && isDns(buffer, offset + 2, length - 2)) {
            return DNS;
        }
        return switch (StreamProtocol.of(buffer, offset, length)) {
            case UNDECIDED -> UNDECIDED;
            case HTTP1, HTTP2 -> HTTP;
            case TLS -> TLS;
            case OTHER -> OTHER;
        };
    }

    /** How many of the first octets are those expected. */
    private static int same(DirectBuffer buffer, int offset, int length, byte[] expected) {
        int same = 0;
        while (same < length && same < expected.length
                && buffer.getByte(offset + same) == expected[same]) {
            same++;
        }
        return same;
    }

    /** Fixed header, remaining length of 1 to 4 octets, protocol name (MQTT 3.1.1 §3.1.2.1). */
    private static Application mqtt(DirectBuffer buffer, int offset, int length) {
        int at = 1;
        while (at < length && buffer.getByte(offset + at) < 0) {
            if (++at > 4) {
                return OTHER;
            }
        }
        at++;
        if (at >= length) {
            return at > 5 ? OTHER : UNDECIDED;
        }
        int rest = length - at;
        int name = same(buffer, offset + at, rest, MQTT_NAME);
        int oldName = same(buffer, offset + at, rest, MQTT_31_NAME);
        if (name == MQTT_NAME.length || oldName == MQTT_31_NAME.length) {
            return MQTT;
        }
        return Math.max(name, oldName) == rest ? UNDECIDED : OTHER;
    }

    /** IAC and a negotiation or command, RFC 854. */
    private static boolean isTelnet(DirectBuffer buffer, int offset, int length) {
        int command = length < 2 ? 0 : buffer.getByte(offset + 1) & 0xff;
        return command >= 0xf0 && command < 0xff && buffer.getByte(offset) == (byte) 0xff;
    }

    /** The MBAP header: transaction, protocol 0, length of what follows, unit; then a function code. */
    private static boolean isModbus(DirectBuffer buffer, int offset, int length) {
        if (length < 8 || unsignedShort(buffer, offset + 2) != 0) {
            return false;
        }
        int octets = unsignedShort(buffer, offset + 4);
        int function = buffer.getByte(offset + 7);
        return octets >= 2 && octets <= 254 && octets <= length - 6 && function > 0;
    }

    /** A query with one question whose name is well-formed and ends within the message. */
    private static boolean isDns(DirectBuffer buffer, int offset, int length) {
        if (length < DNS_HEADER + 5 || unsignedShort(buffer, offset + 4) != 1
                || (buffer.getByte(offset + 2) & 0xf8) != 0
                || unsignedShort(buffer, offset + 6) != 0
                || unsignedShort(buffer, offset + 10) > 2) {
            return false;
        }
        int at = DNS_HEADER;
        while (at < length) {
            int label = buffer.getByte(offset + at) & 0xff;
            if (label == 0) {
                return at + 5 <= length && unsignedShort(buffer, offset + at + 3) != 0;
            }
            if (label > 63) {
                return false;
            }
            at += 1 + label;
        }
        return false;
    }

    /** Long header, fixed bit, a version, and the lengths of two connection ids; a client's first is padded to 1200. */
    private static boolean isQuic(DirectBuffer buffer, int offset, int length) {
        if (length < 1200 || (buffer.getByte(offset) & 0xc0) != 0xc0
                || buffer.getInt(offset + 1, ByteOrder.BIG_ENDIAN) == 0) {
            return false;
        }
        int destination = buffer.getByte(offset + 5) & 0xff;
        return destination <= 20 && (buffer.getByte(offset + 6 + destination) & 0xff) <= 20;
    }

    /** Version 1 to 4, mode 3 (client) or 1 (symmetric active); the first packet has no extension of odd length. */
    private static boolean isNtp(DirectBuffer buffer, int offset, int length) {
        if (length < NTP_OCTETS || (length & 3) != 0) {
            return false;
        }
        int first = buffer.getByte(offset) & 0xff;
        int version = first >> 3 & 7;
        int mode = first & 7;
        int stratum = buffer.getByte(offset + 1) & 0xff;
        return version >= 1 && version <= 4 && (mode == 3 || mode == 1) && stratum <= 16
                && length <= 1024;
    }

    /** A request or an empty message (ping), its options in order up to the payload marker or the end. */
    private static boolean isCoap(DirectBuffer buffer, int offset, int length) {
        if (length < 4) {
            return false;
        }
        int first = buffer.getByte(offset) & 0xff;
        int token = first & 15;
        int code = buffer.getByte(offset + 1) & 0xff;
        if (first >> 6 != 1 || token > 8 || (first >> 4 & 3) > 1) {
            return false;
        }
        if (code == 0) {
            return length == 4 && token == 0;
        }
        if (code > 7) {
            return false;
        }
        int at = 4 + token;
        while (at < length) {
            int octet = buffer.getByte(offset + at) & 0xff;
            if (octet == 0xff) {
                return at + 1 < length;
            }
            int delta = octet >> 4;
            int value = octet & 15;
            if (delta == 15 || value == 15) {
                return false;
            }
            at += 1 + (delta == 13 ? 1 : delta == 14 ? 2 : 0);
            if (value == 13 && at < length) {
                value = 13 + (buffer.getByte(offset + at) & 0xff);
                at++;
            } else if (value == 14 && at + 1 < length) {
                value = 269 + unsignedShort(buffer, offset + at);
                at += 2;
            } else if (value >= 13) {
                return false;
            }
            at += value;
        }
        return at == length;
    }

    private static int unsignedShort(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset, ByteOrder.BIG_ENDIAN) & 0xffff;
    }
}
