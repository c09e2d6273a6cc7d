package io.cellgate.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * At which positions the rules of a table stand in its bit sets. Rules with conditions on the same dimensions stand
 * together, a large group of them in words of its own; within a group they keep their order. That makes a summary
 * tell: without it, rules that have no condition on a field would put a bit into nearly every word of the field's sets.
 */
final class RuleOrder {
    /** Groups of so many rules begin at a word of their own; smaller ones share. */
    private static final int OWN_WORDS = 64;
    /** What stands at a position without a rule. */
    private static final int GAP = Integer.MAX_VALUE;

    private final int[] positions;
    private final int[] rules;
    private final int[] firstRules;

    /** @param dimensions of each rule the dimensions that it has conditions on, a bit each */
    RuleOrder(long[] dimensions) {
        Map<Long, List<Integer>> groups = new LinkedHashMap<>();
        for (int rule = 0; rule < dimensions.length; rule++) {
            groups.computeIfAbsent(dimensions.length <= Long.SIZE ? 0L : dimensions[rule],
                    bits -> new ArrayList<>()).add(rule);
        }
        positions = new int[dimensions.length];
        int position = 0;
        boolean shared = true;
        List<List<Integer>> largeFirst = new ArrayList<>(groups.values());
        largeFirst.sort((a, b) -> Boolean.compare(b.size() >= OWN_WORDS, a.size() >= OWN_WORDS));
        for (List<Integer> group : largeFirst) {
            if (group.size() >= OWN_WORDS || !shared) {
                position = (position + 63) & ~63;
            }
            shared = group.size() < OWN_WORDS;
            for (int rule : group) {
                positions[rule] = position++;
            }
        }
        rules = new int[(position + 63) & ~63];
        Arrays.fill(rules, GAP);
        firstRules = new int[rules.length >>> 6];
        Arrays.fill(firstRules, GAP);
        for (int rule = 0; rule < positions.length; rule++) {
            rules[positions[rule]] = rule;
            int word = positions[rule] >>> 6;
            firstRules[word] = Math.min(firstRules[word], rule);
        }
    }

    int words() {
        return firstRules.length;
    }

    int position(int rule) {
        return positions[rule];
    }

    /** Which rule stands at a position. */
    int rule(int position) {
        return rules[position];
    }

    /** The first, in the policy's order, of the rules of a word. */
    int firstRule(int word) {
        return firstRules[word];
    }
}
