package io.cellgate.dataplane.pool;

import org.agrona.collections.LongArrayQueue;

/**
 * Hands out the numbers from 0 to size - 1, each to one holder at a time.
 *
 * <p>A number given back rests for the quarantine, so that packets still on their way to its last holder do not
 * reach the next one. Numbers never used go first; after them the one that has rested longest. Taking and giving
 * back are O(1); memory grows with the numbers that were given back, not with the size of the pool.
 */
final class IndexPool {
    static final long NONE = -1;

    private final long size;
    private final long quarantineNanos;
    private final LongArrayQueue resting = new LongArrayQueue(NONE);
    private final LongArrayQueue restingSinceNanos = new LongArrayQueue(Long.MIN_VALUE);
    private long nextUnused;

    IndexPool(long size, long quarantineNanos) {
        this.size = size;
        this.quarantineNanos = quarantineNanos;
    }

    long take(long nowNanos) {
        if (nextUnused < size) {
            return nextUnused++;
        }
        if (resting.isEmpty() || nowNanos - restingSinceNanos.peekLong() < quarantineNanos) {
            return NONE;
        }
        restingSinceNanos.removeLong();
        return resting.removeLong();
    }

    void giveBack(long index, long nowNanos) {
        resting.addLong(index);
        restingSinceNanos.addLong(nowNanos);
    }
}
