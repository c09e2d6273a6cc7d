package io.cellgate.dataplane.inspect;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.cellgate.dataplane.fuzz.BoundedFuzz;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Whatever a device sends, and however it cuts it: a verdict, the same one, and nothing read past the end. */
class InspectFuzzTest {
    @FuzzTest
    void anyStream_getsOneVerdict(byte[] stream) {
        if (stream.length > 0) {
            verdict(stream);
            byte[] asHello = stream.clone();
            asHello[0] = 22;
            verdict(asHello);
        }
    }

    private static void verdict(byte[] stream) {
        FirstBytes whole = new FirstBytes();
        FirstBytes.Result result = Streams.add(whole, stream);
        FirstBytes cut = new FirstBytes();
        FirstBytes.Result again = Streams.add(cut, stream, stream.length / 3, stream.length / 2);
        if (result != again || whole.fault() != cut.fault()) {
            throw new AssertionError(
                    "whole: " + result + " " + whole.fault() + ", cut: " + again + " "
                            + cut.fault());
        }
        if (result == FirstBytes.Result.HTTP_REQUEST) {
            String text = Streams.describeHttp(whole);
            if (!text.equals(Streams.describeHttp(cut))) {
                throw new AssertionError(text);
            }
            BodyFraming framing = new BodyFraming();
            framing.begin(whole.http());
            int from = whole.http().length();
            framing.consume(new UnsafeBuffer(stream), from, stream.length - from);
        } else if (result == FirstBytes.Result.TLS_CLIENT_HELLO
                && !Streams.describeTls(whole).equals(Streams.describeTls(cut))) {
            throw new AssertionError(Streams.describeTls(whole));
        }
    }

    @FuzzTest
    void anyOctetsAfterAHead_areFramedTheSameHoweverCut(byte[] body) {
        byte[] head = Streams
                .octets("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] stream = java.util.Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, stream, head.length, body.length);
        if (!BodyFramingTest.connection(stream, stream.length)
                .equals(BodyFramingTest.connection(stream, 1))) {
            throw new AssertionError("framed differently octet by octet");
        }
    }

    /** What a server answers, however it is cut: read the same, and never past its end. */
    @FuzzTest
    void anyResponse_isReadTheSameHoweverCut(byte[] response) {
        if (!responses(response, Math.max(1, response.length)).equals(responses(response, 1))) {
            throw new AssertionError("read differently octet by octet");
        }
    }

    private static String responses(byte[] stream, int step) {
        HttpResponses reader = new HttpResponses();
        reader.reset();
        reader.expect(false);
        StringBuilder said = new StringBuilder();
        UnsafeBuffer buffer = new UnsafeBuffer(stream);
        int at = 0;
        for (int rounds = 0; at < stream.length && rounds < 2 * stream.length; rounds++) {
            int length = Math.min(step, stream.length - at);
            HttpResponses.Result result = reader.read(buffer, at, length);
            if (reader.taken() < 0 || reader.taken() > length) {
                throw new AssertionError("took " + reader.taken() + " of " + length);
            }
            if (result == HttpResponses.Result.HEAD_COMPLETE) {
                said.append(reader.status()).append(' ').append(reader.contentTypeLength())
                        .append(';');
            } else if (result == HttpResponses.Result.MALFORMED) {
                return said.append("malformed").toString();
            }
            at += reader.taken();
        }
        return said.toString();
    }

    @Test
    void mutatedStreams_getOneVerdict() {
        byte[] get = Streams
                .octets("GET /a?b HTTP/1.1\r\nHost: example.com\r\nContent-Length: 3\r\n\r\nabc");
        byte[] chunked = Streams.octets("5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\nGET / HTTP/1.1\r\n");
        byte[] answer = Streams
                .octets("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: a/b\r\n"
                        + "Content-Length: 2\r\n\r\nokHTTP/1.1 204 No\r\n\r\n");
        byte[] hello = HexFormat.of().parseHex("160301004a010000460303" + "00".repeat(32)
                + "0000021301" + "0100" + "001b" + "0000001000" + "0e00000b6578616d706c652e636f6d"
                + "002b0003020304");
        BoundedFuzz.run(this::anyStream_getsOneVerdict, get, hello);
        BoundedFuzz.run(this::anyOctetsAfterAHead_areFramedTheSameHoweverCut, chunked);
        BoundedFuzz.run(this::anyResponse_isReadTheSameHoweverCut, answer);
    }
}
