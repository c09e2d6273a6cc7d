package io.cellgate.policy;

import java.util.Collection;
import java.util.List;

/**
 * Some rules of a table, to be united with others in a workspace: their numbers where they are few, all words of their
 * bits where they are many.
 */
final class RuleSet {
    private static final int[] NO_NUMBERS = new int[0];
    private static final long[] NO_BITS = new long[0];

    static final RuleSet NONE = new RuleSet(List.of(), 1);

    private final int[] numbers;
    private final long[] bits;

    /** @param words of the table's bits, without the summary's */
    RuleSet(Collection<Integer> rules, int words) {
        if (rules.size() <= words) {
            numbers = rules.stream().mapToInt(Integer::intValue).toArray();
            bits = NO_BITS;
        } else {
            numbers = NO_NUMBERS;
            bits = new long[words + RuleBits.summaryWords(words)];
            rules.forEach(rule -> RuleBits.set(bits, 0, words, rule));
        }
    }

    void uniteInto(long[] target, int at, int words) {
        for (int number : numbers) {
            RuleBits.set(target, at, words, number);
        }
        for (int i = 0; i < bits.length; i++) {
            target[at + i] |= bits[i];
        }
    }
}
