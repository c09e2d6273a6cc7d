package io.cellgate.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV4Rfc1349Tos;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.UdpPacket;
import org.pcap4j.packet.UnknownPacket;
import org.pcap4j.packet.namednumber.EtherType;
import org.pcap4j.packet.namednumber.IpNumber;
import org.pcap4j.packet.namednumber.IpVersion;
import org.pcap4j.packet.namednumber.TcpPort;
import org.pcap4j.packet.namednumber.UdpPort;
import org.pcap4j.util.MacAddress;

/** Our XDP programs with a table of flows, as the kernel runs them on single frames (BPF_PROG_TEST_RUN), and frames made by pcap4j. */
abstract class ForwardingPrograms {
    static final String DEVICE = "10.45.0.9";
    static final String REMOTE = "203.0.113.10";
    static final String PEER = "10.200.0.1";
    static final String LOCAL = "10.200.0.2";
    static final int TEID = 0x00c0ffee;
    static final int REMOTE_TEID = 0x11223344;
    static final int DEVICE_PORT = 40_000;
    static final int REMOTE_PORT = 5000;
    static final long PEER_MAC = 0x02_00_00_00_00_0aL;
    static final long ACCESS_MAC = 0x02_00_00_00_00_0bL;
    static final long CORE_MAC = 0x02_00_00_00_00_0cL;
    static final long REMOTE_MAC = 0x02_00_00_00_00_0dL;
    static final int TUNNEL_MTU = 1358;
    static final int CORE_MTU = 1300;
    static final int FLOW = 77;
    static final int OUTER_AT = 14;
    static final int GTPU_AT = 42;
    static final int INNER_AT = 50;
    static final int UDP = 17;
    static final int TCP = 6;

    private final Arena arena = Arena.ofShared();
    final Ways ways = new Ways();
    KernelTable table;
    KernelFlows flows;
    Ebpf ebpf;
    int access;
    int core;
    int coreOfLocalPeers;

    /** Where frames go out. */
    static final class Ways implements KernelFlows.Ways {
        long remoteMac = REMOTE_MAC;
        long peerMac = PEER_MAC;
        int longestToCore = CORE_MTU;
        int longestToAccess = 1464;

        @Override
        public long toRemote(int address) {
            return remoteMac;
        }

        @Override
        public long toPeer(int address) {
            return peerMac;
        }

        @Override
        public int longestToCore() {
            return longestToCore;
        }

        @Override
        public int longestToAccess() {
            return longestToAccess;
        }
    }

    @BeforeEach
    void load() throws IOException {
        NetworkNamespace.assumePossible();
        table = new KernelTable(1024);
        List<InetSocketAddress> gtpu = List.of(new InetSocketAddress(inet(LOCAL), 2152));
        Frame.Tunnel local = Frame.Tunnel.at(gtpu.getFirst(), ACCESS_MAC);
        flows = new KernelFlows(table, 0, 1, ways);
        ebpf = new Ebpf();
        int sockets = ebpf.socketMap(1);
        List<IpPrefix> devices = List.of(IpPrefix.parse("10.45.0.0/16"),
                IpPrefix.parse("2001:db8:45::/48"));
        access = ebpf.load(XdpFilter.access(gtpu,
                new KernelForwarding(table, local, 1, 1, CORE_MAC, false), sockets, 1));
        core = ebpf.load(
                XdpFilter.core(devices, new KernelForwarding(table, local, 1, 1, CORE_MAC, false),
                        sockets, 1));
        coreOfLocalPeers = ebpf.load(XdpFilter.core(devices,
                new KernelForwarding(table, local, 1, 1, CORE_MAC, true), sockets, 1));
        flows.begin(System.nanoTime());
    }

    @AfterEach
    void unload() {
        if (ebpf != null) {
            ebpf.close();
            table.close();
        }
        arena.close();
    }

    int give(int protocol) {
        int entry = flows.put(FLOW, raw(DEVICE), DEVICE_PORT, raw(REMOTE), REMOTE_PORT, protocol,
                TEID, REMOTE_TEID, raw(PEER), TUNNEL_MTU);
        assertThat(entry).isNotEqualTo(KernelFlows.NONE);
        return entry;
    }

    static InetAddress inet(String address) {
        return InetAddress.ofLiteral(address);
    }

    static int raw(String address) {
        return (int) IpAddresses.lo(inet(address));
    }

    // what goes in and comes out, by pcap4j

    static byte[] udp(boolean up, int payloadOctets, int ttl) {
        UdpPacket.Builder udp = new UdpPacket.Builder()
                .srcPort(UdpPort.getInstance((short) (up ? DEVICE_PORT : REMOTE_PORT)))
                .dstPort(UdpPort.getInstance((short) (up ? REMOTE_PORT : DEVICE_PORT)))
                .srcAddr(inet(up ? DEVICE : REMOTE)).dstAddr(inet(up ? REMOTE : DEVICE))
                .payloadBuilder(new UnknownPacket.Builder().rawData(payload(payloadOctets)))
                .correctChecksumAtBuild(true).correctLengthAtBuild(true);
        return ipv4(up ? DEVICE : REMOTE, up ? REMOTE : DEVICE, ttl, 0x1234, IpNumber.UDP, udp);
    }

    static byte[] tcp(boolean up, String flags, int payloadOctets, int ttl) {
        TcpPacket.Builder tcp = new TcpPacket.Builder()
                .srcPort(TcpPort.getInstance((short) (up ? DEVICE_PORT : REMOTE_PORT)))
                .dstPort(TcpPort.getInstance((short) (up ? REMOTE_PORT : DEVICE_PORT)))
                .srcAddr(inet(up ? DEVICE : REMOTE)).dstAddr(inet(up ? REMOTE : DEVICE))
                .sequenceNumber(1_000_000).acknowledgmentNumber(2_000_000)
                .syn(flags.contains("S")).ack(flags.contains("A")).fin(flags.contains("F"))
                .rst(flags.contains("R")).psh(flags.contains("P")).urg(flags.contains("U"))
                .window((short) 1000).correctChecksumAtBuild(true).correctLengthAtBuild(true)
                .paddingAtBuild(true);
        if (payloadOctets > 0) {
            tcp.payloadBuilder(new UnknownPacket.Builder().rawData(payload(payloadOctets)));
        }
        return ipv4(up ? DEVICE : REMOTE, up ? REMOTE : DEVICE, ttl, 0xfffe, IpNumber.TCP, tcp);
    }

    static byte[] payload(int octets) {
        byte[] payload = new byte[octets];
        for (int i = 0; i < octets; i++) {
            payload[i] = (byte) (i * 7 + 1);
        }
        return payload;
    }

    static byte[] ipv4(String from, String to, int ttl, int identification,
            IpNumber protocol, Packet.Builder payload) {
        return new IpV4Packet.Builder().version(IpVersion.IPV4)
                .tos(IpV4Rfc1349Tos.newInstance((byte) 0)).identification((short) identification)
                .ttl((byte) ttl).protocol(protocol).dontFragmentFlag(identification == 0)
                .srcAddr((Inet4Address) inet(from)).dstAddr((Inet4Address) inet(to))
                .payloadBuilder(payload).correctChecksumAtBuild(true).correctLengthAtBuild(true)
                .build().getRawData();
    }

    static byte[] ethernet(long to, long from, byte[] packet) {
        return new EthernetPacket.Builder().dstAddr(mac(to)).srcAddr(mac(from))
                .type(EtherType.IPV4).pad(new byte[0])
                .payloadBuilder(new UnknownPacket.Builder().rawData(packet)).build().getRawData();
    }

    static MacAddress mac(long bits) {
        return MacAddress.getByAddress(
                Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(bits).array(), 2, 8));
    }

    /** A G-PDU in UDP without a checksum in IPv4, as gateways send it (RFC 768, TS 29.281 §5.1). */
    static byte[] tunnelled(String from, String to, int teid, byte[] packet) {
        byte[] gPdu = ByteBuffer.allocate(8 + packet.length).put((byte) 0x30).put((byte) 0xff)
                .putShort((short) packet.length).putInt(teid).put(packet).array();
        UdpPacket.Builder udp = new UdpPacket.Builder()
                .srcPort(UdpPort.getInstance((short) 2152))
                .dstPort(UdpPort.getInstance((short) 2152)).checksum((short) 0)
                .payloadBuilder(new UnknownPacket.Builder().rawData(gPdu))
                .correctLengthAtBuild(true);
        return ipv4(from, to, 64, 0, IpNumber.UDP, udp);
    }

    static byte[] fromCarrier(byte[] packet) {
        return ethernet(ACCESS_MAC, PEER_MAC, tunnelled(PEER, LOCAL, TEID, packet));
    }

    static byte[] toCarrier(byte[] packet) {
        return ethernet(PEER_MAC, ACCESS_MAC, tunnelled(LOCAL, PEER, REMOTE_TEID, packet));
    }

    static byte[] fromCore(byte[] packet) {
        return ethernet(CORE_MAC, REMOTE_MAC, packet);
    }

    static byte[] toCore(byte[] packet) {
        return ethernet(REMOTE_MAC, CORE_MAC, packet);
    }

    Ebpf.Outcome run(int program, byte[] frame) throws IOException {
        MemorySegment in = arena.allocate(frame.length);
        in.copyFrom(MemorySegment.ofArray(frame));
        return ebpf.judge(program, in);
    }

    void assertSent(int program, byte[] frame, byte[] expected) throws IOException {
        Ebpf.Outcome outcome = run(program, frame);
        assertThat(outcome.action()).as("redirected").isEqualTo(Ebpf.XDP_REDIRECT);
        assertThat(octets(outcome)).isEqualTo(expected);
    }

    /** The socket map is empty, so what a worker would get is passed on. */
    void assertLeft(String why, int program, byte[] frame) throws IOException {
        Ebpf.Outcome outcome = run(program, frame);
        assertThat(outcome.action()).as(why).isEqualTo(Ebpf.XDP_PASS);
        assertThat(octets(outcome)).as(why).isEqualTo(frame);
    }

    static byte[] octets(Ebpf.Outcome outcome) {
        return outcome.frame().toArray(ValueLayout.JAVA_BYTE);
    }

    static byte[] changed(byte[] frame, Consumer<ByteBuffer> how) {
        byte[] copy = frame.clone();
        how.accept(ByteBuffer.wrap(copy));
        return copy;
    }

    /** Makes the header's checksum right again. */
    static void sum(ByteBuffer frame, int at) {
        frame.putShort(at + 10, (short) 0);
        int sum = 0;
        for (int i = 0; i < 4 * (frame.get(at) & 0xf); i += 2) {
            sum += Short.toUnsignedInt(frame.getShort(at + i));
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        frame.putShort(at + 10, (short) ~(sum + (sum >>> 16)));
    }

    void takeBack(int entry) {
        flows.end(entry);
        flows.settle();
        flows.free(entry);
    }
}
