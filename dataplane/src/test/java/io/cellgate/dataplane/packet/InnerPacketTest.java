package io.cellgate.dataplane.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is refused of IP packets, each under its own name. */
@SuppressWarnings("ByteBufferBackingArray") // all are made by allocate() here
class InnerPacketTest {
    private static InnerPacket parsed = new InnerPacket(new UnsafeBuffer(new byte[0]));

    private static ByteBuffer ipv4(int protocol, byte... transport) {
        return ByteBuffer.allocate(20 + transport.length).put(0, (byte) 0x45)
                .putShort(2, (short) (20 + transport.length)).put(8, (byte) 64)
                .put(9, (byte) protocol).putInt(12, 0x0a2d0007).putInt(16, 0xc6336401)
                .put(20, transport);
    }

    private static byte[] udp(int payload) {
        return ByteBuffer.allocate(8 + payload).putShort(0, (short) 4000).putShort(2, (short) 53)
                .putShort(4, (short) (8 + payload)).array();
    }

    private static ByteBuffer ipv6(int next, byte... payload) {
        return ByteBuffer.allocate(40 + payload.length).put(0, (byte) 0x60)
                .putShort(4, (short) payload.length).put(6, (byte) next).put(7, (byte) 64)
                .put(40, payload);
    }

    private static @Nullable DropReason parse(ByteBuffer packet) {
        return parse(packet.array());
    }

    private static @Nullable DropReason parse(byte[] packet) {
        UnsafeBuffer view = new UnsafeBuffer(packet);
        parsed = new InnerPacket(view);
        return parsed.parse(view, 0, packet.length);
    }

    @Test
    void wellFormedPackets_areTakenApart() {
        ByteBuffer packet = ipv4(17, udp(5));
        UnsafeBuffer view = new UnsafeBuffer(packet.array());
        InnerPacket inner = new InnerPacket(view);
        assertThat(inner.parse(view, 0, 33)).isNull();
        assertThat(inner.srcLo()).isEqualTo(0xffff_0a2d_0007L);
        assertThat(inner.dstPort()).isEqualTo(53);
        assertThat(inner.payloadLength()).isEqualTo(5);
        assertThat(parse(ipv6(17, udp(0)))).isNull();
    }

    @Test
    void ipHeaderLength_belowFiveWordsOrPastTheEnd_isRefused() {
        assertThat(parse(ipv4(17, udp(0)).put(0, (byte) 0x44)))
                .isEqualTo(DropReason.IP_HEADER_LENGTH);
        assertThat(parse(ipv4(17, udp(0)).put(0, (byte) 0x4f)))
                .isEqualTo(DropReason.IP_HEADER_LENGTH);
        assertThat(parse(new byte[]{0x45, 0, 0})).isEqualTo(DropReason.IP_HEADER_LENGTH);
        assertThat(parse(new byte[]{0x60, 0, 0})).isEqualTo(DropReason.IP_HEADER_LENGTH);
    }

    @Test
    void totalLength_thatIsNotWhatArrived_isRefused_neverClamped() {
        assertThat(parse(ipv4(17, udp(0)).putShort(2, (short) 29)))
                .isEqualTo(DropReason.IP_TOTAL_LENGTH);
        assertThat(parse(ipv4(17, udp(0)).putShort(2, (short) 27)))
                .isEqualTo(DropReason.IP_TOTAL_LENGTH);
        assertThat(parse(ipv6(17, udp(0)).putShort(4, (short) 9)))
                .isEqualTo(DropReason.IP_TOTAL_LENGTH);
    }

    @Test
    void otherVersions_andNothingAtAll_areRefused() {
        assertThat(parse(new byte[0])).isEqualTo(DropReason.IP_VERSION);
        assertThat(parse(ipv4(17, udp(0)).put(0, (byte) 0x55))).isEqualTo(DropReason.IP_VERSION);
        assertThat(parse(ipv4(17, udp(0)).put(0, (byte) 0x05))).isEqualTo(DropReason.IP_VERSION);
    }

    @Test
    void ipv6PayloadLengthZero_withANextHeader_isRefused() {
        assertThat(parse(ipv6(17))).isEqualTo(DropReason.IPV6_PAYLOAD_ZERO);
        assertThat(parse(ipv6(59))).isEqualTo(DropReason.PROTOCOL_UNSUPPORTED);
    }

    @Test
    void ipv6ExtensionHeaders_thatLoopOrEndTooSoon_areRefused() {
        byte[] chain = new byte[8 * 20];
        for (int i = 0; i < 20; i++) {
            chain[8 * i] = 60;
        }
        assertThat(parse(ipv6(60, chain))).isEqualTo(DropReason.IPV6_EXTENSIONS);
        assertThat(parse(ipv6(60, (byte) 17, (byte) 5, (byte) 0, (byte) 0, (byte) 0, (byte) 0,
                (byte) 0, (byte) 0))).isEqualTo(DropReason.IPV6_EXTENSIONS);
        assertThat(parse(ipv6(60, (byte) 17, (byte) 0))).isEqualTo(DropReason.IPV6_EXTENSIONS);
        byte[] hopByHopSecond = new byte[24];
        hopByHopSecond[0] = 0;
        assertThat(parse(ipv6(60, hopByHopSecond))).isEqualTo(DropReason.IPV6_EXTENSIONS);
    }

    @Test
    void ipv6ExtensionHeaders_withinBounds_areWalked() {
        byte[] payload = ByteBuffer.allocate(16).put(0, (byte) 17).put(8, udp(0)).array();
        assertThat(parse(ipv6(60, payload))).isNull();
    }

    @Test
    void ipv4AddressesInIpv6Headers_areRefused() {
        assertThat(parse(ipv6(17, udp(0)).putShort(34, (short) 0xffff)))
                .isEqualTo(DropReason.INFRASTRUCTURE);
    }

    @Test
    void fragments_areTakenApartAsFarAsTheyGo() {
        ByteBuffer first = ipv4(17, udp(8)).putShort(6, (short) 0x2000);
        first.putShort(24, (short) 500);
        assertThat(parse(first)).isNull();
        assertThat(parsed.isFragment()).isTrue();
        assertThat(parsed.isLaterFragment()).isFalse();
        assertThat(parsed.fragmentLength()).isEqualTo(16);
        assertThat(parse(ipv4(17, udp(8)).putShort(6, (short) 5))).isNull();
        assertThat(parsed.isLaterFragment()).isTrue();
        assertThat(parsed.fragmentOffset()).isEqualTo(40);
        assertThat(parsed.srcPort()).isZero();
        byte[] of6 = new byte[24];
        of6[0] = 17;
        of6[3] = 8; // offset 8, none after it
        of6[7] = 9;
        assertThat(parse(ipv6(44, of6))).isNull();
        assertThat(parsed.isLaterFragment()).isTrue();
        assertThat(parsed.fragmentOffset()).isEqualTo(8);
        assertThat(parsed.identification()).isEqualTo(9);
        assertThat(parsed.protocol()).isEqualTo(17);
    }

    @Test
    void impossibleFragments_areRefused() {
        // the whole of a datagram said to be a part, lengths that no part has, beyond 65 535 octets
        assertThat(parse(ipv4(17, udp(0)).putShort(6, (short) 0x2000)))
                .isEqualTo(DropReason.TRANSPORT_HEADER);
        assertThat(parse(ipv4(17, new byte[13]).putShort(6, (short) 0x2005)))
                .isEqualTo(DropReason.IP_FRAGMENT);
        assertThat(parse(ipv4(17, new byte[0]).putShort(6, (short) 5)))
                .isEqualTo(DropReason.IP_FRAGMENT);
        assertThat(parse(ipv4(17, new byte[16]).putShort(6, (short) 0x1fff)))
                .isEqualTo(DropReason.IP_FRAGMENT);
        byte[] twice = new byte[32];
        twice[0] = 44;
        assertThat(parse(ipv6(44, twice))).isEqualTo(DropReason.IPV6_EXTENSIONS);
    }

    @Test
    void sourceRoutes_areRefused() {
        ByteBuffer packet = ByteBuffer.allocate(32).put(0, (byte) 0x46).putShort(2, (short) 32)
                .put(9, (byte) 17).put(20, (byte) 131).put(21, (byte) 3).put(24, udp(0));
        assertThat(parse(packet)).isEqualTo(DropReason.IP_SOURCE_ROUTE);
        assertThat(parse(ipv6(43, (byte) 17, (byte) 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0,
                (byte) 0, (byte) 0))).isEqualTo(DropReason.IP_SOURCE_ROUTE);
    }

    @Test
    void optionsThatDoNotFit_areRefused() {
        ByteBuffer packet = ByteBuffer.allocate(32).put(0, (byte) 0x46).putShort(2, (short) 32)
                .put(9, (byte) 17).put(20, (byte) 7).put(21, (byte) 9).put(24, udp(0));
        assertThat(parse(packet)).isEqualTo(DropReason.IP_HEADER_LENGTH);
    }

    @Test
    void transportHeaders_thatDoNotFit_areRefused() {
        assertThat(parse(ipv4(17, new byte[7]))).isEqualTo(DropReason.TRANSPORT_HEADER);
        assertThat(parse(ByteBuffer.wrap(ipv4(17, udp(4)).array()).putShort(24, (short) 8)))
                .isEqualTo(DropReason.TRANSPORT_HEADER);
        assertThat(parse(ipv4(6, new byte[19]))).isEqualTo(DropReason.TRANSPORT_HEADER);
        assertThat(parse(ipv4(6, new byte[20]).put(32, (byte) 0x40)))
                .isEqualTo(DropReason.TRANSPORT_HEADER);
        assertThat(parse(ipv4(6, new byte[20]).put(32, (byte) 0xf0)))
                .isEqualTo(DropReason.TRANSPORT_HEADER);
        assertThat(parse(ipv4(58, new byte[8]))).isEqualTo(DropReason.TRANSPORT_HEADER);
        assertThat(parse(ipv4(132, new byte[20]))).isEqualTo(DropReason.PROTOCOL_UNSUPPORTED);
    }

    @Test
    void tcpFlags_thatNoConnectionHas_areRefused() {
        for (int flags : new int[]{0x00, 0x03, 0x06, 0x29, 0x07}) {
            assertThat(parse(ipv4(6, new byte[20]).put(32, (byte) 0x50).put(33, (byte) flags)))
                    .isEqualTo(DropReason.TCP_FLAGS);
        }
        assertThat(parse(ipv4(6, new byte[20]).put(32, (byte) 0x50).put(33, (byte) 0x02)))
                .isNull();
    }

    /** Linux sends either: where it completes a checksum in place of a network card it turns 0 into 0xffff, also of TCP. */
    @Test
    void transportChecksumOfZero_isRightInBothForms() {
        UnsafeBuffer b = new UnsafeBuffer(new byte[60]);
        int checksum = -1;
        int length = 0;
        for (int sequence = 0; checksum != 0; sequence++) {
            length = TcpReply.writeSegment(b, 0, 0x2001_0db8_0045_000aL, 7, 4000,
                    0x2001_0db8_0113_0000L, 16, 80, sequence, 1, TcpFlyweight.ACK, null, 0, 0);
            checksum = b.getShort(40 + TcpFlyweight.CHECKSUM);
        }
        InnerPacket inner = new InnerPacket(b);
        assertThat(inner.parse(b, 0, length)).isNull();
        assertThat(inner.transportChecksumIsRight()).isTrue();
        b.putShort(40 + TcpFlyweight.CHECKSUM, (short) 0xffff);
        assertThat(inner.transportChecksumIsRight()).isTrue();
        b.putShort(40 + TcpFlyweight.CHECKSUM, (short) 1);
        assertThat(inner.transportChecksumIsRight()).isFalse();
    }
}
