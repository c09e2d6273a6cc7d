package io.cellgate.policy;

/** What a decision needs while it is being made, kept from one decision to the next. */
final class Workspace {
    private long[] words = new long[16];
    private int[] places = new int[8];

    /** Room for so many words; their content is left from the last use. */
    long[] words(int count) {
        if (words.length < count) {
            words = new long[Math.max(count, 2 * words.length)];
        }
        return words;
    }

    /** A place for each dimension. */
    int[] places(int count) {
        if (places.length < count) {
            places = new int[count];
        }
        return places;
    }
}
