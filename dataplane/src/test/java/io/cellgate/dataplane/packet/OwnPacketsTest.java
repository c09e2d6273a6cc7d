package io.cellgate.dataplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpu.Tshark;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Packets that we make ourselves, as tshark dissects them: nothing malformed, no wrong checksum, the fields meant. */
class OwnPacketsTest {
    private final UnsafeBuffer b = new UnsafeBuffer(new byte[4096]);
    private final UnsafeBuffer cause = new UnsafeBuffer(new byte[4096]);

    private byte[] copy(int length) {
        byte[] octets = new byte[length];
        b.getBytes(0, octets);
        return octets;
    }

    private static long hi(String address) throws Exception {
        return IpAddresses.hi(InetAddress.ofLiteral(address));
    }

    private static long lo(String address) throws Exception {
        return IpAddresses.lo(InetAddress.ofLiteral(address));
    }

    private InnerPacket segment(String from, String to, String payload) throws Exception {
        UnsafeBuffer octets = new UnsafeBuffer(payload.getBytes(StandardCharsets.US_ASCII));
        int length = TcpReply.writeSegment(cause, 0, hi(from), lo(from), 4000, hi(to), lo(to), 80,
                1000, 2000, TcpFlyweight.ACK | TcpFlyweight.PSH, octets, 0, octets.capacity());
        InnerPacket packet = new InnerPacket(cause);
        assertThat(packet.parse(cause, 0, length)).isNull();
        return packet;
    }

    @Test
    void packetsWeMake_areDissectedByTsharkWithoutComplaint() throws Exception {
        Assumptions.assumeTrue(Tshark.isInstalled(), "missing: tshark");
        List<byte[]> packets = new ArrayList<>();
        for (String[] pair : new String[][]{{"10.45.0.7", "198.51.100.1", "10.45.0.1"},
                {"2001:db8:45:7::9", "2001:db8::1", "2001:db8:45::1"}}) {
            InnerPacket odd = segment(pair[0], pair[1], "GET / HTTP/1.1\r\nHost: a\r\n\r\n!");
            packets.add(copy(TcpReply.writeReset(b, 0, odd)));
            packets.add(
                    copy(IcmpError.writeProhibited(b, 0, odd, hi(pair[2]), lo(pair[2]))));
            packets.add(copy(
                    IcmpError.writeTooBig(b, 0, odd, 1358, hi(pair[2]), lo(pair[2]))));
            int clipped = TcpReply.clip(cause, odd, 7);
            byte[] octets = new byte[clipped];
            cause.getBytes(0, octets);
            packets.add(octets);
        }
        packets.add(copy(NeighborDiscovery.writeRouterAdvertisement(b, 0,
                hi("2001:db8:45:7::"), 1358, hi("2001:db8::53"), lo("2001:db8::53"))));
        packets.add(copy(NeighborDiscovery.writeNeighborAdvertisement(b, 0, hi("fe80::9"),
                lo("fe80::9"))));
        packets.add(copy(UdpReply.write(b, 0, hi("192.0.2.1"), lo("192.0.2.1"), 7, hi("10.45.0.7"),
                lo("10.45.0.7"), 4000, new UnsafeBuffer(new byte[]{1, 2, 3}), 0, 3)));
        List<Tshark.Dissected> shown = Tshark.fields(Tshark.ipCapture(packets), "icmp.type",
                "icmp.code", "icmp.mtu", "icmpv6.type", "icmpv6.mtu",
                "icmpv6.opt.prefix.length", "icmpv6.opt.prefix", "icmpv6.nd.ra.router_lifetime",
                "icmpv6.opt.rdnss", "icmpv6.opt.mtu", "icmpv6.nd.ra.cur_hop_limit",
                "icmp.checksum.status", "icmpv6.checksum.status", "tcp.checksum.status",
                "udp.checksum.status", "ip.checksum.status", "tcp.flags.reset", "tcp.len",
                "_ws.malformed");
        assertThat(shown).hasSize(packets.size()).allSatisfy(packet -> {
            assertThat(packet.get("_ws.malformed")).isEmpty();
            for (String status : new String[]{"icmp.checksum.status", "icmpv6.checksum.status"}) {
                assertThat(packet.get(status)).isIn("", "1");
            }
            if (packet.get("icmp.type").isEmpty() && packet.get("icmpv6.type").isEmpty()) {
                assertThat(packet.get("tcp.checksum.status") + packet.get("udp.checksum.status"))
                        .isEqualTo("1");
            }
            assertThat(packet.first("ip.checksum.status")).isIn("", "1");
        });
        assertThat(shown.get(0).get("tcp.flags.reset")).isIn("1", "True");
        assertThat(shown.get(1).fields()).containsEntry("icmp.type", "3").containsEntry("icmp.code",
                "13");
        assertThat(shown.get(2).fields()).containsEntry("icmp.code", "4").containsEntry("icmp.mtu",
                "1358");
        assertThat(shown.get(3).fields()).containsEntry("tcp.len", "7");
        assertThat(shown.get(5).fields()).containsEntry("icmpv6.type", "1");
        assertThat(shown.get(6).fields()).containsEntry("icmpv6.type", "2").containsEntry(
                "icmpv6.mtu",
                "1358");
        Map<String, String> advertisement = shown.get(8).fields();
        assertThat(advertisement).containsEntry("icmpv6.type", "134")
                .containsEntry("icmpv6.opt.prefix.length", "64")
                .containsEntry("icmpv6.opt.prefix", "2001:db8:45:7::")
                .containsEntry("icmpv6.opt.rdnss", "2001:db8::53")
                .containsEntry("icmpv6.opt.mtu", "1358");
        assertThat(shown.get(9).fields()).containsEntry("icmpv6.type", "136");
    }
}
