package io.cellgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Policies and answers as the tests here write them. */
final class Policies {
    private Policies() {}

    static RuleDocument rule(String id, Phase phase, Action action, String when) {
        return new RuleDocument(id, phase, action, when);
    }

    static PolicyDocument policy(RuleDocument... rules) {
        return new PolicyDocument("meters", List.of(rules));
    }

    static CompiledPolicy compiled(ListCatalog lists, RuleDocument... rules) {
        CompileResult result = PolicyCompiler.compile(policy(rules), lists, 7);
        assertThat(result).isInstanceOf(CompileResult.Compiled.class);
        return ((CompileResult.Compiled) result).policy();
    }

    static CompiledPolicy compiled(RuleDocument... rules) {
        return compiled(ListCatalog.EMPTY, rules);
    }

    static SessionPolicy session(CompiledPolicy own, Facts facts) {
        return new SessionPolicy(new PolicySlot(EffectivePolicy.of(1, null, own)), facts);
    }

    /** Whether a rule of this phase with this condition matches these facts. */
    static boolean matches(Phase phase, ListCatalog lists, String when, Facts facts) {
        CompiledPolicy policy = compiled(lists, rule("r", phase, Action.ALLOW, when),
                rule("rest", phase, Action.BLOCK, "true"));
        Decision decision = session(policy, facts).decide(phase, facts);
        return decision.ruleId().equals("r");
    }

    static boolean matches(Phase phase, String when, Facts facts) {
        return matches(phase, ListCatalog.EMPTY, when, facts);
    }

    static List<Problem> problems(PolicyDocument document, ListCatalog lists) {
        return switch (PolicyCompiler.compile(document, lists, 1)) {
            case CompileResult.Compiled compiled -> compiled.warnings();
            case CompileResult.Rejected rejected -> rejected.problems();
        };
    }

    static List<Problem> problems(Phase phase, String when) {
        return problems(policy(rule("r", phase, Action.ALLOW, when)), ListCatalog.EMPTY);
    }

    static Facts facts(Object... fieldsAndTexts) {
        Facts facts = new Facts();
        for (int i = 0; i < fieldsAndTexts.length; i += 2) {
            facts.read((Field) fieldsAndTexts[i], fieldsAndTexts[i + 1].toString());
        }
        return facts;
    }
}
