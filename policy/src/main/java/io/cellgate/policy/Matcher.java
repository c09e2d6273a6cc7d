package io.cellgate.policy;

import java.util.List;

/**
 * A condition in the form that is evaluated on the data path: a tree of small objects that read the facts by slot and
 * allocate nothing. Made by {@link MatcherCompiler}; means what {@link Interpreter} says.
 */
abstract class Matcher {
    /**
     * @param session the facts of the session
     * @param flow    the facts of the query, flow or request
     * @param folded  the results of the conditions on session facts, see {@link SessionFold}
     */
    abstract boolean matches(Facts session, Facts flow, long[] folded);

    static Matcher constant(boolean holds) {
        return new Constant(holds);
    }

    private static final class Constant extends Matcher {
        private final boolean holds;

        Constant(boolean holds) {
            this.holds = holds;
        }

        @Override
        boolean matches(Facts session, Facts flow, long[] folded) {
            return holds;
        }
    }

    /** All parts match. */
    static final class All extends Matcher {
        private final Matcher[] parts;

        All(List<Matcher> parts) {
            this.parts = parts.toArray(Matcher[]::new);
        }

        @Override
        boolean matches(Facts session, Facts flow, long[] folded) {
            for (Matcher part : parts) {
                if (!part.matches(session, flow, folded)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Some part matches. */
    static final class Any extends Matcher {
        private final Matcher[] parts;

        Any(List<Matcher> parts) {
            this.parts = parts.toArray(Matcher[]::new);
        }

        @Override
        boolean matches(Facts session, Facts flow, long[] folded) {
            for (Matcher part : parts) {
                if (part.matches(session, flow, folded)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The part does not match, be it that its fact is unknown. */
    static final class Not extends Matcher {
        private final Matcher part;

        Not(Matcher part) {
            this.part = part;
        }

        @Override
        boolean matches(Facts session, Facts flow, long[] folded) {
            return !part.matches(session, flow, folded);
        }
    }

    /** What was worked out when the session, or its policy, was new. */
    static final class Folded extends Matcher {
        private final int index;

        Folded(int index) {
            this.index = index;
        }

        @Override
        boolean matches(Facts session, Facts flow, long[] folded) {
            return (folded[index >>> 6] & 1L << index) != 0;
        }
    }

    /** A matcher that reads one fact, of the session's bag or the flow's. */
    abstract static class OfFact extends Matcher {
        final int slot;
        private final boolean ofSession;

        OfFact(Field field) {
            slot = field.slot();
            ofSession = field.isSessionConstant();
        }

        @Override
        final boolean matches(Facts session, Facts flow, long[] folded) {
            Facts facts = ofSession ? session : flow;
            return facts.isKnown(slot) && matches(facts);
        }

        /** Asked only where the fact is known. */
        abstract boolean matches(Facts facts);
    }
}
