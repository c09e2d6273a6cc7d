package io.cellgate.dataplane.signalling;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One object for equal ones, as far as it remembers: a small table in which the last value at each place stands. For
 * what sessions have in common (access points, networks, rates, addresses of peers), so that a million of them do not
 * each hold a copy. Whoever sends ever new values only makes it forget.
 */
final class Shared<T> {
    private static final int PLACES = 1024;

    private final @Nullable Object[] last = new Object[PLACES];
    private final Class<T> type;

    Shared(Class<T> type) {
        this.type = type;
    }

    /** This value, or one that is equal to it. */
    T of(T value) {
        int hash = value.hashCode();
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        Object before = last[place];
        if (value.equals(before)) {
            return Objects.requireNonNull(type.cast(before));
        }
        last[place] = value;
        return value;
    }

    @Nullable
    T orNull(@Nullable T value) {
        return value == null ? null : of(value);
    }
}
