package io.cellgate.policy;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Theory of operation
 * -------------------
 * Whether a pattern is found anywhere in a text, in one pass and without allocation. The pattern's nondeterministic
 * automaton (PatternNfa) is made deterministic when the policy is compiled: a state is the set of its nodes that may be
 * reached by what was read, begun at any character so far. Characters that no part of the pattern tells apart are one
 * class, which keeps a row short:
 *
 *   ^/v1    classes  / | v | 1 | others        states  begun → "/" → "/v" → found;  all else → failed
 *
 * A state that contains the match is final: nothing that follows can take it back. Some match only where the text ends ($).
 *
 * Look-up: one step a character, linear whatever the pattern. Memory: 2 octets a state and class; most patterns of
 * policies have fewer than 30 states. A pattern of more than MAX_CELLS, or whose making takes more than MAX_WORK, or
 * more than is left for the patterns of its policy, stays with RE2/J, which is linear too but allocates: so nobody's
 * patterns can blow up a compilation.
 */

/** A pattern as a deterministic automaton over the characters 0 to 255. Immutable. */
final class PatternDfa {
    private static final int ALPHABET = 256;
    private static final int MAX_CELLS = 16_384;
    private static final int MAX_WORK = 200_000;
    private static final int FAILED = -1;
    private static final int FOUND = -2;

    private final Pattern pattern;
    private final byte[] classes;
    private final int classCount;
    private final short[] table;
    private final boolean[] acceptsAtEnd;
    private final short start;

    private PatternDfa(Pattern pattern, byte[] classes, int classCount, short[] table,
            boolean[] acceptsAtEnd,
            short start) {
        this.pattern = pattern;
        this.classes = classes;
        this.classCount = classCount;
        this.table = table;
        this.acceptsAtEnd = acceptsAtEnd;
        this.start = start;
    }

    /**
     * Null where it becomes too large.
     *
     * @param nfa   the pattern's
     * @param steps what may be spent, for this one and others
     */
    static @Nullable PatternDfa of(Pattern pattern, PatternNfa nfa, Steps steps) {
        // each character is asked of each node
        return steps.take(nfa.size()) ? new Builder(pattern, nfa, steps).build() : null;
    }

    /**
     * Whether the pattern is found in the text. Allocates nothing, but where the text has characters beyond 255, which
     * nothing from the wire has.
     */
    boolean find(CharSequence text) {
        int state = start;
        for (int i = 0; i < text.length() && state >= 0; i++) {
            char character = text.charAt(i);
            if (character >= ALPHABET) {
                return pattern.matcher(text).find();
            }
            state = table[state * classCount + (classes[character] & 0xff)];
        }
        return state == FOUND || state >= 0 && acceptsAtEnd[state];
    }

    private static final class Builder {
        private final Pattern pattern;
        private final PatternNfa nfa;
        private final byte[] classes = new byte[ALPHABET];
        private final List<Integer> representatives = new ArrayList<>();
        private final Map<BitSet, Integer> states = new HashMap<>();
        private final List<BitSet> pending = new ArrayList<>();
        private final List<Boolean> atEnd = new ArrayList<>();
        private final Steps steps;
        private int work;

        Builder(Pattern pattern, PatternNfa nfa, Steps steps) {
            this.pattern = pattern;
            this.nfa = nfa;
            this.steps = steps;
        }

        @Nullable
        PatternDfa build() {
            tellClasses();
            int begun = state(closure(List.of(nfa.start()), true, false), true);
            int count = representatives.size();
            List<short[]> rows = new ArrayList<>();
            for (int state = 0; state < pending.size(); state++) {
                short[] row = new short[count];
                int before = work;
                for (int c = 0; c < count; c++) {
                    row[c] = (short) after(pending.get(state), representatives.get(c));
                }
                rows.add(row);
                if (!steps.take(work - before) || (long) pending.size() * count > MAX_CELLS
                        || work > MAX_WORK) {
                    return null;
                }
            }
            short[] table = new short[rows.size() * count];
            boolean[] ends = new boolean[rows.size()];
            for (int state = 0; state < rows.size(); state++) {
                System.arraycopy(rows.get(state), 0, table, state * count, count);
                ends[state] = atEnd.get(state);
            }
            return new PatternDfa(pattern, classes, count, table, ends, (short) begun);
        }

        /** Characters are of one class when the same nodes take them. */
        private void tellClasses() {
            Map<BitSet, Integer> known = new HashMap<>();
            for (int c = 0; c < ALPHABET; c++) {
                BitSet takers = new BitSet();
                for (int node = 0; node < nfa.size(); node++) {
                    if (nfa.kind(node) == PatternNfa.Kind.TAKE && nfa.set(node).get(c)) {
                        takers.set(node);
                    }
                }
                int character = c;
                classes[c] = known.computeIfAbsent(takers, _ -> {
                    representatives.add(character);
                    return representatives.size() - 1;
                }).byteValue();
            }
        }

        private int after(BitSet state, int character) {
            List<Integer> reached = new ArrayList<>();
            for (int node = state.nextSetBit(0); node >= 0; node = state.nextSetBit(node + 1)) {
                work++;
                if (nfa.kind(node) == PatternNfa.Kind.TAKE && nfa.set(node).get(character)) {
                    reached.add(nfa.next(node));
                }
            }
            reached.add(nfa.start());
            return state(closure(reached, false, false), false);
        }

        private int state(BitSet nodes, boolean begun) {
            if (hasMatched(nodes)) {
                return FOUND;
            }
            if (!begun && nodes.stream().noneMatch(
                    node -> nfa.kind(node) == PatternNfa.Kind.TAKE
                            || nfa.kind(node) == PatternNfa.Kind.END)) {
                return FAILED;
            }
            // the first state is one of its own: the text's start is behind no other
            if (begun) {
                pending.add(nodes);
                atEnd.add(hasMatched(closure(nodes.stream().boxed().toList(), true, true)));
                return pending.size() - 1;
            }
            return states.computeIfAbsent(nodes, fresh -> {
                pending.add(fresh);
                atEnd.add(hasMatched(closure(fresh.stream().boxed().toList(), false, true)));
                return pending.size() - 1;
            });
        }

        private boolean hasMatched(BitSet nodes) {
            return nodes.get(0); // the node that was made first
        }

        /** The nodes that are reached without a character; of those that pass on, only what waits for the end is kept. */
        private BitSet closure(List<Integer> from, boolean atStart, boolean atTheEnd) {
            BitSet seen = new BitSet();
            List<Integer> rest = new ArrayList<>(from);
            while (!rest.isEmpty()) {
                int node = rest.removeLast();
                work++;
                if (seen.get(node)) {
                    continue;
                }
                seen.set(node);
                switch (nfa.kind(node)) {
                    case SPLIT -> {
                        rest.add(nfa.next(node));
                        rest.add(nfa.other(node));
                    }
                    case BEGIN -> {
                        if (atStart) {
                            rest.add(nfa.next(node));
                        }
                    }
                    case END -> {
                        if (atTheEnd) {
                            rest.add(nfa.next(node));
                        }
                    }
                    case TAKE, MATCH -> {
                        // goes no further without a character
                    }
                }
            }
            return seen;
        }
    }
}
