package io.cellgate.control.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a stream that a virtual thread reads. The event loop puts a chunk into the queue only when
 * one was asked for, so that no more than {@link #AHEAD} chunks are held however slowly the reader goes on.
 */
final class BodyStream extends InputStream {
    private static final int AHEAD = 8;
    private static final int PATIENCE_SECONDS = 60;
    private static final long LINGER_MILLIS = 2000;
    private static final Buffer END = Buffer.buffer(0);

    private final HttpServerRequest request;
    private final Context context;
    private final BlockingQueue<Buffer> chunks = new LinkedBlockingQueue<>();
    private volatile @Nullable Throwable failure;
    /** Set on the event loop, which then asks for no more. */
    private boolean complete;
    private final long limitOctets;
    private @Nullable Buffer current;
    private int position;
    private long seenOctets;
    private boolean ended;

    /** To be made on the event loop, before the body arrives. */
    BodyStream(HttpServerRequest request, Context context, long limitOctets) {
        this.request = request;
        this.context = context;
        this.limitOctets = limitOctets;
        request.pause();
        request.handler(chunk -> {
            if (chunk.length() > 0) {
                chunks.add(chunk);
            } else {
                ask(1);
            }
        });
        request.endHandler(_ -> {
            complete = true;
            chunks.add(END);
        });
        request.exceptionHandler(thrown -> {
            complete = true;
            failure = thrown;
            chunks.add(END);
        });
    }

    /** Lets the first chunks come. */
    void start() {
        context.runOnContext(_ -> ask(AHEAD));
    }

    private void ask(int count) {
        if (!complete) {
            request.fetch(count);
        }
    }

    /**
     * Closes the connection whose body is not read, once its client has had time to read the answer: closing at once
     * would reset the connection under the answer (RFC 9112 §9.6).
     */
    void closeConnectionSoon() {
        context.runOnContext(_ -> {
            long _ = context.owner().setTimer(LINGER_MILLIS, _ -> {
                var _ = request.connection().close();
            });
        });
    }

    boolean ended() {
        return ended;
    }

    byte[] readWhole() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        transferTo(out);
        return out.toByteArray();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        Buffer chunk = current;
        if (chunk == null || position == chunk.length()) {
            chunk = next();
            if (chunk == null) {
                return -1;
            }
        }
        int count = Math.min(length, chunk.length() - position);
        chunk.getBytes(position, position + count, target, offset);
        position += count;
        return count;
    }

    private @Nullable Buffer next() throws IOException {
        if (ended) {
            return null;
        }
        Buffer chunk;
        try {
            chunk = chunks.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading the body", interrupted);
        }
        if (chunk == null) {
            throw new IOException("nothing of the body came for " + PATIENCE_SECONDS + " s");
        }
        Throwable thrown = failure;
        if (thrown != null) {
            throw new IOException("the body broke off: " + thrown.getMessage(), thrown);
        }
        if (chunk.length() == 0) {
            ended = true;
            return null;
        }
        seenOctets += chunk.length();
        if (seenOctets > limitOctets) {
            throw Problem.of(ProblemType.TOO_LARGE, "got more than " + limitOctets
                    + " octets, expected at most that many");
        }
        context.runOnContext(_ -> ask(1));
        current = chunk;
        position = 0;
        return chunk;
    }
}
