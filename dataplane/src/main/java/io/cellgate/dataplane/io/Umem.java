package io.cellgate.dataplane.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory that AF_XDP sockets share with the kernel: frames of one size. Each is free, with the kernel (to be filled or
 * sent), or with us (received, and not sent on). Both sides of a gateway use one, so that a packet is sent from where it was
 * received. One thread.
 */
final class Umem {
    /** The kernel leaves XDP_PACKET_HEADROOM before what it receives. */
    static final int HEADROOM_OCTETS = 256;
    private static final byte FREE = 0;
    private static final byte WITH_KERNEL = 1;
    private static final byte WITH_US = 2;

    final MemorySegment memory;
    final int frameOctets;
    private final long base;
    private final int shift;
    private final byte[] states;
    private final int[] free;
    private int freeCount;

    /** @param frameOctets 2048 or 4096 */
    Umem(Arena arena, int frames, int frameOctets) {
        this.frameOctets = frameOctets;
        shift = Integer.numberOfTrailingZeros(frameOctets);
        memory = arena.allocate((long) frames * frameOctets, 4096);
        base = memory.address();
        states = new byte[frames];
        free = new int[frames];
        for (int i = 0; i < frames; i++) {
            free[i] = frames - 1 - i;
        }
        freeCount = frames;
    }

    long base() {
        return base;
    }

    /** The longest frame that is received. */
    int maxFrameOctets() {
        return frameOctets - HEADROOM_OCTETS;
    }

    boolean contains(long address) {
        return address >= base && address < base + memory.byteSize();
    }

    /** A free frame's offset, which is the kernel's from now on; -1 where there is none. */
    long takeForKernel() {
        if (freeCount == 0) {
            return -1;
        }
        int frame = free[--freeCount];
        states[frame] = WITH_KERNEL;
        return (long) frame << shift;
    }

    /** What the kernel has put at this offset is ours; returns its address. */
    long received(long offset) {
        states[(int) (offset >>> shift)] = WITH_US;
        return base + offset;
    }

    /** The frame of this address, which must be ours, is to be sent by the kernel; false where it was already given. */
    boolean giveToKernel(long address) {
        int frame = (int) (address - base >>> shift);
        if (states[frame] != WITH_US) {
            return false;
        }
        states[frame] = WITH_KERNEL;
        return true;
    }

    /** The kernel has sent what is at this offset. */
    void sent(long offset) {
        release((int) (offset >>> shift));
    }

    /** Frees the frame of an address if it is still ours: it was not sent on. */
    void releaseIfOurs(long address) {
        int frame = (int) (address - base >>> shift);
        if (states[frame] == WITH_US) {
            release(frame);
        }
    }

    private void release(int frame) {
        states[frame] = FREE;
        free[freeCount++] = frame;
    }
}
