package io.cellgate.dataplane.packet;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * ICMP errors that we send about a packet, which they quote: RFC 792, RFC 1812 §4.3.2.3, RFC 4443 §3.
 *
 * <pre>
 * type@0 code@1 checksum@2 unused@4 (MTU: IPv4 16 bits @6, IPv6 32 bits @4) quoted packet@8
 * </pre>
 */
public final class IcmpError {
    /** So much of the packet that the whole is at most 576 octets of IPv4 or 1280 of IPv6. */
    private static final int MAX_QUOTED_IPV4 = 576 - 28;
    private static final int MAX_QUOTED_IPV6 = 1280 - 48;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private IcmpError() {}

    /** "Communication administratively prohibited": type 3 code 13, or type 1 code 1. */
    public static int writeProhibited(MutableDirectBuffer b, int at, InnerPacket cause, long fromHi,
            long fromLo) {
        return cause.isIpv4()
                ? write(b, at, cause, 3, 13, 0, fromHi, fromLo)
                : write(b, at, cause, 1, 1, 0, fromHi, fromLo);
    }

    /** "Fragmentation needed" (RFC 1191 §4) or "packet too big" (RFC 4443 §3.2) with the MTU that would do. */
    public static int writeTooBig(MutableDirectBuffer b, int at, InnerPacket cause, int mtuOctets,
            long fromHi, long fromLo) {
        return cause.isIpv4()
                ? write(b, at, cause, 3, 4, mtuOctets, fromHi, fromLo)
                : write(b, at, cause, 2, 0, mtuOctets, fromHi, fromLo);
    }

    private static int write(MutableDirectBuffer b, int at, InnerPacket cause, int type, int code,
            int word, long fromHi, long fromLo) {
        boolean v4 = cause.isIpv4();
        int icmp = at + (v4 ? Ipv4Flyweight.MIN_HEADER_OCTETS : Ipv6Flyweight.HEADER_OCTETS);
        int quoted = Math.min(cause.length(), v4 ? MAX_QUOTED_IPV4 : MAX_QUOTED_IPV6);
        int message = Transport.ICMP_HEADER_OCTETS + quoted;
        b.putByte(icmp, (byte) type);
        b.putByte(icmp + 1, (byte) code);
        b.putInt(icmp + 4, word, BE);
        b.putBytes(icmp + Transport.ICMP_HEADER_OCTETS, cause.buffer(), cause.offset(), quoted);
        int protocol = v4 ? Transport.ICMP : Transport.ICMPV6;
        if (v4) {
            Ipv4Flyweight.write(b, at, Ipv4Flyweight.MIN_HEADER_OCTETS + message, protocol,
                    (int) fromLo, (int) cause.srcLo());
        } else {
            Ipv6Flyweight.write(b, at, message, protocol, 64, fromHi, fromLo, cause.srcHi(),
                    cause.srcLo());
        }
        Transport.writeChecksum(b, icmp, message, protocol, fromHi, fromLo, cause.srcHi(),
                cause.srcLo());
        return icmp - at + message;
    }
}
