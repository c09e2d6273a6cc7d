package io.cellgate.control.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A streamed answer's body: a write returns when the socket has taken it, which holds the writer to the reader's pace. */
final class AnswerStream extends OutputStream {
    private static final int PATIENCE_SECONDS = 60;

    private final HttpServerResponse response;

    AnswerStream(HttpServerResponse response) {
        this.response = response;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[]{(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        try {
            response.write(Buffer.buffer(length).appendBytes(source, offset, length))
                    .toCompletionStage().toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while answering", interrupted);
        } catch (ExecutionException | TimeoutException | IllegalStateException gone) {
            throw new IOException("the client does not read", gone);
        }
    }
}
