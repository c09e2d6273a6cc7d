package io.cellgate.dataplane.io;

import io.cellgate.dataplane.packet.Checksum;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads and writes what is outside of a packet on a link: Ethernet, and the IP and UDP headers of a tunnel. One thread.
 *
 * <pre>
 * Ethernet 14: to@0 from@6 type@12
 * IPv4     20: version and length@0 total length@2 fragment@6 TTL@8 protocol@9 checksum@10 from@12 to@16
 * IPv6     40: version@0 payload length@4 next header@6 hop limit@7 from@8 to@24
 * UDP       8: from@0 to@2 length@4 checksum@6
 * </pre>
 */
final class Frame {
    static final int ETHERNET_OCTETS = 14;
    static final int IPV4_OCTETS = 20;
    static final int IPV6_OCTETS = 40;
    static final int UDP_OCTETS = 8;
    private static final ByteOrder BE = ByteOrder.BIG_ENDIAN;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int UDP = 17;
    private static final int TCP = 6;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int TTL = 64;
    private static final int MORE_FRAGMENTS_OR_OFFSET = 0x3fff;
    private static final int VERSION_4_WITHOUT_OPTIONS = 0x45;

    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    /** What a received tunnel datagram holds; set by {@link #readTunnel}. */
    long payloadAddress;
    int payloadOctets;
    long fromHi;
    long fromLo;
    int fromPort;

    /** Whether a frame holds a tunnel datagram for this address, without IP options and not in fragments. */
    boolean isTunnelTo(long address, int length, Tunnel local) {
        int at = ETHERNET_OCTETS;
        if (length < at + IPV4_OCTETS + UDP_OCTETS) {
            return false;
        }
        view.wrap(address, length);
        if (local.isIpv4()) {
            return type() == IPV4 && view.getByte(at) == VERSION_4_WITHOUT_OPTIONS
                    && (unsigned(at + 6) & MORE_FRAGMENTS_OR_OFFSET) == 0
                    && view.getByte(at + 9) == UDP
                    && view.getInt(at + 16, BE) == (int) local.fromLo
                    && unsigned(at + IPV4_OCTETS + 2) == local.port;
        }
        return type() == IPV6 && length >= at + IPV6_OCTETS + UDP_OCTETS
                && view.getByte(at + 6) == UDP
                && view.getLong(at + 24, BE) == local.fromHi
                && view.getLong(at + 32, BE) == local.fromLo
                && unsigned(at + IPV6_OCTETS + 2) == local.port;
    }

    /** Whether a frame holds an IP packet for one of these, without options and with a TTL for one more hop. */
    boolean isFor(long address, int length, IpPrefix[] destinations) {
        int at = ETHERNET_OCTETS;
        if (length < at + IPV4_OCTETS) {
            return false;
        }
        view.wrap(address, length);
        long hi = 0;
        long lo;
        if (type() == IPV4 && view.getByte(at) == VERSION_4_WITHOUT_OPTIONS
                && (view.getByte(at + 8) & 0xff) > 1) {
            lo = 0xffff_0000_0000L | unsignedInt(at + 16);
        } else if (type() == IPV6 && length >= at + IPV6_OCTETS
                && (view.getByte(at + 7) & 0xff) > 1) {
            hi = view.getLong(at + 24, BE);
            lo = view.getLong(at + 32, BE);
        } else {
            return false;
        }
        for (IpPrefix prefix : destinations) {
            if (prefix.contains(hi, lo)) {
                return true;
            }
        }
        return false;
    }

    /** Reads the headers of a UDP datagram for us; false where it is malformed. */
    boolean readTunnel(long address, int length) {
        view.wrap(address, length);
        int at = ETHERNET_OCTETS;
        int end;
        if (length < at + IPV4_OCTETS + UDP_OCTETS) {
            return false;
        }
        if (type() == IPV4) {
            end = at + unsigned(at + 2);
            if (Checksum.fold(Checksum.add(0, view, at, IPV4_OCTETS)) != 0) {
                return false;
            }
            fromHi = 0;
            fromLo = 0xffff_0000_0000L | Integer.toUnsignedLong(view.getInt(at + 12, BE));
            at += IPV4_OCTETS;
        } else {
            if (length < at + IPV6_OCTETS + UDP_OCTETS) {
                return false;
            }
            end = at + IPV6_OCTETS + unsigned(at + 4);
            fromHi = view.getLong(at + 8, BE);
            fromLo = view.getLong(at + 16, BE);
            at += IPV6_OCTETS;
        }
        int udpOctets = end <= length && end >= at + UDP_OCTETS ? unsigned(at + 4) : 0;
        if (udpOctets < UDP_OCTETS || at + udpOctets > end) {
            return false;
        }
        fromPort = unsigned(at);
        payloadAddress = address + at + UDP_OCTETS;
        payloadOctets = udpOctets - UDP_OCTETS;
        return true;
    }

    /**
     * The length of the IP packet in a frame, without what Ethernet pads short frames with. Where its own length does not
     * fit, that of the frame: who looks at the packet sees that it is wrong.
     */
    int ipOctets(long address, int length) {
        view.wrap(address, length);
        int got = length - ETHERNET_OCTETS;
        int told = type() == IPV4
                ? unsigned(ETHERNET_OCTETS + 2)
                : IPV6_OCTETS + unsigned(ETHERNET_OCTETS + 4);
        return Math.min(got, told);
    }

    private int type() {
        return unsigned(12);
    }

    private int unsigned(int at) {
        return Short.toUnsignedInt(view.getShort(at, BE));
    }

    /**
     * Counts down the TTL or hop limit of an IP packet, as a router does (RFC 1812 §5.3.1, RFC 8200 §3); false where it
     * would end here. An IPv4 header's checksum changes by the difference (RFC 1624), so that a wrong one stays wrong.
     */
    boolean hop(long address, int length) {
        view.wrap(address, length);
        if (view.getByte(0) >>> 4 == 4) {
            int ttl = view.getByte(8) & 0xff;
            if (ttl <= 1) {
                return false;
            }
            view.putByte(8, (byte) (ttl - 1));
            int sum = unsigned(10) + 0x100;
            view.putShort(10, (short) (sum + (sum >= 0xffff ? 1 : 0)), BE);
            return true;
        }
        int limit = view.getByte(7) & 0xff;
        if (limit <= 1) {
            return false;
        }
        view.putByte(7, (byte) (limit - 1));
        return true;
    }

    /**
     * Completes a TCP or UDP checksum that its sender left to its network card: the field then holds the sum of the
     * pseudo-header alone. A complete checksum that happens to equal it is computed again, to the same.
     */
    void completeChecksum(long address, int length) {
        view.wrap(address, length);
        boolean ipv4 = view.getByte(0) >>> 4 == 4;
        int at = ipv4 ? IPV4_OCTETS : IPV6_OCTETS;
        if (length < at + UDP_OCTETS || (ipv4 && (unsigned(6) & MORE_FRAGMENTS_OR_OFFSET) != 0)) {
            return;
        }
        int protocol = view.getByte(ipv4 ? 9 : 6) & 0xff;
        int checksumAt = at + (protocol == TCP ? 16 : 6);
        if ((protocol != TCP && protocol != UDP) || checksumAt + 2 > length) {
            return;
        }
        int octets = length - at;
        long pseudo = ipv4
                ? Checksum.pseudoHeader(0, 0xffff_0000_0000L | unsignedInt(12), 0,
                        0xffff_0000_0000L | unsignedInt(16), protocol, octets)
                : Checksum.pseudoHeader(view.getLong(8, BE), view.getLong(16, BE),
                        view.getLong(24, BE), view.getLong(32, BE), protocol, octets);
        if (unsigned(checksumAt) != (~Checksum.fold(pseudo) & 0xffff)) {
            return;
        }
        view.putShort(checksumAt, (short) 0);
        int checksum = Checksum.fold(Checksum.add(pseudo, view, at, octets));
        view.putShort(checksumAt, (short) (checksum == 0 && protocol == UDP ? 0xffff : checksum),
                BE);
    }

    private long unsignedInt(int at) {
        return Integer.toUnsignedLong(view.getInt(at, BE));
    }

    /** The first half of an IP packet's destination. */
    long destinationHi(long packet, int length) {
        view.wrap(packet, length);
        return view.getByte(0) >>> 4 == 4 ? 0 : view.getLong(24, BE);
    }

    long destinationLo(long packet, int length) {
        view.wrap(packet, length);
        return view.getByte(0) >>> 4 == 4
                ? 0xffff_0000_0000L | unsignedInt(16)
                : view.getLong(32, BE);
    }

    /** Writes an Ethernet header before an IP packet. */
    void writeEthernet(long packet, long toMac, long fromMac) {
        view.wrap(packet - ETHERNET_OCTETS, ETHERNET_OCTETS + 1);
        boolean ipv4 = view.getByte(ETHERNET_OCTETS) >>> 4 == 4;
        ethernet(toMac, fromMac, ipv4 ? IPV4 : IPV6);
    }

    private void ethernet(long toMac, long fromMac, int type) {
        view.putLong(0, toMac << 16 | fromMac >>> 32, BE);
        view.putInt(8, (int) fromMac, BE);
        view.putShort(12, (short) type, BE);
    }

    /** Where a datagram goes and comes from. */
    record Tunnel(long fromHi, long fromLo, int port, long fromMac) {
        static Tunnel at(InetSocketAddress local, long mac) {
            return new Tunnel(IpAddresses.hi(local.getAddress()),
                    IpAddresses.lo(local.getAddress()), local.getPort(), mac);
        }

        boolean isIpv4() {
            return IpAddresses.isIpv4(fromHi, fromLo);
        }

        int headerOctets() {
            return ETHERNET_OCTETS + (isIpv4() ? IPV4_OCTETS : IPV6_OCTETS) + UDP_OCTETS;
        }
    }

    /** Writes Ethernet, IP and UDP headers before a payload. */
    void writeTunnel(long payload, int octets, Tunnel from, long toMac, long toHi, long toLo,
            int toPort) {
        int headers = from.headerOctets();
        view.wrap(payload - headers, headers + octets);
        int at = ETHERNET_OCTETS;
        int udpOctets = UDP_OCTETS + octets;
        if (from.isIpv4()) {
            ethernet(toMac, from.fromMac, IPV4);
            view.putInt(at, 0x4500_0000 | IPV4_OCTETS + udpOctets, BE);
            view.putInt(at + 4, DONT_FRAGMENT, BE);
            view.putInt(at + 8, TTL << 24 | UDP << 16, BE);
            view.putInt(at + 12, (int) from.fromLo, BE);
            view.putInt(at + 16, (int) toLo, BE);
            view.putShort(at + 10,
                    (short) Checksum.fold(Checksum.add(0, view, at, IPV4_OCTETS)), BE);
            at += IPV4_OCTETS;
        } else {
            ethernet(toMac, from.fromMac, IPV6);
            view.putInt(at, 0x6000_0000, BE);
            view.putInt(at + 4, udpOctets << 16 | UDP << 8 | TTL, BE);
            view.putLong(at + 8, from.fromHi, BE);
            view.putLong(at + 16, from.fromLo, BE);
            view.putLong(at + 24, toHi, BE);
            view.putLong(at + 32, toLo, BE);
            at += IPV6_OCTETS;
        }
        view.putShort(at, (short) from.port, BE);
        view.putShort(at + 2, (short) toPort, BE);
        view.putInt(at + 4, udpOctets << 16, BE);
        if (!from.isIpv4()) {
            // IPv6 asks for it (RFC 8200 §8.1); IPv4 does not (RFC 768), and what is inside has its
            // own
            long sum = Checksum.pseudoHeader(from.fromHi, from.fromLo, toHi, toLo, UDP,
                    udpOctets);
            int checksum = Checksum.fold(Checksum.add(sum, view, at, udpOctets));
            view.putShort(at + 6, (short) (checksum == 0 ? 0xffff : checksum), BE);
        }
    }
}
