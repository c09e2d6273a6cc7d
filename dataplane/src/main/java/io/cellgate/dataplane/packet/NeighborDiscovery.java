package io.cellgate.dataplane.packet;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * The router's side of IPv6 neighbour discovery on a PDN connection, TS 29.061 §11.2.1.3 and RFC 4861: a
 * point-to-point link without link-layer addresses, one /64 for the device, no DHCPv6.
 *
 * <pre>
 * Router Advertisement: type 134@0 code@1 checksum@2 hop limit@4 M,O flags@5 router lifetime@6
 *                       reachable time@8 retransmission timer@12 options@16
 * Prefix Information:   3@0 4@1 prefix length@2 L,A flags@3 valid@4 preferred@8 reserved@12 prefix@16
 * MTU:                  5@0 1@1 reserved@2 mtu@4
 * RDNSS (RFC 8106):     25@0 3@1 reserved@2 lifetime@4 address@8
 * </pre>
 */
public final class NeighborDiscovery {
    public static final int ROUTER_SOLICITATION = 133;
    public static final int NEIGHBOR_SOLICITATION = 135;
    public static final long LINK_LOCAL_HI = 0xfe80_0000_0000_0000L;
    /** Our end of each link: fe80::1. */
    public static final long ROUTER_LO = 1;
    private static final long ALL_NODES_HI = 0xff02_0000_0000_0000L;
    private static final long ALL_NODES_LO = 1;
    private static final int ROUTER_ADVERTISEMENT = 134;
    private static final int NEIGHBOR_ADVERTISEMENT = 136;
    private static final int ROUTER_LIFETIME_SECONDS = 9000;
    private static final int INFINITE = -1;
    private static final int AUTONOMOUS = 0x40;
    private static final int ROUTER_SOLICITED_OVERRIDE = 0xe000_0000;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;

    private NeighborDiscovery() {}

    /** Whether the packet is ours to handle: neighbour discovery has hop limit 255 and code 0, RFC 4861 §6.1.1. */
    public static boolean isValid(InnerPacket packet) {
        return packet.hopLimit() == 255 && packet.icmpCode() == 0
                && packet.transportChecksumIsRight();
    }

    /**
     * Writes an advertisement of this /64 to all nodes: M = 0, O = 0; the prefix is autonomous and not on-link, for
     * nobody else has an address of it (RFC 6459 §5.2). Returns the packet's length.
     *
     * @param dnsHi the resolver to announce; with dnsLo 0 and dnsHi 0 none is
     */
    public static int writeRouterAdvertisement(MutableDirectBuffer b, int at, long prefixHi,
            int mtuOctets, long dnsHi, long dnsLo) {
        int icmp = at + Ipv6Flyweight.HEADER_OCTETS;
        boolean announcesDns = (dnsHi | dnsLo) != 0;
        int message = 16 + 32 + 8 + (announcesDns ? 24 : 0);
        b.putByte(icmp, (byte) ROUTER_ADVERTISEMENT);
        b.putByte(icmp + 1, (byte) 0);
        b.putByte(icmp + 4, (byte) 64);
        b.putByte(icmp + 5, (byte) 0);
        b.putShort(icmp + 6, (short) ROUTER_LIFETIME_SECONDS, BE);
        b.putLong(icmp + 8, 0);
        int option = icmp + 16;
        b.putByte(option, (byte) 3);
        b.putByte(option + 1, (byte) 4);
        b.putByte(option + 2, (byte) 64);
        b.putByte(option + 3, (byte) AUTONOMOUS);
        b.putInt(option + 4, INFINITE, BE);
        b.putInt(option + 8, INFINITE, BE);
        b.putInt(option + 12, 0);
        b.putLong(option + 16, prefixHi, BE);
        b.putLong(option + 24, 0);
        option += 32;
        b.putShort(option, (short) 0x0501, BE);
        b.putShort(option + 2, (short) 0);
        b.putInt(option + 4, mtuOctets, BE);
        option += 8;
        if (announcesDns) {
            b.putShort(option, (short) 0x1903, BE);
            b.putShort(option + 2, (short) 0);
            b.putInt(option + 4, INFINITE, BE);
            b.putLong(option + 8, dnsHi, BE);
            b.putLong(option + 16, dnsLo, BE);
        }
        return finish(b, at, message, ALL_NODES_HI, ALL_NODES_LO);
    }

    /** Whether the solicitation asks for our end of the link. */
    public static boolean asksForRouter(InnerPacket packet) {
        int target = packet.transportOffset() + 8;
        return packet.transportLength() >= 24
                && packet.buffer().getLong(target, BE) == LINK_LOCAL_HI
                && packet.buffer().getLong(target + 8, BE) == ROUTER_LO;
    }

    /** Writes the answer to a solicitation for our end of the link, without a link-layer address. */
    public static int writeNeighborAdvertisement(MutableDirectBuffer b, int at, long toHi,
            long toLo) {
        int icmp = at + Ipv6Flyweight.HEADER_OCTETS;
        b.putByte(icmp, (byte) NEIGHBOR_ADVERTISEMENT);
        b.putByte(icmp + 1, (byte) 0);
        b.putInt(icmp + 4, ROUTER_SOLICITED_OVERRIDE, BE);
        b.putLong(icmp + 8, LINK_LOCAL_HI, BE);
        b.putLong(icmp + 16, ROUTER_LO, BE);
        return finish(b, at, 24, toHi, toLo);
    }

    private static int finish(MutableDirectBuffer b, int at, int message, long toHi, long toLo) {
        Ipv6Flyweight.write(b, at, message, Transport.ICMPV6, 255, LINK_LOCAL_HI, ROUTER_LO, toHi,
                toLo);
        Transport.writeChecksum(b, at + Ipv6Flyweight.HEADER_OCTETS, message, Transport.ICMPV6,
                LINK_LOCAL_HI, ROUTER_LO, toHi, toLo);
        return Ipv6Flyweight.HEADER_OCTETS + message;
    }
}
