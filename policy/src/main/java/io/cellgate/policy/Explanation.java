package io.cellgate.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a phase decides as it does.
 *
 * @param decision what happens
 * @param rules    every rule asked, the guard's first, in their order; after the deciding one, those that were not
 *                 reached, with what they would have come to
 */
public record Explanation(Phase phase, Decision decision, List<RuleTrace> rules) {
    public Explanation {
        rules = List.copyOf(rules);
    }

    /**
     * A rule's outcome.
     *
     * @param ofGuard   whether it is the operator's guard that asks, whose text is not every owner's to read
     * @param policy    whose rule it is
     * @param condition its condition in the language's one spelling
     * @param trace     its parts
     */
    public record RuleTrace(boolean ofGuard, String policy, String ruleId, Action action,
            RuleOutcome outcome,
            String condition, ConditionTrace trace) {}

    /** What became of a rule. */
    public enum RuleOutcome {
        /** It matched and decided. */
        DECIDED,
        /** It matched, was recorded, and the next was asked. */
        LOGGED,
        /** A guard rule that allows: the guard has no objection, the owner's policy is asked. */
        PASSED,
        /** It did not match. */
        NO_MATCH,
        /** An earlier rule had decided. */
        NOT_REACHED
    }

    /**
     * A condition's outcome.
     *
     * @param text  the condition
     * @param truth what it came to
     * @param field the field it asks for, or null for and, or, not
     * @param fact  the fact as text, or null where it is unknown
     * @param parts of and, or, not
     */
    public record ConditionTrace(String text, Truth truth, @Nullable String field,
            @Nullable String fact, List<ConditionTrace> parts) {
        public ConditionTrace {
            parts = List.copyOf(parts);
        }
    }

    /** What a condition came to. */
    public enum Truth {
        TRUE,
        FALSE,
        /** False, because the fact it compares is not known. */
        UNKNOWN_FACT
    }
}
