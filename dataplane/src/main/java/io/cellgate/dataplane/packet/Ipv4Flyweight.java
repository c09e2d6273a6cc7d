package io.cellgate.dataplane.packet;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An IPv4 header, RFC 791 §3.1.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+-------------------------------+
 * |Version|  IHL  |Type of Service|          Total Length         |
 * +-------+-------+---------------+-----+-------------------------+
 * |         Identification        |Flags|      Fragment Offset    |
 * +---------------+---------------+-----+-------------------------+
 * |  Time to Live |    Protocol   |         Header Checksum       |
 * +---------------+---------------+-------------------------------+
 * |                       Source Address                          |
 * |                    Destination Address                        |
 * |                    Options                    |    Padding    |
 * </pre>
 */
public final class Ipv4Flyweight {
    public static final int MIN_HEADER_OCTETS = 20;
    public static final int RESERVED_FLAG = 0x8000;
    public static final int DONT_FRAGMENT = 0x4000;
    public static final int MORE_FRAGMENTS = 0x2000;
    static final int TOTAL_LENGTH = 2;
    static final int IDENTIFICATION = 4;
    static final int FRAGMENT = 6;
    static final int TTL = 8;
    static final int PROTOCOL = 9;
    static final int CHECKSUM = 10;
    static final int SOURCE = 12;
    static final int DESTINATION = 16;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private Ipv4Flyweight() {}

    public static int version(DirectBuffer b, int at) {
        return (b.getByte(at) & 0xff) >>> 4;
    }

    public static int headerLength(DirectBuffer b, int at) {
        return (b.getByte(at) & 0x0f) * 4;
    }

    public static int totalLength(DirectBuffer b, int at) {
        return Short.toUnsignedInt(b.getShort(at + TOTAL_LENGTH, BE));
    }

    /** Flags and fragment offset, 16 bits. */
    public static int fragment(DirectBuffer b, int at) {
        return Short.toUnsignedInt(b.getShort(at + FRAGMENT, BE));
    }

    public static boolean dontFragment(DirectBuffer b, int at) {
        return (fragment(b, at) & DONT_FRAGMENT) != 0;
    }

    public static int ttl(DirectBuffer b, int at) {
        return b.getByte(at + TTL) & 0xff;
    }

    public static int protocol(DirectBuffer b, int at) {
        return b.getByte(at + PROTOCOL) & 0xff;
    }

    public static int source(DirectBuffer b, int at) {
        return b.getInt(at + SOURCE, BE);
    }

    public static int destination(DirectBuffer b, int at) {
        return b.getInt(at + DESTINATION, BE);
    }

    /** Writes a header without options, TTL 64, don't-fragment set, checksum right. */
    public static void write(MutableDirectBuffer b, int at, int totalLengthOctets, int protocol,
            int source, int destination) {
        b.putShort(at, (short) 0x4500, BE);
        b.putShort(at + TOTAL_LENGTH, (short) totalLengthOctets, BE);
        b.putInt(at + IDENTIFICATION, DONT_FRAGMENT, BE);
        b.putByte(at + TTL, (byte) 64);
        b.putByte(at + PROTOCOL, (byte) protocol);
        b.putInt(at + SOURCE, source, BE);
        b.putInt(at + DESTINATION, destination, BE);
        writeChecksum(b, at);
    }

    /** Gives the packet another total length, checksum included. */
    public static void writeTotalLength(MutableDirectBuffer b, int at, int totalLengthOctets) {
        b.putShort(at + TOTAL_LENGTH, (short) totalLengthOctets, BE);
        writeChecksum(b, at);
    }

    private static void writeChecksum(MutableDirectBuffer b, int at) {
        b.putShort(at + CHECKSUM, (short) 0, BE);
        b.putShort(at + CHECKSUM,
                (short) Checksum.fold(Checksum.add(0, b, at, headerLength(b, at))), BE);
    }
}
