package io.cellgate.dataplane.packet;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What TCP, UDP and ICMP share: protocol numbers, ports, and where each keeps its checksum.
 *
 * <pre>
 * UDP, RFC 768:   source port@0 destination port@2 length@4 checksum@6
 * ICMP, RFC 792:  type@0 code@1 checksum@2 identifier@4 sequence@6
 * TCP: see {@link TcpFlyweight}
 * </pre>
 */
public final class Transport {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;
    public static final int UDP_HEADER_OCTETS = 8;
    public static final int ICMP_HEADER_OCTETS = 8;
    private static final int UDP_LENGTH = 4;
    private static final int UDP_CHECKSUM = 6;
    private static final int ICMP_CHECKSUM = 2;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private Transport() {}

    public static int sourcePort(DirectBuffer b, int at) {
        return Short.toUnsignedInt(b.getShort(at, BE));
    }

    public static int destinationPort(DirectBuffer b, int at) {
        return Short.toUnsignedInt(b.getShort(at + 2, BE));
    }

    public static int udpLength(DirectBuffer b, int at) {
        return Short.toUnsignedInt(b.getShort(at + UDP_LENGTH, BE));
    }

    public static void writeUdp(MutableDirectBuffer b, int at, int sourcePort, int destinationPort,
            int lengthOctets) {
        b.putShort(at, (short) sourcePort, BE);
        b.putShort(at + 2, (short) destinationPort, BE);
        b.putShort(at + UDP_LENGTH, (short) lengthOctets, BE);
        b.putShort(at + UDP_CHECKSUM, (short) 0, BE);
    }

    /** Computes and writes the checksum of the segment, datagram or message of this length. */
    public static void writeChecksum(MutableDirectBuffer b, int at, int lengthOctets, int protocol,
            long srcHi, long srcLo, long dstHi, long dstLo) {
        int field = at + switch (protocol) {
            case TCP -> TcpFlyweight.CHECKSUM;
            case UDP -> UDP_CHECKSUM;
            default -> ICMP_CHECKSUM;
        };
        b.putShort(field, (short) 0, BE);
        int checksum = Checksum
                .fold(sum(b, at, lengthOctets, protocol, srcHi, srcLo, dstHi, dstLo));
        if (checksum == 0 && protocol == UDP) {
            checksum = 0xffff; // RFC 768: 0 would say that there is none
        }
        b.putShort(field, (short) checksum, BE);
    }

    /** Whether the checksum that is there is right. A UDP datagram of IPv4 may have none. */
    public static boolean checksumIsRight(DirectBuffer b, int at, int lengthOctets, int protocol,
            long srcHi, long srcLo, long dstHi, long dstLo) {
        if (protocol == UDP && b.getShort(at + UDP_CHECKSUM) == 0) {
            return IpAddresses.isIpv4(srcHi, srcLo);
        }
        return Checksum.fold(sum(b, at, lengthOctets, protocol, srcHi, srcLo, dstHi, dstLo)) == 0;
    }

    private static long sum(DirectBuffer b, int at, int lengthOctets, int protocol, long srcHi,
            long srcLo, long dstHi, long dstLo) {
        long sum = protocol == ICMP
                ? 0
                : Checksum.pseudoHeader(srcHi, srcLo, dstHi, dstLo, protocol, lengthOctets);
        return Checksum.add(sum, b, at, lengthOctets);
    }
}
