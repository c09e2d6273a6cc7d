package io.cellgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PartialDecisionTest {
    private static final Set<Field> QUERY = Set.of(Field.HTTP_QUERY);

    private static RuleDocument rule(String id, Action action, String when) {
        return new RuleDocument(id, Phase.HTTP, action, when);
    }

    private static CompiledPolicy policy(RuleDocument... rules) {
        return ((CompileResult.Compiled) PolicyCompiler.compile(
                new PolicyDocument("p", List.of(rules)), ListCatalog.of(), 1)).policy();
    }

    private static PartialDecision decide(CompiledPolicy own, Set<Field> unrecorded) {
        return decide(EffectivePolicy.of(1, null, own), unrecorded);
    }

    private static PartialDecision decide(EffectivePolicy effective, Set<Field> unrecorded) {
        Facts facts = new Facts();
        facts.set(Field.HTTP_METHOD, "GET");
        facts.set(Field.HTTP_PATH, "/v1/data");
        return PartialDecision.of(effective, Phase.HTTP, facts, unrecorded);
    }

    private static String decidedBy(PartialDecision partial) {
        Decision decision = partial.decision();
        return decision == null ? "uncertain for " + partial.missing() : decision.ruleId();
    }

    @Test
    void factThatNoRuleReached_doesNotMatter() {
        CompiledPolicy policy = policy(
                rule("get", Action.ALLOW, "http.method == \"GET\""),
                rule("key", Action.BLOCK, "http.query contains \"key=\""));
        assertThat(decidedBy(decide(policy, QUERY))).isEqualTo("get");
    }

    @Test
    void factOfARuleBefore_leavesItUncertain_andIsNamed() {
        CompiledPolicy policy = policy(
                rule("key", Action.BLOCK, "http.query contains \"key=\""),
                rule("get", Action.ALLOW, "http.method == \"GET\""));
        assertThat(decidedBy(decide(policy, QUERY))).isEqualTo("uncertain for [http.query]");
        assertThat(decidedBy(decide(policy, Set.of()))).isEqualTo("get");
    }

    @Test
    void whereBothWaysLeadToTheSame_itIsCertain() {
        CompiledPolicy policy = policy(
                rule("key", Action.ALLOW, "http.query contains \"key=\""),
                rule("get", Action.ALLOW, "http.method == \"GET\""));
        assertThat(decide(policy, QUERY).decision()).isNotNull()
                .satisfies(decision -> assertThat(decision.isAllowed()).isTrue());
    }

    @Test
    void conditionThatIsFalseOtherwise_doesNotHangOnTheFact() {
        CompiledPolicy policy = policy(
                rule("put", Action.BLOCK,
                        "http.method == \"PUT\" and http.query contains \"key=\""),
                rule("either", Action.ALLOW,
                        "http.path starts_with \"/v1/\" or http.query contains \"x\""));
        assertThat(decidedBy(decide(policy, QUERY))).isEqualTo("either");
        CompiledPolicy negated = policy(
                rule("not", Action.ALLOW, "not http.query contains \"key=\""));
        assertThat(decidedBy(decide(negated, QUERY))).startsWith("uncertain");
        CompiledPolicy known = policy(rule("known", Action.ALLOW, "is_known(http.query)"));
        assertThat(decidedBy(decide(known, QUERY))).startsWith("uncertain");
    }

    @Test
    void guardsExceptionThatMayHold_leavesTheGuardsBlockUncertain() {
        CompiledPolicy own = policy(rule("get", Action.ALLOW, "http.method == \"GET\""));
        CompiledPolicy guard = policy(
                rule("except", Action.ALLOW, "http.query contains \"admin\""),
                rule("no-v1", Action.BLOCK, "http.path starts_with \"/v1/\""));
        assertThat(decidedBy(decide(EffectivePolicy.of(1, guard, own), QUERY)))
                .startsWith("uncertain");
        CompiledPolicy strict = policy(
                rule("no-v1", Action.BLOCK, "http.path starts_with \"/v1/\""),
                rule("except", Action.ALLOW, "http.query contains \"admin\""));
        assertThat(decidedBy(decide(EffectivePolicy.of(1, strict, own), QUERY)))
                .isEqualTo("no-v1");
    }

    @Test
    void withAllFactsRecorded_itIsTheExplanationsDecision() {
        CompiledPolicy own = policy(rule("get", Action.ALLOW, "http.path contains \"data\""));
        EffectivePolicy effective = EffectivePolicy.of(1, null, own);
        Facts facts = new Facts();
        facts.set(Field.HTTP_PATH, "/v1/data");
        assertThat(PartialDecision.of(effective, Phase.HTTP, facts, Set.of()).decision())
                .isSameAs(effective.explain(Phase.HTTP, facts).decision());
    }
}
