package io.cellgate.bench.inventory;

import java.util.Arrays;

/** Measured times by rank. */
final class Durations {
    private final long[] sortedNanos;

    Durations(long[] nanos) {
        sortedNanos = nanos.clone();
        Arrays.sort(sortedNanos);
    }

    /** The time within which this part of them was, in milliseconds. */
    double millis(double part) {
        int rank = (int) Math.ceil(part * sortedNanos.length) - 1;
        return sortedNanos[Math.max(0, rank)] / 1e6;
    }
}
