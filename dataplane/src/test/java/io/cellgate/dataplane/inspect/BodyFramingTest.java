package io.cellgate.dataplane.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9112 §6.3 and §7.1: where the next request of a kept connection begins. */
class BodyFramingTest {
    private static final String HEAD = "POST /%s HTTP/1.1\r\nHost: a.example\r\n";

    /** Reads a connection as a worker does, segment by segment; @return the requests' paths, and how it ended. */
    static List<String> connection(byte[] stream, int segmentLength) {
        FirstBytes first = new FirstBytes();
        BodyFraming framing = new BodyFraming();
        List<String> seen = new ArrayList<>();
        for (int from = 0; from < stream.length; from += segmentLength) {
            byte[] segment = Arrays.copyOfRange(stream, from,
                    Math.min(stream.length, from + segmentLength));
            UnsafeBuffer buffer = new UnsafeBuffer(segment);
            int at = 0;
            while (at < segment.length) {
                if (!framing.isAtNextHead()) {
                    at += framing.consume(buffer, at, segment.length - at);
                    if (framing.fault() != null) {
                        seen.add(framing.fault().name());
                        return seen;
                    }
                    continue;
                }
                FirstBytes.Result result = first.add(buffer, at, segment.length - at);
                at += first.taken();
                if (result == FirstBytes.Result.HTTP_REQUEST) {
                    seen.add(Streams.text(first.http().path(), 0, first.http().pathLength()));
                    framing.begin(first.http());
                    first.expectRequest();
                } else if (result != FirstBytes.Result.NEED_MORE) {
                    seen.add(result == FirstBytes.Result.MALFORMED
                            ? String.valueOf(first.fault())
                            : result.name());
                    return seen;
                }
            }
        }
        if (!framing.isAtNextHead()) {
            seen.add(framing.isTunnel() ? "tunnel" : "in a body");
        }
        return seen;
    }

    private static List<String> connection(String stream) {
        byte[] octets = Streams.octets(stream);
        List<String> whole = connection(octets, octets.length);
        for (int length = 1; length < octets.length; length++) {
            assertThat(connection(octets, length)).as("segments of " + length).isEqualTo(whole);
        }
        return whole;
    }

    @Test
    void requestsOfAKeptConnection_areFoundBehindTheirBodies() {
        assertThat(connection(HEAD.formatted("a") + "Content-Length: 5\r\n\r\nGET /"
                + HEAD.formatted("b") + "\r\n" + HEAD.formatted("c")
                + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n00A;x=y\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"
                + "\r\n" + HEAD.formatted("d") + "Content-Length: 0\r\n\r\n"))
                .containsExactly("/a", "/b", "/c", "/d");
    }

    @Test
    void requestInABody_isNotOne() {
        assertThat(connection(
                HEAD.formatted("a") + "Content-Length: 99\r\n\r\n" + HEAD.formatted("b")))
                .containsExactly("/a", "in a body");
    }

    @Test
    void smuggledRequest_behindAnEmptyBody_isSeen() {
        assertThat(connection(HEAD.formatted("a") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + "GET /admin HTTP/1.1\r\nHost: a.example\r\n\r\n"))
                .containsExactly("/a", "/admin");
    }

    @Test
    void whatFollowsARequest_andIsNone_isAFault() {
        assertThat(connection(
                HEAD.formatted("a") + "\r\n" + "\0\0\r\n" + HEAD.formatted("b") + "\r\n"))
                .containsExactly("/a", "HTTP_NOT_A_REQUEST");
        assertThat(connection(HEAD.formatted("a") + "Upgrade: x\r\n\r\n" + "x y\r\n"))
                .containsExactly("/a", "HTTP_NOT_A_REQUEST");
    }

    @Test
    void connect_makesATunnel() {
        assertThat(connection("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"
                + HEAD.formatted("b") + "\r\n")).containsExactly("", "tunnel");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"x¶|HTTP_CHUNK_SIZE", "¶|HTTP_CHUNK_SIZE",
            "+5¶|HTTP_CHUNK_SIZE",
            "0x5¶|HTTP_CHUNK_SIZE", "5 ¶|HTTP_CHUNK_SIZE", "-1¶|HTTP_CHUNK_SIZE",
            "1000000000000000¶|HTTP_CHUNK_SIZE", "5¤hello|HTTP_CHUNK_SIZE",
            "5;a¤x¶|HTTP_CHUNK_EXTENSION",
            "5¶helloX|HTTP_CHUNK_END", "5¶hello¤0¶|HTTP_CHUNK_END", "0¶T: a¤¶|HTTP_TRAILER"})
    void chunk_thatReadersUnderstandDifferently_isAFault(String body, String fault) {
        assertThat(connection(HEAD.formatted("a") + "Transfer-Encoding: chunked\r\n\r\n"
                + body.replace("¶", "\r\n").replace("¤", "\n"))).containsExactly("/a", fault);
    }

    @Test
    void extensionsAndTrailers_areBounded() {
        assertThat(connection(
                Streams.octets(HEAD.formatted("a") + "Transfer-Encoding: chunked\r\n\r\n5;"
                        + "x".repeat(300)),
                7)).containsExactly("/a", "HTTP_CHUNK_EXTENSION");
        assertThat(connection(
                Streams.octets(HEAD.formatted("a") + "Transfer-Encoding: chunked\r\n\r\n0\r\n"
                        + "T: x\r\n".repeat(2000)),
                7)).containsExactly("/a", "HTTP_TRAILER");
    }
}
