package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.io.Burst;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** A fixed number of packet buffers in native memory, taken and given back by number. One thread. */
final class Frames {
    static final int NONE = -1;

    private final int frameOctets;
    private final UnsafeBuffer memory;
    private final int[] free;
    private int freeCount;

    Frames(int count, int payloadOctets) {
        frameOctets = BitUtil.align(Burst.HEADROOM_OCTETS + payloadOctets, 64);
        memory = new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(Math.multiplyExact(count, frameOctets), 64));
        free = new int[count];
        for (int i = 0; i < count; i++) {
            free[i] = count - 1 - i;
        }
        freeCount = count;
    }

    /** A frame, or {@link #NONE} where all are taken. */
    int take() {
        return freeCount == 0 ? NONE : free[--freeCount];
    }

    void give(int frame) {
        free[freeCount++] = frame;
    }

    int freeCount() {
        return freeCount;
    }

    /** Where a packet in this frame begins; its headroom is before it. */
    long packetAddress(int frame) {
        return memory.addressOffset() + (long) frame * frameOctets + Burst.HEADROOM_OCTETS;
    }
}
