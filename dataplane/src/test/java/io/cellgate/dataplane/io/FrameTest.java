package io.cellgate.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.IpAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IllegalRawDataException;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV4Rfc1349Tos;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.UdpPacket;
import org.pcap4j.packet.UnknownPacket;
import org.pcap4j.packet.namednumber.EtherType;
import org.pcap4j.packet.namednumber.IpNumber;
import org.pcap4j.packet.namednumber.IpVersion;
import org.pcap4j.packet.namednumber.TcpPort;
import org.pcap4j.packet.namednumber.UdpPort;

/** Headers on a link, written by us and read by pcap4j, or the other way round. */
class FrameTest {
    private static final long TO_MAC = 0x02_00_00_00_00_0aL;
    private static final long FROM_MAC = 0x02_00_00_00_00_0bL;
    private static final int ROOM = 256;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory = arena.allocate(4096, 64);
    private final Frame frame = new Frame();

    @AfterEach
    void free() {
        arena.close();
    }

    private long put(byte[] octets) {
        MemorySegment.copy(MemorySegment.ofArray(octets), 0, memory, ROOM, octets.length);
        return memory.address() + ROOM;
    }

    private byte[] get(int before, int length) {
        return memory.asSlice(ROOM - before, before + length)
                .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }

    private static Frame.Tunnel from(InetAddress address) {
        return new Frame.Tunnel(IpAddresses.hi(address), IpAddresses.lo(address), 2152, FROM_MAC);
    }

    private static byte[] payload(int length) {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (i * 7 + 1);
        }
        return payload;
    }

    @Test
    void tunnelOverIpv4_isReadBackByPcap4j_andByUs() throws IllegalRawDataException {
        InetAddress self = InetAddress.ofLiteral("192.0.2.1");
        InetAddress peer = InetAddress.ofLiteral("198.51.100.7");
        byte[] payload = payload(37);
        long address = put(payload);
        Frame.Tunnel from = from(self);
        frame.writeTunnel(address, payload.length, from, TO_MAC, IpAddresses.hi(peer),
                IpAddresses.lo(peer), 2152);
        int headers = from.headerOctets();
        byte[] written = get(headers, payload.length);

        EthernetPacket ethernet = EthernetPacket.newPacket(written, 0, written.length);
        assertThat(ethernet.getHeader().getDstAddr()).hasToString("02:00:00:00:00:0a");
        assertThat(ethernet.getHeader().getSrcAddr()).hasToString("02:00:00:00:00:0b");
        IpV4Packet ip = ethernet.get(IpV4Packet.class);
        assertThat(ip.getHeader().getSrcAddr()).isEqualTo(self);
        assertThat(ip.getHeader().getDstAddr()).isEqualTo(peer);
        assertThat(ip.getHeader().hasValidChecksum(false)).isTrue();
        assertThat(ip.getHeader().getTotalLengthAsInt()).isEqualTo(20 + 8 + 37);
        UdpPacket udp = ip.get(UdpPacket.class);
        assertThat(udp.getHeader().getLengthAsInt()).isEqualTo(8 + 37);
        assertThat(udp.getPayload().getRawData()).isEqualTo(payload);

        assertThat(frame.readTunnel(address - headers, headers + payload.length)).isTrue();
        assertThat(frame.payloadAddress).isEqualTo(address);
        assertThat(frame.payloadOctets).isEqualTo(37);
        assertThat(frame.fromLo).isEqualTo(IpAddresses.lo(self));
        assertThat(frame.fromPort).isEqualTo(2152);
    }

    @Test
    void tunnelOverIpv6_hasAChecksum() throws IllegalRawDataException {
        Inet6Address self = (Inet6Address) InetAddress.ofLiteral("2001:db8::1");
        Inet6Address peer = (Inet6Address) InetAddress.ofLiteral("2001:db8:5::7");
        byte[] payload = payload(38);
        long address = put(payload);
        Frame.Tunnel from = from(self);
        frame.writeTunnel(address, payload.length, from, TO_MAC, IpAddresses.hi(peer),
                IpAddresses.lo(peer), 2152);
        byte[] written = get(from.headerOctets(), payload.length);

        IpV6Packet ip = EthernetPacket.newPacket(written, 0, written.length).get(IpV6Packet.class);
        assertThat(ip.getHeader().getSrcAddr()).isEqualTo(self);
        assertThat(ip.getHeader().getDstAddr()).isEqualTo(peer);
        assertThat(ip.get(UdpPacket.class).hasValidChecksum(self, peer, false)).isTrue();

        assertThat(frame.readTunnel(address - from.headerOctets(), written.length)).isTrue();
        assertThat(frame.payloadOctets).isEqualTo(38);
        assertThat(frame.fromHi).isEqualTo(IpAddresses.hi(self));
        assertThat(frame.fromLo).isEqualTo(IpAddresses.lo(self));
    }

    @Test
    void lengthsThatDoNotFit_andWrongHeaderChecksums_areRefused() {
        InetAddress self = InetAddress.ofLiteral("192.0.2.1");
        long address = put(payload(20));
        Frame.Tunnel from = from(self);
        int headers = from.headerOctets();
        Runnable write = () -> frame.writeTunnel(address, 20, from, TO_MAC, 0,
                IpAddresses.lo(self), 2152);
        write.run();
        for (int length = 0; length < headers + 20; length++) {
            assertThat(frame.readTunnel(address - headers, length)).as("cut to " + length)
                    .isFalse();
        }
        for (int at = Frame.ETHERNET_OCTETS; at < Frame.ETHERNET_OCTETS + 20; at++) {
            write.run();
            long place = (long) ROOM - headers + at;
            memory.set(java.lang.foreign.ValueLayout.JAVA_BYTE, place,
                    (byte) (memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, place) ^ 0x20));
            assertThat(frame.readTunnel(address - headers, headers + 20))
                    .as("octet " + at + " changed").isFalse();
        }
        write.run();
        memory.set(java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED, ROOM - 4,
                Short.reverseBytes((short) 29));
        assertThat(frame.readTunnel(address - headers, headers + 20)).as("UDP beyond IP")
                .isFalse();
    }

    private static IpV4Packet.Builder ipv4(int ttl, IpNumber protocol) {
        return new IpV4Packet.Builder().version(IpVersion.IPV4)
                .tos(IpV4Rfc1349Tos.newInstance((byte) 0)).ttl((byte) ttl).protocol(protocol)
                .srcAddr((Inet4Address) InetAddress.ofLiteral("203.0.113.10"))
                .dstAddr((Inet4Address) InetAddress.ofLiteral("10.45.0.2"))
                .correctChecksumAtBuild(true).correctLengthAtBuild(true);
    }

    @Test
    void hop_countsDownAndKeepsTheHeaderRight_andEndsAtOne() throws IllegalRawDataException {
        for (int ttl = 1; ttl <= 255; ttl++) {
            byte[] packet = ipv4(ttl, IpNumber.UDP)
                    .payloadBuilder(new UnknownPacket.Builder().rawData(payload(9))).build()
                    .getRawData();
            long address = put(packet);
            assertThat(frame.hop(address, packet.length)).isEqualTo(ttl > 1);
            byte[] after = get(0, packet.length);
            if (ttl > 1) {
                IpV4Packet read = IpV4Packet.newPacket(after, 0, after.length);
                assertThat(read.getHeader().getTtlAsInt()).isEqualTo(ttl - 1);
                assertThat(read.getHeader().hasValidChecksum(false)).as("TTL " + ttl).isTrue();
            } else {
                assertThat(after).isEqualTo(packet);
            }
        }
    }

    @Test
    void anUnfinishedChecksum_isFinished_andAFinishedOneIsLeft() throws IllegalRawDataException {
        Inet4Address server = (Inet4Address) InetAddress.ofLiteral("203.0.113.10");
        Inet4Address device = (Inet4Address) InetAddress.ofLiteral("10.45.0.2");
        for (int length : new int[]{0, 1, 2, 1200}) {
            byte[] right = ipv4(64, IpNumber.TCP).payloadBuilder(new TcpPacket.Builder()
                    .srcPort(TcpPort.HTTP).dstPort(TcpPort.getInstance((short) 4000))
                    .sequenceNumber(7).srcAddr(server).dstAddr(device).correctChecksumAtBuild(true)
                    .correctLengthAtBuild(true)
                    .payloadBuilder(new UnknownPacket.Builder().rawData(payload(length)))).build()
                    .getRawData();
            long address = put(right);
            frame.completeChecksum(address, right.length);
            assertThat(get(0, right.length)).as("finished").isEqualTo(right);

            byte[] unfinished = right.clone();
            int sum = 6 + right.length - 20;
            for (int i = 12; i < 20; i += 2) {
                sum += (right[i] & 0xff) << 8 | right[i + 1] & 0xff;
            }
            sum = (sum & 0xffff) + (sum >>> 16);
            unfinished[36] = (byte) (sum >>> 8);
            unfinished[37] = (byte) sum;
            put(unfinished);
            frame.completeChecksum(address, unfinished.length);
            assertThat(get(0, right.length)).as("unfinished").isEqualTo(right);
        }
    }

    @Test
    void paddingOfShortFrames_isNotPartOfThePacket() throws IllegalRawDataException {
        byte[] packet = ipv4(64, IpNumber.UDP).payloadBuilder(new UdpPacket.Builder()
                .srcPort(UdpPort.getInstance((short) 1)).dstPort(UdpPort.getInstance((short) 2))
                .srcAddr(InetAddress.ofLiteral("203.0.113.10"))
                .dstAddr(InetAddress.ofLiteral("10.45.0.2")).correctLengthAtBuild(true)
                .correctChecksumAtBuild(true)
                .payloadBuilder(new UnknownPacket.Builder().rawData(new byte[1]))).build()
                .getRawData();
        byte[] padded = Arrays.copyOf(packet, 46);
        long address = put(padded);
        frame.writeEthernet(address, TO_MAC, FROM_MAC);
        assertThat(EthernetPacket.newPacket(get(14, 46), 0, 60).getHeader().getType())
                .isEqualTo(EtherType.IPV4);
        assertThat(frame.ipOctets(address - 14, 60)).isEqualTo(29);
    }
}
