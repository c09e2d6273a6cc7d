package io.cellgate.policy;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The sets of positions of a table, one behind the other in one array; equal ones are kept once. A set is a summary,
 * which has a bit for each word of 64 positions, and behind it only the words that are not zero, in their order:
 *
 * <pre>
 *   positions 3, 130, 131 of 256    words 0…3:  2^3 | 0 | 2^2 + 2^3 | 0
 *   kept as                         summary 0101, then 2^3, 2^2 + 2^3
 * </pre>
 *
 * <p>The word with number w is there if the summary has its bit, and then behind as many others as the summary has
 * bits below. So a set of one position takes four words where 10 000 rules would take 160.
 */
final class BitArena {
    /** The place of the empty set, which is kept nowhere. */
    static final int NOTHING = -1;

    private final int words;
    private final int summaryWords;
    private final Map<Integer, Integer> placeByHash = new HashMap<>();
    private final long[] packed;
    private long[] bits = new long[16];
    private int used;

    /** @param words of 64 positions each */
    BitArena(int words) {
        this.words = words;
        summaryWords = summaryWords(words);
        packed = new long[summaryWords + words];
    }

    static int summaryWords(int words) {
        return (words + 63) >>> 6;
    }

    /** An empty set of all words, to be filled and given to {@link #place}. */
    long[] draft() {
        return new long[words];
    }

    static void set(long[] draft, int position) {
        draft[position >>> 6] |= 1L << position;
    }

    static void clear(long[] draft, int position) {
        draft[position >>> 6] &= ~(1L << position);
    }

    int place(Collection<Integer> positions) {
        long[] draft = draft();
        positions.forEach(position -> set(draft, position));
        return place(draft);
    }

    /** Where a set with this content is kept. */
    int place(long[] draft) {
        Arrays.fill(packed, 0, summaryWords, 0);
        int length = summaryWords;
        for (int word = 0; word < words; word++) {
            if (draft[word] != 0) {
                packed[word >>> 6] |= 1L << word;
                packed[length++] = draft[word];
            }
        }
        if (length == summaryWords) {
            return NOTHING;
        }
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + Long.hashCode(packed[i]);
        }
        Integer known = placeByHash.get(hash);
        if (known != null && known + length <= used
                && Arrays.equals(bits, known, known + length, packed, 0, length)) {
            return known;
        }
        if (used + length > bits.length) {
            bits = Arrays.copyOf(bits, Math.max(used + length, bits.length + (bits.length >> 1)));
        }
        System.arraycopy(packed, 0, bits, used, length);
        int place = used;
        used += length;
        placeByHash.put(hash, place);
        return place;
    }

    /** All sets, after the last was placed. */
    long[] finish() {
        placeByHash.clear();
        return Arrays.copyOf(bits, used);
    }
}
