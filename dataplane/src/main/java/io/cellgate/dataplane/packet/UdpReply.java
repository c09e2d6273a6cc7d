package io.cellgate.dataplane.packet;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** UDP datagrams that we make ourselves: a DNS answer in the place of the server asked. */
public final class UdpReply {
    private UdpReply() {}

    /** Where the payload of a datagram at {@code at} begins. */
    public static int payloadOffset(int at, boolean ipv4) {
        return at + (ipv4 ? Ipv4Flyweight.MIN_HEADER_OCTETS : Ipv6Flyweight.HEADER_OCTETS)
                + Transport.UDP_HEADER_OCTETS;
    }

    /** Writes the headers around a payload that is in its place already; returns the packet's length. */
    public static int wrap(MutableDirectBuffer b, int at, long srcHi, long srcLo, int srcPort,
            long dstHi, long dstLo, int dstPort, int payloadLength) {
        boolean v4 = IpAddresses.isIpv4(srcHi, srcLo);
        int udp = payloadOffset(at, v4) - Transport.UDP_HEADER_OCTETS;
        int length = Transport.UDP_HEADER_OCTETS + payloadLength;
        if (v4) {
            Ipv4Flyweight.write(b, at, Ipv4Flyweight.MIN_HEADER_OCTETS + length, Transport.UDP,
                    (int) srcLo, (int) dstLo);
        } else {
            Ipv6Flyweight.write(b, at, length, Transport.UDP, 64, srcHi, srcLo, dstHi, dstLo);
        }
        Transport.writeUdp(b, udp, srcPort, dstPort, length);
        Transport.writeChecksum(b, udp, length, Transport.UDP, srcHi, srcLo, dstHi, dstLo);
        return udp - at + length;
    }

    /** As {@link #wrap}, copying the payload. */
    public static int write(MutableDirectBuffer b, int at, long srcHi, long srcLo, int srcPort,
            long dstHi, long dstLo, int dstPort, DirectBuffer payload, int offset, int length) {
        b.putBytes(payloadOffset(at, IpAddresses.isIpv4(srcHi, srcLo)), payload, offset, length);
        return wrap(b, at, srcHi, srcLo, srcPort, dstHi, dstLo, dstPort, length);
    }
}
