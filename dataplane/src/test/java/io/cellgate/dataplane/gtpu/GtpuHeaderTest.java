package io.cellgate.dataplane.gtpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.InnerPacket;
import io.cellgate.dataplane.packet.IpAddresses;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Tunnel headers: those of real captures against tshark, and every way in which one can be wrong. */
class GtpuHeaderTest {
    private static @Nullable DropReason validate(String hex) {
        byte[] octets = HexFormat.of().parseHex(hex.replace(" ", ""));
        return GtpuHeaderFlyweight.validate(new UnsafeBuffer(octets), 0, octets.length);
    }

    @Test
    void captures_haveTheFieldsThatTsharkShows() throws Exception {
        Path capture = Path
                .of(System.getProperty("cellgate.captures", "../../shared/captures"))
                .resolve("pcapplusplus-gtp-u.pcap");
        Assumptions.assumeTrue(Files.exists(capture),
                "missing: " + capture + "; set -Dcellgate.captures=FOLDER");
        Assumptions.assumeTrue(Tshark.isInstalled(), "missing: tshark");
        List<Tshark.Dissected> shown = Tshark.fields(capture, "gtp.message", "gtp.teid",
                "gtp.length", "ip.src", "udp.payload");
        int compared = 0;
        for (Tshark.Dissected packet : shown) {
            if (packet.get("gtp.message").isEmpty()) {
                continue;
            }
            byte[] octets = HexFormat.of().parseHex(packet.first("udp.payload"));
            UnsafeBuffer view = new UnsafeBuffer(octets);
            assertThat(GtpuHeaderFlyweight.validate(view, 0, octets.length)).isNull();
            assertThat(GtpuHeaderFlyweight.messageType(view, 0))
                    .isEqualTo(Integer.decode(packet.get("gtp.message")));
            assertThat(Integer.toUnsignedLong(GtpuHeaderFlyweight.teid(view, 0)))
                    .isEqualTo(Long.decode(packet.get("gtp.teid")));
            assertThat(GtpuHeaderFlyweight.length(view, 0))
                    .isEqualTo(Integer.parseInt(packet.get("gtp.length")));
            String sources = packet.get("ip.src");
            int comma = sources.indexOf(',');
            if (GtpuHeaderFlyweight.messageType(view, 0) == GtpuHeaderFlyweight.G_PDU
                    && comma > 0) {
                int header = GtpuHeaderFlyweight.headerLength(view, 0);
                InnerPacket inner = new InnerPacket(view);
                DropReason fault = inner.parse(view, header, octets.length - header);
                assertThat(fault).isIn(null, DropReason.IP_FRAGMENT);
                if (fault == null) {
                    assertThat(IpAddresses.toInetAddress(inner.srcHi(), inner.srcLo())
                            .getHostAddress()).isEqualTo(sources.substring(comma + 1));
                    compared++;
                }
            }
        }
        assertThat(compared).isPositive();
    }

    @Test
    void otherVersions_andGtpPrime_areRefused() {
        assertThat(validate("10ff0000 00000001")).isEqualTo(DropReason.GTPU_VERSION);
        assertThat(validate("50ff0000 00000001")).isEqualTo(DropReason.GTPU_VERSION);
        assertThat(validate("20ff0000 00000001")).isEqualTo(DropReason.GTPU_VERSION);
        assertThat(validate("00000000 00000000")).isEqualTo(DropReason.GTPU_VERSION);
    }

    @Test
    void lengthThatIsNotTheDatagrams_isRefused() {
        assertThat(validate("30ff0001 00000001")).isEqualTo(DropReason.GTPU_LENGTH);
        assertThat(validate("30ffffff 00000001")).isEqualTo(DropReason.GTPU_LENGTH);
        assertThat(validate("30ff0000 00000001 00")).isEqualTo(DropReason.GTPU_LENGTH);
    }

    @Test
    void truncatedHeader_isRefused() {
        assertThat(validate("")).isEqualTo(DropReason.GTPU_TRUNCATED);
        assertThat(validate("30ff0000 000000")).isEqualTo(DropReason.GTPU_TRUNCATED);
        assertThat(validate("32ff0002 00000001 0000")).isEqualTo(DropReason.GTPU_TRUNCATED);
    }

    @Test
    void extensionHeader_ofLengthZero_isRefused() {
        assertThat(validate("34ff0008 00000001 00000085 00000000"))
                .isEqualTo(DropReason.GTPU_EXTENSION_MALFORMED);
    }

    @Test
    void extensionHeader_pastTheEnd_isRefused() {
        assertThat(validate("34ff0008 00000001 00000085 02000000"))
                .isEqualTo(DropReason.GTPU_EXTENSION_MALFORMED);
        assertThat(validate("34ff0004 00000001 00000085"))
                .isEqualTo(DropReason.GTPU_EXTENSION_MALFORMED);
    }

    @Test
    void chainOfExtensionHeaders_withoutEnd_isRefused() {
        StringBuilder chain = new StringBuilder("34ff0040 00000001 00000085");
        for (int i = 0; i < 15; i++) {
            chain.append("01000085");
        }
        assertThat(validate(chain.toString())).isEqualTo(DropReason.GTPU_EXTENSION_MALFORMED);
    }

    @Test
    void extensionHeader_thatNeedNotBeUnderstood_isSkipped() {
        assertThat(validate("34ff0008 00000001 00000020 01000000")).isNull();
        assertThat(validate("34ff0008 00000001 00000040 01084900")).isNull();
        assertThat(validate("34ff0008 00000001 00000082 01000000"))
                .isEqualTo(DropReason.GTPU_EXTENSION_UNKNOWN);
    }

    @Test
    void errorIndication_withAnAddressOfOddLength_isRefused() {
        for (int length : new int[]{0, 3, 5, 15, 17, 255}) {
            byte[] elements = ByteBuffer.allocate(8 + length).put((byte) 16).putInt(7)
                    .put((byte) 133).putShort((short) length).array();
            assertThat(new GtpuMessages.ErrorIndication().parse(new UnsafeBuffer(elements), 0,
                    elements.length)).isFalse();
        }
        byte[] past = HexFormat.of().parseHex("1000000007850010c0a80001");
        assertThat(new GtpuMessages.ErrorIndication().parse(new UnsafeBuffer(past), 0,
                past.length)).isFalse();
    }

    @Test
    void messagesWeSend_areDissectedByTsharkWithoutComplaint() throws Exception {
        Assumptions.assumeTrue(Tshark.isInstalled(), "missing: tshark");
        List<byte[]> messages = new ArrayList<>();
        UnsafeBuffer b = new UnsafeBuffer(new byte[256]);
        InetAddress v4 = InetAddress.ofLiteral("192.0.2.1");
        InetAddress v6 = InetAddress.ofLiteral("2001:db8::1");
        messages.add(copy(b, GtpuMessages.writeEchoResponse(b, 0, 0x1234)));
        messages.add(copy(b, GtpuMessages.writeErrorIndication(b, 0, 0xdeadbeef,
                IpAddresses.hi(v4), IpAddresses.lo(v4))));
        messages.add(copy(b, GtpuMessages.writeErrorIndication(b, 0, 0xdeadbeef,
                IpAddresses.hi(v6), IpAddresses.lo(v6))));
        messages.add(copy(b, GtpuMessages.writeSupportedExtensions(b, 0, 9)));
        List<Tshark.Dissected> shown = Tshark.fields(Tshark.udpCapture(messages, 2152),
                "gtp.message", "gtp.teid_data", "gtp.seq_number", "_ws.expert", "_ws.malformed");
        assertThat(shown).hasSize(4).allSatisfy(packet -> {
            assertThat(packet.get("_ws.malformed")).isEmpty();
            assertThat(packet.get("_ws.expert")).isEmpty();
        });
        assertThat(shown).extracting(packet -> Integer.decode(packet.get("gtp.message")))
                .containsExactly(2, 26, 26, 31);
        assertThat(Long.decode(shown.get(1).get("gtp.teid_data"))).isEqualTo(0xdeadbeefL);
        assertThat(Integer.decode(shown.get(0).get("gtp.seq_number"))).isEqualTo(0x1234);
    }

    private static byte[] copy(UnsafeBuffer buffer, int length) {
        byte[] octets = new byte[length];
        buffer.getBytes(0, octets);
        return octets;
    }

    @Test
    void gPdu_ofTheEncoder_isOneForTheValidator() {
        UnsafeBuffer b = new UnsafeBuffer(new byte[28]);
        GtpuHeaderFlyweight.writeGPdu(b, 0, 0x01020304, 20);
        assertThat(b.getInt(0, ByteOrder.BIG_ENDIAN)).isEqualTo(0x30ff0014);
        assertThat(GtpuHeaderFlyweight.validate(b, 0, 28)).isNull();
        assertThat(GtpuHeaderFlyweight.headerLength(b, 0)).isEqualTo(8);
    }
}
