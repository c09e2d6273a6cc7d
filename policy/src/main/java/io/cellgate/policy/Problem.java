package io.cellgate.policy;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a policy, or looks wrong.
 *
 * @param rule   which of the policy's rules, from 0; -1 where it is the whole policy's
 * @param ruleId null where it is the whole policy's
 * @param line   of the rule's expression, from 1; 0 where it is not about the expression
 * @param column in that line, in characters from 1
 * @param hint   what to write instead, where that can be guessed
 */
public record Problem(int rule, @Nullable String ruleId, int line, int column, String message,
        @Nullable String hint, Severity severity) {
    /** An error keeps the policy from being published; a warning does not. */
    public enum Severity {
        ERROR, WARNING
    }

    @Override
    public String toString() {
        return (ruleId == null ? "policy" : "rule " + ruleId)
                + (line == 0 ? "" : ", line " + line + " column " + column) + ": " + message
                + (hint == null ? "" : "; " + hint);
    }
}
