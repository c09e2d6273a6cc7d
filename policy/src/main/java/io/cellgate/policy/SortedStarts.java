package io.cellgate.policy;

/**
 * Search among the starts of intervals that follow one another: which is the last that begins at or before a value.
 * O(log n); the step is a conditional move rather than a branch, since random values make a branch guess wrong every
 * second time.
 */
final class SortedStarts {
    private SortedStarts() {}

    /** The index of the last start at or before the value, or -1. Starts ascend. */
    static int floor(int[] starts, int value) {
        int base = 0;
        for (int count = starts.length; count > 1;) {
            int half = count >>> 1;
            base = starts[base + half] <= value ? base + half : base;
            count -= half;
        }
        return starts.length == 0 || starts[base] > value ? -1 : base;
    }

    /** The same of longs. */
    static int floor(long[] starts, long value) {
        int base = 0;
        for (int count = starts.length; count > 1;) {
            int half = count >>> 1;
            base = starts[base + half] <= value ? base + half : base;
            count -= half;
        }
        return starts.length == 0 || starts[base] > value ? -1 : base;
    }

    /** The same of addresses, in two halves that are unsigned. */
    static int floor(long[] startsHi, long[] startsLo, long hi, long lo) {
        int base = 0;
        for (int count = startsHi.length; count > 1;) {
            int half = count >>> 1;
            int middle = base + half;
            base = IpAddress.compare(startsHi[middle], startsLo[middle], hi, lo) <= 0
                    ? middle
                    : base;
            count -= half;
        }
        return startsHi.length == 0
                || IpAddress.compare(startsHi[base], startsLo[base], hi, lo) > 0 ? -1 : base;
    }
}
