package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * One of the rings that an AF_XDP socket shares with the kernel (Documentation/networking/af_xdp.rst): one side produces,
 * the other consumes, each has a counter that only it writes. The number of entries is a power of two.
 */
final class XdpRing {
    static final int DESCRIPTOR_OCTETS = 16;
    static final int ADDRESS_OCTETS = 8;
    private static final int NEEDS_WAKEUP = 1;
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment mapped;
    private final long producerAt;
    private final long consumerAt;
    private final long flagsAt;
    private final long entriesAt;
    private final int entryOctets;
    private final int size;
    private final int mask;
    /** Our own counter, and the other side's as far as it was last looked at. */
    private int mine;
    private int theirs;

    /** Where the kernel keeps a ring's parts, of XDP_MMAP_OFFSETS. */
    record Offsets(long producer, long consumer, long entries, long flags) {}

    XdpRing(MemorySegment mapped, Offsets offsets, int entryOctets, int size) {
        this.mapped = mapped;
        producerAt = offsets.producer;
        consumerAt = offsets.consumer;
        entriesAt = offsets.entries;
        flagsAt = offsets.flags;
        this.entryOctets = entryOctets;
        this.size = size;
        mask = size - 1;
    }

    /** As a consumer: how many entries there are, at most this many. */
    int available(int most) {
        if (theirs - mine < most) {
            theirs = (int) INT.getAcquire(mapped, producerAt);
        }
        return Math.min(theirs - mine, most);
    }

    /** As a consumer: gives the entries that were read back to the producer. */
    void consume(int count) {
        mine += count;
        INT.setRelease(mapped, consumerAt, mine);
    }

    /** As a producer: for how many entries there is room, if for less than wanted. */
    int room(int wanted) {
        int room = size - (mine - theirs);
        if (room < wanted) {
            theirs = (int) INT.getAcquire(mapped, consumerAt);
            room = size - (mine - theirs);
        }
        return Math.min(room, wanted);
    }

    /** As a producer: what the consumer has not taken yet. */
    int waiting() {
        theirs = (int) INT.getAcquire(mapped, consumerAt);
        return mine - theirs;
    }

    /** As a producer: hands over the entries that were written. */
    void produce(int count) {
        mine += count;
        INT.setRelease(mapped, producerAt, mine);
    }

    boolean needsWakeup() {
        return ((int) INT.getOpaque(mapped, flagsAt) & NEEDS_WAKEUP) != 0;
    }

    private long entry(int i) {
        return entriesAt + (long) (mine + i & mask) * entryOctets;
    }

    long address(int i) {
        return mapped.get(JAVA_LONG, entry(i));
    }

    int length(int i) {
        return mapped.get(JAVA_INT, entry(i) + 8);
    }

    void put(int i, long address) {
        mapped.set(JAVA_LONG, entry(i), address);
    }

    void put(int i, long address, int length) {
        long at = entry(i);
        mapped.set(JAVA_LONG, at, address);
        mapped.set(JAVA_INT, at + 8, length);
        mapped.set(JAVA_INT, at + 12, 0);
    }
}
