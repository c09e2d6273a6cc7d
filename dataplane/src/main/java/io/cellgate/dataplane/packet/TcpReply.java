package io.cellgate.dataplane.packet;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** TCP segments that we make ourselves: resets, and what closes a connection in a server's place. */
public final class TcpReply {
    private static final int WINDOW = 8192;

    private TcpReply() {}

    /**
     * Writes the reset that answers this segment, as if its destination had refused it (RFC 9293 §3.5.2): its
     * sequence is what the segment acknowledged, or it acknowledges the segment where that acknowledged nothing.
     * Returns the packet's length.
     */
    public static int writeReset(MutableDirectBuffer b, int at, InnerPacket cause) {
        boolean acknowledges = cause.hasFlag(TcpFlyweight.ACK);
        int sequence = acknowledges ? cause.acknowledgment() : 0;
        int acknowledgment = acknowledges ? 0 : cause.sequence() + cause.sequenceLength();
        return writeSegment(b, at, /* srcHi= */ cause.dstHi(), /* srcLo= */ cause.dstLo(),
                /* srcPort= */ cause.dstPort(), /* dstHi= */ cause.srcHi(),
                /* dstLo= */ cause.srcLo(),
                /* dstPort= */ cause.srcPort(), sequence, acknowledgment,
                TcpFlyweight.RST | (acknowledges ? 0 : TcpFlyweight.ACK), null, 0, 0);
    }

    /** Writes a segment with this payload (may be none) and returns the packet's length. */
    public static int writeSegment(MutableDirectBuffer b, int at, long srcHi, long srcLo,
            int srcPort, long dstHi, long dstLo, int dstPort, int sequence, int acknowledgment,
            int flags, @Nullable DirectBuffer payload, int payloadOffset,
            int payloadLength) {
        boolean v4 = IpAddresses.isIpv4(srcHi, srcLo);
        int tcp = at + (v4 ? Ipv4Flyweight.MIN_HEADER_OCTETS : Ipv6Flyweight.HEADER_OCTETS);
        int segment = TcpFlyweight.MIN_HEADER_OCTETS + payloadLength;
        if (v4) {
            Ipv4Flyweight.write(b, at, Ipv4Flyweight.MIN_HEADER_OCTETS + segment, Transport.TCP,
                    (int) srcLo, (int) dstLo);
        } else {
            Ipv6Flyweight.write(b, at, segment, Transport.TCP, 64, srcHi, srcLo, dstHi, dstLo);
        }
        TcpFlyweight.write(b, tcp, srcPort, dstPort, sequence, acknowledgment, flags,
                (flags & TcpFlyweight.RST) != 0 ? 0 : WINDOW);
        if (payload != null) {
            b.putBytes(tcp + TcpFlyweight.MIN_HEADER_OCTETS, payload, payloadOffset,
                    payloadLength);
        }
        Transport.writeChecksum(b, tcp, segment, Transport.TCP, srcHi, srcLo, dstHi, dstLo);
        return tcp - at + segment;
    }

    /**
     * Cuts the segment's payload to its first octets, checksums included; what is cut off, the sender sends again.
     * FIN and PSH belong to the end and go with it. Returns the packet's new length.
     */
    public static int clip(MutableDirectBuffer b, InnerPacket segment, int payloadLength) {
        int at = segment.offset();
        int tcp = segment.transportOffset();
        int newLength = segment.payloadOffset() - at + payloadLength;
        if (segment.isIpv4()) {
            Ipv4Flyweight.writeTotalLength(b, at, newLength);
        } else {
            Ipv6Flyweight.writePayloadLength(b, at, newLength - Ipv6Flyweight.HEADER_OCTETS);
        }
        TcpFlyweight.writeFlags(b, tcp,
                segment.tcpFlags() & ~(TcpFlyweight.FIN | TcpFlyweight.PSH));
        Transport.writeChecksum(b, tcp, newLength - (tcp - at), Transport.TCP, segment.srcHi(),
                segment.srcLo(), segment.dstHi(), segment.dstLo());
        return newLength;
    }
}
