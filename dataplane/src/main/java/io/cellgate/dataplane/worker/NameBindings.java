package io.cellgate.dataplane.worker;

import io.cellgate.policy.DomainName;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names that a session's device resolved, and to which addresses: what {@code net.dst.domain} means. Bounded; a
 * new binding takes the place of an ended one, else of the one that would end first. Searched only when a flow
 * begins, so plain arrays do.
 */
final class NameBindings {
    private static final int FIRST = 4;
    private static final long[] NO_LONGS = new long[0];
    private static final int[] NO_INTS = new int[0];
    private static final DomainName[] NO_NAMES = new DomainName[0];
    /** Of sessions whose device has not resolved a name: nothing is ever bound in it. */
    static final NameBindings NONE = new NameBindings(0);

    private final int capacity;
    private long[] hi = NO_LONGS;
    private long[] lo = NO_LONGS;
    private int[] ends = NO_INTS;
    private @Nullable DomainName[] names = NO_NAMES;
    private int size;

    NameBindings(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Binds the name to the address until a second of the worker's clock. Returns whether that is new; an equal binding
     * is prolonged.
     */
    boolean bind(DomainName name, long addressHi, long addressLo, int endSeconds, int nowSeconds) {
        int place = -1;
        for (int i = 0; i < size; i++) {
            if (lo[i] == addressLo && hi[i] == addressHi && name.equals(names[i])) {
                boolean ended = ends[i] <= nowSeconds;
                ends[i] = Math.max(ends[i], endSeconds);
                return ended;
            }
            if (place < 0 ? ends[i] <= nowSeconds : ends[i] < ends[place]) {
                place = i;
            }
        }
        if (place < 0 || ends[place] > nowSeconds) {
            place = size < capacity ? append() : soonest();
        }
        hi[place] = addressHi;
        lo[place] = addressLo;
        ends[place] = endSeconds;
        names[place] = name;
        return true;
    }

    private int append() {
        if (size == hi.length) {
            int longer = Math.min(capacity, Math.max(FIRST, 2 * size));
            hi = Arrays.copyOf(hi, longer);
            lo = Arrays.copyOf(lo, longer);
            ends = Arrays.copyOf(ends, longer);
            names = Arrays.copyOf(names, longer);
        }
        return size++;
    }

    private int soonest() {
        int place = 0;
        for (int i = 1; i < size; i++) {
            if (ends[i] < ends[place]) {
                place = i;
            }
        }
        return place;
    }

    /** Adds the names bound to the address to the facts; returns the one that was bound last, or null. */
    @Nullable
    DomainName addTo(Facts facts, long addressHi, long addressLo, int nowSeconds) {
        DomainName latest = null;
        int latestEnd = 0;
        for (int i = 0; i < size; i++) {
            DomainName name = names[i];
            if (name != null && lo[i] == addressLo && hi[i] == addressHi && ends[i] > nowSeconds) {
                facts.addName(Field.NET_DST_DOMAIN, name);
                if (latest == null || ends[i] >= latestEnd) {
                    latest = name;
                    latestEnd = ends[i];
                }
            }
        }
        return latest;
    }

    /** Copies the names bound to the address, as many as there is room for; returns how many. */
    int copyTo(@Nullable DomainName[] into, long addressHi, long addressLo, int nowSeconds) {
        int count = 0;
        for (int i = 0; i < size && count < into.length; i++) {
            if (lo[i] == addressLo && hi[i] == addressHi && ends[i] > nowSeconds) {
                into[count++] = names[i];
            }
        }
        return count;
    }

    int size() {
        return size;
    }
}
