package io.cellgate.policy;

/**
 * A rule as its author wrote it.
 *
 * @param id   unique in its policy; logs and explanations name the rule by it
 * @param when the condition, in the expression language
 */
public record RuleDocument(String id, Phase phase, Action action, String when,
        RuleOptions options) {
    public RuleDocument(String id, Phase phase, Action action, String when) {
        this(id, phase, action, when, RuleOptions.NONE);
    }
}
