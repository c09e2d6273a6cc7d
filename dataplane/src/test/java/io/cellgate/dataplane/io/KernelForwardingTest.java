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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

/**
 * What our XDP programs make of single frames, as the kernel runs them (BPF_PROG_TEST_RUN): the octets that they send, made
 * again by pcap4j, and each reason to leave a frame to a worker, which must then get it as it came.
 */
class KernelForwardingTest {
    private static final String DEVICE = "10.45.0.9";
    private static final String REMOTE = "203.0.113.10";
    private static final String PEER = "10.200.0.1";
    private static final String LOCAL = "10.200.0.2";
    private static final int TEID = 0x00c0ffee;
    private static final int REMOTE_TEID = 0x11223344;
    private static final int DEVICE_PORT = 40_000;
    private static final int REMOTE_PORT = 5000;
    private static final long PEER_MAC = 0x02_00_00_00_00_0aL;
    private static final long ACCESS_MAC = 0x02_00_00_00_00_0bL;
    private static final long CORE_MAC = 0x02_00_00_00_00_0cL;
    private static final long REMOTE_MAC = 0x02_00_00_00_00_0dL;
    private static final int TUNNEL_MTU = 1358;
    private static final int CORE_MTU = 1300;
    private static final int FLOW = 77;
    private static final int OUTER_AT = 14;
    private static final int GTPU_AT = 42;
    private static final int INNER_AT = 50;
    private static final int UDP = 17;
    private static final int TCP = 6;

    private final Arena arena = Arena.ofShared();
    private final Ways ways = new Ways();
    private KernelTable table;
    private KernelFlows flows;
    private Ebpf ebpf;
    private int access;
    private int core;
    private int coreOfLocalPeers;

    /** Where frames go out. */
    private static final class Ways implements KernelFlows.Ways {
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

    private int give(int protocol) {
        int entry = flows.put(FLOW, raw(DEVICE), DEVICE_PORT, raw(REMOTE), REMOTE_PORT, protocol,
                TEID, REMOTE_TEID, raw(PEER), TUNNEL_MTU);
        assertThat(entry).isNotEqualTo(KernelFlows.NONE);
        return entry;
    }

    private static InetAddress inet(String address) {
        return InetAddress.ofLiteral(address);
    }

    private static int raw(String address) {
        return (int) IpAddresses.lo(inet(address));
    }

    // what goes in and comes out, by pcap4j

    private static byte[] udp(boolean up, int payloadOctets, int ttl) {
        UdpPacket.Builder udp = new UdpPacket.Builder()
                .srcPort(UdpPort.getInstance((short) (up ? DEVICE_PORT : REMOTE_PORT)))
                .dstPort(UdpPort.getInstance((short) (up ? REMOTE_PORT : DEVICE_PORT)))
                .srcAddr(inet(up ? DEVICE : REMOTE)).dstAddr(inet(up ? REMOTE : DEVICE))
                .payloadBuilder(new UnknownPacket.Builder().rawData(payload(payloadOctets)))
                .correctChecksumAtBuild(true).correctLengthAtBuild(true);
        return ipv4(up ? DEVICE : REMOTE, up ? REMOTE : DEVICE, ttl, 0x1234, IpNumber.UDP, udp);
    }

    private static byte[] tcp(boolean up, String flags, int payloadOctets, int ttl) {
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

    private static byte[] payload(int octets) {
        byte[] payload = new byte[octets];
        for (int i = 0; i < octets; i++) {
            payload[i] = (byte) (i * 7 + 1);
        }
        return payload;
    }

    private static byte[] ipv4(String from, String to, int ttl, int identification,
            IpNumber protocol, Packet.Builder payload) {
        return new IpV4Packet.Builder().version(IpVersion.IPV4)
                .tos(IpV4Rfc1349Tos.newInstance((byte) 0)).identification((short) identification)
                .ttl((byte) ttl).protocol(protocol).dontFragmentFlag(identification == 0)
                .srcAddr((Inet4Address) inet(from)).dstAddr((Inet4Address) inet(to))
                .payloadBuilder(payload).correctChecksumAtBuild(true).correctLengthAtBuild(true)
                .build().getRawData();
    }

    private static byte[] ethernet(long to, long from, byte[] packet) {
        return new EthernetPacket.Builder().dstAddr(mac(to)).srcAddr(mac(from))
                .type(EtherType.IPV4).pad(new byte[0])
                .payloadBuilder(new UnknownPacket.Builder().rawData(packet)).build().getRawData();
    }

    private static MacAddress mac(long bits) {
        return MacAddress.getByAddress(
                Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(bits).array(), 2, 8));
    }

    /** A G-PDU in UDP without a checksum in IPv4, as gateways send it (RFC 768, TS 29.281 §5.1). */
    private static byte[] tunnelled(String from, String to, int teid, byte[] packet) {
        byte[] gPdu = ByteBuffer.allocate(8 + packet.length).put((byte) 0x30).put((byte) 0xff)
                .putShort((short) packet.length).putInt(teid).put(packet).array();
        UdpPacket.Builder udp = new UdpPacket.Builder()
                .srcPort(UdpPort.getInstance((short) 2152))
                .dstPort(UdpPort.getInstance((short) 2152)).checksum((short) 0)
                .payloadBuilder(new UnknownPacket.Builder().rawData(gPdu))
                .correctLengthAtBuild(true);
        return ipv4(from, to, 64, 0, IpNumber.UDP, udp);
    }

    private static byte[] fromCarrier(byte[] packet) {
        return ethernet(ACCESS_MAC, PEER_MAC, tunnelled(PEER, LOCAL, TEID, packet));
    }

    private static byte[] toCarrier(byte[] packet) {
        return ethernet(PEER_MAC, ACCESS_MAC, tunnelled(LOCAL, PEER, REMOTE_TEID, packet));
    }

    private static byte[] fromCore(byte[] packet) {
        return ethernet(CORE_MAC, REMOTE_MAC, packet);
    }

    private static byte[] toCore(byte[] packet) {
        return ethernet(REMOTE_MAC, CORE_MAC, packet);
    }

    private Ebpf.Outcome run(int program, byte[] frame) throws IOException {
        MemorySegment in = arena.allocate(frame.length);
        in.copyFrom(MemorySegment.ofArray(frame));
        return ebpf.judge(program, in);
    }

    private void assertSent(int program, byte[] frame, byte[] expected) throws IOException {
        Ebpf.Outcome outcome = run(program, frame);
        assertThat(outcome.action()).as("redirected").isEqualTo(Ebpf.XDP_REDIRECT);
        assertThat(octets(outcome)).isEqualTo(expected);
    }

    /** The socket map is empty, so what a worker would get is passed on. */
    private void assertLeft(String why, int program, byte[] frame) throws IOException {
        Ebpf.Outcome outcome = run(program, frame);
        assertThat(outcome.action()).as(why).isEqualTo(Ebpf.XDP_PASS);
        assertThat(octets(outcome)).as(why).isEqualTo(frame);
    }

    private static byte[] octets(Ebpf.Outcome outcome) {
        return outcome.frame().toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] changed(byte[] frame, Consumer<ByteBuffer> how) {
        byte[] copy = frame.clone();
        how.accept(ByteBuffer.wrap(copy));
        return copy;
    }

    /** Makes the header's checksum right again. */
    private static void sum(ByteBuffer frame, int at) {
        frame.putShort(at + 10, (short) 0);
        int sum = 0;
        for (int i = 0; i < 4 * (frame.get(at) & 0xf); i += 2) {
            sum += Short.toUnsignedInt(frame.getShort(at + i));
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        frame.putShort(at + 10, (short) ~(sum + (sum >>> 16)));
    }

    @Test
    void packetsOfAGivenFlow_leaveAndEnterTheTunnel_toTheOctet() throws IOException {
        int entry = give(UDP);
        long upOctets = 0;
        long downOctets = 0;
        List<Integer> payloads = List.of(0, 1, 7, 18, 19, 100, 1000, CORE_MTU - 28);
        for (int octets : payloads) {
            for (int ttl : new int[]{2, 64, 255}) {
                assertSent(access, fromCarrier(udp(true, octets, ttl)),
                        toCore(udp(true, octets, ttl - 1)));
                assertSent(core, fromCore(udp(false, octets, ttl)),
                        toCarrier(udp(false, octets, ttl - 1)));
                assertSent(coreOfLocalPeers, fromCore(udp(false, octets, ttl)),
                        toCarrier(udp(false, octets, ttl - 1)));
                upOctets += 28 + octets;
                downOctets += 2L * (28 + octets);
            }
        }
        int packets = 3 * payloads.size();
        assertThat(flows.forwarded()).isEqualTo(new KernelFlows.Forwarded(packets, upOctets,
                2L * packets, downOctets));
        long up = flows.takeUp(entry);
        assertThat(KernelFlows.packets(up)).isEqualTo(packets);
        assertThat(KernelFlows.bytes(up)).isEqualTo(upOctets);
        long down = flows.takeDown(entry);
        assertThat(KernelFlows.packets(down)).isEqualTo(2L * packets);
        assertThat(KernelFlows.bytes(down)).isEqualTo(downOctets);
        assertThat(flows.takeDown(entry)).as("counted since").isZero();
    }

    @Test
    void segmentsOfAnOpenConnection_areForwarded() throws IOException {
        int _ = give(TCP);
        for (String flags : List.of("A", "AP")) {
            for (int octets : new int[]{0, 1, 1000}) {
                assertSent(access, fromCarrier(tcp(true, flags, octets, 64)),
                        toCore(tcp(true, flags, octets, 63)));
                assertSent(coreOfLocalPeers, fromCore(tcp(false, flags, octets, 64)),
                        toCarrier(tcp(false, flags, octets, 63)));
            }
        }
    }

    @Test
    void everyIdentification_keepsTheHeaderChecksumRight() throws IOException {
        int _ = give(UDP);
        byte[] up = fromCarrier(udp(true, 8, 64));
        for (int identification = 0; identification < 0x10000; identification += 97) {
            short id = (short) identification;
            byte[] frame = changed(up, f -> sum(f.putShort(INNER_AT + 4, id), INNER_AT));
            byte[] expected = changed(toCore(udp(true, 8, 63)),
                    f -> sum(f.putShort(OUTER_AT + 4, id), OUTER_AT));
            assertSent(access, frame, expected);
        }
    }

    @Test
    void shortFrameFromTheCore_losesItsPadding() throws IOException {
        int _ = give(TCP);
        byte[] ack = fromCore(tcp(false, "A", 0, 64));
        assertThat(ack).hasSize(54);
        assertSent(core, Arrays.copyOf(ack, 60), toCarrier(tcp(false, "A", 0, 63)));
        byte[] long60 = fromCore(tcp(false, "A", 100, 64));
        assertLeft("a rest that no padding is", core, Arrays.copyOf(long60, long60.length + 19));
    }

    @Test
    void whatDoesNotFit_isLeftToAWorker_asItCame() throws IOException {
        int entry = give(UDP);
        byte[] good = fromCarrier(udp(true, 100, 64));
        Map<String, byte[]> frames = new TreeMap<>();
        frames.put("another tunnel", changed(good, f -> f.putInt(GTPU_AT + 4, TEID + 1)));
        frames.put("another peer",
                changed(good, f -> sum(f.putInt(OUTER_AT + 12, raw("10.200.0.3")), OUTER_AT)));
        frames.put("outer checksum", changed(good, f -> f.putShort(OUTER_AT + 10,
                (short) (f.getShort(OUTER_AT + 10) + 1))));
        frames.put("outer total length", changed(good, f -> sum(
                f.putShort(OUTER_AT + 2, (short) (f.getShort(OUTER_AT + 2) - 1)), OUTER_AT)));
        frames.put("a longer frame", Arrays.copyOf(good, good.length + 1));
        frames.put("a cut frame", Arrays.copyOf(good, good.length - 1));
        frames.put("UDP length", changed(good, f -> f.putShort(OUTER_AT + 24,
                (short) (f.getShort(OUTER_AT + 24) - 1))));
        frames.put("GTP length", changed(good, f -> f.putShort(GTPU_AT + 2, (short) 127)));
        frames.put("GTP version", changed(good, f -> f.put(GTPU_AT, (byte) 0x50)));
        frames.put("GTP'", changed(good, f -> f.put(GTPU_AT, (byte) 0x20)));
        frames.put("GTP with a sequence number", changed(good, f -> f.put(GTPU_AT, (byte) 0x32)));
        frames.put("GTP with an extension", changed(good, f -> f.put(GTPU_AT, (byte) 0x34)));
        frames.put("Echo", changed(good, f -> f.put(GTPU_AT + 1, (byte) 1)));
        frames.put("Error Indication", changed(good, f -> f.put(GTPU_AT + 1, (byte) 26)));
        frames.put("End Marker", changed(good, f -> f.put(GTPU_AT + 1, (byte) 254)));
        inner(frames, good, INNER_AT);
        frames.put("longer than the way", fromCarrier(udp(true, CORE_MTU - 27, 64)));
        frames.put("from another device",
                changed(good, f -> f.putInt(INNER_AT + 12, raw("10.45.0.10"))));
        for (Map.Entry<String, byte[]> each : frames.entrySet()) {
            assertLeft(each.getKey(), access, each.getValue());
        }
        frames.clear();
        byte[] down = fromCore(udp(false, 100, 64));
        inner(frames, down, OUTER_AT);
        frames.put("longer than the tunnel", fromCore(udp(false, TUNNEL_MTU - 27, 64)));
        frames.put("cut", Arrays.copyOf(down, down.length - 1));
        for (Map.Entry<String, byte[]> each : frames.entrySet()) {
            assertLeft(each.getKey(), core, each.getValue());
            assertLeft(each.getKey(), coreOfLocalPeers, each.getValue());
        }
        assertThat(flows.takeUp(entry)).isZero();
        assertThat(flows.takeDown(entry)).isZero();
        assertThat(flows.forwarded()).isEqualTo(KernelFlows.Forwarded.NOTHING);
        assertSent(access, good, toCore(udp(true, 100, 63)));
        assertSent(core, down, toCarrier(udp(false, 100, 63)));
    }

    /** Ways in which a device's packet, which begins here, may be none of the flow's or none for the kernel. */
    private static void inner(Map<String, byte[]> frames, byte[] good, int at) {
        frames.put("IPv6", changed(good, f -> f.put(at, (byte) 0x65)));
        frames.put("IP options", changed(good, f -> sum(f.put(at, (byte) 0x46), at)));
        frames.put("IP total length", changed(good, f -> sum(f.putShort(at + 2, (short) 129), at)));
        frames.put("IP total length below its header",
                changed(good, f -> sum(f.putShort(at + 2, (short) 10), at)));
        frames.put("first fragment",
                changed(good, f -> sum(f.putShort(at + 6, (short) 0x2000), at)));
        frames.put("later fragment", changed(good, f -> sum(f.putShort(at + 6, (short) 3), at)));
        frames.put("reserved flag",
                changed(good, f -> sum(f.putShort(at + 6, (short) 0x8000), at)));
        frames.put("TTL of 1", changed(good, f -> sum(f.put(at + 8, (byte) 1), at)));
        frames.put("TTL of 0", changed(good, f -> sum(f.put(at + 8, (byte) 0), at)));
        frames.put("ICMP", changed(good, f -> sum(f.put(at + 9, (byte) 1), at)));
        frames.put("TCP of these ports", changed(good, f -> sum(f.put(at + 9, (byte) 6), at)));
        frames.put("inner UDP length", changed(good, f -> f.putShort(at + 24, (short) 107)));
        frames.put("another source port", changed(good, f -> f.putShort(at + 20, (short) 1)));
        frames.put("another destination port", changed(good, f -> f.putShort(at + 22, (short) 1)));
        frames.put("another remote", changed(good, f -> f.putInt(at + (at == INNER_AT ? 16 : 12),
                raw("203.0.113.11"))));
    }

    @Test
    void segmentsThatMoveAConnection_areLeftToAWorker() throws IOException {
        int _ = give(TCP);
        for (String flags : List.of("S", "SA", "FA", "R", "RA", "AU", "P", "FPA")) {
            assertLeft(flags, access, fromCarrier(tcp(true, flags, 10, 64)));
            assertLeft(flags, core, fromCore(tcp(false, flags, 10, 64)));
        }
        byte[] good = fromCarrier(tcp(true, "A", 10, 64));
        for (int words : new int[]{0, 4, 8, 15}) {
            assertLeft("TCP header of " + words, access,
                    changed(good, f -> f.put(INNER_AT + 32, (byte) (words << 4))));
        }
        byte[] tiny = fromCarrier(changed(tcp(true, "A", 0, 64), f -> {}));
        assertLeft("less than a TCP header", access, changed(
                fromCarrier(udp(true, 4, 64)), f -> sum(f.put(INNER_AT + 9, (byte) 6), INNER_AT)));
        assertSent(access, tiny, toCore(tcp(true, "A", 0, 63)));
    }

    @Test
    void checksumThatASenderLeftToItsCard_isAWorkersToFinish() throws IOException {
        for (int protocol : new int[]{UDP, TCP}) {
            int _ = give(protocol);
            byte[] frame = protocol == UDP
                    ? fromCore(udp(false, 33, 64))
                    : fromCore(tcp(false, "A", 33, 64));
            int at = OUTER_AT + 20 + (protocol == UDP ? 6 : 16);
            int transport = frame.length - OUTER_AT - 20;
            byte[] unfinished = changed(frame, f -> {
                int sum = protocol + transport;
                for (int i = 12; i < 20; i += 2) {
                    sum += Short.toUnsignedInt(f.getShort(OUTER_AT + i));
                }
                sum = (sum & 0xffff) + (sum >>> 16);
                f.putShort(at, (short) (sum + (sum >>> 16)));
            });
            assertLeft("unfinished", coreOfLocalPeers, unfinished);
            assertThat(run(coreOfLocalPeers, frame).action()).isEqualTo(Ebpf.XDP_REDIRECT);
        }
    }

    @Test
    void wayWithoutNextHopOrDriver_isLeftToAWorker_theOtherIsNot() throws IOException {
        ways.remoteMac = NextHops.UNKNOWN;
        int entry = give(UDP);
        byte[] up = fromCarrier(udp(true, 10, 64));
        byte[] down = fromCore(udp(false, 10, 64));
        assertLeft("no next hop", access, up);
        assertSent(core, down, toCarrier(udp(false, 10, 63)));
        takeBack(entry);
        ways.remoteMac = REMOTE_MAC;
        ways.longestToAccess = 0;
        int again = give(UDP);
        assertSent(access, up, toCore(udp(true, 10, 63)));
        assertLeft("no driver", core, down);
        takeBack(again);
        ways.longestToCore = 0;
        assertThat(flows.put(FLOW, raw(DEVICE), DEVICE_PORT, raw(REMOTE), REMOTE_PORT, UDP, TEID,
                REMOTE_TEID, raw(PEER), TUNNEL_MTU)).isEqualTo(KernelFlows.NONE);
    }

    private void takeBack(int entry) {
        flows.end(entry);
        flows.settle();
        flows.free(entry);
    }

    @Test
    void flowThatWasTakenBack_isAWorkersFromThenOn() throws IOException {
        int entry = give(UDP);
        byte[] up = fromCarrier(udp(true, 10, 64));
        assertSent(access, up, toCore(udp(true, 10, 63)));
        flows.end(entry);
        flows.settle();
        assertLeft("ended", access, up);
        assertThat(KernelFlows.packets(flows.takeUp(entry))).isEqualTo(1);
        flows.free(entry);
        assertThat(flows.size()).isZero();
        assertLeft("freed", access, up);

        int again = give(UDP);
        assertThat(flows.begin(System.nanoTime())).isFalse();
        flows.endAll();
        assertLeft("all ended, and not yet seen", access, up);
        assertThat(flows.begin(System.nanoTime())).isTrue();
        assertThat(flows.counts(again)).isFalse();
        assertLeft("all ended", access, up);
        assertLeft("all ended", core, fromCore(udp(false, 10, 64)));

        ways.peerMac = REMOTE_MAC;
        assertThat(flows.renew(again, raw(REMOTE), TEID, REMOTE_TEID + 1, raw(PEER), TUNNEL_MTU))
                .isTrue();
        assertSent(access, up, toCore(udp(true, 10, 63)));
        ways.remoteMac = NextHops.UNKNOWN;
        ways.peerMac = NextHops.UNKNOWN;
        flows.endAll();
        assertThat(flows.begin(System.nanoTime())).isTrue();
        assertThat(flows.renew(again, raw(REMOTE), TEID, REMOTE_TEID, raw(PEER), TUNNEL_MTU))
                .as("there is no way").isFalse();
        assertLeft("no way", access, up);
    }

    /** The generation is read before what is decided: what was ended between must not come to count. */
    @Test
    void flowGivenByADecisionFromBeforeAllWereEnded_doesNotCount() throws IOException {
        flows.begin(System.nanoTime());
        flows.endAll();
        int _ = give(UDP);
        assertLeft("late", access, fromCarrier(udp(true, 10, 64)));
    }

    @Test
    void flowsThatAreReviewed_areForwardedMeanwhile_andAreEndedWhereNobodyDoes() throws Exception {
        int entry = give(UDP);
        byte[] up = fromCarrier(udp(true, 10, 64));
        AtomicInteger woken = new AtomicInteger();
        flows.wakeBy(woken::incrementAndGet);
        Thread review = Thread.ofPlatform().start(flows.reviewer());
        while (flows.reviewDue() == 0) {
            Thread.onSpinWait();
        }
        assertSent(access, up, toCore(udp(true, 10, 63)));
        assertThat(review.isAlive()).isTrue();
        flows.reviewed(flows.reviewDue());
        review.join();
        assertThat(woken).hasValue(1);
        assertThat(flows.reviewDue()).isZero();
        assertThat(flows.counts(entry)).isTrue();
        assertSent(access, up, toCore(udp(true, 10, 63)));

        flows.reviewer().run();
        assertLeft("not reviewed", access, up);
        assertThat(flows.reviewDue()).as("still").isNotZero();
        flows.leave();
        flows.reviewer().run();
        assertThat(flows.begin(System.nanoTime())).isTrue();
        assertThat(flows.begin(System.nanoTime())).as("who has left keeps nobody").isFalse();
    }

    /** A process that was stopped suspends nobody, so that nothing may pass by what it decided. */
    @Test
    void flowsOfWorkersThatAreNotSeenAnyMore_areNotForwarded() throws IOException {
        try (KernelTable stopped = new KernelTable(1024)) {
            Frame.Tunnel local = Frame.Tunnel.at(new InetSocketAddress(inet(LOCAL), 2152),
                    ACCESS_MAC);
            int program = ebpf.load(XdpFilter.access(
                    List.of(new InetSocketAddress(inet(LOCAL), 2152)),
                    new KernelForwarding(stopped, local, 1, 1, CORE_MAC, false),
                    ebpf.socketMap(1), 1));
            KernelFlows its = new KernelFlows(stopped, 0, 1, ways);
            its.begin(System.nanoTime() - 6_000_000_000L);
            int _ = its.put(FLOW, raw(DEVICE), DEVICE_PORT, raw(REMOTE), REMOTE_PORT, UDP, TEID,
                    REMOTE_TEID, raw(PEER), TUNNEL_MTU);
            byte[] up = fromCarrier(udp(true, 10, 64));
            assertLeft("nobody is at work", program, up);
            its.begin(System.nanoTime());
            assertSent(program, up, toCore(udp(true, 10, 63)));
        }
    }

    @Test
    void moreFlowsThanThereIsRoomFor_areRefused_andEachIsForwardedUntilItIsFreed()
            throws IOException {
        int given = 0;
        int refused = 0;
        for (int port = 1; port <= 3000; port++) {
            int entry = flows.put(port, raw(DEVICE), port, raw(REMOTE), REMOTE_PORT, UDP, TEID,
                    REMOTE_TEID, raw(PEER), TUNNEL_MTU);
            if (entry == KernelFlows.NONE) {
                refused++;
            } else {
                given++;
                assertThat(flows.find(port, raw(DEVICE), port, raw(REMOTE), REMOTE_PORT, UDP))
                        .isEqualTo(entry);
            }
        }
        assertThat(refused).isPositive();
        assertThat(given).isBetween(500, 1024 + KernelTable.WAYS).isEqualTo(flows.size());
        for (int i = flows.size() - 1; i >= 0; i -= 2) {
            takeBack(flows.entry(i));
        }
        for (int i = 0; i < flows.size(); i++) {
            short port = (short) flows.flow(flows.entry(i));
            assertSent(access, changed(fromCarrier(udp(true, 10, 64)),
                    f -> f.putShort(INNER_AT + 20, port)),
                    changed(toCore(udp(true, 10, 63)), f -> f.putShort(OUTER_AT + 20, port)));
        }
        while (flows.size() > 0) {
            takeBack(flows.entry(flows.size() / 2));
        }
        for (int i = 0; i < 1024 + KernelTable.WAYS; i++) {
            int note = table.noteOf(i * KernelTable.ENTRY_OCTETS);
            assertThat(table.entries().getInt(note + KernelTable.OWNER)).isZero();
        }
    }

    @Test
    void processors_areOneMoreThanTheLastNumber() {
        assertThat(KernelTable.processors("0")).isEqualTo(1);
        assertThat(KernelTable.processors("0-1")).isEqualTo(2);
        assertThat(KernelTable.processors("0-3,8-11")).isEqualTo(12);
        assertThat(KernelTable.processors("0-3,8")).isEqualTo(9);
    }
}
