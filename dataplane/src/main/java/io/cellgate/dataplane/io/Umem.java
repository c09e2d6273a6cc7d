package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory that AF_XDP sockets share with the kernel: frames of one size. Each is free, with the kernel (to be filled or
 * sent), or with us (received, and not sent on). Both sides of a gateway use one, so that a packet is sent from where it was
 * received. Several workers have one memory and each its own free frames; a frame goes from one to another through the kernel.
 * One thread for each.
 */
final class Umem {
    /** The kernel leaves XDP_PACKET_HEADROOM before what it receives. */
    static final int HEADROOM_OCTETS = 256;
    private static final int CACHE_LINE_OCTETS = 64;
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
    /** Means nothing; it is there so that what is read is needed. */
    @SuppressWarnings("unused")
    private long touched;

    /** @param frameOctets 2048 or 4096 */
    Umem(Arena arena, int frames, int frameOctets) {
        this.frameOctets = frameOctets;
        shift = Integer.numberOfTrailingZeros(frameOctets);
        memory = LazyMemory.segment(arena, (long) frames * frameOctets);
        base = memory.address();
        states = new byte[frames];
        free = new int[frames];
        for (int i = 0; i < frames; i++) {
            free[i] = frames - 1 - i;
        }
        freeCount = frames;
    }

    private Umem(Umem other) {
        frameOctets = other.frameOctets;
        shift = other.shift;
        memory = other.memory;
        base = other.base;
        states = other.states;
        free = new int[other.free.length];
    }

    /** The same memory for another worker, which gets so many of the free frames. */
    Umem sister(int frames) {
        Umem sister = new Umem(this);
        while (sister.freeCount < frames && freeCount > 0) {
            sister.free[sister.freeCount++] = free[--freeCount];
        }
        return sister;
    }

    int freeCount() {
        return freeCount;
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

    /** What the kernel has put at this offset is ours; returns its address. Its first octets will be in the cache. */
    long received(long offset) {
        states[(int) (offset >>> shift)] = WITH_US;
        touched += memory.get(JAVA_LONG_UNALIGNED, offset)
                + memory.get(JAVA_LONG_UNALIGNED, offset + CACHE_LINE_OCTETS);
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
