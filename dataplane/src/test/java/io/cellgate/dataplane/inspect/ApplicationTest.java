package io.cellgate.dataplane.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplicationTest {
    private static Application ofStream(byte[] octets) {
        return Application.ofStream(new UnsafeBuffer(octets), 0, octets.length);
    }

    private static Application ofStream(String text) {
        return ofStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Application ofDatagram(byte[] octets) {
        return Application.ofDatagram(new UnsafeBuffer(octets), 0, octets.length);
    }

    /** The first payload of each flow, as tshark divides the capture into flows. */
    @ParameterizedTest
    @CsvSource({"ndpi-mqtt.pcap,tcp,MQTT,2", "ndpi-telnet.pcap,tcp,TELNET,1",
            "ndpi-modbus.pcap,tcp,MODBUS,1", "ndpi-http2.pcapng,tcp,HTTP,1",
            "ndpi-http_ipv6.pcap,tcp,TLS,3", "ndpi-tls_ech.pcapng,tcp,TLS,1",
            "ndpi-http-lines-split.pcap,tcp,HTTP,1", "ndpi-coap_mqtt.pcap,udp,COAP,6",
            "ndpi-quic-29.pcap,udp,QUIC,1", "ndpi-quic-v2.pcapng,udp,QUIC,1",
            "ndpi-dns-tunnel-iodine.pcap,udp,DNS,1", "ndpi-dtls2.pcap,udp,OTHER,1",
            "ndpi-wireguard.pcap,udp,OTHER,1"})
    void capturedFlows_areWhatTheyAre(String capture, String protocol, Application expected,
            int flows) {
        boolean tcp = protocol.equals("tcp");
        List<String[]> rows = Captures.tshark(Captures.file(capture), "tcp.port==1,data",
                tcp ? "tcp.len>0" : "udp", protocol + ".stream", protocol + ".payload");
        Set<String> seen = new HashSet<>();
        int found = 0;
        for (String[] row : rows) {
            if (seen.add(row[0])) {
                byte[] payload = HexFormat.of().parseHex(row[1]);
                Application got = tcp ? ofStream(payload) : ofDatagram(payload);
                found += got == expected ? 1 : 0;
            }
        }
        assertThat(found).isGreaterThanOrEqualTo(flows);
    }

    @Test
    void ssh_isToldByItsBanner_andNtpByAClientsPacket() {
        assertThat(ofStream("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")).isEqualTo(Application.SSH);
        byte[] ntp = new byte[48];
        ntp[0] = 0x23;
        assertThat(ofDatagram(ntp)).isEqualTo(Application.NTP);
        ntp[0] = 0x24;
        assertThat(ofDatagram(ntp)).as("a server's answer").isEqualTo(Application.OTHER);
    }

    @Test
    void dnsOverTcp_isToldByItsLength() {
        byte[] query = HexFormat.of().parseHex(
                "001d" + "1234010000010000000000000" + "76578616d706c6503636f6d0000010001");
        assertThat(ofStream(query)).isEqualTo(Application.DNS);
        query[1]--;
        assertThat(ofStream(query)).isEqualTo(Application.OTHER);
    }

    @Test
    void partsOfTextProtocols_areWaitedFor_andNothingElse() {
        for (String whole : List.of("SSH-", "GET /", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
            for (int length = 1; length < whole.length() - 1; length++) {
                if (ofStream(whole.substring(0, length)) != Application.HTTP) {
                    assertThat(ofStream(whole.substring(0, length)))
                            .isEqualTo(Application.UNDECIDED);
                }
            }
        }
        byte[] mqtt = HexFormat.of().parseHex("101400044d5154540402");
        for (int length = 1; length < 8; length++) {
            assertThat(Application.ofStream(new UnsafeBuffer(mqtt), 0, length))
                    .isEqualTo(Application.UNDECIDED);
        }
        assertThat(ofStream(mqtt)).isEqualTo(Application.MQTT);
        assertThat(ofStream("\u0000\u0001")).isEqualTo(Application.OTHER);
    }

    @Test
    void anyOctets_haveAnAnswer_withoutReadingBeyondThem() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] octets = new byte[1 + random.nextInt(i % 100 == 0 ? 1300 : 40)];
            random.nextBytes(octets);
            if (i % 3 == 0) {
                octets[0] = (byte) List.of(0x40, 0x10, 0xff, 0xc3, 0x16, 'S', 'G').get(i / 3 % 7)
                        .hashCode();
            }
            UnsafeBuffer exactly = new UnsafeBuffer(octets);
            assertThat(Application.ofStream(exactly, 0, octets.length)).isNotNull();
            assertThat(Application.ofDatagram(exactly, 0, octets.length))
                    .isNotEqualTo(Application.UNDECIDED);
        }
    }
}
