package io.cellgate.dataplane.worker;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.fuzz.BoundedFuzz;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.session.Access;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.usage.UsageFeed;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.PolicySlot;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes from a carrier, a device or the internet, through the whole of a worker: tunnel, packet, flow, DNS, HTTP,
 * TLS, ICMP. Nothing is thrown on the way; the worker counts a fault of its own under {@link DropReason#INTERNAL_ERROR}.
 */
class WorkerFuzzTest {
    private static final int TEID = 0x01020304;
    private static final String TUNNELLED = "10.45.0.7";
    private static final String PLAIN = "10.50.0.7";
    private static final String SERVER = "198.51.100.10";
    private static final InetAddress PEER = Inet4Address.ofLiteral("192.0.2.7");
    private static final OnePacketIo IO = new OnePacketIo(PEER);
    private static final Worker WORKER = worker();
    private static long now = System.nanoTime();

    private static Worker worker() {
        UserPlaneConfig config = UserPlaneTestBed.small(
                UserPlaneConfig.of(List.of(Inet4Address.ofLiteral("192.0.2.1")),
                        List.of(IpPrefix.parse("10.45.0.0/16"), IpPrefix.parse("10.50.0.0/16")),
                        List.of(), Inet4Address.ofLiteral("10.45.0.1"),
                        (Inet6Address) InetAddress.ofLiteral("2001:db8:45::1"),
                        (Inet6Address) InetAddress.ofLiteral("2001:db8:45::53")));
        try {
            PolicySlot slot = new PolicySlot(policy());
            UserPlaneSession tunnelled = UserPlaneTestBed.session(TEID, 7, PEER, TUNNELLED,
                    "2001:db8:45:7::", slot);
            UserPlaneSession usual = UserPlaneTestBed.session(TEID + 1, 7, PEER, PLAIN,
                    "2001:db8:50:7::", slot);
            UserPlaneSession plain = new UserPlaneSession(TEID + 1, new Access.Plain(0),
                    usual.carrierIndex(), usual.ipv4(), usual.ipv6Prefix(), usual.subscriber(),
                    usual.request(), null, null, false);
            Worker worker = UserPlaneTestBed.worker(config, IO,
                    new FlowLog(64, "fuzz-flow-log", _ -> {}), new UsageFeed(), PEER, tunnelled,
                    plain);
            int _ = worker.round(now, 0);
            return worker;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static EffectivePolicy policy() {
        return EffectivePolicy.of(1, null, UserPlaneTestBed.compiled("fuzz", 1,
                UserPlaneTestBed.allowDns("names", "dns.domain == \"example.com\""),
                UserPlaneTestBed.allow("all", "net.dst.port < 30000"),
                UserPlaneTestBed.allow("ping", "net.protocol in {\"icmp\" \"icmpv6\"}"),
                UserPlaneTestBed.allowHttp("get", "http.method == \"GET\""),
                UserPlaneTestBed.allowHttp("tls", "tls.sni == \"example.com\"")));
    }

    private static void round() {
        now += 1_000_000;
        int _ = WORKER.round(now, now / 1_000_000);
        if (WORKER.counters().snapshot(0).dropped(DropReason.INTERNAL_ERROR) > 0) {
            throw new AssertionError("the worker met a fault of its own; the log has it");
        }
    }

    /** Has a packet that begins like one say its right length, and come from or go to this session's addresses. */
    private static byte[] addressed(byte[] packet, String ipv4, long prefixHi, boolean up) {
        if (packet.length > PacketIo.MAX_PACKET_OCTETS - 8) {
            return Arrays.copyOf(packet, PacketIo.MAX_PACKET_OCTETS - 8);
        }
        ByteBuffer view = ByteBuffer.wrap(packet);
        if (packet.length >= 20 && packet[0] >>> 4 == 4) {
            view.putShort(2, (short) packet.length);
            view.put(up ? 12 : 16, Inet4Address.ofLiteral(ipv4).getAddress());
        } else if (packet.length >= 40 && (packet[0] & 0xff) >>> 4 == 6) {
            view.putShort(4, (short) (packet.length - 40));
            view.putLong(up ? 8 : 24, prefixHi);
        }
        return packet;
    }

    @FuzzTest(maxDuration = "30s")
    void datagramOfACarrier(byte[] octets) {
        IO.access = Arrays.copyOf(octets, Math.min(octets.length, PacketIo.MAX_PACKET_OCTETS));
        round();
    }

    @FuzzTest(maxDuration = "30s")
    void packetOfADevice(byte[] octets) {
        byte[] packet = addressed(octets, TUNNELLED, 0x2001_0db8_0045_0007L, true);
        IO.access = UserPlaneTestBed.gPdu(TEID, packet);
        round();
    }

    @FuzzTest(maxDuration = "30s")
    void packetOfACarriersRouter(byte[] octets) {
        IO.plain = addressed(octets, PLAIN, 0x2001_0db8_0050_0007L, true);
        round();
    }

    @FuzzTest(maxDuration = "30s")
    void packetOfTheInternet(byte[] octets) {
        IO.core = addressed(octets, octets.length % 2 == 0 ? TUNNELLED : PLAIN,
                octets.length % 2 == 0 ? 0x2001_0db8_0045_0007L : 0x2001_0db8_0050_0007L, false);
        round();
    }

    private static byte[][] packets() throws IOException {
        byte[] syn = Packets.tcp(TUNNELLED, 4000, SERVER, 80, 1, 0, "S", null);
        byte[] request = Packets.tcp(TUNNELLED, 4000, SERVER, 80, 2, 1, "PA",
                "GET /a HTTP/1.1\r\nHost: example.com\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        byte[] query = Packets.udp(TUNNELLED, 4001, SERVER, 53,
                HexFormat.of().parseHex(
                        "123401000001000000000000076578616d706c6503636f6d0000010001"));
        byte[] answer = Packets.tcp(SERVER, 80, TUNNELLED, 4000, 1, 2, "SA", null);
        byte[] icmpError = Arrays.copyOf(Packets.udp(SERVER, 1, TUNNELLED, 2, syn),
                28 + syn.length);
        icmpError[9] = 1;
        icmpError[20] = 3;
        icmpError[21] = 4;
        byte[] datagram = UserPlaneTestBed.gPdu(TEID, request);
        byte[] v6 = Arrays.copyOf(HexFormat.of().parseHex(
                "6000000000103aff" + "fe800000000000000000000000000001"
                        + "ff020000000000000000000000000002" + "8500000000000000"),
                56);
        return new byte[][]{syn, request, query, answer, icmpError, datagram, v6};
    }

    @Test
    void mutatedDatagramsOfACarrier_stopNothing() throws IOException {
        BoundedFuzz.run(this::datagramOfACarrier, packets());
    }

    @Test
    void mutatedPacketsOfADevice_stopNothing() throws IOException {
        BoundedFuzz.run(this::packetOfADevice, packets());
    }

    @Test
    void mutatedPacketsOfACarriersRouter_stopNothing() throws IOException {
        BoundedFuzz.run(this::packetOfACarriersRouter, packets());
    }

    @Test
    void mutatedPacketsOfTheInternet_stopNothing() throws IOException {
        BoundedFuzz.run(this::packetOfTheInternet, packets());
    }
}
