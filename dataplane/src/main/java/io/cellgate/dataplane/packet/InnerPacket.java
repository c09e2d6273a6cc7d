package io.cellgate.dataplane.packet;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An IP packet, validated once and taken apart: where its headers are, whom it is from and to. One instance is filled
 * again for each packet and read by one thread. After {@link #parse} has returned null every accessor holds, and
 * every octet that they point at is inside the packet.
 *
 * <p>What is refused rather than interpreted: lengths that contradict each other (the receiver might read them in
 * the other way), source routes, IPv6 headers beyond {@value #MAX_EXTENSIONS} or out of order, protocols
 * other than TCP, UDP and ICMP.
 */
public final class InnerPacket {
    private static final int MAX_EXTENSIONS = 6;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int NO_NEXT_HEADER = 59;
    private static final int MAX_OCTETS = 65_535;
    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    private static final int OPTION_LSRR = 131;
    private static final int OPTION_SSRR = 137;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private DirectBuffer buffer;
    private int offset;
    private int length;
    private boolean ipv4;
    private int protocol;
    private int hopLimit;
    private long srcHi;
    private long srcLo;
    private long dstHi;
    private long dstLo;
    private int transportOffset;
    private int srcPort;
    private int dstPort;
    private int tcpFlags;
    private int payloadOffset;
    private boolean fragment;
    private int fragmentOffset;
    private int fragmentedPart;
    private int identification;

    public InnerPacket(DirectBuffer initial) {
        buffer = initial;
    }

    /** Takes the packet apart; returns why it must be dropped, or null. */
    public @Nullable DropReason parse(DirectBuffer b, int at, int lengthOctets) {
        buffer = b;
        offset = at;
        length = lengthOctets;
        fragment = false;
        fragmentOffset = 0;
        identification = 0;
        if (lengthOctets < 1) {
            return DropReason.IP_VERSION;
        }
        DropReason fault = switch (Ipv4Flyweight.version(b, at)) {
            case 4 -> parseIpv4(b, at, lengthOctets);
            case 6 -> parseIpv6(b, at, lengthOctets);
            default -> DropReason.IP_VERSION;
        };
        if (fault != null) {
            return fault;
        }
        if (fragmentOffset == 0) {
            return parseTransport(b);
        }
        srcPort = 0;
        dstPort = 0;
        tcpFlags = 0;
        payloadOffset = transportOffset;
        return null;
    }

    /** Notes that the packet is a fragment; why it must be dropped, or null. */
    private @Nullable DropReason parseFragment(int part, int offsetOctets, boolean more, int id) {
        int size = offset + length - part;
        if (size == 0 || (more && (size & 7) != 0) || offsetOctets + size > MAX_OCTETS) {
            return DropReason.IP_FRAGMENT;
        }
        fragment = more || offsetOctets != 0;
        fragmentOffset = offsetOctets;
        fragmentedPart = part;
        identification = id;
        return null;
    }

    private @Nullable DropReason parseIpv4(DirectBuffer b, int at, int lengthOctets) {
        if (lengthOctets < Ipv4Flyweight.MIN_HEADER_OCTETS) {
            return DropReason.IP_HEADER_LENGTH;
        }
        int headerLength = Ipv4Flyweight.headerLength(b, at);
        if (headerLength < Ipv4Flyweight.MIN_HEADER_OCTETS || headerLength > lengthOctets) {
            return DropReason.IP_HEADER_LENGTH;
        }
        if (Ipv4Flyweight.totalLength(b, at) != lengthOctets) {
            return DropReason.IP_TOTAL_LENGTH;
        }
        int fragmentField = Ipv4Flyweight.fragment(b, at) & ~Ipv4Flyweight.DONT_FRAGMENT;
        if (fragmentField != 0) {
            DropReason fault = (fragmentField & Ipv4Flyweight.RESERVED_FLAG) != 0
                    ? DropReason.IP_FRAGMENT
                    : parseFragment(at + headerLength, (fragmentField & 0x1fff) << 3,
                            (fragmentField & Ipv4Flyweight.MORE_FRAGMENTS) != 0,
                            b.getShort(at + 4, BE) & 0xffff);
            if (fault != null) {
                return fault;
            }
        }
        if (headerLength > Ipv4Flyweight.MIN_HEADER_OCTETS) {
            DropReason fault = checkOptions(b, at + Ipv4Flyweight.MIN_HEADER_OCTETS,
                    at + headerLength);
            if (fault != null) {
                return fault;
            }
        }
        ipv4 = true;
        protocol = Ipv4Flyweight.protocol(b, at);
        hopLimit = Ipv4Flyweight.ttl(b, at);
        srcHi = 0;
        srcLo = IpAddresses.mapped(Ipv4Flyweight.source(b, at));
        dstHi = 0;
        dstLo = IpAddresses.mapped(Ipv4Flyweight.destination(b, at));
        transportOffset = at + headerLength;
        return null;
    }

    private static @Nullable DropReason checkOptions(DirectBuffer b, int from, int end) {
        int at = from;
        while (at < end) {
            int type = b.getByte(at) & 0xff;
            if (type == OPTION_END) {
                return null;
            }
            if (type == OPTION_LSRR || type == OPTION_SSRR) {
                return DropReason.IP_SOURCE_ROUTE;
            }
            if (type == OPTION_NOP) {
                at++;
                continue;
            }
            int optionLength = at + 1 < end ? b.getByte(at + 1) & 0xff : 0;
            if (optionLength < 2 || at + optionLength > end) {
                return DropReason.IP_HEADER_LENGTH;
            }
            at += optionLength;
        }
        return null;
    }

    private @Nullable DropReason parseIpv6(DirectBuffer b, int at, int lengthOctets) {
        if (lengthOctets < Ipv6Flyweight.HEADER_OCTETS) {
            return DropReason.IP_HEADER_LENGTH;
        }
        int payload = Ipv6Flyweight.payloadLength(b, at);
        int next = Ipv6Flyweight.nextHeader(b, at);
        if (payload == 0 && next != NO_NEXT_HEADER) {
            return DropReason.IPV6_PAYLOAD_ZERO;
        }
        if (Ipv6Flyweight.HEADER_OCTETS + payload != lengthOctets) {
            return DropReason.IP_TOTAL_LENGTH;
        }
        int end = at + lengthOctets;
        int position = at + Ipv6Flyweight.HEADER_OCTETS;
        int seen = 0;
        fragmentedPart = 0;
        while (isExtension(next)) {
            if (++seen > MAX_EXTENSIONS || position + 8 > end || (next == HOP_BY_HOP && seen > 1)) {
                return DropReason.IPV6_EXTENSIONS;
            }
            if (next == ROUTING && b.getByte(position + 2) == 0) {
                return DropReason.IP_SOURCE_ROUTE;
            }
            boolean fragments = next == FRAGMENT;
            int size = fragments ? 8 : 8 + 8 * (b.getByte(position + 1) & 0xff);
            if (position + size > end || (fragments && fragmentedPart != 0)) {
                return DropReason.IPV6_EXTENSIONS;
            }
            next = b.getByte(position) & 0xff;
            if (fragments) {
                int field = b.getShort(position + 2, BE) & 0xffff;
                DropReason fault = parseFragment(position + size, field & 0xfff8, (field & 1) != 0,
                        b.getInt(position + 4, BE));
                if (fault != null) {
                    return fault;
                }
            }
            position += size;
            if (fragmentOffset != 0) {
                break; // what follows is not a header
            }
        }
        ipv4 = false;
        protocol = next;
        hopLimit = Ipv6Flyweight.hopLimit(b, at);
        srcHi = Ipv6Flyweight.sourceHi(b, at);
        srcLo = Ipv6Flyweight.sourceLo(b, at);
        dstHi = Ipv6Flyweight.destinationHi(b, at);
        dstLo = Ipv6Flyweight.destinationLo(b, at);
        transportOffset = position;
        // ::ffff:0:0/96 is for programs, not for the wire (RFC 6890); taken for IPv4 it would
        // mislead every look-up
        return IpAddresses.isIpv4(srcHi, srcLo) || IpAddresses.isIpv4(dstHi, dstLo)
                ? DropReason.INFRASTRUCTURE
                : null;
    }

    private static boolean isExtension(int next) {
        return next == HOP_BY_HOP || next == ROUTING || next == FRAGMENT
                || next == DESTINATION_OPTIONS;
    }

    private @Nullable DropReason parseTransport(DirectBuffer b) {
        int at = transportOffset;
        int size = offset + length - at;
        tcpFlags = 0;
        switch (protocol) {
            case Transport.TCP -> {
                if (size < TcpFlyweight.MIN_HEADER_OCTETS) {
                    return DropReason.TRANSPORT_HEADER;
                }
                int headerLength = TcpFlyweight.headerLength(b, at);
                if (headerLength < TcpFlyweight.MIN_HEADER_OCTETS || headerLength > size) {
                    return DropReason.TRANSPORT_HEADER;
                }
                tcpFlags = TcpFlyweight.flags(b, at);
                if (!flagsArePossible(tcpFlags)) {
                    return DropReason.TCP_FLAGS;
                }
                payloadOffset = at + headerLength;
            }
            case Transport.UDP -> {
                if (size < Transport.UDP_HEADER_OCTETS
                        || !udpFits(Transport.udpLength(b, at), size)) {
                    return DropReason.TRANSPORT_HEADER;
                }
                payloadOffset = at + Transport.UDP_HEADER_OCTETS;
            }
            case Transport.ICMP, Transport.ICMPV6 -> {
                if (size < Transport.ICMP_HEADER_OCTETS || (protocol == Transport.ICMP) != ipv4) {
                    return DropReason.TRANSPORT_HEADER;
                }
                payloadOffset = at + Transport.ICMP_HEADER_OCTETS;
                int identifier = Short.toUnsignedInt(b.getShort(at + 4, BE));
                srcPort = isEcho() ? identifier : 0;
                dstPort = isEcho() ? identifier : 0;
                return null;
            }
            default -> {
                return DropReason.PROTOCOL_UNSUPPORTED;
            }
        }
        srcPort = Transport.sourcePort(b, at);
        dstPort = Transport.destinationPort(b, at);
        return null;
    }

    /** A first fragment may have less than the whole datagram. */
    private boolean udpFits(int said, int size) {
        return fragment ? said > size : said == size;
    }

    private static boolean flagsArePossible(int flags) {
        int kind = flags & (TcpFlyweight.SYN | TcpFlyweight.FIN | TcpFlyweight.RST);
        return switch (kind) {
            case 0, TcpFlyweight.FIN -> (flags & TcpFlyweight.ACK) != 0;
            case TcpFlyweight.SYN, TcpFlyweight.RST -> true;
            case TcpFlyweight.RST | TcpFlyweight.FIN -> true;
            default -> false;
        };
    }

    /** Whether this is a part of a packet, the first one or another. */
    public boolean isFragment() {
        return fragment;
    }

    /** Whether this is a part of a packet without its transport header. */
    public boolean isLaterFragment() {
        return fragmentOffset != 0;
    }

    /** Where in the fragmented part of the packet this fragment begins, in octets. */
    public int fragmentOffset() {
        return fragmentOffset;
    }

    /** How many octets of the fragmented part this fragment has. */
    public int fragmentLength() {
        return offset + length - fragmentedPart;
    }

    /** What all fragments of a packet have in common. */
    public int identification() {
        return identification;
    }

    /** Gives a later fragment what stood in its first one. */
    public void become(int itsProtocol, int itsSrcPort, int itsDstPort) {
        protocol = itsProtocol;
        srcPort = itsSrcPort;
        dstPort = itsDstPort;
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    public boolean isIpv4() {
        return ipv4;
    }

    /** TCP, UDP, ICMP or ICMPv6, see {@link Transport}. */
    public int protocol() {
        return protocol;
    }

    public boolean isTcp() {
        return protocol == Transport.TCP;
    }

    public boolean isUdp() {
        return protocol == Transport.UDP;
    }

    public int hopLimit() {
        return hopLimit;
    }

    public long srcHi() {
        return srcHi;
    }

    public long srcLo() {
        return srcLo;
    }

    public long dstHi() {
        return dstHi;
    }

    public long dstLo() {
        return dstLo;
    }

    public int transportOffset() {
        return transportOffset;
    }

    public int transportLength() {
        return offset + length - transportOffset;
    }

    /** Of an ICMP echo, its identifier. */
    public int srcPort() {
        return srcPort;
    }

    /** Of an ICMP echo, its identifier. */
    public int dstPort() {
        return dstPort;
    }

    /** 0 where it is not TCP. */
    public int tcpFlags() {
        return tcpFlags;
    }

    public boolean hasFlag(int flag) {
        return (tcpFlags & flag) != 0;
    }

    public int sequence() {
        return TcpFlyweight.sequence(buffer, transportOffset);
    }

    public int acknowledgment() {
        return TcpFlyweight.acknowledgment(buffer, transportOffset);
    }

    public int payloadOffset() {
        return payloadOffset;
    }

    public int payloadLength() {
        return offset + length - payloadOffset;
    }

    /** How far the segment moves the sequence: payload, and one each for SYN and FIN. */
    public int sequenceLength() {
        return payloadLength() + (hasFlag(TcpFlyweight.SYN) ? 1 : 0)
                + (hasFlag(TcpFlyweight.FIN) ? 1 : 0);
    }

    public int icmpType() {
        return buffer.getByte(transportOffset) & 0xff;
    }

    public int icmpCode() {
        return buffer.getByte(transportOffset + 1) & 0xff;
    }

    /** Whether this is an echo request or reply, whose identifier makes it a flow. */
    public boolean isEcho() {
        if (isLaterFragment()) {
            return false;
        }
        int type = icmpType();
        return ipv4 ? type == 8 || type == 0 : type == 128 || type == 129;
    }

    public boolean isEchoRequest() {
        return !isLaterFragment() && icmpType() == (ipv4 ? 8 : 128);
    }

    /** Whether this reports an error of another packet, which it quotes: RFC 792, RFC 4443 §2.1. */
    public boolean isIcmpError() {
        if (isLaterFragment()) {
            return false;
        }
        int type = icmpType();
        return ipv4 ? type == 3 || type == 11 || type == 12 : type >= 1 && type <= 4;
    }

    /** Whether the checksum of a whole packet's transport is right. A fragment has only a part of what it is of. */
    public boolean transportChecksumIsRight() {
        return !isFragment()
                && Transport.checksumIsRight(buffer, transportOffset, transportLength(), protocol,
                        srcHi, srcLo, dstHi, dstLo);
    }
}
