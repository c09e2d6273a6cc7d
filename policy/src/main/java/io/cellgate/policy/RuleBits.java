package io.cellgate.policy;

/**
 * Sets of rules as bits: a word for each 64 rules, behind them a summary with a bit for each word that has any. So
 * 10 000 rules are 157 words and 3 words of summary, and an intersection first looks at 3 words of each operand.
 */
final class RuleBits {
    private RuleBits() {}

    static int words(int rules) {
        return (rules + 63) >>> 6;
    }

    static int summaryWords(int words) {
        return (words + 63) >>> 6;
    }

    /** Words and summary together. */
    static int stride(int rules) {
        int words = words(rules);
        return words + summaryWords(words);
    }

    static void set(long[] bits, int at, int words, int rule) {
        int word = rule >>> 6;
        bits[at + word] |= 1L << rule;
        bits[at + words + (word >>> 6)] |= 1L << word;
    }

    static void clear(long[] bits, int at, int words, int rule) {
        int word = rule >>> 6;
        bits[at + word] &= ~(1L << rule);
        if (bits[at + word] == 0) {
            bits[at + words + (word >>> 6)] &= ~(1L << word);
        }
    }
}
