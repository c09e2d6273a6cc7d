package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.io.LazyMemory;
import java.lang.foreign.Arena;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sessions by one of their keys: from a number to the slots that have it, in native memory. It grows like the flow table,
 * by one bucket at a time ({@code FlowTable}), so a session more never costs a pause for those that are there. Slots
 * of one bucket are a chain, whose first is in the bucket itself: most look-ups are one access to memory. One thread.
 *
 * <pre>
 * bucket, 16 octets, two for each slot: key@0  slot + 1 @8, 0 where it is empty  next slot of the bucket + 1 @12
 * node, 16 octets, one for each slot: key@0  next slot of the bucket + 1 @8, 4 octets unused; while it is not the first
 * </pre>
 */
final class SlotIndex {
    static final int NONE = -1;
    /** Of native memory for each slot that was ever used, at most. */
    static final int SLOT_OCTETS = 2 * 16 + 16;

    private static final int BUCKETS_PER_SLOT = 2;
    private static final int ENTRY_OCTETS = 16;
    private static final int BUCKET_SLOT = 8;
    private static final int BUCKET_NEXT = 12;
    private static final int NODE_NEXT = 8;
    private static final int FIRST_BUCKETS = 1024;

    private final int maxBuckets;
    private final UnsafeBuffer nodes;
    private final UnsafeBuffer buckets;
    private int bucketCount;
    private int size;

    SlotIndex(Arena memory, int capacity) {
        maxBuckets = BUCKETS_PER_SLOT * capacity;
        nodes = LazyMemory.reserve(memory, (long) capacity * ENTRY_OCTETS);
        buckets = LazyMemory.reserve(memory, (long) maxBuckets * ENTRY_OCTETS);
        bucketCount = Math.min(FIRST_BUCKETS, maxBuckets);
    }

    /** The slot that was put last under this key, or {@link #NONE}. */
    int first(long key) {
        int bucket = bucketOf(key) * ENTRY_OCTETS;
        if (buckets.getLong(bucket) == key) {
            return buckets.getInt(bucket + BUCKET_SLOT) - 1;
        }
        return find(key, buckets.getInt(bucket + BUCKET_NEXT) - 1);
    }

    /** Reads where the look-up of a key begins, so that it is in the cache; the value means nothing. */
    int touch(long key) {
        return buckets.getInt(bucketOf(key) * ENTRY_OCTETS);
    }

    /** The one under the same key that was put before this slot, or {@link #NONE}. */
    int next(long key, int slot) {
        int bucket = bucketOf(key) * ENTRY_OCTETS;
        return find(key, (buckets.getInt(bucket + BUCKET_SLOT) - 1 == slot
                ? buckets.getInt(bucket + BUCKET_NEXT)
                : nodes.getInt(slot * ENTRY_OCTETS + NODE_NEXT)) - 1);
    }

    private int find(long key, int from) {
        int slot = from;
        while (slot != NONE && nodes.getLong(slot * ENTRY_OCTETS) != key) {
            slot = nodes.getInt(slot * ENTRY_OCTETS + NODE_NEXT) - 1;
        }
        return slot;
    }

    /** Puts a slot, which must not be there, under a key. */
    void put(long key, int slot) {
        size++;
        for (int i = 0; i < BUCKETS_PER_SLOT && BUCKETS_PER_SLOT * size > bucketCount
                && bucketCount < maxBuckets; i++) {
            addBucket();
        }
        int bucket = bucketOf(key) * ENTRY_OCTETS;
        int first = buckets.getInt(bucket + BUCKET_SLOT);
        if (first != 0) {
            node(first - 1, buckets.getLong(bucket), buckets.getInt(bucket + BUCKET_NEXT));
        }
        first(bucket, key, slot + 1, first);
    }

    private void first(int bucket, long key, int slotPlusOne, int next) {
        buckets.putLong(bucket, key);
        buckets.putInt(bucket + BUCKET_SLOT, slotPlusOne);
        buckets.putInt(bucket + BUCKET_NEXT, next);
    }

    private void node(int slot, long key, int next) {
        nodes.putLong(slot * ENTRY_OCTETS, key);
        nodes.putInt(slot * ENTRY_OCTETS + NODE_NEXT, next);
    }

    /** Takes a slot, which must be there, from under its key. */
    void remove(long key, int slot) {
        size--;
        int bucket = bucketOf(key) * ENTRY_OCTETS;
        int next = buckets.getInt(bucket + BUCKET_NEXT);
        if (buckets.getInt(bucket + BUCKET_SLOT) - 1 == slot) {
            pullUp(bucket, next);
            return;
        }
        int after = nodes.getInt(slot * ENTRY_OCTETS + NODE_NEXT);
        if (next - 1 == slot) {
            buckets.putInt(bucket + BUCKET_NEXT, after);
            return;
        }
        int at = next - 1;
        while (nodes.getInt(at * ENTRY_OCTETS + NODE_NEXT) - 1 != slot) {
            at = nodes.getInt(at * ENTRY_OCTETS + NODE_NEXT) - 1;
        }
        nodes.putInt(at * ENTRY_OCTETS + NODE_NEXT, after);
    }

    /** Makes the first of the nodes the bucket's first. */
    private void pullUp(int bucket, int slotPlusOne) {
        if (slotPlusOne == 0) {
            first(bucket, 0, 0, 0);
        } else {
            int node = (slotPlusOne - 1) * ENTRY_OCTETS;
            first(bucket, nodes.getLong(node), slotPlusOne, nodes.getInt(node + NODE_NEXT));
        }
    }

    /** Makes another bucket, of what is its part of the one that it is split from; the order stays. */
    private void addBucket() {
        int added = bucketCount++ * ENTRY_OCTETS;
        int whole = Integer.highestOneBit(bucketCount - 1);
        int split = (bucketCount - 1 & whole - 1) * ENTRY_OCTETS;
        int slotPlusOne = buckets.getInt(split + BUCKET_SLOT);
        if (slotPlusOne == 0) {
            return;
        }
        node(slotPlusOne - 1, buckets.getLong(split), buckets.getInt(split + BUCKET_NEXT));
        int firstOfSplit = 0;
        int firstOfAdded = 0;
        int lastOfSplit = 0;
        int lastOfAdded = 0;
        while (slotPlusOne != 0) {
            int node = (slotPlusOne - 1) * ENTRY_OCTETS;
            int next = nodes.getInt(node + NODE_NEXT);
            nodes.putInt(node + NODE_NEXT, 0);
            if (bucketOf(nodes.getLong(node)) * ENTRY_OCTETS == added) {
                firstOfAdded = append(firstOfAdded, lastOfAdded, slotPlusOne);
                lastOfAdded = slotPlusOne;
            } else {
                firstOfSplit = append(firstOfSplit, lastOfSplit, slotPlusOne);
                lastOfSplit = slotPlusOne;
            }
            slotPlusOne = next;
        }
        pullUp(split, firstOfSplit);
        pullUp(added, firstOfAdded);
    }

    private int append(int first, int last, int slotPlusOne) {
        if (first == 0) {
            return slotPlusOne;
        }
        nodes.putInt((last - 1) * ENTRY_OCTETS + NODE_NEXT, slotPlusOne);
        return first;
    }

    private int bucketOf(long key) {
        long h = key * 0x9e3779b97f4a7c15L;
        int hash = (int) ((h ^ (h >>> 32)) >>> 7);
        int whole = Integer.highestOneBit(bucketCount);
        int bucket = hash & (2 * whole - 1);
        return bucket < bucketCount ? bucket : bucket & (whole - 1);
    }
}
