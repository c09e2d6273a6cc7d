package io.cellgate.policy;

import java.util.Arrays;

/**
 * What a decision needs while it is being made, kept from one decision to the next: for each dimension the places of
 * the sets that are to be united, and the rules with the action log that have matched.
 */
final class Workspace {
    private int[] places = new int[16];
    /** Of each place, how many words of its set were passed. */
    private int[] ranks = new int[16];
    private int[] ends = new int[8];
    private long[] logged = new long[1];
    private int count;
    private int dimension;

    void begin(int dimensions) {
        if (ends.length < dimensions) {
            ends = new int[dimensions];
        }
        count = 0;
        dimension = 0;
    }

    /** Adds a set to those of the dimension that is asked. */
    void add(int place) {
        if (place == BitArena.NOTHING) {
            return;
        }
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
            ranks = new int[2 * count];
        }
        places[count++] = place;
    }

    void endDimension() {
        ends[dimension++] = count;
    }

    int count() {
        return count;
    }

    int[] places() {
        return places;
    }

    /** For each place a count, zero at first. */
    int[] ranks() {
        Arrays.fill(ranks, 0, count, 0);
        return ranks;
    }

    /** For each dimension the end of its places. */
    int[] ends() {
        return ends;
    }

    /** A bit for each rule; whoever sets one clears it. */
    long[] logged(int rules) {
        int words = (rules + 63) >>> 6;
        if (logged.length < words) {
            logged = new long[words];
        }
        return logged;
    }
}
