package io.cellgate.dataplane.inspect;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of one stream, or of one further request on it, gathered from in-order segments until it can be
 * judged.
 *
 * <p>A worker keeps a few of them. For a new flow it takes one and gives it each segment's payload by {@link #add}
 * while it holds the packets back; on {@link Result#NEED_MORE} it leaves it with the flow; on any other result it
 * reads {@link #http} or {@link #tls}, decides, calls {@link #reset} and puts it back. {@link #taken} of the last
 * octets given belong to what was read; the others come after it: the body, for {@link BodyFraming}, and then
 * perhaps another head, for {@link #expectRequest}.
 *
 * <p>It takes at most 16 KiB of a stream, in which the answer is always found; two such buffers are its memory.
 */
public final class FirstBytes {
    private static final int CAPACITY = HttpRequestHead.MAX_LENGTH;
    /** A ClientHello's records are longer than its message: this many octets of stream at most, headers with them. */
    private static final int TLS_CAPACITY = CAPACITY + 1024;

    /** What the beginning is. */
    public enum Result {
        /** It ends within the first message. */
        NEED_MORE,
        /** A whole request head: {@link #http}. */
        HTTP_REQUEST,
        /** A whole ClientHello: {@link #tls}. */
        TLS_CLIENT_HELLO,
        /** HTTP/2 without TLS. */
        HTTP2,
        /** A protocol that is not read here. */
        OTHER,
        /** HTTP or TLS at fault: {@link #fault}. */
        MALFORMED
    }

    private final UnsafeBuffer stream = new UnsafeBuffer(new byte[TLS_CAPACITY]);
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[CAPACITY]);
    private final HttpRequestHead http = new HttpRequestHead(scratch);
    private final ClientHello tls = new ClientHello(scratch);
    private StreamProtocol protocol = StreamProtocol.UNDECIDED;
    private boolean furtherRequest;
    private int filled;
    private int taken;
    private @Nullable StreamFault fault;

    /** Makes it ready for the beginning of another stream. */
    public void reset() {
        protocol = StreamProtocol.UNDECIDED;
        furtherRequest = false;
        filled = 0;
        taken = 0;
        fault = null;
        http.reset();
        tls.reset();
    }

    /**
     * Makes it ready for a further request of a stream that has had one: whatever comes is read as HTTP/1.x, and what
     * is none is at fault. A server goes on reading requests, so that {@link Result#OTHER} would let one pass behind
     * a few octets that it skips.
     */
    public void expectRequest() {
        reset();
        protocol = StreamProtocol.HTTP1;
        furtherRequest = true;
    }

    /**
     * Takes the stream's next octets.
     *
     * @return anything but NEED_MORE is final until {@link #reset} or {@link #expectRequest}
     */
    public Result add(DirectBuffer segment, int offset, int length) {
        int before = filled;
        int part = Math.min(length, TLS_CAPACITY - filled);
        stream.putBytes(filled, segment, offset, part);
        filled += part;
        if (protocol == StreamProtocol.UNDECIDED) {
            protocol = StreamProtocol.of(stream, 0, filled);
        }
        Result result = switch (protocol) {
            case UNDECIDED -> Result.NEED_MORE;
            case HTTP1 -> result(http.read(stream, 0, filled), Result.HTTP_REQUEST, http.fault());
            case TLS -> readTls();
            case HTTP2 -> Result.HTTP2;
            case OTHER -> Result.OTHER;
        };
        taken = result == Result.HTTP_REQUEST ? http.length() - before : length;
        return result;
    }

    private Result readTls() {
        Reading reading = tls.read(stream, 0, filled);
        if (reading == Reading.NEED_MORE && filled == TLS_CAPACITY) {
            fault = StreamFault.MESSAGE_TOO_LONG;
            return Result.MALFORMED;
        }
        return result(reading, Result.TLS_CLIENT_HELLO, tls.fault());
    }

    private Result result(Reading reading, Result complete, @Nullable StreamFault why) {
        fault = why;
        return switch (reading) {
            case NEED_MORE -> Result.NEED_MORE;
            case COMPLETE -> complete;
            case NOT_THIS_PROTOCOL -> {
                if (furtherRequest) {
                    fault = StreamFault.HTTP_NOT_A_REQUEST;
                    yield Result.MALFORMED;
                }
                yield Result.OTHER;
            }
            case MALFORMED -> Result.MALFORMED;
        };
    }

    /** How many of the octets given last are of what was read; of a request head, those up to its end. */
    public int taken() {
        return taken;
    }

    /** Why it is MALFORMED; else null. */
    public @Nullable StreamFault fault() {
        return fault;
    }

    /** What protocol the stream is of, as far as what was gathered of its beginning shows. */
    public Application application() {
        return filled == 0 ? Application.UNDECIDED : Application.ofStream(stream, 0, filled);
    }

    /** What was gathered, from 0: the offsets of {@link #http} are in it. */
    public DirectBuffer stream() {
        return stream;
    }

    /** The request head after {@link Result#HTTP_REQUEST}. */
    public HttpRequestHead http() {
        return http;
    }

    /** The ClientHello after {@link Result#TLS_CLIENT_HELLO}; its offsets are in its own message. */
    public ClientHello tls() {
        return tls;
    }
}
