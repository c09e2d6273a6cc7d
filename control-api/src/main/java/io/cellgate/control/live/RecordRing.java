package io.cellgate.control.live;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The latest records of a kind, a bounded number in memory. Adding is wait-free and overwrites the oldest, so that a
 * data-plane thread may do it; how many were overwritten is counted. A reader sees each record whole; while it reads,
 * the oldest may vanish before it comes to them.
 *
 * <pre>
 *   next = 9, capacity 4:   slot 0    1    2    3
 *                           [ #8 ][ #5 ][ #6 ][ #7 ]    #9 will overwrite #5
 * </pre>
 */
public final class RecordRing<T> {
    private final AtomicReferenceArray<@Nullable Numbered<T>> slots;
    private final AtomicLong next = new AtomicLong(1);

    /** A record with its number: the first is 1, each later one greater. */
    public record Numbered<T>(long number, T record) {}

    public RecordRing(int capacity) {
        slots = new AtomicReferenceArray<>(capacity);
    }

    public void add(T record) {
        long number = next.getAndIncrement();
        slots.set((int) (number % slots.length()), new Numbered<>(number, record));
    }

    public int capacity() {
        return slots.length();
    }

    public long added() {
        return next.get() - 1;
    }

    /** How many are not kept any more. */
    public long overwritten() {
        return Math.max(0, added() - slots.length());
    }

    /**
     * The newest records that satisfy the condition, the newest first.
     *
     * @param before only records with a smaller number
     */
    public List<Numbered<T>> latest(Predicate<T> wanted, long before, int limit) {
        List<Numbered<T>> found = new ArrayList<>();
        long newest = Math.min(before - 1, added());
        long oldest = Math.max(1, added() - slots.length() + 1);
        for (long number = newest; number >= oldest && found.size() < limit; number--) {
            Numbered<T> slot = slots.get((int) (number % slots.length()));
            if (slot != null && slot.number == number && wanted.test(slot.record)) {
                found.add(slot);
            }
        }
        return found;
    }
}
