package io.cellgate.policy;

import java.util.Arrays;

/** The log rules that matched in one decision, in their order. Grows to the most that ever matched. */
final class LogRecord {
    private static final Decision[] NOTHING = new Decision[0];

    private Decision[] decisions = NOTHING;
    private int count;

    void clear() {
        count = 0;
    }

    void add(Decision decision) {
        if (count == decisions.length) {
            Decision[] grown = Arrays.copyOf(decisions, Math.max(4, 2 * count));
            Arrays.fill(grown, count, grown.length, decision);
            decisions = grown;
        }
        decisions[count++] = decision;
    }

    int count() {
        return count;
    }

    Decision get(int index) {
        if (index >= count) {
            throw new IndexOutOfBoundsException(index);
        }
        return decisions[index];
    }
}
