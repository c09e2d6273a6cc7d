package io.cellgate.dataplane.inspect;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A strict reader of one HTTP/1.x request head, RFC 9112 §3 to §6, up to and with its empty line.
 *
 * <p>It goes through the octets once, line by line: {@link #read} is given the head from its first octet, each time
 * with more of it, and continues where it stopped. All offsets count from that first octet. Fields are not indexed;
 * {@link #nextField} walks the lines again, which are known to be well-formed by then.
 *
 * <pre>
 *   POST /v1/../v1/t?unit=7 HTTP/1.1 CR LF     method, path (/v1/t), query (unit=7)
 *   Host: api.example.com:8080 CR LF           host (api.example.com), port (8080)
 *   Content-Length: 12 CR LF                   contentLength
 *   CR LF                                      length() is up to here
 * </pre>
 */
public final class HttpRequestHead {
    /** A head of more octets than this is a fault. */
    public static final int MAX_LENGTH = 16 * 1024;

    private static final byte[] HTTP = Ascii.bytes("HTTP/");
    private static final byte[] CONNECT = Ascii.bytes("CONNECT");
    private static final byte[] HEAD = Ascii.bytes("HEAD");
    private static final byte[] OPTIONS = Ascii.bytes("OPTIONS");
    private static final byte[] CHUNKED = Ascii.bytes("chunked");
    private static final byte[] NAME_HOST = Ascii.bytes("host");
    private static final byte[] NAME_CONTENT_LENGTH = Ascii.bytes("content-length");
    private static final byte[] NAME_TRANSFER_ENCODING = Ascii.bytes("transfer-encoding");
    private static final byte[] NAME_UPGRADE = Ascii.bytes("upgrade");
    /** RFC 9110 §9.3, RFC 5789: with these, a line without a version is an HTTP/0.9 request, not another protocol. */
    private static final byte[][] METHODS = {Ascii.bytes("GET"), Ascii.bytes("POST"),
            HEAD, Ascii.bytes("PUT"), Ascii.bytes("DELETE"), CONNECT, OPTIONS,
            Ascii.bytes("TRACE"), Ascii.bytes("PATCH")};

    private DirectBuffer head = new UnsafeBuffer();
    private int base;
    private Reading reading = Reading.NEED_MORE;
    private @Nullable StreamFault fault;
    private int scanned;
    private int lineStart;
    private int firstLine;
    private boolean afterRequestLine;
    private int fieldsStart;
    private int methodLength;
    private int targetOffset;
    private int targetLength;
    private int minorVersion;
    private final RequestTarget target;
    private final Authority host = new Authority();
    private long contentLength;
    private boolean chunked;
    private boolean upgrade;

    public HttpRequestHead() {
        this(new UnsafeBuffer(new byte[MAX_LENGTH]));
    }

    /** @param scratch of at least {@link #MAX_LENGTH} octets, this reader's own between {@link #reset} and its last accessor */
    HttpRequestHead(MutableDirectBuffer scratch) {
        target = new RequestTarget(scratch);
        reset();
    }

    /** Forgets everything: the next octet read is the first of another head. */
    public void reset() {
        reading = Reading.NEED_MORE;
        fault = null;
        scanned = 0;
        lineStart = 0;
        firstLine = 0;
        afterRequestLine = false;
        fieldsStart = 0;
        methodLength = 0;
        targetOffset = 0;
        targetLength = 0;
        minorVersion = 0;
        target.reset();
        host.reset();
        contentLength = -1;
        chunked = false;
        upgrade = false;
    }

    /**
     * Reads on.
     *
     * @param offset of the head's first octet
     * @param length octets from there; the same as last time and more
     */
    public Reading read(DirectBuffer buffer, int offset, int length) {
        head = buffer;
        base = offset;
        int limit = Math.min(length, MAX_LENGTH);
        while (reading == Reading.NEED_MORE && scanned < limit) {
            byte octet = octet(scanned);
            if (scanned > lineStart && octet(scanned - 1) == '\r' && octet != '\n') {
                fail(StreamFault.HTTP_BARE_CR);
            } else if (octet == '\n') {
                if (scanned == lineStart || octet(scanned - 1) != '\r') {
                    bareLf();
                } else {
                    int end = scanned - 1;
                    int start = lineStart;
                    lineStart = ++scanned;
                    line(start, end);
                }
            } else if (Ascii.isControl(octet) && octet != '\r' && octet != '\t') {
                failUnlessOtherProtocol(StreamFault.HTTP_CONTROL_CHARACTER);
            } else {
                scanned++;
            }
        }
        if (reading == Reading.NEED_MORE && length >= MAX_LENGTH) {
            failUnlessOtherProtocol(StreamFault.MESSAGE_TOO_LONG);
        }
        return reading;
    }

    private byte octet(int at) {
        return head.getByte(base + at);
    }

    private void fail(StreamFault why) {
        reading = Reading.MALFORMED;
        fault = why;
    }

    /** A fault before the first line's end: without a method known to HTTP it says that this is another protocol. */
    private void failUnlessOtherProtocol(StreamFault why) {
        if (!afterRequestLine) {
            measureMethod(lineStart, scanned);
            if (!isKnownMethod(lineStart)) {
                reading = Reading.NOT_THIS_PROTOCOL;
                return;
            }
        }
        fail(why);
    }

    private void bareLf() {
        if (!afterRequestLine && scanned > lineStart) {
            requestLine(lineStart, scanned);
        }
        if (reading == Reading.NEED_MORE) {
            fail(StreamFault.HTTP_BARE_LF);
        }
    }

    private int measureMethod(int start, int end) {
        int at = start;
        while (at < end && Ascii.isToken(octet(at))) {
            at++;
        }
        methodLength = at - start;
        return at;
    }

    private boolean isKnownMethod(int start) {
        for (byte[] method : METHODS) {
            if (methodLength == method.length && hasMethod(start, method)) {
                return true;
            }
        }
        return false;
    }

    private void line(int start, int end) {
        if (!afterRequestLine) {
            if (start == end) {
                if (start != 0) {
                    fail(StreamFault.HTTP_EMPTY_LINES);
                }
                firstLine = lineStart;
            } else {
                requestLine(start, end);
                afterRequestLine = true;
                fieldsStart = lineStart;
            }
        } else if (start == end) {
            finish();
        } else {
            fieldLine(start, end);
        }
    }

    private void requestLine(int start, int end) {
        int afterMethod = measureMethod(start, end);
        int afterTarget = end;
        while (afterTarget > afterMethod && octet(afterTarget - 1) != ' ') {
            afterTarget--;
        }
        int version = afterTarget--;
        boolean threeParts = methodLength > 0 && octet(afterMethod) == ' '
                && afterTarget > afterMethod;
        if (!threeParts || !Ascii.equals(head, base + version, Math.min(HTTP.length, end - version),
                HTTP)) {
            notHttp(start, version, end);
            return;
        }
        if (end - version != 8 || octet(version + 5) != '1' || octet(version + 6) != '.'
                || !Ascii.isDigit(octet(version + 7))) {
            fail(StreamFault.HTTP_VERSION);
            return;
        }
        minorVersion = octet(version + 7) - '0';
        targetOffset = afterMethod + 1;
        targetLength = afterTarget - targetOffset;
        for (int i = targetOffset; i < afterTarget; i++) {
            if (octet(i) <= ' ') {
                fail(StreamFault.HTTP_REQUEST_LINE);
                return;
            }
        }
        StreamFault inTarget = targetLength == 0
                ? StreamFault.HTTP_REQUEST_LINE
                : target.read(head, base, targetOffset, afterTarget, isConnect(),
                        methodIs(OPTIONS));
        if (inTarget != null) {
            fail(inTarget);
        }
    }

    /** A line that has the shape of no HTTP/1.x request: of HTTP/0.9, of a broken one, or of another protocol? */
    private void notHttp(int start, int lastWord, int end) {
        boolean otherVersion = end - lastWord > 2 && octet(end - 2) == '.'
                && Ascii.isDigit(octet(end - 1))
                && (octet(lastWord) == 'R' || octet(lastWord) == 'S'); // RTSP/1.0, SIP/2.0
        if (isKnownMethod(start) && !otherVersion) {
            fail(StreamFault.HTTP_VERSION);
        } else if (methodLength > 0 && octet(start + methodLength) == '\t') {
            fail(StreamFault.HTTP_REQUEST_LINE);
        } else {
            reading = Reading.NOT_THIS_PROTOCOL;
        }
    }

    private boolean hasMethod(int start, byte[] method) {
        for (int i = 0; i < method.length; i++) {
            if (Ascii.lower(octet(start + i)) != Ascii.lower(method[i])) {
                return false;
            }
        }
        return true;
    }

    private void fieldLine(int start, int end) {
        int colon = start;
        while (colon < end && Ascii.isToken(octet(colon))) {
            colon++;
        }
        if (octet(start) == ' ' || octet(start) == '\t') {
            fail(StreamFault.HTTP_FOLDED_LINE);
        } else if (colon == start || colon == end || octet(colon) != ':') {
            fail(StreamFault.HTTP_FIELD_NAME);
        } else {
            int value = skipSpace(colon + 1, end);
            field(start, colon - start, value, trimSpace(value, end));
        }
    }

    private int skipSpace(int from, int end) {
        int at = from;
        while (at < end && (octet(at) == ' ' || octet(at) == '\t')) {
            at++;
        }
        return at;
    }

    private int trimSpace(int from, int end) {
        int at = end;
        while (at > from && (octet(at - 1) == ' ' || octet(at - 1) == '\t')) {
            at--;
        }
        return at;
    }

    private void field(int name, int nameLength, int value, int end) {
        if (Ascii.equalsIgnoreCase(head, base + name, nameLength, NAME_HOST)) {
            if (host.isRead()) {
                fail(StreamFault.HTTP_HOST_COUNT);
            } else if (!host.read(head, base, value, end)) {
                fail(StreamFault.HTTP_HOST_SYNTAX);
            }
        } else if (Ascii.equalsIgnoreCase(head, base + name, nameLength, NAME_CONTENT_LENGTH)) {
            contentLength(value, end);
        } else if (Ascii.equalsIgnoreCase(head, base + name, nameLength, NAME_TRANSFER_ENCODING)) {
            if (chunked || !Ascii.equalsIgnoreCase(head, base + value, end - value, CHUNKED)) {
                fail(StreamFault.HTTP_TRANSFER_ENCODING);
            }
            chunked = true;
        } else if (Ascii.equalsIgnoreCase(head, base + name, nameLength, NAME_UPGRADE)) {
            upgrade = true;
        }
    }

    private void contentLength(int value, int end) {
        boolean wellFormed = contentLength < 0 && end > value && end - value <= 18;
        long octets = 0;
        for (int i = value; wellFormed && i < end; i++) {
            wellFormed = Ascii.isDigit(octet(i));
            octets = octets * 10 + (octet(i) - '0');
        }
        contentLength = octets;
        if (!wellFormed) {
            fail(StreamFault.HTTP_CONTENT_LENGTH);
        }
    }

    private void finish() {
        reading = Reading.COMPLETE;
        if (!host.isRead() && minorVersion > 0) {
            fail(StreamFault.HTTP_HOST_COUNT);
        } else if (chunked && minorVersion == 0) {
            fail(StreamFault.HTTP_TRANSFER_ENCODING);
        } else if (chunked && contentLength >= 0) {
            fail(StreamFault.HTTP_LENGTH_CONFLICT);
        } else if (host.isRead() && target.authority().isRead() && !isConnect()
                && !host.isSame(head, base, target.authority())) {
            fail(StreamFault.HTTP_HOST_MISMATCH);
        }
    }

    /** Why it is {@link Reading#MALFORMED}; else null. */
    public @Nullable StreamFault fault() {
        return fault;
    }

    /** Octets of the head with its last CR LF; the body, if any, begins there. */
    public int length() {
        return scanned;
    }

    /** 0 of HTTP/1.0, 1 of HTTP/1.1. */
    public int minorVersion() {
        return minorVersion;
    }

    public int methodOffset() {
        return firstLine;
    }

    public int methodLength() {
        return methodLength;
    }

    /** The request target as it was sent. */
    public int targetOffset() {
        return targetOffset;
    }

    public int targetLength() {
        return targetLength;
    }

    /** The path in its normal form, see {@link HttpPath}, in a buffer of this reader's, from 0; of CONNECT it is empty. */
    public DirectBuffer path() {
        return target.path();
    }

    public int pathLength() {
        return target.pathLength();
    }

    public int queryOffset() {
        return target.queryOffset();
    }

    /** Octets after the question mark, as sent; -1 without one. */
    public int queryLength() {
        return target.queryLength();
    }

    /** The host, without port and without the brackets of an IPv6 address: the absolute target's, else the Host field's. */
    public int hostOffset() {
        return authority().offset();
    }

    /** 0 if a request of HTTP/1.0 names no host. */
    public int hostLength() {
        return authority().length();
    }

    /** The port beside the host, -1 if none is named. */
    public int port() {
        return authority().port();
    }

    private Authority authority() {
        return target.authority().isRead() ? target.authority() : host;
    }

    /** The body's octets; -1 if it says none (there is no body then, unless it is chunked). */
    public long contentLength() {
        return contentLength;
    }

    public boolean isChunked() {
        return chunked;
    }

    /** CONNECT: what follows the answer is a tunnel, RFC 9110 §9.3.6. Its host is the tunnel's end. */
    public boolean isConnect() {
        return methodIs(CONNECT);
    }

    /** HEAD: the response has no body whatever it says of one, RFC 9110 §9.3.2. */
    public boolean isHead() {
        return methodIs(HEAD);
    }

    /** Asks to go on in another protocol, RFC 9110 §7.8; the server may not. */
    public boolean asksUpgrade() {
        return upgrade;
    }

    private boolean methodIs(byte[] method) {
        return Ascii.equals(head, base + firstLine, methodLength, method);
    }

    /**
     * Finds the next line of a field.
     *
     * @param lowerCaseName in US-ASCII
     * @param after         0 at first, then what was returned last
     * @return where the line after it begins, or -1: no more; {@link #valueOffset} and {@link #valueLength} tell its value
     */
    public int nextField(byte[] lowerCaseName, int after) {
        int at = after == 0 ? fieldsStart : after;
        int last = scanned - 2;
        while (at < last) {
            int colon = at;
            while (octet(colon) != ':') {
                colon++;
            }
            int end = colon;
            while (octet(end) != '\r') {
                end++;
            }
            if (Ascii.equalsIgnoreCase(head, base + at, colon - at, lowerCaseName)) {
                return end + 2;
            }
            at = end + 2;
        }
        return -1;
    }

    /** @param next what {@link #nextField} returned */
    public int valueOffset(int next) {
        int at = next - 2;
        while (octet(at - 1) != '\n') {
            at--;
        }
        while (octet(at) != ':') {
            at++;
        }
        return skipSpace(at + 1, next - 2);
    }

    public int valueLength(int next) {
        int value = valueOffset(next);
        return trimSpace(value, next - 2) - value;
    }
}
