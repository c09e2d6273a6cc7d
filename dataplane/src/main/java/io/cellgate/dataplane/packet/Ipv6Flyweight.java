package io.cellgate.dataplane.packet;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An IPv6 header, RFC 8200 §3.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+---------------+---------------------------------------+
 * |Version| Traffic Class |           Flow Label                  |
 * +-------+---------------+-------+---------------+---------------+
 * |         Payload Length        |  Next Header  |   Hop Limit   |
 * +-------------------------------+---------------+---------------+
 * |                  Source Address, 16 octets                    |
 * |               Destination Address, 16 octets                  |
 * </pre>
 */
public final class Ipv6Flyweight {
    public static final int HEADER_OCTETS = 40;
    static final int PAYLOAD_LENGTH = 4;
    static final int NEXT_HEADER = 6;
    static final int HOP_LIMIT = 7;
    static final int SOURCE = 8;
    static final int DESTINATION = 24;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private Ipv6Flyweight() {}

    public static int payloadLength(DirectBuffer b, int at) {
        return Short.toUnsignedInt(b.getShort(at + PAYLOAD_LENGTH, BE));
    }

    public static int nextHeader(DirectBuffer b, int at) {
        return b.getByte(at + NEXT_HEADER) & 0xff;
    }

    public static int hopLimit(DirectBuffer b, int at) {
        return b.getByte(at + HOP_LIMIT) & 0xff;
    }

    public static long sourceHi(DirectBuffer b, int at) {
        return b.getLong(at + SOURCE, BE);
    }

    public static long sourceLo(DirectBuffer b, int at) {
        return b.getLong(at + SOURCE + 8, BE);
    }

    public static long destinationHi(DirectBuffer b, int at) {
        return b.getLong(at + DESTINATION, BE);
    }

    public static long destinationLo(DirectBuffer b, int at) {
        return b.getLong(at + DESTINATION + 8, BE);
    }

    public static void write(MutableDirectBuffer b, int at, int payloadLengthOctets, int nextHeader,
            int hopLimit, long srcHi, long srcLo, long dstHi, long dstLo) {
        b.putInt(at, 0x6000_0000, BE);
        b.putShort(at + PAYLOAD_LENGTH, (short) payloadLengthOctets, BE);
        b.putByte(at + NEXT_HEADER, (byte) nextHeader);
        b.putByte(at + HOP_LIMIT, (byte) hopLimit);
        b.putLong(at + SOURCE, srcHi, BE);
        b.putLong(at + SOURCE + 8, srcLo, BE);
        b.putLong(at + DESTINATION, dstHi, BE);
        b.putLong(at + DESTINATION + 8, dstLo, BE);
    }

    public static void writePayloadLength(MutableDirectBuffer b, int at, int lengthOctets) {
        b.putShort(at + PAYLOAD_LENGTH, (short) lengthOctets, BE);
    }
}
