package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allowHttp;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.packet.DropReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.TcpPacket;

/** Connections that are read before they pass: what reaches the server, octet by octet, and what does not. */
class HttpInspectionTest {
    private static final long ISN = 0xffff_fff0L;
    private static final long SERVER_ISN = 5000;
    private static final String ALLOWED = "GET /v1/ok HTTP/1.1\r\nHost: api.example.com\r\n\r\n";
    private static final String FORBIDDEN = "GET /admin HTTP/1.1\r\nHost: api.example.com\r\n\r\n";
    private UserPlaneTestBed bed;
    private int port = 80;

    @BeforeEach
    void start() throws Exception {
        bed = new UserPlaneTestBed();
        publish();
        bed.install();
    }

    private void publish() {
        bed.publish(allow("net", "net.dst.port in {80 443 7}"), allowHttp("api",
                "http.host == \"api.example.com\" and http.path starts_with \"/v1/\""),
                allowHttp("tls", "tls.sni == \"api.example.com\""));
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private void connect() throws Exception {
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, port, ISN, 0, "S", null));
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getSyn()).isTrue();
        fromServer(SERVER_ISN, 0, "SA", null);
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getSyn()).isTrue();
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, port, ISN + 1, SERVER_ISN + 1, "A", null));
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getAck()).isTrue();
    }

    private static String request(String line, String field) {
        return line + " HTTP/1.1\r\nHost: api.example.com\r\n" + field + "\r\n\r\n";
    }

    /** @param received octets of the device that the server confirms */
    private void fromServer(long sequence, long received, String flags, byte @Nullable [] payload)
            throws IOException {
        bed.fromInternet(Packets.tcp(SERVER, port, DEVICE, 4000, sequence, ISN + 1 + received,
                flags, payload));
    }

    private void send(long offset, String octets) throws IOException {
        send(offset, octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void send(long offset, byte[] octets) throws IOException {
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, port, ISN + 1 + offset, SERVER_ISN + 1,
                "AP", octets));
    }

    private void confirm(long received) throws Exception {
        fromServer(SERVER_ISN + 1, received, "A", null);
        assertThat(bed.atDevice()).isNotNull();
    }

    private String nextAtServer() throws Exception {
        return Packets.text(Packets.tcp(bed.atInternet()));
    }

    @Test
    void allowedRequest_reachesTheServer_andTheResponseComesBack() throws Exception {
        connect();
        send(0, ALLOWED);
        assertThat(nextAtServer()).isEqualTo(ALLOWED);
        fromServer(SERVER_ISN + 1, ALLOWED.length(), "AP", new byte[]{'o', 'k'});
        assertThat(Packets.text(Packets.tcp(bed.atDevice()))).isEqualTo("ok");
        FlowRecord request = bed.record(flow -> flow.event() == FlowRecord.Event.REQUEST);
        assertThat(request.detail()).isEqualTo("GET /v1/ok");
        assertThat(request.rule()).isEqualTo("api");
        assertThat(request.name()).isEqualTo("api.example.com");
    }

    @Test
    void blockedRequest_neverReachesTheServer_andTheDeviceReadsA403() throws Exception {
        connect();
        send(0, FORBIDDEN);
        TcpPacket page = Packets.tcp(bed.atDevice());
        assertThat(Packets.text(page)).startsWith("HTTP/1.1 403 ").contains("rule default");
        assertThat(page.getHeader().getFin()).isTrue();
        assertThat(page.getHeader().getSequenceNumber()).isEqualTo((int) (SERVER_ISN + 1));
        assertThat(page.getHeader().getAcknowledgmentNumber())
                .isEqualTo((int) (ISN + 1 + FORBIDDEN.length()));
        TcpPacket reset = Packets.tcp(bed.atInternet());
        assertThat(reset.getHeader().getRst()).isTrue();
        assertThat(reset.getHeader().getSequenceNumber()).isEqualTo((int) (ISN + 1));
        assertThat(Packets.text(reset)).isEmpty();
        assertThat(bed.nothingAtInternet()).isTrue();
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, port, ISN + 1 + FORBIDDEN.length(),
                SERVER_ISN + 1, "FA", null));
        TcpPacket last = Packets.tcp(bed.atDevice());
        assertThat(last.getHeader().getAcknowledgmentNumber())
                .isEqualTo((int) (ISN + 2 + FORBIDDEN.length()));
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void requestOverSeveralSegments_isHeldUntilJudged_andReleasedInOrder() throws Exception {
        connect();
        send(0, ALLOWED.substring(0, 10));
        send(10, ALLOWED.substring(10, 30));
        assertThat(bed.nothingAtInternet()).isTrue();
        send(30, ALLOWED.substring(30));
        assertThat(nextAtServer()).isEqualTo(ALLOWED.substring(0, 10));
        assertThat(nextAtServer()).isEqualTo(ALLOWED.substring(10, 30));
        assertThat(nextAtServer()).isEqualTo(ALLOWED.substring(30));
    }

    @Test
    void blockedRequestOverSeveralSegments_passesNoOctet() throws Exception {
        connect();
        for (int i = 0; i < FORBIDDEN.length(); i++) {
            send(i, FORBIDDEN.substring(i, i + 1));
        }
        assertThat(bed.dropped(DropReason.STREAM_HELD_TOO_MUCH, 1)).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void segmentBeyondAGap_isDropped_andTheRequestGoesOnWhenItIsSentAgain() throws Exception {
        connect();
        send(20, ALLOWED.substring(20));
        assertThat(bed.dropped(DropReason.STREAM_GAP, 1)).isTrue();
        send(0, ALLOWED.substring(0, 20));
        send(20, ALLOWED.substring(20));
        assertThat(nextAtServer() + nextAtServer()).isEqualTo(ALLOWED);
    }

    @Test
    void overlapWithOtherContent_isDropped_whetherHeldOrForwarded() throws Exception {
        connect();
        send(0, "GET /v1/ok HTTP/1.1\r\n");
        send(4, "/admin HTTP/1.1\r\nHost: api.example.com\r\n\r\n");
        assertThat(bed.dropped(DropReason.STREAM_CONTRADICTS, 1)).isTrue();
        send(21, ALLOWED.substring(21));
        assertThat(nextAtServer() + nextAtServer()).isEqualTo(ALLOWED);
        byte[] other = FORBIDDEN.getBytes(StandardCharsets.US_ASCII);
        send(0, other);
        assertThat(bed.dropped(DropReason.STREAM_CONTRADICTS, 2)).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
        send(0, ALLOWED);
        assertThat(nextAtServer()).isEqualTo(ALLOWED);
    }

    @Test
    void retransmissionOfAHeldSegment_isNotForwarded() throws Exception {
        connect();
        send(0, ALLOWED.substring(0, 10));
        send(0, ALLOWED.substring(0, 10));
        assertThat(bed.dropped(DropReason.STREAM_HELD_ALREADY, 1)).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void laterRequestOfAKeptConnection_isJudgedToo() throws Exception {
        connect();
        send(0, ALLOWED);
        assertThat(nextAtServer()).isEqualTo(ALLOWED);
        confirm(ALLOWED.length());
        send(ALLOWED.length(), ALLOWED);
        assertThat(nextAtServer()).isEqualTo(ALLOWED);
        confirm(2L * ALLOWED.length());
        send(2L * ALLOWED.length(), FORBIDDEN);
        assertThat(Packets.text(Packets.tcp(bed.atDevice()))).startsWith("HTTP/1.1 403 ");
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getRst()).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void requestSentTogetherWithTheOneBefore_isCutOff_andJudgedWhenItIsSentAgain()
            throws Exception {
        connect();
        send(0, ALLOWED + FORBIDDEN);
        assertThat(nextAtServer()).isEqualTo(ALLOWED);
        send(ALLOWED.length(), FORBIDDEN);
        assertThat(bed.dropped(DropReason.REQUEST_PIPELINED, 2)).isTrue();
        confirm(ALLOWED.length());
        send(ALLOWED.length(), FORBIDDEN);
        assertThat(Packets.text(Packets.tcp(bed.atDevice()))).startsWith("HTTP/1.1 403 ");
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getRst()).isTrue();
    }

    @Test
    void bodyOfKnownLength_passes_andWhatFollowsIsTheNextRequest() throws Exception {
        connect();
        String post = request("POST /v1/data", "Content-Length: 10");
        send(0, post + "01234");
        assertThat(nextAtServer()).isEqualTo(post + "01234");
        send(post.length() + 5L, "56789" + FORBIDDEN);
        assertThat(nextAtServer()).isEqualTo("56789");
        long end = post.length() + 10L;
        confirm(end);
        send(end, FORBIDDEN);
        assertThat(Packets.text(Packets.tcp(bed.atDevice()))).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void chunkedBody_isFollowedToItsEnd_andWhatComesAfterIsJudged() throws Exception {
        connect();
        String post = request("POST /v1/data", "Transfer-Encoding: chunked");
        String body = "5\r\nhello\r\n0\r\n\r\n";
        send(0, post);
        assertThat(nextAtServer()).isEqualTo(post);
        send(post.length(), body);
        assertThat(nextAtServer()).isEqualTo(body);
        confirm(post.length() + body.length());
        send(post.length() + body.length(), FORBIDDEN);
        assertThat(Packets.text(Packets.tcp(bed.atDevice()))).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void malformedRequest_isReset() throws Exception {
        connect();
        send(0, "GET /v1/ok HTTP/1.1\nHost: api.example.com\n\n");
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getRst()).isTrue();
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getRst()).isTrue();
        assertThat(bed.dropped(DropReason.STREAM_MALFORMED, 1)).isTrue();
    }

    @Test
    void segmentWithWrongChecksum_isNotRead() throws Exception {
        connect();
        byte[] packet = Packets.tcp(DEVICE, 4000, SERVER, port, ISN + 1, SERVER_ISN + 1, "AP",
                ALLOWED.getBytes(StandardCharsets.US_ASCII));
        packet[36] ^= 1;
        bed.fromDevice(packet);
        assertThat(bed.dropped(DropReason.STREAM_CHECKSUM, 1)).isTrue();
    }

    @Test
    void tlsConnection_isJudgedByItsServerName() throws Exception {
        port = 443;
        connect();
        byte[] hello = clientHello("api.example.com");
        send(0, Arrays.copyOf(hello, 20));
        assertThat(bed.nothingAtInternet()).isTrue();
        send(20, Arrays.copyOfRange(hello, 20, hello.length));
        assertThat(bed.atInternet()).isNotNull();
        assertThat(bed.atInternet()).isNotNull();
        confirm(hello.length);
        send(hello.length, "application data");
        assertThat(nextAtServer()).isEqualTo("application data");
    }

    @Test
    void tlsConnection_judgedByItsVersion_goesOnWhenItIsJudgedAgain() throws Exception {
        port = 443;
        Runnable publish = () -> bed.publish(allow("net", "net.dst.port == 443"),
                allowHttp("tls", "tls.version == \"1.2\" and not tls.ech"));
        publish.run();
        connect();
        byte[] hello = clientHello("api.example.com");
        send(0, hello);
        assertThat(bed.atInternet()).isNotNull();
        confirm(hello.length);
        publish.run();
        send(hello.length, "application data");
        assertThat(nextAtServer()).isEqualTo("application data");
    }

    @Test
    void tlsConnection_withForbiddenServerName_isResetAtBothEnds() throws Exception {
        port = 443;
        connect();
        send(0, clientHello("evil.example.net"));
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getRst()).isTrue();
        TcpPacket reset = Packets.tcp(bed.atInternet());
        assertThat(reset.getHeader().getRst()).isTrue();
        assertThat(Packets.text(reset)).isEmpty();
        FlowRecord request = bed.record(flow -> flow.event() == FlowRecord.Event.REQUEST);
        assertThat(request.name()).isEqualTo("evil.example.net");
        assertThat(request.dropReason()).isEqualTo(DropReason.POLICY_HTTP);
    }

    private static byte[] clientHello(String name) {
        byte[] sni = name.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer extension = ByteBuffer.allocate(9 + sni.length).putShort((short) 0)
                .putShort((short) (5 + sni.length)).putShort((short) (3 + sni.length))
                .put((byte) 0).putShort((short) sni.length).put(sni);
        int body = 2 + 32 + 1 + 2 + 2 + 2 + 2 + extension.capacity();
        return ByteBuffer.allocate(5 + 4 + body).put((byte) 22).putShort((short) 0x0301)
                .putShort((short) (4 + body)).put((byte) 1).put((byte) 0).putShort((short) body)
                .putShort((short) 0x0303).put(new byte[32]).put((byte) 0).putShort((short) 2)
                .putShort((short) 0x1301).put((byte) 1).put((byte) 0)
                .putShort((short) extension.capacity()).put(extension.array()).array();
    }

    @Test
    void newConnection_onTheFiveTupleOfAJudgedOne_isJudgedItself() throws Exception {
        port = 443;
        connect();
        byte[] hello = clientHello("api.example.com");
        send(0, hello);
        assertThat(bed.atInternet()).isNotNull();
        confirm(hello.length);
        connect();
        send(0, clientHello("evil.example.net"));
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getRst()).isTrue();
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getRst()).isTrue();
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void connectionFromTheServer_onTheFiveTupleOfTheDevices_isUnsolicited() throws Exception {
        connect();
        fromServer(9, 0, "S", null);
        assertThat(bed.dropped(DropReason.INBOUND_UNSOLICITED, 1)).isTrue();
    }

    @Test
    void protocolThatIsNeitherHttpNorTls_goesByTheNetworkVerdict() throws Exception {
        port = 7;
        connect();
        send(0, new byte[]{0x10, 0x20, 0x30});
        assertThat(Packets.tcp(bed.atInternet()).getPayload().getRawData())
                .isEqualTo(new byte[]{0x10, 0x20, 0x30});
        send(3, FORBIDDEN);
        assertThat(nextAtServer()).isEqualTo(FORBIDDEN);
    }

    @Test
    void http2WithoutTls_cannotBeRead_andIsBlocked() throws Exception {
        connect();
        send(0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assertThat(bed.dropped(DropReason.REQUEST_UNMEASURED, 1)).isTrue();
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getRst()).isTrue();
    }

    @Test
    void quic_isDroppedUnderItsOwnReason() throws Exception {
        byte[] initial = new byte[1200];
        initial[0] = (byte) 0xc3;
        initial[4] = 1;
        bed.publish(allow("net", "net.dst.port == 443"),
                allowHttp("any", "http.method == \"GET\""));
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 443, initial));
        assertThat(bed.dropped(DropReason.QUIC_UNREADABLE, 1)).isTrue();
    }

    @Test
    void newPolicy_thatBlocksTheRequestUnderWay_resetsTheConnection() throws Exception {
        connect();
        send(0, ALLOWED);
        assertThat(nextAtServer()).isEqualTo(ALLOWED);
        confirm(ALLOWED.length());
        bed.publish(allow("net", "net.dst.port in {80 443}"),
                allowHttp("api", "http.path == \"/other\""));
        fromServer(SERVER_ISN + 1, ALLOWED.length(), "AP", new byte[]{'o', 'k'});
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getRst()).isTrue();
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getRst()).isTrue();
    }

    @Test
    void newPolicy_thatAllowsTheRequestStill_losesNoPacket() throws Exception {
        connect();
        send(0, ALLOWED);
        assertThat(nextAtServer()).isEqualTo(ALLOWED);
        publish();
        fromServer(SERVER_ISN + 1, ALLOWED.length(), "AP", new byte[]{'o', 'k'});
        assertThat(Packets.text(Packets.tcp(bed.atDevice()))).isEqualTo("ok");
        send(ALLOWED.length(), ALLOWED);
        assertThat(nextAtServer()).isEqualTo(ALLOWED);
    }

    @Test
    void requestThatPasses_isLoggedAsAllowed_andABlockedOneAsBlocked() throws Exception {
        connect();
        send(0, ALLOWED);
        assertThat(nextAtServer()).isEqualTo(ALLOWED);
        assertThat(bed.record(flow -> "GET /v1/ok".equals(flow.detail())).verdict())
                .isEqualTo(FlowVerdict.ALLOW);
        confirm(ALLOWED.length());
        send(ALLOWED.length(), FORBIDDEN);
        assertThat(bed.record(flow -> "GET /admin".equals(flow.detail())).verdict())
                .isEqualTo(FlowVerdict.BLOCK);
    }

    @Test
    void requestsDribbledInManyFlows_takeTheDevicesOwnShareOnly() throws Exception {
        for (int flow = 0; flow < 40; flow++) {
            int from = 5000 + flow;
            bed.fromDevice(Packets.tcp(DEVICE, from, SERVER, port, ISN, 0, "S", null));
            assertThat(bed.atInternet()).isNotNull();
            bed.fromInternet(Packets.tcp(SERVER, port, DEVICE, from, SERVER_ISN, ISN + 1, "SA",
                    null));
            assertThat(bed.atDevice()).isNotNull();
            bed.fromDevice(Packets.tcp(DEVICE, from, SERVER, port, ISN + 1, SERVER_ISN + 1, "AP",
                    new byte[]{'G'}));
        }
        assertThat(bed.dropped(DropReason.STREAM_NO_MEMORY, 10)).isTrue();
        bed.remove(UserPlaneTestBed.TEID);
        bed.install();
        connect();
        send(0, ALLOWED);
        assertThat(nextAtServer()).isEqualTo(ALLOWED);
    }
}
