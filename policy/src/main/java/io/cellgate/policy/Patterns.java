package io.cellgate.policy;

import com.google.re2j.Pattern;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The bounds on RE2 patterns beyond their length. */
final class Patterns {
    /** RE2 itself takes at most 1000 repetitions; nested ones multiply. */
    static final long MAX_REPETITIONS = 1000;

    private static final String META = "\\.+*?()|[]{}^$";

    private Patterns() {}

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
