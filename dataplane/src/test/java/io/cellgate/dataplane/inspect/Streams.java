package io.cellgate.dataplane.inspect;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Streams given to the readers, whole and cut at every place. */
final class Streams {
    private Streams() {}

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(DirectBuffer buffer, int offset, int length) {
        byte[] octets = new byte[length];
        buffer.getBytes(offset, octets);
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /** Adds it in parts, each in a buffer just large enough, so that reading past the end throws. */
    static FirstBytes.Result add(FirstBytes first, byte[] stream, int... cuts) {
        FirstBytes.Result result = FirstBytes.Result.NEED_MORE;
        int from = 0;
        for (int i = 0; i <= cuts.length && result == FirstBytes.Result.NEED_MORE; i++) {
            int to = i == cuts.length ? stream.length : cuts[i];
            byte[] part = java.util.Arrays.copyOfRange(stream, from, to);
            result = first.add(new UnsafeBuffer(part), 0, part.length);
            from = to;
        }
        return result;
    }

    /** Cuts in two at each place, and into single octets; @return what the whole gives, if all give the same */
    static String sameHoweverCut(byte[] stream, Function<FirstBytes, String> describe) {
        String whole = describe(stream, describe);
        int[] everywhere = new int[Math.max(0, stream.length - 1)];
        for (int cut = 1; cut < stream.length; cut++) {
            everywhere[cut - 1] = cut;
            requireSame(whole, describe(stream, describe, cut), "cut at " + cut);
        }
        requireSame(whole, describe(stream, describe, everywhere), "octet by octet");
        return whole;
    }

    private static String describe(byte[] stream, Function<FirstBytes, String> describe,
            int... cuts) {
        FirstBytes first = new FirstBytes();
        FirstBytes.Result result = add(first, stream, cuts);
        return result + " " + (result == FirstBytes.Result.MALFORMED
                ? first.fault()
                : result == FirstBytes.Result.HTTP_REQUEST
                        || result == FirstBytes.Result.TLS_CLIENT_HELLO
                                ? describe.apply(first)
                                : "");
    }

    private static void requireSame(String whole, String cut, String where) {
        if (!whole.equals(cut)) {
            throw new AssertionError(where + ": whole gives " + whole + ", this " + cut);
        }
    }

    static String describeHttp(FirstBytes first) {
        HttpRequestHead head = first.http();
        DirectBuffer stream = first.stream();
        return text(stream, head.methodOffset(), head.methodLength()) + " host="
                + text(stream, head.hostOffset(), head.hostLength()) + " port=" + head.port()
                + " path="
                + text(head.path(), 0, head.pathLength()) + " query="
                + (head.queryLength() < 0
                        ? "none"
                        : text(stream, head.queryOffset(), head.queryLength()))
                + " length=" + head.contentLength() + (head.isChunked() ? " chunked" : "")
                + " head="
                + head.length();
    }

    static String describeTls(FirstBytes first) {
        ClientHello hello = first.tls();
        StringBuilder alpn = new StringBuilder();
        for (int at = hello.nextAlpn(0); at >= 0; at = hello.nextAlpn(at)) {
            alpn.append(alpn.isEmpty() ? "" : ",")
                    .append(text(hello.message(), at, hello.alpnLength(at)));
        }
        return "sni=" + text(hello.message(), hello.sniOffset(), hello.sniLength()) + " alpn="
                + alpn
                + " version=0x" + Integer.toHexString(hello.highestVersion()) + " ech="
                + hello.hasEch();
    }
}
