package io.cellgate.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What our XDP programs make of single frames: the octets that they send, made
 * again by pcap4j, and each reason to leave a frame to a worker, which must then get it as it came.
 */
class KernelForwardingTest extends ForwardingPrograms {
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
}
