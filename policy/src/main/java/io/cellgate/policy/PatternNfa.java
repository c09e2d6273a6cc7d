package io.cellgate.policy;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern as a nondeterministic automaton (Thompson), over the characters 0 to 255. It understands what patterns of
 * policies are made of: characters, classes, groups, alternatives, repetitions, {@code ^ $ \A \z}; of a pattern with
 * anything else of RE2 (flags, word boundaries, Unicode classes) it says so by null.
 *
 * <p>The text is one that RE2/J has accepted; so it is read without telling faults, and whatever is not certain is null.
 */
final class PatternNfa {
    /** What a node does: takes a character of its set, goes two ways, passes at the start or the end, or has matched. */
    enum Kind {
        TAKE, SPLIT, BEGIN, END, MATCH
    }

    private static final int ALPHABET = 256;
    private static final int MAX_NODES = 2000;

    private final String text;
    private final boolean foldsCase;
    private int at;
    private Kind[] kinds = new Kind[64];
    private BitSet[] sets = new BitSet[64];
    private int[] next = new int[64];
    private int[] other = new int[64];
    private int count;
    private int start;

    private static final class NotUnderstood extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotUnderstood() {
            super("a pattern that is left to RE2/J", null, false, false);
        }
    }

    private PatternNfa(String text, boolean foldsCase) {
        this.text = text;
        this.foldsCase = foldsCase;
    }

    /** Of a pattern that folds case, letters stand for both their cases; of ASCII letters only. */
    static @Nullable PatternNfa of(Pattern pattern) {
        PatternNfa nfa = new PatternNfa(pattern.pattern(),
                (pattern.flags() & Pattern.CASE_INSENSITIVE) != 0);
        try {
            int match = nfa.node(Kind.MATCH, new BitSet(), -1, -1);
            nfa.start = nfa.build(nfa.alternatives(), match);
            return nfa.at == nfa.text.length() ? nfa : null;
        } catch (NotUnderstood beyond) {
            return null;
        }
    }

    int size() {
        return count;
    }

    int start() {
        return start;
    }

    Kind kind(int node) {
        return kinds[node];
    }

    BitSet set(int node) {
        return sets[node];
    }

    int next(int node) {
        return next[node];
    }

    /** The second way of a SPLIT. */
    int other(int node) {
        return other[node];
    }

    private int node(Kind kind, BitSet set, int to, int orTo) {
        if (count == MAX_NODES) {
            throw new NotUnderstood();
        }
        if (count == kinds.length) {
            kinds = Arrays.copyOf(kinds, 2 * count);
            sets = Arrays.copyOf(sets, 2 * count);
            next = Arrays.copyOf(next, 2 * count);
            other = Arrays.copyOf(other, 2 * count);
        }
        kinds[count] = kind;
        sets[count] = set;
        next[count] = to;
        other[count] = orTo;
        return count++;
    }

    /** The pattern's structure, from which nodes are made, of a repetition's body several times. */
    private sealed interface Part {
        record Set(BitSet characters) implements Part {}

        record Anchor(Kind kind) implements Part {}

        record Sequence(List<Part> parts) implements Part {}

        record Choice(List<Part> parts) implements Part {}

        /** @param most -1: any number */
        record Repeat(Part part, int least, int most) implements Part {}
    }

    /** Makes the nodes of a part, of which what follows goes on at a node. Returns the first of them. */
    private int build(Part part, int then) {
        return switch (part) {
            case Part.Set set -> node(Kind.TAKE, set.characters(), then, -1);
            case Part.Anchor anchor -> node(anchor.kind(), new BitSet(), then, -1);
            case Part.Sequence sequence -> {
                int first = then;
                for (int i = sequence.parts().size() - 1; i >= 0; i--) {
                    first = build(sequence.parts().get(i), first);
                }
                yield first;
            }
            case Part.Choice choice -> {
                int first = build(choice.parts().getLast(), then);
                for (int i = choice.parts().size() - 2; i >= 0; i--) {
                    first = node(Kind.SPLIT, new BitSet(), build(choice.parts().get(i), then),
                            first);
                }
                yield first;
            }
            case Part.Repeat repeat -> {
                int first = then;
                if (repeat.most() < 0) {
                    int loop = node(Kind.SPLIT, new BitSet(), -1, then);
                    int body = build(repeat.part(), loop); // may move the array that is written to
                    next[loop] = body;
                    first = loop;
                }
                for (int i = repeat.least(); i < repeat.most(); i++) {
                    first = node(Kind.SPLIT, new BitSet(), build(repeat.part(), first), then);
                }
                for (int i = 0; i < repeat.least(); i++) {
                    first = build(repeat.part(), first);
                }
                yield first;
            }
        };
    }

    private boolean more() {
        return at < text.length();
    }

    private boolean takes(char expected) {
        if (more() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private char character() {
        if (!more()) {
            throw new NotUnderstood();
        }
        char c = text.charAt(at++);
        if (foldsCase && c >= 128) {
            throw new NotUnderstood();
        }
        return c;
    }

    private Part alternatives() {
        List<Part> parts = new ArrayList<>();
        do {
            parts.add(sequence());
        } while (takes('|'));
        return parts.size() == 1 ? parts.getFirst() : new Part.Choice(parts);
    }

    private Part sequence() {
        List<Part> parts = new ArrayList<>();
        while (more() && text.charAt(at) != '|' && text.charAt(at) != ')') {
            parts.add(repeated(atom()));
        }
        return new Part.Sequence(parts);
    }

    private Part repeated(Part part) {
        if (!more()) {
            return part;
        }
        Part repeat;
        switch (text.charAt(at)) {
            case '*' -> repeat = new Part.Repeat(part, 0, -1);
            case '+' -> repeat = new Part.Repeat(part, 1, -1);
            case '?' -> repeat = new Part.Repeat(part, 0, 1);
            case '{' -> {
                at++;
                int least = number();
                int most = takes(',') ? more() && text.charAt(at) == '}' ? -1 : number() : least;
                if (!more() || text.charAt(at) != '}' || most >= 0 && most < least) {
                    throw new NotUnderstood();
                }
                repeat = new Part.Repeat(part, least, most);
            }
            default -> {
                return part;
            }
        }
        at++;
        boolean _ = takes('?'); // whether it is greedy does not matter to whether it matches
        if (more() && "*+?{".indexOf(text.charAt(at)) >= 0) {
            throw new NotUnderstood();
        }
        return repeat;
    }

    private int number() {
        int from = at;
        int number = 0;
        while (more() && Character.digit(text.charAt(at), 10) >= 0 && at - from < 4) {
            number = 10 * number + Character.digit(text.charAt(at++), 10);
        }
        if (at == from) {
            throw new NotUnderstood();
        }
        return number;
    }

    private Part atom() {
        char c = character();
        return switch (c) {
            case '(' -> {
                if (takes('?') && !takes(':')) {
                    throw new NotUnderstood();
                }
                Part inside = alternatives();
                if (!takes(')')) {
                    throw new NotUnderstood();
                }
                yield inside;
            }
            case '[' -> new Part.Set(characterClass());
            case '.' -> {
                BitSet set = range(0, ALPHABET - 1);
                set.clear('\n');
                yield new Part.Set(set);
            }
            case '^' -> new Part.Anchor(Kind.BEGIN);
            case '$' -> new Part.Anchor(Kind.END);
            case '\\' -> escaped();
            case '*', '+', '?', '{', ')' -> throw new NotUnderstood();
            default -> new Part.Set(folded(range(c, c)));
        };
    }

    private Part escaped() {
        if (takes('A')) {
            return new Part.Anchor(Kind.BEGIN);
        }
        return takes('z') ? new Part.Anchor(Kind.END) : new Part.Set(folded(escape()));
    }

    /** What stands behind a backslash, in a class or outside: a class of its own or one character. */
    private BitSet escape() {
        char c = character();
        return switch (c) {
            case 'd' -> range('0', '9');
            case 'w' -> word();
            case 's' -> space();
            case 'D' -> not(range('0', '9'));
            case 'W' -> not(word());
            case 'S' -> not(space());
            case 'n' -> range('\n', '\n');
            case 'r' -> range('\r', '\r');
            case 't' -> range('\t', '\t');
            case 'f' -> range('\f', '\f');
            case 'x' -> {
                int high = Character.digit(character(), 16);
                int low = Character.digit(character(), 16);
                if (high < 0 || low < 0) {
                    throw new NotUnderstood();
                }
                if (foldsCase && high >= 8) {
                    throw new NotUnderstood();
                }
                yield range(16 * high + low, 16 * high + low);
            }
            default -> {
                if (c >= 128 || Character.isLetterOrDigit(c)) {
                    throw new NotUnderstood();
                }
                yield range(c, c);
            }
        };
    }

    private BitSet characterClass() {
        boolean negated = takes('^');
        BitSet all = new BitSet(ALPHABET);
        boolean first = true;
        while (first || !takes(']')) {
            first = false;
            char c = character();
            if (c == '[' && more() && text.charAt(at) == ':') {
                throw new NotUnderstood();
            }
            BitSet set = c == '\\' ? escape() : range(c, c);
            boolean single = c != '\\' || set.cardinality() == 1;
            if (single && at + 1 < text.length() && text.charAt(at) == '-'
                    && text.charAt(at + 1) != ']') {
                at++;
                int from = c == '\\' ? set.nextSetBit(0) : c;
                char to = character();
                if (to == '\\') {
                    BitSet end = escape();
                    if (end.cardinality() != 1) {
                        throw new NotUnderstood();
                    }
                    to = (char) end.nextSetBit(0);
                }
                set = range(from, to);
            }
            all.or(set);
        }
        all = folded(all);
        return negated ? not(all) : all;
    }

    private BitSet folded(BitSet set) {
        if (!foldsCase) {
            return set;
        }
        BitSet both = (BitSet) set.clone();
        for (int c = 'a'; c <= 'z'; c++) {
            if (set.get(c) || set.get(c - 32)) {
                both.set(c);
                both.set(c - 32);
            }
        }
        return both;
    }

    /** The characters from a first to a last one, as far as they are in the alphabet. */
    private static BitSet range(int first, int last) {
        BitSet set = new BitSet(ALPHABET);
        if (first < ALPHABET) {
            set.set(first, Math.min(last, ALPHABET - 1) + 1);
        }
        return set;
    }

    private static BitSet not(BitSet set) {
        BitSet all = range(0, ALPHABET - 1);
        all.andNot(set);
        return all;
    }

    private static BitSet word() {
        BitSet set = range('0', '9');
        set.or(range('a', 'z'));
        set.or(range('A', 'Z'));
        set.set('_');
        return set;
    }

    private static BitSet space() {
        BitSet set = range('\t', '\n');
        set.set('\f');
        set.set('\r');
        set.set(' ');
        return set;
    }
}
