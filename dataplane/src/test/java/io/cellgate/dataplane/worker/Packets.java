package io.cellgate.dataplane.worker;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pcap4j.packet.IcmpV4CommonPacket;
import org.pcap4j.packet.IcmpV4EchoPacket;
import org.pcap4j.packet.IllegalRawDataException;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV4Rfc1349Tos;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.IpV6SimpleFlowLabel;
import org.pcap4j.packet.IpV6SimpleTrafficClass;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.UdpPacket;
import org.pcap4j.packet.UnknownPacket;
import org.pcap4j.packet.namednumber.IcmpV4Code;
import org.pcap4j.packet.namednumber.IcmpV4Type;
import org.pcap4j.packet.namednumber.IpNumber;
import org.pcap4j.packet.namednumber.IpVersion;
import org.pcap4j.packet.namednumber.TcpPort;
import org.pcap4j.packet.namednumber.UdpPort;

/** Packets built, and IPv4 ones taken apart, by pcap4j: not by the code under test. */
final class Packets {
    private Packets() {}

    static byte[] udp(String src, int srcPort, String dst, int dstPort, byte[] payload)
            throws IOException {
        UdpPacket.Builder udp = new UdpPacket.Builder()
                .srcPort(UdpPort.getInstance((short) srcPort))
                .dstPort(UdpPort.getInstance((short) dstPort)).srcAddr(address(src))
                .dstAddr(address(dst))
                .payloadBuilder(new UnknownPacket.Builder().rawData(payload))
                .correctChecksumAtBuild(true).correctLengthAtBuild(true);
        return ip(src, dst, IpNumber.UDP, udp);
    }

    static byte[] udp(String src, int srcPort, String dst, int dstPort) throws IOException {
        return udp(src, srcPort, dst, dstPort, "payload".getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] echo(String src, String dst, int identifier) throws IOException {
        IcmpV4CommonPacket.Builder icmp = new IcmpV4CommonPacket.Builder().type(IcmpV4Type.ECHO)
                .code(IcmpV4Code.NO_CODE)
                .payloadBuilder(new IcmpV4EchoPacket.Builder().identifier((short) identifier)
                        .sequenceNumber((short) 1))
                .correctChecksumAtBuild(true);
        return ip(src, dst, IpNumber.ICMPV4, icmp);
    }

    /** @param flags letters of S, A, F, R, P, U */
    static byte[] tcp(String src, int srcPort, String dst, int dstPort, long sequence,
            long acknowledgment, String flags, byte @Nullable [] payload) throws IOException {
        TcpPacket.Builder tcp = new TcpPacket.Builder()
                .srcPort(TcpPort.getInstance((short) srcPort))
                .dstPort(TcpPort.getInstance((short) dstPort)).srcAddr(address(src))
                .dstAddr(address(dst)).sequenceNumber((int) sequence)
                .acknowledgmentNumber((int) acknowledgment).syn(flags.contains("S"))
                .ack(flags.contains("A")).fin(flags.contains("F")).rst(flags.contains("R"))
                .psh(flags.contains("P")).urg(flags.contains("U")).window((short) 1000)
                .correctChecksumAtBuild(true).correctLengthAtBuild(true).paddingAtBuild(true);
        if (payload != null) {
            tcp.payloadBuilder(new UnknownPacket.Builder().rawData(payload));
        }
        return ip(src, dst, IpNumber.TCP, tcp);
    }

    private static byte[] ip(String src, String dst, IpNumber protocol, Packet.Builder payload)
            throws IOException {
        if (address(src) instanceof Inet6Address from) {
            return new IpV6Packet.Builder().version(IpVersion.IPV6)
                    .trafficClass(IpV6SimpleTrafficClass.newInstance((byte) 0))
                    .flowLabel(IpV6SimpleFlowLabel.newInstance(0)).nextHeader(protocol)
                    .hopLimit((byte) 64).srcAddr(from).dstAddr((Inet6Address) address(dst))
                    .payloadBuilder(payload).correctLengthAtBuild(true).build().getRawData();
        }
        return new IpV4Packet.Builder().version(IpVersion.IPV4)
                .tos(IpV4Rfc1349Tos.newInstance((byte) 0)).ttl((byte) 64).protocol(protocol)
                .srcAddr((Inet4Address) address(src)).dstAddr((Inet4Address) address(dst))
                .payloadBuilder(payload).correctChecksumAtBuild(true).correctLengthAtBuild(true)
                .build().getRawData();
    }

    /** An IPv4 packet as one that routers must not fragment. */
    static byte[] whole(byte[] packet) throws IllegalRawDataException {
        return IpV4Packet.newPacket(packet, 0, packet.length).getBuilder()
                .dontFragmentFlag(true).correctChecksumAtBuild(true).build().getRawData();
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    /** Takes a packet apart and checks the checksums of its headers. */
    static IpV4Packet parse(byte @Nullable [] packet) throws IllegalRawDataException {
        if (packet == null) {
            throw new AssertionError("no packet came");
        }
        IpV4Packet parsed = IpV4Packet.newPacket(packet, 0, packet.length);
        if (!parsed.getHeader().hasValidChecksum(false)) {
            throw new AssertionError("wrong IPv4 checksum: " + parsed);
        }
        IcmpV4CommonPacket icmp = parsed.get(IcmpV4CommonPacket.class);
        if (icmp != null) {
            if (!icmp.hasValidChecksum(false)) {
                throw new AssertionError("wrong ICMP checksum: " + parsed);
            }
            return parsed; // what it quotes is cut off
        }
        TcpPacket tcp = parsed.get(TcpPacket.class);
        if (tcp != null && !tcp.hasValidChecksum(parsed.getHeader().getSrcAddr(),
                parsed.getHeader().getDstAddr(), false)) {
            throw new AssertionError("wrong TCP checksum: " + parsed);
        }
        UdpPacket udp = parsed.get(UdpPacket.class);
        if (udp != null && !udp.hasValidChecksum(parsed.getHeader().getSrcAddr(),
                parsed.getHeader().getDstAddr(), false)) {
            throw new AssertionError("wrong UDP checksum: " + parsed);
        }
        return parsed;
    }

    static TcpPacket tcp(byte @Nullable [] packet) throws IllegalRawDataException {
        TcpPacket tcp = parse(packet).get(TcpPacket.class);
        if (tcp == null) {
            throw new AssertionError("no TCP segment");
        }
        return tcp;
    }

    static String text(TcpPacket segment) {
        return segment.getPayload() == null
                ? ""
                : new String(segment.getPayload().getRawData(), StandardCharsets.ISO_8859_1);
    }
}
