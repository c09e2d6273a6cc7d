package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.OTHER_DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.REMOTE_TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.List;
import java.util.Set;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.policy.Action;
import io.cellgate.policy.Phase;
import io.cellgate.policy.RuleDocument;
import io.cellgate.policy.RuleOptions;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.IcmpV4CommonPacket;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.namednumber.IcmpV4Type;

class UserPlaneTest {
    private static final String ALL_UDP = "net.protocol == \"udp\"";
    private UserPlaneTestBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new UserPlaneTestBed();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    @Test
    void allowedPacket_passesUnchanged_andItsReplyComesThroughTheTunnel() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        byte[] up = Packets.udp(DEVICE, 4000, SERVER, 5000);
        bed.fromDevice(up);
        assertThat(bed.atInternet()).isEqualTo(up);
        byte[] down = Packets.udp(SERVER, 5000, DEVICE, 4000);
        bed.fromInternet(down);
        assertThat(bed.atDevice()).isEqualTo(down);
        FlowRecord record = bed.record(flow -> flow.event() == FlowRecord.Event.VERDICT);
        assertThat(record.verdict()).isEqualTo(FlowVerdict.ALLOW);
        assertThat(record.rule()).isEqualTo("udp");
        assertThat(record.remote().getHostAddress()).isEqualTo(SERVER);
        assertThat(record.remotePort()).isEqualTo(5000);
        bed.remove(TEID);
        FlowRecord end = bed.record(flow -> flow.event() == FlowRecord.Event.END);
        assertThat(end.bytesUp()).isEqualTo(up.length);
        assertThat(end.packetsDown()).isEqualTo(1);
        assertThat(end.bytesDown()).isEqualTo(down.length);
    }

    @Test
    void withoutAPolicy_nothingPasses_andTheFlowIsLoggedOnceNotPerPacket() throws Exception {
        bed.install();
        for (int i = 0; i < 5; i++) {
            bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        }
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 5)).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
        assertThat(bed.flows).hasSize(1);
        assertThat(bed.flows.peek().dropReason()).isEqualTo(DropReason.POLICY_NETWORK);
    }

    @Test
    void gPdu_fromUnknownPeer_isDroppedWithoutAnswer() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        bed.userPlane.publishPeers(PeerTable.EMPTY).toCompletableFuture().get(5,
                TimeUnit.SECONDS);
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.dropped(DropReason.PEER_UNKNOWN, 1)).isTrue();
        assertThat(bed.nothingAtCarrier()).isTrue();
    }

    @Test
    void gPdu_forUnknownTeid_isAnsweredWithErrorIndication() throws Exception {
        bed.fromDevice(0x77, Packets.udp(DEVICE, 4000, SERVER, 5000));
        byte[] answer = bed.atCarrier();
        assertThat(answer).isNotNull();
        assertThat(answer[1]).isEqualTo((byte) 26);
        assertThat(ByteBuffer.wrap(answer).getInt(13)).isEqualTo(0x77);
        assertThat(bed.dropped(DropReason.TEID_UNKNOWN, 1)).isTrue();
    }

    @Test
    void policyDrop_isNeverAnsweredWithErrorIndication() throws Exception {
        bed.install();
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
        assertThat(bed.nothingAtCarrier()).isTrue();
    }

    @Test
    void errorIndications_areLimitedInRate() throws Exception {
        for (int i = 0; i < 300; i++) {
            bed.fromDevice(0x77, Packets.udp(DEVICE, 4000, SERVER, 5000));
        }
        assertThat(bed.dropped(DropReason.TEID_UNKNOWN, 300)).isTrue();
        int answers = 0;
        while (!bed.nothingAtCarrier()) {
            answers++;
        }
        assertThat(answers).isBetween(1, 200);
    }

    @Test
    void echoRequest_isAnsweredWithRecoveryZero_toThePortItCameFrom() throws Exception {
        bed.fromCarrier(HexFormat.of().parseHex("320100040000000012340000"));
        byte[] answer = bed.atCarrier();
        assertThat(answer)
                .isEqualTo(HexFormat.of().parseHex("3202000600000000123400000e00"));
    }

    @Test
    void errorIndication_ofThePeer_reachesSignalling() throws Exception {
        bed.install();
        byte[] address = bed.carrier.getLocalAddress().getAddress();
        bed.fromCarrier(ByteBuffer.allocate(24).put(HexFormat.of().parseHex("321a0010000000000000"
                + "000010")).putInt(REMOTE_TEID).put((byte) 133).putShort((short) 4).put(address)
                .array());
        assertThat(bed.errorIndications.poll(3, TimeUnit.SECONDS)).isEqualTo(TEID);
    }

    @Test
    void unknownExtensionHeader_thatMustBeUnderstood_isAnsweredWithThoseSupported()
            throws Exception {
        bed.install();
        bed.fromCarrier(HexFormat.of()
                .parseHex("34ff00081a2b3c4d000000830100000000000000".substring(0, 32)));
        byte[] answer = bed.atCarrier();
        assertThat(answer).isNotNull();
        assertThat(answer[1]).isEqualTo((byte) 31);
        assertThat(bed.dropped(DropReason.GTPU_EXTENSION_UNKNOWN, 1)).isTrue();
    }

    @Test
    void spoofedSource_isDropped() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        bed.fromDevice(Packets.udp("10.45.0.9", 4000, SERVER, 5000));
        assertThat(bed.dropped(DropReason.SOURCE_SPOOFED, 1)).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void gtpInsideGtp_isDropped_whateverPolicySays() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 2152));
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 2123));
        assertThat(bed.dropped(DropReason.GTP_IN_GTP, 2)).isTrue();
    }

    @Test
    void infrastructure_isOutOfReach_whateverPolicySays() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        String peer = bed.carrier.getLocalAddress().getHostAddress();
        for (String destination : new String[]{"10.45.0.1", "192.0.2.9", "127.0.0.1",
                "169.254.169.254", "224.0.0.251", "255.255.255.255", peer}) {
            bed.fromDevice(Packets.udp(DEVICE, 4000, destination, 80));
        }
        assertThat(bed.dropped(DropReason.INFRASTRUCTURE, 7)).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void deviceToDevice_isOpenedOnlyByARuleThatNamesTheKind() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        bed.fromDevice(Packets.udp(DEVICE, 4000, OTHER_DEVICE, 5000));
        assertThat(bed.dropped(DropReason.DEVICE_TO_DEVICE, 1)).isTrue();
        bed.publish(allow("peers", "net.dst.kind == \"device\" and net.dst.port == 5000"));
        byte[] packet = Packets.udp(DEVICE, 4000, OTHER_DEVICE, 5000);
        bed.fromDevice(packet);
        assertThat(bed.atInternet()).isEqualTo(packet);
    }

    @Test
    void inboundPacket_ofNoFlow_isDropped_unlessARuleNamesTheDirection() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        bed.fromInternet(Packets.udp(SERVER, 5000, DEVICE, 4000));
        assertThat(bed.dropped(DropReason.INBOUND_UNSOLICITED, 1)).isTrue();
        bed.publish(allow("ping-me", "net.direction == \"down\" and net.dst.port == 4000"));
        byte[] packet = Packets.udp(SERVER, 5000, DEVICE, 4000);
        bed.fromInternet(packet);
        assertThat(bed.atDevice()).isEqualTo(packet);
        byte[] answer = Packets.udp(DEVICE, 4000, SERVER, 5000);
        bed.fromDevice(answer);
        assertThat(bed.atInternet()).isEqualTo(answer);
    }

    @Test
    void packetFromTheCore_toNoSession_isCounted() throws Exception {
        bed.fromInternet(Packets.udp(SERVER, 5000, DEVICE, 4000));
        assertThat(bed.dropped(DropReason.DESTINATION_UNKNOWN, 1)).isTrue();
    }

    @Test
    void changedPolicy_actsOnAnEstablishedFlow_atItsNextPacket() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.atInternet()).isNotNull();
        bed.publish(allow("other", "net.dst.port == 1"));
        bed.fromInternet(Packets.udp(SERVER, 5000, DEVICE, 4000));
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
        bed.publish(allow("udp", ALL_UDP));
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.atInternet()).isNotNull();
    }

    @Test
    void removedSession_forwardsNothing_inEitherDirection() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.atInternet()).isNotNull();
        bed.remove(TEID);
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        bed.fromInternet(Packets.udp(SERVER, 5000, DEVICE, 4000));
        assertThat(bed.dropped(DropReason.TEID_UNKNOWN, 1)).isTrue();
        assertThat(bed.dropped(DropReason.DESTINATION_UNKNOWN, 1)).isTrue();
        assertThat(bed.userPlane.counters().flows()).isZero();
    }

    @Test
    void replacedSession_sendsToItsNewPeer() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install(bed.session(TEID, 0x5, DEVICE, null, bed.slot));
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.atInternet()).isNotNull();
        bed.install();
        bed.fromInternet(Packets.udp(SERVER, 5000, DEVICE, 4000));
        assertThat(bed.atDevice()).isNotNull();
    }

    @Test
    void tcpSegment_ofNoConnection_isDropped() throws Exception {
        bed.publish(allow("tcp", "net.protocol == \"tcp\""));
        bed.install();
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, 80, 1, 1, "AP", new byte[]{1}));
        assertThat(bed.dropped(DropReason.TCP_MIDSTREAM, 1)).isTrue();
    }

    @Test
    void rejectedTcp_isReset_andRejectedUdp_isProhibited() throws Exception {
        bed.publish(new RuleDocument("no", Phase.NETWORK, Action.BLOCK, "net.dst.port == 23",
                RuleOptions.rejecting()));
        bed.install();
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, 23, 99, 0, "S", null));
        var reset = Packets.tcp(bed.atDevice());
        assertThat(reset.getHeader().getRst()).isTrue();
        assertThat(reset.getHeader().getAcknowledgmentNumber()).isEqualTo(100);
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 23));
        IpV4Packet icmp = Packets.parse(bed.atDevice());
        assertThat(icmp.get(IcmpV4CommonPacket.class).getHeader().getType())
                .isEqualTo(IcmpV4Type.DESTINATION_UNREACHABLE);
        assertThat(icmp.get(IcmpV4CommonPacket.class).getHeader().getCode().value())
                .isEqualTo((byte) 13);
        assertThat(icmp.getHeader().getSrcAddr().getHostAddress()).isEqualTo("10.45.0.1");
    }

    @Test
    void ping_isAFlow_andItsReplyComesBack() throws Exception {
        bed.publish(allow("ping", "net.protocol == \"icmp\""));
        bed.install();
        byte[] request = Packets.echo(DEVICE, SERVER, 77);
        bed.fromDevice(request);
        assertThat(bed.atInternet()).isEqualTo(request);
        byte[] reply = Packets.echo(SERVER, DEVICE, 77);
        reply[20] = 0;
        bed.fromInternet(reply);
        assertThat(bed.atDevice()).isEqualTo(reply);
    }

    @Test
    void icmpError_passesWhereItQuotesAKnownFlow_only() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        byte[] up = Packets.udp(DEVICE, 4000, SERVER, 5000);
        bed.fromDevice(up);
        assertThat(bed.atInternet()).isEqualTo(up);
        bed.fromInternet(unreachable(up));
        assertThat(bed.atDevice()).isNotNull();
        bed.fromInternet(unreachable(Packets.udp(DEVICE, 4001, SERVER, 5000)));
        assertThat(bed.dropped(DropReason.ICMP_UNRELATED, 1)).isTrue();
    }

    private static byte[] unreachable(byte[] quoted) throws Exception {
        byte[] packet = Packets.echo("203.0.113.1", DEVICE, 0);
        ByteBuffer whole = ByteBuffer.allocate(28 + quoted.length).put(packet, 0, 28)
                .put(quoted);
        whole.putShort(2, (short) whole.capacity()).put(20, (byte) 3).put(21, (byte) 3);
        return whole.array();
    }

    @Test
    void tooLargePacket_withDontFragment_isAnsweredWithTheTunnelsMtu() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.atInternet()).isNotNull();
        byte[] large = Packets.udp(SERVER, 5000, DEVICE, 4000, new byte[1400]);
        large[6] = 0x40;
        bed.fromInternet(large);
        byte[] answer = bed.atInternet();
        IpV4Packet icmp = Packets.parse(answer);
        assertThat(icmp.getHeader().getDstAddr().getHostAddress()).isEqualTo(SERVER);
        assertThat(ByteBuffer.wrap(answer).getShort(26)).isEqualTo((short) 1358);
        assertThat(bed.dropped(DropReason.TOO_BIG, 1)).isTrue();

        byte[] ping = ByteBuffer.allocate(1400).put(Packets.echo(SERVER, DEVICE, 7))
                .putShort(2, (short) 1400).put(6, (byte) 0x40).array();
        bed.fromInternet(ping);
        answer = bed.atInternet();
        assertThat(answer).as("an echo is answered, too").isNotNull();
        assertThat(ByteBuffer.wrap(answer).getShort(26)).isEqualTo((short) 1358);
        ping[20] = 3;
        bed.fromInternet(ping);
        assertThat(bed.dropped(DropReason.TOO_BIG, 3)).isTrue();
        assertThat(bed.nothingAtInternet()).as("an error is not").isTrue();
    }

    @Test
    void scanningDevice_exhaustsItsOwnShareOfFlowsOnly() throws Exception {
        bed.close();
        bed = new UserPlaneTestBed(config -> config.withFlows(1000, 10));
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        bed.install(bed.session(0x99, 0x98, OTHER_DEVICE, null, bed.slot));
        for (int port = 1; port <= 25; port++) {
            bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 6000 + port));
        }
        assertThat(bed.dropped(DropReason.FLOWS_PER_SESSION, 15)).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(bed.atInternet()).isNotNull();
        }
        byte[] other = Packets.udp(OTHER_DEVICE, 4000, SERVER, 5000);
        bed.fromDevice(0x99, other);
        assertThat(bed.atInternet()).isEqualTo(other);
    }

    @Test
    void anyOuterSourcePort_isAccepted() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        InetAddress peer = bed.carrier.getLocalAddress();
        byte[] packet = Packets.udp(DEVICE, 4000, SERVER, 5000);
        byte[] message = UserPlaneTestBed.gPdu(TEID, packet);
        try (DatagramSocket other = new DatagramSocket(new InetSocketAddress(peer, 0))) {
            other.send(new DatagramPacket(message, message.length, bed.gtpu()));
        }
        assertThat(bed.atInternet()).isEqualTo(packet);
    }

    @Test
    void sessionWithAPrefix_getsARouterAdvertisement_atOnceAndWhenItAsks() throws Exception {
        bed.install(bed.session(TEID, REMOTE_TEID, null, "2001:db8:45:7::", bed.slot));
        byte[] first = bed.atDevice();
        assertThat(first).isNotNull();
        assertThat(first[40]).isEqualTo((byte) 134);
        byte[] solicitation = HexFormat.of()
                .parseHex("6000000000083afffe80000000000000000000000000abcdff0200000000000000000000"
                        + "000000028500d0f900000000");
        ByteBuffer wrapped = ByteBuffer.wrap(solicitation);
        wrapped.putShort(42, (short) 0);
        wrapped.putShort(42, checksum(solicitation));
        bed.fromDevice(solicitation);
        byte[] second = bed.atDevice();
        assertThat(second).isEqualTo(first);
    }

    private static short checksum(byte[] packet) {
        long sum = 8 + 58;
        for (int i = 8; i < packet.length; i += 2) {
            sum += (packet[i] & 0xff) << 8 | packet[i + 1] & 0xff;
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }

    @Test
    void fragment_isDroppedUnderItsOwnReason() throws Exception {
        bed.publish(allow("udp", ALL_UDP));
        bed.install();
        byte[] packet = Packets.udp(DEVICE, 4000, SERVER, 5000);
        packet[7] = 5; // the first one never came
        bed.fromDevice(packet);
        assertThat(bed.dropped(DropReason.IP_FRAGMENT, 1)).isTrue();
    }

    @Test
    void idleUserPlane_usesNoCore() throws Exception {
        bed.install();
        Thread.sleep(200);
        Thread worker = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("cellgate-worker-0")).findFirst()
                .orElseThrow();
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory
                .getThreadMXBean();
        long before = threads.getThreadCpuTime(worker.threadId());
        Thread.sleep(1500);
        long used = threads.getThreadCpuTime(worker.threadId()) - before;
        assertThat(TimeUnit.NANOSECONDS.toMillis(used)).isLessThan(75);
    }

    private byte[] errorIndication() {
        return ByteBuffer.allocate(24)
                .put(HexFormat.of().parseHex("321a0010000000000000" + "000010"))
                .putInt(REMOTE_TEID).put((byte) 133).putShort((short) 4)
                .put(bed.carrier.getLocalAddress().getAddress()).array();
    }

    @Test
    void floodOfErrorIndications_reachesSignallingOnce() throws Exception {
        bed.install();
        for (int i = 0; i < 50; i++) {
            bed.fromCarrier(errorIndication());
        }
        bed.fromDevice(0x77, Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.dropped(DropReason.TEID_UNKNOWN, 1)).isTrue();
        assertThat(bed.errorIndications).containsExactly(TEID);
        bed.install();
        bed.fromCarrier(errorIndication());
        bed.fromDevice(0x77, Packets.udp(DEVICE, 4000, SERVER, 5000));
        assertThat(bed.dropped(DropReason.TEID_UNKNOWN, 2)).isTrue();
        assertThat(bed.errorIndications).as("of the tunnel that replaced it").hasSize(2);
    }

    @Test
    void errorIndication_ofAnotherCarriersPeer_endsNothing() throws Exception {
        bed.install();
        Carrier other = new Carrier(9, "other", "Other", Set.of(), Set.of());
        bed.userPlane.publishPeers(new PeerTable(List.of(
                new PeerTable.Entry(bed.carrier.getLocalAddress(), other)))).toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        bed.fromCarrier(errorIndication());
        assertThat(bed.dropped(DropReason.PEER_OF_OTHER_CARRIER, 1)).isTrue();
        assertThat(bed.errorIndications).isEmpty();
    }

    @Test
    void packetFromADeviceToItself_isDropped_whateverThePolicy() throws Exception {
        bed.publish(allow("devices", ALL_UDP + " and net.dst.kind == \"device\""));
        bed.install();
        bed.fromDevice(Packets.udp(DEVICE, 4000, DEVICE, 4000));
        assertThat(bed.dropped(DropReason.INFRASTRUCTURE, 1)).isTrue();
        bed.fromInternet(Packets.udp(DEVICE, 4000, DEVICE, 4000));
        assertThat(bed.nothingAtCarrier()).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void mutatedPackets_areDroppedUnderAName_andOtherSessionsGoOn() throws Exception {
        bed.publish(allow("udp", ALL_UDP), allow("tcp", "net.protocol == \"tcp\""));
        bed.install();
        bed.install(bed.session(0x2222, 0x3333, "10.45.0.9", "2001:db8:45:9::", bed.slot));
        Random random = new Random(Long.getLong("cellgate.seed", 20_260_102L));
        byte[][] valid = {UserPlaneTestBed.gPdu(TEID, Packets.udp(DEVICE, 4000, SERVER, 53)),
                UserPlaneTestBed.gPdu(TEID, Packets.udp(DEVICE, 4000, SERVER, 443)),
                UserPlaneTestBed.gPdu(TEID,
                        Packets.tcp(DEVICE, 4000, SERVER, 80, 1, 0, "S", null)),
                UserPlaneTestBed.gPdu(TEID, Packets.tcp(DEVICE, 4000, SERVER, 80, 2, 2, "AP",
                        "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII))),
                errorIndication(), HexFormat.of().parseHex("320100040000000012340000")};
        for (int i = 0; i < 20_000; i++) {
            byte[] datagram = valid[random.nextInt(valid.length)].clone();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                datagram[random.nextInt(datagram.length)] = (byte) random.nextInt(256);
            }
            bed.fromCarrier(random.nextInt(4) == 0
                    ? Arrays.copyOf(datagram, random.nextInt(datagram.length))
                    : datagram);
            if (i % 100 == 0) {
                byte[] down = Packets.tcp(SERVER, 80, DEVICE, 4000, i, i, "A", null);
                down[random.nextInt(down.length)] = (byte) random.nextInt(256);
                bed.fromInternet(down);
                while (!bed.internetIsEmpty()) {
                    Thread.onSpinWait();
                }
            }
        }
        byte[] up = Packets.udp("10.45.0.9", 4000, SERVER, 5000);
        bed.fromDevice(0x2222, up);
        byte[] got = bed.atInternet();
        while (got != null && !Arrays.equals(got, up)) {
            got = bed.atInternet();
        }
        assertThat(got).isEqualTo(up);
        assertThat(bed.userPlane.counters().dropped(DropReason.INTERNAL_ERROR)).isZero();
    }
}
