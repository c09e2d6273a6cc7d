package io.cellgate.dataplane.inspect;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.agrona.concurrent.UnsafeBuffer;

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
}
