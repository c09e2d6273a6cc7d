package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.inspect.FirstBytes;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The memory that reading a connection takes: the reader of its requests, and the octets that were read but that the
 * server has not confirmed. The latter are compared with what the device sends again: a retransmission with other
 * content would put a request before the server that nobody judged. Pooled; one thread.
 */
final class StreamBuffers {
    static final int WINDOW_OCTETS = 20 * 1024;

    final FirstBytes reader = new FirstBytes();
    private final UnsafeBuffer window = new UnsafeBuffer(new byte[WINDOW_OCTETS]);
    /** The sequence number of the window's first octet. */
    private int from;
    private int size;

    void begin(int sequence) {
        from = sequence;
        size = 0;
    }

    int end() {
        return from + size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int room() {
        return WINDOW_OCTETS - size;
    }

    void append(DirectBuffer buffer, int offset, int length) {
        window.putBytes(size, buffer, offset, length);
        size += length;
    }

    /** Forgets what the server has confirmed. */
    void confirm(int acknowledged) {
        int confirmed = Math.min(acknowledged - from, size);
        if (confirmed > 0) {
            window.putBytes(0, window, confirmed, size - confirmed);
            from += confirmed;
            size -= confirmed;
        }
    }

    /** Whether those of the octets that are in the window are the same there. */
    boolean agrees(DirectBuffer buffer, int offset, int sequence, int length) {
        int first = Math.max(0, from - sequence);
        int last = Math.min(length, end() - sequence);
        for (int i = first; i < last; i++) {
            if (buffer.getByte(offset + i) != window.getByte(sequence + i - from)) {
                return false;
            }
        }
        return true;
    }
}
