package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.io.LazyMemory;
import java.lang.foreign.Arena;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sessions by one of their keys: from a number to the slots that have it, in native memory. It grows like the flow table,
 * by one bucket at a time ({@code FlowTable}), so a session more never costs a pause for those that are there. Slots
 * of one key are a chain. One thread.
 *
 * <pre>
 * node, 16 octets, one for each slot: key@0  next slot of the bucket + 1 @8, 4 octets unused
 * bucket, 4 octets: first slot + 1; 0 where it is empty
 * </pre>
 */
final class SlotIndex {
    static final int NONE = -1;
    /** Of native memory for each slot that was ever used. */
    static final int SLOT_OCTETS = 16 + 4;

    private static final int NODE_OCTETS = 16;
    private static final int NEXT = 8;
    private static final int FIRST_BUCKETS = 1024;

    private final int capacity;
    private final UnsafeBuffer nodes;
    private final UnsafeBuffer buckets;
    private int bucketCount;
    private int size;

    SlotIndex(Arena memory, int capacity) {
        this.capacity = capacity;
        nodes = LazyMemory.reserve(memory, (long) capacity * NODE_OCTETS);
        buckets = LazyMemory.reserve(memory, 4L * capacity);
        bucketCount = Math.min(FIRST_BUCKETS, capacity);
    }

    /** The slot that was put last under this key, or {@link #NONE}. */
    int first(long key) {
        return find(key, buckets.getInt(bucketOf(key) * 4) - 1);
    }

    /** Reads where the look-up of a key begins, so that it is in the cache; the value means nothing. */
    int touch(long key) {
        return buckets.getInt(bucketOf(key) * 4);
    }

    /** The one under the same key that was put before this slot, or {@link #NONE}. */
    int next(int slot) {
        return find(nodes.getLong(slot * NODE_OCTETS),
                nodes.getInt(slot * NODE_OCTETS + NEXT) - 1);
    }

    private int find(long key, int from) {
        int slot = from;
        while (slot != NONE && nodes.getLong(slot * NODE_OCTETS) != key) {
            slot = nodes.getInt(slot * NODE_OCTETS + NEXT) - 1;
        }
        return slot;
    }

    /** Puts a slot, which must not be there, under a key. */
    void put(long key, int slot) {
        size++;
        if (size > bucketCount && bucketCount < capacity) {
            addBucket();
        }
        nodes.putLong(slot * NODE_OCTETS, key);
        link(slot, bucketOf(key));
    }

    private void link(int slot, int bucket) {
        nodes.putInt(slot * NODE_OCTETS + NEXT, buckets.getInt(bucket * 4));
        buckets.putInt(bucket * 4, slot + 1);
    }

    /** Takes a slot, which must be there, from under its key. */
    void remove(int slot) {
        size--;
        int bucket = bucketOf(nodes.getLong(slot * NODE_OCTETS));
        int next = nodes.getInt(slot * NODE_OCTETS + NEXT);
        int at = buckets.getInt(bucket * 4) - 1;
        if (at == slot) {
            buckets.putInt(bucket * 4, next);
            return;
        }
        while (nodes.getInt(at * NODE_OCTETS + NEXT) - 1 != slot) {
            at = nodes.getInt(at * NODE_OCTETS + NEXT) - 1;
        }
        nodes.putInt(at * NODE_OCTETS + NEXT, next);
    }

    private void addBucket() {
        int added = bucketCount++;
        int split = added & (Integer.highestOneBit(added) - 1);
        int slot = buckets.getInt(split * 4) - 1;
        buckets.putInt(split * 4, 0);
        while (slot != NONE) {
            int next = nodes.getInt(slot * NODE_OCTETS + NEXT) - 1;
            link(slot, bucketOf(nodes.getLong(slot * NODE_OCTETS)));
            slot = next;
        }
    }

    private int bucketOf(long key) {
        long h = key * 0x9e3779b97f4a7c15L;
        int hash = (int) ((h ^ (h >>> 32)) >>> 7);
        int whole = Integer.highestOneBit(bucketCount);
        int bucket = hash & (2 * whole - 1);
        return bucket < bucketCount ? bucket : bucket & (whole - 1);
    }
}
