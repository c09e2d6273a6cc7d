package io.cellgate.policy;

/** The bounds on RE2 patterns beyond their length. */
final class Patterns {
    /** RE2 itself takes at most 1000 repetitions; nested ones multiply. */
    static final long MAX_REPETITIONS = 1000;

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
}
