package io.cellgate.dataplane.pool;

import java.util.List;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayQueue;
import org.agrona.collections.LongHashSet;

/**
 * Hands out the numbers from 0 to size - 1, each to one holder at a time.
 *
 * <p>A number given back rests for the quarantine, so that packets still on their way to its last holder do not
 * reach the next one. Numbers never used go first; after them, or where more than {@value #MANY_RESTING} rest, the one that has rested longest.
 * Taking and giving back are O(1); memory grows with the numbers in use and those given back within a quarantine, not with the
 * size of the pool.
 *
 * <p>A reserved number is had only by who asks for it by name. It can become reserved before it was ever used, while it
 * is in use, and while it rests:
 *
 * <pre>
 *   0 1 2 3 4 5 6 7 …          2 and 6 are reserved; 3 rests; 5 is the next that was never used
 *   u u R r u ↑   R            take() → 5, 7, 8 …, at last 3
 * </pre>
 *
 * The counter never meets a number again that was once reserved, or was taken by name: it comes back by resting.
 */
final class IndexPool {
    static final long NONE = -1;
    static final int MANY_RESTING = 1 << 16;

    private final long size;
    private final long quarantineNanos;
    private final List<Hole> holes;
    private final LongHashSet inUse = new LongHashSet();
    private final LongHashSet reserved = new LongHashSet();
    /** Numbers at or past the counter that it must step over. */
    private final LongHashSet apart = new LongHashSet();
    /** When a reserved number was last given back by somebody else than it is reserved for. */
    private final Long2LongHashMap reservedRestNanos = new Long2LongHashMap(Long.MIN_VALUE);
    private final LongArrayQueue resting = new LongArrayQueue(NONE);
    private final LongArrayQueue restingSinceNanos = new LongArrayQueue(Long.MIN_VALUE);
    private long nextUnused;
    private int nextHole;

    /** Numbers that are not the pool's to give: {@code from} is one of them, {@code to} the first that is not. */
    record Hole(long from, long to) {}

    /** Takes numbers that rest. */
    interface Resting {
        void accept(long index, long sinceNanos);
    }

    IndexPool(long size, long quarantineNanos, List<Hole> holes) {
        this.size = size;
        this.quarantineNanos = quarantineNanos;
        this.holes = holes.stream().sorted((a, b) -> Long.compare(a.from(), b.from())).toList();
    }

    long take(long nowNanos) {
        boolean hasRested = !resting.isEmpty()
                && nowNanos - restingSinceNanos.peekLong() >= quarantineNanos;
        long index = hasRested && resting.size() > MANY_RESTING ? NONE : takeUnused();
        if (index == NONE && hasRested) {
            restingSinceNanos.removeLong();
            index = resting.removeLong();
        }
        if (index != NONE) {
            inUse.add(index);
        }
        return index;
    }

    private long takeUnused() {
        while (nextUnused < size) {
            while (nextHole < holes.size() && holes.get(nextHole).to() <= nextUnused) {
                nextHole++;
            }
            if (nextHole < holes.size() && holes.get(nextHole).from() <= nextUnused) {
                nextUnused = holes.get(nextHole).to();
                continue;
            }
            long index = nextUnused++;
            if (!apart.remove(index)) {
                return index;
            }
        }
        return NONE;
    }

    /** Takes a reserved number, by its name; false where somebody has it, or it rests from somebody else. */
    boolean take(long index, long nowNanos) {
        if (!reserved.contains(index)) {
            return false;
        }
        long since = reservedRestNanos.get(index);
        if (since != Long.MIN_VALUE && nowNanos - since < quarantineNanos) {
            return false;
        }
        reservedRestNanos.remove(index);
        return inUse.add(index);
    }

    void giveBack(long index, long nowNanos) {
        if (inUse.remove(index) && !reserved.contains(index)) {
            rest(index, nowNanos);
        }
    }

    private void rest(long index, long sinceNanos) {
        resting.addLong(index);
        restingSinceNanos.addLong(sinceNanos);
    }

    /** From now on the number is had only by name. Whoever has it keeps it. */
    void reserve(long index) {
        if (!reserved.add(index)) {
            return;
        }
        boolean neverUsed = index >= nextUnused && apart.add(index);
        if (!neverUsed && !inUse.contains(index)) {
            takeFromResting(index);
        }
    }

    /** O(resting), and seldom. */
    private void takeFromResting(long wanted) {
        for (int left = resting.size(); left > 0; left--) {
            long index = resting.removeLong();
            long since = restingSinceNanos.removeLong();
            if (index == wanted) {
                reservedRestNanos.put(index, since);
            } else {
                rest(index, since);
            }
        }
    }

    /** The number is anybody's again, once it is given back and has rested. */
    void release(long index, long nowNanos) {
        if (reserved.remove(index) && !inUse.contains(index)) {
            reservedRestNanos.remove(index);
            rest(index, nowNanos);
        }
    }

    /** Somebody has the number already: for a new pool, before its first is taken. */
    void occupy(long index) {
        inUse.add(index);
        apart.add(index);
    }

    /** The number rests since then: for a new pool, in the order of time. */
    void restSince(long index, long sinceNanos) {
        if (!reserved.contains(index)) {
            apart.add(index);
            rest(index, sinceNanos);
        } else {
            reservedRestNanos.put(index, sinceNanos);
        }
    }

    void forEachResting(Resting each) {
        reservedRestNanos.forEachLong(each::accept);
        for (int left = resting.size(); left > 0; left--) {
            long index = resting.removeLong();
            long since = restingSinceNanos.removeLong();
            each.accept(index, since);
            rest(index, since);
        }
    }

    int inUse() {
        return inUse.size();
    }

    int resting() {
        return resting.size();
    }
}
