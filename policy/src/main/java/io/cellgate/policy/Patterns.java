package io.cellgate.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.cellgate.policy.Condition.TextMatches;
import io.cellgate.policy.Syntax.Literal;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The RE2 patterns of a policy. Each is bounded by itself, in characters and repetitions, and all of them together in
 * what they become; one that is written several times is read once.
 */
final class Patterns {
    private static final int MAX_LENGTH = 1000;
    /** RE2 itself takes at most 1000 repetitions; nested ones multiply. */
    private static final long MAX_REPETITIONS = 1000;
    /** Of one pattern, if all of it were copied by all its repetitions. */
    private static final int MAX_COPIED = 100_000;
    /** Nodes of all automata: a character, class or branch each, with the copies that repetitions make of them. */
    static final int MAX_NODES = 1_000_000;
    /** Steps for making automata deterministic; patterns beyond stay with RE2/J. */
    private static final long MAX_STEPS = 20_000_000;

    private static final String META = "\\.+*?()|[]{}^$";

    private final Problems problems;
    private final Steps nodes = new Steps(MAX_NODES);
    private final Steps steps = new Steps(MAX_STEPS);
    private final Map<Written, TextMatches> read = new HashMap<>();

    /** A pattern as it is written. */
    private record Written(String text, int flags) {}

    Patterns(Problems problems) {
        this.problems = problems;
    }

    /** What is asked by a pattern; null where it is none or too large, which is reported. */
    @Nullable
    TextMatches read(Literal literal, String text, int flags) {
        Written written = new Written(text, flags);
        TextMatches known = read.get(written);
        if (known != null) {
            return known;
        }
        if (text.length() > MAX_LENGTH) {
            problems.error(literal.offset(), "the pattern has " + text.length()
                    + " characters, at most " + MAX_LENGTH + " are taken", null);
            return null;
        }
        long repetitions = repetitions(text);
        if (repetitions > MAX_REPETITIONS) {
            problems.error(literal.offset(), "the pattern's repetitions multiply to more than "
                    + MAX_REPETITIONS, "use * or +, or smaller counts");
            return null;
        }
        if (text.length() * repetitions > MAX_COPIED) {
            problems.error(literal.offset(), "the pattern's " + text.length()
                    + " characters times its repetitions are more than " + MAX_COPIED,
                    "repeat a shorter pattern, or use smaller counts");
            return null;
        }
        if (nodes.left() == 0) {
            problems.error(literal.offset(),
                    "the policy's patterns together have more than " + MAX_NODES
                            + " nodes, copies by repetition included",
                    "use fewer patterns, smaller counts, or sets of strings");
            return null;
        }
        TextMatches matches = compile(literal, text, flags, repetitions);
        if (matches != null) {
            read.put(written, matches);
        }
        return matches;
    }

    private @Nullable TextMatches compile(Literal literal, String text, int flags,
            long repetitions) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(text, flags);
        } catch (PatternSyntaxException e) {
            boolean _ = nodes.take(text.length() * repetitions);
            problems.error(literal.offset(),
                    "this is no RE2 pattern: " + e.getDescription() + " in "
                            + IpAddress.shortened(e.getPattern()),
                    "see the syntax of RE2; it has no look-around and no back references");
            return null;
        }
        PatternNfa nfa = PatternNfa.of(pattern);
        int size = nfa == null ? (int) (text.length() * repetitions) : nfa.size();
        boolean _ = nodes.take(size);
        return new TextMatches(pattern, nfa == null ? null : PatternDfa.of(pattern, nfa, steps),
                size);
    }

    /**
     * An upper bound of how often counted repetitions copy a part of the pattern: the product of all counts. A
     * character class's braces may be counted too, which errs on the safe side.
     */
    static long repetitions(String pattern) {
        long product = 1;
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '\\') {
                i++;
            } else if (pattern.charAt(i) == '{') {
                long largest = 0;
                long number = 0;
                int j = i + 1;
                while (j < pattern.length() && (pattern.charAt(j) == ','
                        || pattern.charAt(j) >= '0' && pattern.charAt(j) <= '9')) {
                    char c = pattern.charAt(j++);
                    number = c == ',' ? 0 : Math.min(10 * number + c - '0', 1_000_000);
                    largest = Math.max(largest, number);
                }
                product = Math.min(product * Math.max(1, largest), 1_000_000_000);
                i = j - 1;
            }
        }
        return product;
    }

    /**
     * The test that says the same as a pattern which is only literal characters between optional anchors, as most
     * patterns of paths are, or null. It costs less than running RE2, and nothing is allocated.
     */
    static Condition.@Nullable TextTest withoutPattern(Pattern pattern) {
        String text = pattern.pattern();
        boolean start = text.startsWith("^");
        StringBuilder literal = new StringBuilder();
        boolean end = false;
        for (int i = start ? 1 : 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '$' && i == text.length() - 1) {
                end = true;
            } else if (c == '\\' && i + 1 < text.length() && isEscapedLiteral(text.charAt(i + 1))) {
                literal.append(text.charAt(++i));
            } else if (META.indexOf(c) >= 0 || c >= 128) {
                return null;
            } else {
                literal.append(c);
            }
        }
        String value = literal.toString();
        if ((pattern.flags() & Pattern.CASE_INSENSITIVE) != 0) {
            value = value.toLowerCase(Locale.ROOT);
        }
        if (start && end) {
            return new Condition.TextIs(value, false);
        }
        if (start) {
            return new Condition.TextStartsWith(value);
        }
        return end ? new Condition.TextEndsWith(value) : new Condition.TextContains(value);
    }

    private static boolean isEscapedLiteral(char c) {
        return META.indexOf(c) >= 0 || c == '/' || c == '-';
    }
}
