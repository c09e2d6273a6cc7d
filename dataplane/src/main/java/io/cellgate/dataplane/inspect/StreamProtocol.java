package io.cellgate.dataplane.inspect;

import org.agrona.DirectBuffer;

/**
 * What a TCP stream's first bytes begin: told from a few octets, whatever the port.
 *
 * <p>It leans towards HTTP: whatever a forgiving server may still take as a request ({@code \n\nGET /},
 * {@code get\t/}) is {@link #HTTP1} here, so that the strict reader refuses it, rather than {@link #OTHER}, which no
 * http rule would judge.
 */
public enum StreamProtocol {
    /** What was given is the beginning of more than one of these. At most 33 octets settle it. */
    UNDECIDED,
    /** HTTP/1.x: a method and white space, RFC 9112 §3. */
    HTTP1,
    /** The preface of HTTP/2 without TLS, RFC 9113 §3.4. */
    HTTP2,
    /** A handshake record of SSL 3.0 to TLS 1.3, RFC 8446 §5.1. */
    TLS,
    /** None of these. */
    OTHER;

    private static final int LONGEST_METHOD = 32;
    private static final byte[] HTTP2_PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /** @param length octets from the very beginning of the stream; with more of them, ask again */
    public static StreamProtocol of(DirectBuffer buffer, int offset, int length) {
        if (length == 0) {
            return UNDECIDED;
        }
        byte first = buffer.getByte(offset);
        if (first == ClientHello.RECORD_HANDSHAKE) {
            return length == 1 ? UNDECIDED : buffer.getByte(offset + 1) == 3 ? TLS : OTHER;
        }
        int same = 0;
        while (same < length && same < HTTP2_PREFACE.length
                && buffer.getByte(offset + same) == HTTP2_PREFACE[same]) {
            same++;
        }
        if (same == HTTP2_PREFACE.length) {
            return HTTP2;
        }
        if (same == length) {
            return UNDECIDED;
        }
        return method(buffer, offset, length);
    }

    private static StreamProtocol method(DirectBuffer buffer, int offset, int length) {
        int start = 0;
        while (start < length && isLineEnd(buffer.getByte(offset + start))) {
            if (++start > 2) {
                return HTTP1;
            }
        }
        for (int i = start; i < length; i++) {
            byte octet = buffer.getByte(offset + i);
            if (octet == ' ' || octet == '\t') {
                return i > start ? HTTP1 : OTHER;
            }
            if (!Ascii.isToken(octet) || i - start == LONGEST_METHOD) {
                return OTHER;
            }
        }
        return UNDECIDED;
    }

    private static boolean isLineEnd(byte octet) {
        return octet == '\r' || octet == '\n';
    }
}
