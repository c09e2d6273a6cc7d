package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.inspect.BodyFraming;
import io.cellgate.dataplane.inspect.HttpResponses;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** A connection that is being read: how far, and what is held back of it. Pooled; one thread. */
final class Inspection {
    /** Packets held of one flow: more than a request head or ClientHello of 16 KiB takes. */
    static final int MAX_HELD = 24;
    /** A judged request head of up to so many octets can be judged again under another policy. */
    static final int MAX_JUDGED_OCTETS = 4096;

    /** What the next octets are. */
    enum Stage {
        /** The connection is not open yet. */
        HANDSHAKE,
        /** The beginning of the stream, or of a request. */
        HEAD,
        /** A body whose length is known: its octets need not be read. */
        BODY,
        /** A chunked body. */
        CHUNKS,
        /** Judged, and nothing more is to be read. What was read has not been confirmed by the server yet. */
        JUDGED
    }

    final int index;
    final int[] held = new int[MAX_HELD];
    final int[] heldLengths = new int[MAX_HELD];
    final BodyFraming chunks = new BodyFraming();
    @Nullable
    StreamBuffers buffers;
    Stage stage = Stage.HANDSHAKE;
    int heldCount;
    /** The sequence number of the first octet not read. */
    int next;
    /** The sequence number of the first octet not forwarded. */
    int released;
    /** Up to where the server has confirmed. */
    int confirmed;
    long bodyRemaining;
    boolean firstRequest;
    /** The sequence number of the server's next octet, as far as they came in order. */
    int serverNext;
    /** Reads what the server sends; null until a policy asks for responses. */
    private @Nullable HttpResponses responses;
    private boolean readsResponses;
    private @Nullable UnsafeBuffer judged;
    private int judgedLength;

    Inspection(int index) {
        this.index = index;
    }

    void begin() {
        stage = Stage.HANDSHAKE;
        heldCount = 0;
        bodyRemaining = 0;
        firstRequest = true;
        judgedLength = 0;
        readsResponses = false;
    }

    /** Reads the server's side from its next octet on. */
    HttpResponses readResponses() {
        HttpResponses reader = responses;
        if (reader == null) {
            reader = new HttpResponses();
            responses = reader;
        }
        if (!readsResponses) {
            reader.reset();
            readsResponses = true;
        }
        return reader;
    }

    /** What reads the server's side; null where nothing does. */
    @Nullable
    HttpResponses responses() {
        return readsResponses ? responses : null;
    }

    /** Keeps the head that was judged, to judge it again when the policy changes. */
    void keepJudged(DirectBuffer head, int length) {
        if (length > MAX_JUDGED_OCTETS) {
            judgedLength = -1;
            return;
        }
        UnsafeBuffer copy = judged;
        if (copy == null || copy.capacity() < length) {
            copy = new UnsafeBuffer(new byte[Math.max(512, length)]);
            judged = copy;
        }
        copy.putBytes(0, head, 0, length);
        judgedLength = length;
    }

    /** The head judged last; null where there was none yet. */
    @Nullable
    DirectBuffer judged() {
        return judgedLength == 0 ? null : judged;
    }

    /** -1 where the head was too long to be kept. */
    int judgedLength() {
        return judgedLength;
    }
}
