package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allowHttp;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.policy.Action;
import io.cellgate.policy.Phase;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.TcpPacket;

/** Responses that are judged by their head before a body reaches the device. */
class HttpResponseTest {
    private static final long ISN = 1000;
    private static final long SERVER_ISN = 5000;
    private static final String REQUEST = "GET /v1/ok HTTP/1.1\r\nHost: api.example.com\r\n\r\n";
    private UserPlaneTestBed bed;
    private long sent;
    private long answered;

    @BeforeEach
    void start() throws Exception {
        bed = new UserPlaneTestBed();
        bed.publish(allow("net", "net.dst.port == 80"),
                rule("binary", Phase.HTTP, Action.BLOCK,
                        "http.response.content_type starts_with \"application/octet-stream\""),
                rule("errors", Phase.HTTP, Action.BLOCK, "http.response.status >= 500"),
                allowHttp("api", "http.host == \"api.example.com\""));
        bed.install();
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, 80, ISN, 0, "S", null));
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getSyn()).isTrue();
        bed.fromInternet(Packets.tcp(SERVER, 80, DEVICE, 4000, SERVER_ISN, ISN + 1, "SA", null));
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getSyn()).isTrue();
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, 80, ISN + 1, SERVER_ISN + 1, "A", null));
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getAck()).isTrue();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private void request(String text) throws Exception {
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, 80, ISN + 1 + sent,
                SERVER_ISN + 1 + answered, "AP", text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private void allowedRequest(String text) throws Exception {
        request(text);
        assertThat(Packets.text(Packets.tcp(bed.atInternet()))).isEqualTo(text);
        sent += text.length();
    }

    private void respond(String text) throws Exception {
        bed.fromInternet(Packets.tcp(SERVER, 80, DEVICE, 4000, SERVER_ISN + 1 + answered,
                ISN + 1 + sent, "AP", text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private void allowedResponse(String text) throws Exception {
        respond(text);
        assertThat(Packets.text(Packets.tcp(bed.atDevice()))).isEqualTo(text);
        answered += text.length();
    }

    private static String response(int status, String type, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void allowedResponses_passOneAfterTheOther() throws Exception {
        for (int i = 0; i < 3; i++) {
            allowedRequest(REQUEST);
            allowedResponse(response(200, "text/plain", "hello"));
        }
        allowedRequest(REQUEST);
        allowedResponse("HTTP/1.1 100 Continue\r\n\r\n");
        allowedResponse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chun");
        allowedResponse("ked\r\n\r\n5\r\nhel");
        allowedResponse("lo\r\n0\r\n\r\n");
        allowedRequest(REQUEST);
        allowedResponse("HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n");
        allowedRequest(REQUEST.replace("GET", "HEAD"));
        allowedResponse("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
        allowedRequest(REQUEST);
        respond(response(503, "text/plain", "late"));
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getRst()).isTrue();
    }

    @Test
    void blockedResponse_isResetAtBothEnds_andNoOctetOfItsBodyPasses() throws Exception {
        allowedRequest(REQUEST);
        respond(response(200, "application/octet-stream", "secret"));
        TcpPacket reset = Packets.tcp(bed.atDevice());
        assertThat(reset.getHeader().getRst()).isTrue();
        assertThat(Packets.text(reset)).isEmpty();
        assertThat(Packets.tcp(bed.atInternet()).getHeader().getRst()).isTrue();
        FlowRecord record = bed.record(flow -> flow.event() == FlowRecord.Event.REQUEST
                && "binary".equals(flow.rule()));
        assertThat(record.detail()).isEqualTo("GET /v1/ok 200");
        assertThat(record.dropReason()).isEqualTo(DropReason.POLICY_HTTP);
        answered += 5;
        respond("more");
        assertThat(bed.nothingAtCarrier()).isTrue();
    }

    @Test
    void headInManySegments_passesUpToItsLastOne_whichDecides() throws Exception {
        allowedRequest(REQUEST);
        String head = "HTTP/1.1 500 X\r\nContent-Length: 3\r\n\r\n";
        for (int i = 0; i < head.length() - 1; i += 13) {
            allowedResponse(head.substring(i, Math.min(i + 13, head.length() - 1)));
        }
        respond("\nabc");
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getRst()).isTrue();
    }

    @Test
    void segmentBeyondAGap_isNotPassed_soThatNoBodyOvertakesItsHead() throws Exception {
        allowedRequest(REQUEST);
        answered += 40;
        respond("body");
        assertThat(bed.dropped(DropReason.STREAM_GAP, 1)).isTrue();
        assertThat(bed.nothingAtCarrier()).isTrue();
    }

    @Test
    void furtherRequest_waitsForTheResponse() throws Exception {
        allowedRequest(REQUEST);
        bed.fromInternet(Packets.tcp(SERVER, 80, DEVICE, 4000, SERVER_ISN + 1, ISN + 1 + sent, "A",
                null));
        assertThat(bed.atDevice()).isNotNull();
        request(REQUEST);
        assertThat(bed.dropped(DropReason.REQUEST_PIPELINED, 1)).isTrue();
        allowedResponse(response(200, "text/plain", ""));
        allowedRequest(REQUEST);
    }

    @Test
    void whatIsNoResponse_isReset() throws Exception {
        allowedRequest(REQUEST);
        respond("ICY 200 OK\r\n\r\n");
        assertThat(Packets.tcp(bed.atDevice()).getHeader().getRst()).isTrue();
        assertThat(bed.record(flow -> flow.dropReason() == DropReason.STREAM_MALFORMED))
                .isNotNull();
    }
}
