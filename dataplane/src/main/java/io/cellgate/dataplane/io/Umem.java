package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory that AF_XDP sockets share with the kernel: frames of one size. Each is free, with the kernel (to be filled or
 * sent), or with us (received, and not sent on). Both sides of a gateway use one, so that a packet is sent from where it was
 * received. Several workers have one memory and each its own free frames; a frame goes from one to another through the kernel. Each
 * notes by itself which frames it has: marks of neighbouring frames, written by two cores in turn, would cost each packet several
 * waits. One thread for each.
 */
final class Umem {
    /** The kernel leaves XDP_PACKET_HEADROOM before what it receives. */
    static final int HEADROOM_OCTETS = 256;
    private static final int CACHE_LINE_OCTETS = 64;

    final MemorySegment memory;
    final int frameOctets;
    private final long base;
    private final int shift;
    /** Of each frame, whether this worker has received it, and has not sent it on. */
    private final boolean[] ours;
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
        ours = new boolean[frames];
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
        ours = new boolean[other.ours.length];
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
        return (long) free[--freeCount] << shift;
    }

    /** What the kernel has put at this offset is ours; returns its address. Its first octets will be in the cache. */
    long received(long offset) {
        ours[(int) (offset >>> shift)] = true;
        touched += memory.get(JAVA_LONG_UNALIGNED, offset)
                + memory.get(JAVA_LONG_UNALIGNED, offset + CACHE_LINE_OCTETS);
        return base + offset;
    }

    /** The frame of this address, which must be ours, is to be sent by the kernel; false where it was already given. */
    boolean giveToKernel(long address) {
        int frame = (int) (address - base >>> shift);
        boolean has = ours[frame];
        ours[frame] = false;
        return has;
    }

    /** The kernel has sent what is at this offset. */
    void sent(long offset) {
        free[freeCount++] = (int) (offset >>> shift);
    }

    /** Frees the frame of an address if it is still ours: it was not sent on. */
    void releaseIfOurs(long address) {
        int frame = (int) (address - base >>> shift);
        if (ours[frame]) {
            ours[frame] = false;
            free[freeCount++] = frame;
        }
    }
}
