package io.cellgate.dataplane.packet;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * The Internet checksum, RFC 1071: the ones' complement of the ones' complement sum of 16-bit words. Sums are kept in
 * a long, in which carries gather, and folded at the end.
 */
public final class Checksum {
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private Checksum() {}

    /** Adds the octets to a sum; they must begin at an even place of what is summed. */
    public static long add(long sum, DirectBuffer buffer, int offset, int lengthOctets) {
        long s = sum;
        int at = offset;
        int end = offset + lengthOctets;
        for (; at + 4 <= end; at += 4) {
            s += Integer.toUnsignedLong(buffer.getInt(at, BE));
        }
        if (at + 2 <= end) {
            s += Short.toUnsignedInt(buffer.getShort(at, BE));
            at += 2;
        }
        if (at < end) {
            s += (buffer.getByte(at) & 0xff) << 8;
        }
        return s;
    }

    /** The pseudo-header of RFC 9293 §3.1 or RFC 8200 §8.1: addresses, protocol, length. */
    public static long pseudoHeader(long srcHi, long srcLo, long dstHi, long dstLo, int protocol,
            int lengthOctets) {
        long sum = protocol + (long) lengthOctets;
        if (IpAddresses.isIpv4(srcHi, srcLo)) {
            return sum + (srcLo & 0xffff_ffffL) + (dstLo & 0xffff_ffffL);
        }
        return sum + words(srcHi) + words(srcLo) + words(dstHi) + words(dstLo);
    }

    private static long words(long value) {
        return (value >>> 32) + (value & 0xffff_ffffL);
    }

    /** The checksum of what was summed, 16 bits. */
    public static int fold(long sum) {
        long s = (sum >>> 32) + (sum & 0xffff_ffffL);
        s = (s >>> 16) + (s & 0xffff);
        s = (s >>> 16) + (s & 0xffff);
        s = (s >>> 16) + (s & 0xffff);
        return (int) (~s & 0xffff);
    }
}
