package io.cellgate.dataplane.gtpu;

import io.cellgate.dataplane.packet.DropReason;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A GTP-U header, TS 29.281 §5.1. The second part is there, whole, where any of E, S and PN is set; of it only the
 * fields whose flag is set mean anything.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-----+-+-+-+-+-+---------------+-------------------------------+
 * | Ver |P|*|E|S|N| Message Type  |   Length (of what follows TEID)|
 * |              Tunnel Endpoint Identifier                       |
 * +-------------------------------+---------------+---------------+
 * |        Sequence Number        | N-PDU Number  | Next Ext. Type|
 * +-------------------------------+---------------+---------------+
 *
 * extension header (§5.2.1): length in units of four octets @0, content, next type in its last octet
 * </pre>
 *
 * The two high bits of an extension header's type say who must understand it (§5.2.1, figure 5.2.1-2): 00 and 01 no
 * endpoint, 10 the receiving endpoint, 11 every node.
 */
public final class GtpuHeaderFlyweight {
    public static final int PORT = 2152;
    public static final int MIN_HEADER_OCTETS = 8;
    public static final int ECHO_REQUEST = 1;
    public static final int ECHO_RESPONSE = 2;
    public static final int ERROR_INDICATION = 26;
    public static final int SUPPORTED_EXTENSIONS = 31;
    public static final int END_MARKER = 254;
    public static final int G_PDU = 255;
    static final int FLAGS = 0;
    static final int MESSAGE_TYPE = 1;
    static final int LENGTH = 2;
    static final int TEID = 4;
    static final int SEQUENCE = 8;
    static final int NEXT_EXTENSION = 11;
    static final int OPTIONAL_OCTETS = 4;
    private static final int FLAG_EXTENSION = 0x04;
    private static final int FLAG_SEQUENCE = 0x02;
    private static final int ANY_OPTIONAL = 0x07;
    private static final int MAX_EXTENSIONS = 8;
    private static final int COMPREHENSION_REQUIRED = 0x80;
    private static final int PDCP_PDU_NUMBER = 0xc0;
    private static final int PDU_SESSION_CONTAINER = 0x85;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private GtpuHeaderFlyweight() {}

    /** Checks the whole header against the datagram; returns why it must be dropped, or null. */
    public static @Nullable DropReason validate(DirectBuffer b, int at, int lengthOctets) {
        if (lengthOctets < MIN_HEADER_OCTETS) {
            return DropReason.GTPU_TRUNCATED;
        }
        int flags = b.getByte(at + FLAGS);
        if ((flags & 0xf0) != 0x30) {
            return DropReason.GTPU_VERSION;
        }
        if (MIN_HEADER_OCTETS + length(b, at) != lengthOctets) {
            return DropReason.GTPU_LENGTH;
        }
        if ((flags & ANY_OPTIONAL) == 0) {
            return null;
        }
        if (lengthOctets < MIN_HEADER_OCTETS + OPTIONAL_OCTETS) {
            return DropReason.GTPU_TRUNCATED;
        }
        return (flags & FLAG_EXTENSION) == 0 ? null : walkExtensions(b, at, lengthOctets);
    }

    private static @Nullable DropReason walkExtensions(DirectBuffer b, int at, int lengthOctets) {
        int end = at + lengthOctets;
        int position = at + MIN_HEADER_OCTETS + OPTIONAL_OCTETS;
        int type = b.getByte(at + NEXT_EXTENSION) & 0xff;
        DropReason unknown = null;
        for (int seen = 0; type != 0; seen++) {
            int size = position < end ? 4 * (b.getByte(position) & 0xff) : 0;
            if (seen == MAX_EXTENSIONS || size == 0 || position + size > end) {
                return DropReason.GTPU_EXTENSION_MALFORMED;
            }
            if ((type & COMPREHENSION_REQUIRED) != 0 && type != PDCP_PDU_NUMBER
                    && type != PDU_SESSION_CONTAINER) {
                unknown = DropReason.GTPU_EXTENSION_UNKNOWN;
            }
            type = b.getByte(position + size - 1) & 0xff;
            position += size;
        }
        return unknown;
    }

    public static int messageType(DirectBuffer b, int at) {
        return b.getByte(at + MESSAGE_TYPE) & 0xff;
    }

    /** Octets after the TEID. */
    public static int length(DirectBuffer b, int at) {
        return Short.toUnsignedInt(b.getShort(at + LENGTH, BE));
    }

    public static int teid(DirectBuffer b, int at) {
        return b.getInt(at + TEID, BE);
    }

    /** 0 where there is none. */
    public static int sequence(DirectBuffer b, int at) {
        return (b.getByte(at + FLAGS) & FLAG_SEQUENCE) == 0
                ? 0
                : Short.toUnsignedInt(b.getShort(at + SEQUENCE, BE));
    }

    /** Octets before the payload, extension headers included, of a header that has been validated. */
    public static int headerLength(DirectBuffer b, int at) {
        int flags = b.getByte(at + FLAGS);
        if ((flags & ANY_OPTIONAL) == 0) {
            return MIN_HEADER_OCTETS;
        }
        int position = MIN_HEADER_OCTETS + OPTIONAL_OCTETS;
        if ((flags & FLAG_EXTENSION) != 0) {
            int type = b.getByte(at + NEXT_EXTENSION) & 0xff;
            while (type != 0) {
                position += 4 * (b.getByte(at + position) & 0xff);
                type = b.getByte(at + position - 1) & 0xff;
            }
        }
        return position;
    }

    /** Writes the header of a G-PDU, without optional parts, in front of a packet of this length. */
    public static void writeGPdu(MutableDirectBuffer b, int at, int teid, int payloadOctets) {
        b.putByte(at + FLAGS, (byte) 0x30);
        b.putByte(at + MESSAGE_TYPE, (byte) G_PDU);
        b.putShort(at + LENGTH, (short) payloadOctets, BE);
        b.putInt(at + TEID, teid, BE);
    }
}
