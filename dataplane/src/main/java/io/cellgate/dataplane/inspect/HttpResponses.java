package io.cellgate.dataplane.inspect;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The server's side of an HTTP/1.x connection, read in order as it passes: where each response head ends, what it says
 * of status and content type, and where its body ends (RFC 9112 §4, §6.3). It keeps one line of a head at a time and no
 * octet of a body.
 *
 * <pre>
 *   HTTP/1.1 100 Continue CR LF CR LF                        interim: another head follows
 *   HTTP/1.1 200 OK CR LF  Content-Type: text/html CR LF
 *   Content-Length: 5 CR LF CR LF | hello                    head's end: to be judged; then the body
 * </pre>
 */
public final class HttpResponses {
    private static final int MAX_LINE = 512;
    private static final int MAX_HEAD = 64 * 1024;
    private static final byte[] VERSION = Ascii.bytes("http/1.");
    private static final byte[] CONTENT_TYPE = Ascii.bytes("content-type");
    private static final byte[] CONTENT_LENGTH = Ascii.bytes("content-length");
    private static final byte[] TRANSFER_ENCODING = Ascii.bytes("transfer-encoding");
    private static final byte[] CHUNKED = Ascii.bytes("chunked");
    private static final int MAX_LENGTH_DIGITS = 18;

    private enum State {
        IDLE, HEAD, BODY, UNTIL_CLOSE
    }

    /** What the octets that were given came to. */
    public enum Result {
        /** Nothing is to be judged: part of a head, or of a body. */
        GOES_ON,
        /** A head ended with the last octet that was taken: {@link #status}, {@link #contentTypeLength}. */
        HEAD_COMPLETE,
        /** It is no response, or not one whose end can be told. */
        MALFORMED
    }

    private final UnsafeBuffer line = new UnsafeBuffer(new byte[MAX_LINE]);
    private final UnsafeBuffer contentType = new UnsafeBuffer(new byte[MAX_LINE]);
    private final BodyFraming body = new BodyFraming();
    private State state = State.IDLE;
    private boolean toHead;
    private int lineLength;
    private int headLength;
    private boolean statusRead;
    private int status;
    private int contentTypeLength;
    private long contentLength;
    private boolean chunked;
    private boolean otherCoding;
    private int taken;

    /** A connection begins. */
    public void reset() {
        state = State.IDLE;
    }

    /** A request was let through, whose response comes next. */
    public void expect(boolean ofHead) {
        toHead = ofHead;
        beginHead();
    }

    private void beginHead() {
        state = State.HEAD;
        lineLength = 0;
        headLength = 0;
        statusRead = false;
        contentTypeLength = -1;
        contentLength = -1;
        chunked = false;
        otherCoding = false;
    }

    /** Whether the last response is over, so that another request may pass. */
    public boolean isIdle() {
        return state == State.IDLE;
    }

    public int status() {
        return status;
    }

    /** Octets of the content type, in {@link #contentType} from 0; -1 where the head has none. */
    public int contentTypeLength() {
        return contentTypeLength;
    }

    public DirectBuffer contentType() {
        return contentType;
    }

    /** How many of the octets given last were read. */
    public int taken() {
        return taken;
    }

    /** Reads on; where a head is complete, only up to its end. What a server sends unasked is not read. */
    public Result read(DirectBuffer buffer, int offset, int length) {
        taken = 0;
        while (taken < length) {
            switch (state) {
                case IDLE, UNTIL_CLOSE -> taken = length;
                case BODY -> {
                    taken += body.consume(buffer, offset + taken, length - taken);
                    if (body.fault() != null) {
                        return Result.MALFORMED;
                    }
                    if (body.isAtNextHead()) {
                        state = State.IDLE;
                    }
                }
                case HEAD -> {
                    byte octet = buffer.getByte(offset + taken++);
                    if (++headLength > MAX_HEAD) {
                        return Result.MALFORMED;
                    }
                    if (octet != '\n') {
                        if (lineLength < MAX_LINE) {
                            line.putByte(lineLength, octet);
                        }
                        lineLength++;
                    } else {
                        Result result = lineEnd();
                        if (result != Result.GOES_ON) {
                            return result;
                        }
                    }
                }
            }
        }
        return Result.GOES_ON;
    }

    private Result lineEnd() {
        boolean cut = lineLength > MAX_LINE;
        int length = Math.min(lineLength, MAX_LINE);
        if (length > 0 && line.getByte(length - 1) == '\r') {
            length--;
        }
        lineLength = 0;
        if (!statusRead) {
            statusRead = true;
            return statusLine(length) ? Result.GOES_ON : Result.MALFORMED;
        }
        if (length > 0) {
            return field(length, cut) ? Result.GOES_ON : Result.MALFORMED;
        }
        if (status < 200 && status != 101) {
            beginHead();
            return Result.GOES_ON;
        }
        beginBody();
        return Result.HEAD_COMPLETE;
    }

    private void beginBody() {
        if (status == 101 || otherCoding) {
            state = State.UNTIL_CLOSE;
        } else if (toHead || status == 204 || status == 304) {
            state = State.IDLE;
        } else if (chunked || contentLength >= 0) {
            body.begin(chunked ? -1 : contentLength, chunked);
            state = body.isAtNextHead() ? State.IDLE : State.BODY;
        } else {
            state = State.UNTIL_CLOSE;
        }
    }

    /** HTTP/1.x, white space, three digits (RFC 9112 §4). */
    private boolean statusLine(int length) {
        int at = VERSION.length + 1;
        if (length < at + 4
                || !Ascii.equalsIgnoreCase(line, 0, VERSION.length, VERSION)
                || line.getByte(at) != ' ') {
            return false;
        }
        status = 0;
        for (int i = at + 1; i < at + 4; i++) {
            if (!Ascii.isDigit(line.getByte(i))) {
                return false;
            }
            status = 10 * status + line.getByte(i) - '0';
        }
        return status >= 100 && (length == at + 4 || line.getByte(at + 4) == ' ');
    }

    private boolean field(int length, boolean cut) {
        int colon = 0;
        while (colon < length && line.getByte(colon) != ':') {
            colon++;
        }
        if (colon == 0 || colon == length) {
            return false; // a folded line, too: RFC 9112 §5.2
        }
        int start = colon + 1;
        int end = length;
        while (start < end && isBlank(line.getByte(start))) {
            start++;
        }
        while (end > start && isBlank(line.getByte(end - 1))) {
            end--;
        }
        if (Ascii.equalsIgnoreCase(line, 0, colon, CONTENT_TYPE)) {
            contentTypeLength = end - start;
            contentType.putBytes(0, line, start, end - start);
            return !cut;
        }
        if (Ascii.equalsIgnoreCase(line, 0, colon, CONTENT_LENGTH)) {
            return !cut && contentLength(start, end);
        }
        if (Ascii.equalsIgnoreCase(line, 0, colon, TRANSFER_ENCODING)) {
            boolean plain = Ascii.equalsIgnoreCase(line, start, end - start, CHUNKED);
            otherCoding |= !plain || chunked;
            chunked = true;
            return !cut;
        }
        return !isBlank(line.getByte(0));
    }

    private boolean contentLength(int start, int end) {
        if (start == end || end - start > MAX_LENGTH_DIGITS) {
            return false;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            if (!Ascii.isDigit(line.getByte(i))) {
                return false;
            }
            value = 10 * value + line.getByte(i) - '0';
        }
        boolean same = contentLength < 0 || contentLength == value;
        contentLength = value;
        return same;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}
