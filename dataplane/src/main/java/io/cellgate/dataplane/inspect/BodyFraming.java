package io.cellgate.dataplane.inspect;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a request's body ends and so the next request head of the connection begins, RFC 9112 §6.3 and §7.1. It
 * keeps a state and two counts for one direction of one connection, and is given the octets after the head in
 * ranges of any size.
 *
 * <pre>
 *   Content-Length: 5      hello|GET …
 *   chunked                5 CR LF hello CR LF 0 CR LF CR LF|GET …
 * </pre>
 *
 * <p>After CONNECT everything is body: the tunnel has no further requests.
 */
public final class BodyFraming {
    private static final int MAX_SIZE_DIGITS = 15;
    private static final int MAX_EXTENSION = 256;
    private static final int MAX_TRAILER = 4096;

    private enum State {
        NEXT_HEAD,
        TUNNEL,
        FIXED,
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        TRAILER_LINE,
        TRAILER_LF,
        LAST_LF,
        FAULT
    }

    private State state = State.NEXT_HEAD;
    /** Octets of the body or chunk to come; the size while its digits are read. */
    private long remaining;
    /** Octets of the size, extension or trailer so far. */
    private int count;
    private @Nullable StreamFault fault;

    /** A request's head was read: its body comes now. */
    public void begin(HttpRequestHead head) {
        begin(head.contentLength(), head.isChunked());
        if (head.isConnect()) {
            state = State.TUNNEL;
        }
    }

    /** A head was read that says so much of its body; a length of -1: nothing. */
    void begin(long contentLength, boolean chunked) {
        fault = null;
        count = 0;
        remaining = chunked ? 0 : Math.max(0, contentLength);
        state = chunked ? State.SIZE : remaining > 0 ? State.FIXED : State.NEXT_HEAD;
    }

    /** Whether the body is over: the next octet begins a head. */
    public boolean isAtNextHead() {
        return state == State.NEXT_HEAD;
    }

    /** Whether no head will come any more. */
    public boolean isTunnel() {
        return state == State.TUNNEL;
    }

    /** What is wrong with the body; nothing more of the stream can be understood then. */
    public @Nullable StreamFault fault() {
        return fault;
    }

    /** @return how many of these octets are of the body; fewer than given if it ends here, or is at fault there */
    public int consume(DirectBuffer buffer, int offset, int length) {
        int at = 0;
        while (at < length) {
            switch (state) {
                case NEXT_HEAD, FAULT -> {
                    return at;
                }
                case TUNNEL -> at = length;
                case FIXED, DATA -> {
                    int taken = (int) Math.min(remaining, length - at);
                    remaining -= taken;
                    at += taken;
                    if (remaining == 0) {
                        state = state == State.FIXED ? State.NEXT_HEAD : State.DATA_CR;
                    }
                }
                default -> {
                    octet(buffer.getByte(offset + at));
                    if (state != State.FAULT) {
                        at++;
                    }
                }
            }
        }
        return at;
    }

    private void octet(byte octet) {
        switch (state) {
            case SIZE -> size(octet);
            case EXTENSION -> {
                if (octet == '\r') {
                    state = State.SIZE_LF;
                } else if (isBad(octet) || ++count > MAX_EXTENSION) {
                    fail(StreamFault.HTTP_CHUNK_EXTENSION);
                }
            }
            case SIZE_LF -> {
                count = 0;
                expect(octet, '\n', remaining > 0 ? State.DATA : State.TRAILER,
                        StreamFault.HTTP_CHUNK_SIZE);
            }
            case DATA_CR -> expect(octet, '\r', State.DATA_LF, StreamFault.HTTP_CHUNK_END);
            case DATA_LF -> expect(octet, '\n', State.SIZE, StreamFault.HTTP_CHUNK_END);
            case TRAILER -> {
                if (octet == '\r') {
                    state = State.LAST_LF;
                } else {
                    trailer(octet);
                }
            }
            case TRAILER_LINE -> {
                if (octet == '\r') {
                    state = State.TRAILER_LF;
                } else {
                    trailer(octet);
                }
            }
            case TRAILER_LF -> expect(octet, '\n', State.TRAILER, StreamFault.HTTP_TRAILER);
            case LAST_LF -> expect(octet, '\n', State.NEXT_HEAD, StreamFault.HTTP_TRAILER);
            case NEXT_HEAD, TUNNEL, FIXED, DATA, FAULT -> throw new IllegalStateException(
                    state + " has no octet of its own");
        }
    }

    private void size(byte octet) {
        int digit = Ascii.hex(octet);
        if (digit >= 0 && count < MAX_SIZE_DIGITS) {
            remaining = remaining << 4 | digit;
            count++;
        } else if (count > 0 && (octet == '\r' || octet == ';')) {
            state = octet == '\r' ? State.SIZE_LF : State.EXTENSION;
            count = 0;
        } else {
            fail(StreamFault.HTTP_CHUNK_SIZE);
        }
    }

    private void trailer(byte octet) {
        state = State.TRAILER_LINE;
        if (isBad(octet) || ++count > MAX_TRAILER) {
            fail(StreamFault.HTTP_TRAILER);
        }
    }

    private static boolean isBad(byte octet) {
        return Ascii.isControl(octet) && octet != '\t';
    }

    private void expect(byte octet, char wanted, State next, StreamFault otherwise) {
        if (octet == wanted) {
            state = next;
        } else {
            fail(otherwise);
        }
    }

    private void fail(StreamFault why) {
        state = State.FAULT;
        fault = why;
    }
}
