package io.cellgate.policy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The rule sets of a table, one behind the other in one array; equal ones are kept once. */
final class BitArena {
    private final int stride;
    private final Map<Integer, Integer> placeByHash = new HashMap<>();
    private long[] bits = new long[16];
    private int used;

    BitArena(int stride) {
        this.stride = stride;
    }

    /** Where a set with this content is kept. */
    int place(long[] content) {
        int hash = Arrays.hashCode(content);
        Integer known = placeByHash.get(hash);
        if (known != null
                && Arrays.equals(bits, known, known + stride, content, 0, content.length)) {
            return known;
        }
        if (used + stride > bits.length) {
            bits = Arrays.copyOf(bits, Math.max(used + stride, bits.length + (bits.length >> 1)));
        }
        System.arraycopy(content, 0, bits, used, stride);
        int place = used;
        used += stride;
        placeByHash.put(hash, place);
        return place;
    }

    /** All sets, after the last was placed. */
    long[] finish() {
        bits = Arrays.copyOf(bits, used);
        placeByHash.clear();
        return bits;
    }

    long[] bits() {
        return bits;
    }
}
