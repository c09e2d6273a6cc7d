package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allowHttp;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.packet.DropReason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.TcpPacket;

/** Policies that ask for {@code net.app}: a handshake passes, and nothing more until it is known what is spoken. */
class ApplicationPolicyTest {
    private static final byte[] MQTT = HexFormat.of()
            .parseHex("101000044d5154540402003c0004616263640000".substring(0, 36));
    private static final int PORT = 1883;
    private static final long ISN = 1000;
    private static final long SERVER_ISN = 5000;
    private UserPlaneTestBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new UserPlaneTestBed();
        bed.publish(allow("mqtt", "net.app == \"mqtt\" and net.dst.port == 1883"));
        bed.install();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private void connect(int port) throws Exception {
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, port, ISN, 0, "S", null));
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getSyn()).isTrue();
        bed.fromInternet(Packets.tcp(SERVER, port, DEVICE, 4000, SERVER_ISN, ISN + 1, "SA", null));
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getSyn()).isTrue();
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, port, ISN + 1, SERVER_ISN + 1, "A", null));
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getAck()).isTrue();
    }

    private void send(int port, long offset, byte[] octets) throws Exception {
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, port, ISN + 1 + offset, SERVER_ISN + 1,
                "AP", octets));
    }

    private byte[] atServer() throws Exception {
        TcpPacket packet = Packets.tcp(bed.atInternet());
        return packet.getPayload() == null ? new byte[0] : packet.getPayload().getRawData();
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void theApplicationThatIsAllowed_passes_andSoDoesAllThatFollows() throws Exception {
        connect(PORT);
        send(PORT, 0, MQTT);
        assertThat(atServer()).isEqualTo(MQTT);
        FlowRecord verdict = bed.record(flow -> flow.event() == FlowRecord.Event.VERDICT);
        assertThat(verdict.verdict()).isNotEqualTo(FlowVerdict.BLOCK);
        assertThat(verdict.rule()).isEqualTo("mqtt");
        bed.fromInternet(Packets.tcp(SERVER, PORT, DEVICE, 4000, SERVER_ISN + 1,
                ISN + 1 + MQTT.length, "A", null));
        assertThat(bed.atDevice()).isNotNull();
        send(PORT, MQTT.length, latin("any octets"));
        assertThat(atServer()).isEqualTo(latin("any octets"));
    }

    @Test
    void anotherApplication_passesNoOctet_andIsReset() throws Exception {
        connect(PORT);
        send(PORT, 0, latin("GET / HTTP/1.1\r\n\r\n"));
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getRst()).isTrue();
        TcpPacket reset = Packets.tcp(bed.atInternet());
        assertThat(reset.getHeader().getRst()).isTrue();
        assertThat(reset.getHeader().getSequenceNumber()).isEqualTo((int) (ISN + 1));
        assertThat(bed.nothingAtInternet()).isTrue();
        FlowRecord verdict = bed.record(flow -> flow.event() == FlowRecord.Event.VERDICT);
        assertThat(verdict.verdict()).isEqualTo(FlowVerdict.BLOCK);
        assertThat(verdict.dropReason()).isEqualTo(DropReason.POLICY_NETWORK);
    }

    @Test
    void dribbledBeginning_isHeldUntilItIsKnown() throws Exception {
        connect(PORT);
        for (int i = 0; i < 7; i++) {
            send(PORT, i, new byte[]{MQTT[i]});
        }
        assertThat(bed.nothingAtInternet()).isTrue();
        byte[] rest = Arrays.copyOfRange(MQTT, 7, MQTT.length);
        send(PORT, 7, rest);
        for (int i = 0; i < 7; i++) {
            assertThat(atServer()).containsExactly(MQTT[i]);
        }
        assertThat(atServer()).isEqualTo(rest);
    }

    @Test
    void handshake_doesNotPass_whereNoApplicationWouldBeAllowed() throws Exception {
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, 22, ISN, 0, "S", null));
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void datagrams_areJudgedByTheFirst() throws Exception {
        bed.publish(allow("coap", "net.app == \"coap\""));
        byte[] coap = HexFormat.of().parseHex("40010001b474657374");
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 9999, coap));
        assertThat(bed.atInternet()).isNotNull();
        bed.fromDevice(Packets.udp(DEVICE, 4001, SERVER, 9999, latin("anything")));
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void requestsOfTheAllowedApplication_areStillJudged() throws Exception {
        bed.publish(allow("web", "net.app == \"http\""),
                allowHttp("api", "http.path == \"/ok\" and net.app == \"http\""));
        connect(80);
        String allowed = "GET /ok HTTP/1.1\r\nHost: a.example\r\n\r\n";
        send(80, 0, latin(allowed));
        assertThat(atServer()).isEqualTo(latin(allowed));
        bed.fromInternet(Packets.tcp(SERVER, 80, DEVICE, 4000, SERVER_ISN + 1,
                ISN + 1 + allowed.length(), "A", null));
        assertThat(bed.atDevice()).isNotNull();
        send(80, allowed.length(), latin("GET /no HTTP/1.1\r\nHost: a.example\r\n\r\n"));
        assertThat(Packets.text(Packets.tcp(bed.atDevice()))).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void connectionThatWasNotLookedAt_isResetWhenPolicyBeginsToAsk() throws Exception {
        bed.publish(allow("any", "net.dst.port == 1883"));
        connect(PORT);
        send(PORT, 0, MQTT);
        assertThat(atServer()).isEqualTo(MQTT);
        bed.publish(allow("mqtt", "net.app == \"mqtt\""));
        send(PORT, MQTT.length, latin("more"));
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getRst()).isTrue();
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getRst()).isTrue();
    }
}
