package io.cellgate.dataplane.packet;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A TCP header, RFC 9293 §3.1.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |          Source Port          |       Destination Port        |
 * |                        Sequence Number                        |
 * |                    Acknowledgment Number                      |
 * |  Data |       |C|E|U|A|P|R|S|F|                               |
 * | Offset| Rsrvd |W|C|R|C|S|S|Y|I|            Window             |
 * |       |       |R|E|G|K|H|T|N|N|                               |
 * |           Checksum            |         Urgent Pointer        |
 * |                           [Options]                           |
 * </pre>
 */
public final class TcpFlyweight {
    public static final int MIN_HEADER_OCTETS = 20;
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;
    static final int SEQUENCE = 4;
    static final int ACKNOWLEDGMENT = 8;
    static final int DATA_OFFSET = 12;
    static final int FLAGS = 13;
    static final int WINDOW = 14;
    static final int CHECKSUM = 16;
    static final int URGENT = 18;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private TcpFlyweight() {}

    public static int sequence(DirectBuffer b, int at) {
        return b.getInt(at + SEQUENCE, BE);
    }

    public static int acknowledgment(DirectBuffer b, int at) {
        return b.getInt(at + ACKNOWLEDGMENT, BE);
    }

    public static int headerLength(DirectBuffer b, int at) {
        return ((b.getByte(at + DATA_OFFSET) & 0xf0) >>> 4) * 4;
    }

    public static int flags(DirectBuffer b, int at) {
        return b.getByte(at + FLAGS) & 0xff;
    }

    public static void writeFlags(MutableDirectBuffer b, int at, int flags) {
        b.putByte(at + FLAGS, (byte) flags);
    }

    /** Writes a header without options; the checksum is {@link Transport#writeChecksum}'s. */
    public static void write(MutableDirectBuffer b, int at, int sourcePort, int destinationPort,
            int sequence, int acknowledgment, int flags, int window) {
        b.putShort(at, (short) sourcePort, BE);
        b.putShort(at + 2, (short) destinationPort, BE);
        b.putInt(at + SEQUENCE, sequence, BE);
        b.putInt(at + ACKNOWLEDGMENT, acknowledgment, BE);
        b.putByte(at + DATA_OFFSET, (byte) 0x50);
        b.putByte(at + FLAGS, (byte) flags);
        b.putShort(at + WINDOW, (short) window, BE);
        b.putInt(at + CHECKSUM, 0, BE);
    }
}
