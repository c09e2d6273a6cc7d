package io.cellgate.policy;

import static io.cellgate.policy.Policies.compiled;
import static io.cellgate.policy.Policies.facts;
import static io.cellgate.policy.Policies.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.policy.Explanation.RuleOutcome;
import io.cellgate.policy.Explanation.RuleTrace;
import io.cellgate.policy.Explanation.Truth;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffectivePolicyTest {
    private static final CompiledPolicy GUARD = ((CompileResult.Compiled) PolicyCompiler.compile(
            new PolicyDocument("guard", List.of(
                    rule("our-time", Phase.NETWORK, Action.ALLOW, "net.dst.ip == 10.0.0.123"),
                    rule("private", Phase.NETWORK, Action.BLOCK, "net.dst.ip in {10.0.0.0/8}"))),
            ListCatalog.EMPTY, 3)).policy();
    private static final CompiledPolicy ALL = compiled(
            rule("seen", Phase.NETWORK, Action.LOG, "net.protocol == \"udp\""),
            rule("all", Phase.NETWORK, Action.ALLOW, "true"));

    private static Facts to(String address) {
        return facts(Field.NET_DST_IP, address, Field.NET_PROTOCOL, "udp");
    }

    private static String decide(EffectivePolicy policy, Phase phase, Facts facts) {
        return new SessionPolicy(new PolicySlot(policy), Facts.forSession()).decide(phase, facts)
                .toString();
    }

    @Test
    void aSimWithoutPolicy_attachesAndReachesNothing() {
        EffectivePolicy nothing = EffectivePolicy.nothing(1);
        assertThat(decide(nothing, Phase.SESSION, facts()))
                .isEqualTo("session allow by rule default of none revision 0");
        for (Phase phase : List.of(Phase.DNS, Phase.NETWORK, Phase.HTTP)) {
            assertThat(decide(nothing, phase, to("192.0.2.1")))
                    .isEqualTo(phase.text() + " block by rule default of none revision 0");
        }
    }

    @Test
    void aGuardsBlock_cannotBeOverridden_andItsAllowGrantsNothing() {
        EffectivePolicy guarded = EffectivePolicy.of(1, GUARD, ALL);
        assertThat(decide(guarded, Phase.NETWORK, to("10.0.0.1")))
                .isEqualTo("network block by rule private of guard revision 3");
        assertThat(decide(guarded, Phase.NETWORK, to("10.0.0.123")))
                .isEqualTo("network allow by rule all of meters revision 7");
        assertThat(decide(guarded, Phase.NETWORK, to("192.0.2.1")))
                .isEqualTo("network allow by rule all of meters revision 7");
        assertThat(decide(EffectivePolicy.of(1, GUARD, null), Phase.NETWORK, to("10.0.0.123")))
                .isEqualTo("network block by rule default of none revision 0");
    }

    @Test
    void aLogRule_isRecorded_andTheNextIsAsked() {
        SessionPolicy session = new SessionPolicy(new PolicySlot(EffectivePolicy.of(1, GUARD, ALL)),
                new Facts());
        assertThat(session.decide(Phase.NETWORK, to("192.0.2.1")).ruleId()).isEqualTo("all");
        assertThat(session.loggedCount()).isEqualTo(1);
        assertThat(session.logged(0).ruleId()).isEqualTo("seen");
        Decision ignored = session.decide(Phase.NETWORK, to("10.0.0.1"));
        assertThat(session.loggedCount()).isZero();
    }

    @Test
    void aPublication_holdsFromTheNextQuestionOn() {
        PolicySlot slot = new PolicySlot(EffectivePolicy.nothing(1));
        SessionPolicy session = new SessionPolicy(slot, new Facts());
        assertThat(session.decide(Phase.NETWORK, to("192.0.2.1")).isAllowed()).isFalse();
        slot.publish(EffectivePolicy.of(2, null, ALL));
        assertThat(session.decidedUnder()).isEqualTo(1);
        assertThat(session.revision()).isEqualTo(2);
        assertThat(session.decide(Phase.NETWORK, to("192.0.2.1")).isAllowed()).isTrue();
        assertThat(session.decidedUnder()).isEqualTo(2);
    }

    @Test
    void sessionConditions_areEvaluatedAgain_whenSessionFactsChange() {
        CompiledPolicy policy = compiled(
                rule("abroad", Phase.NETWORK, Action.BLOCK, "not location.country == \"DE\""),
                rule("home", Phase.NETWORK, Action.ALLOW,
                        "net.dst.port == 443 and sim.tags contains \"a=b\""));
        Facts session = facts(Field.LOCATION_COUNTRY, "DE", Field.SIM_TAGS, "a=b");
        SessionPolicy decider = Policies.session(policy, session);
        Facts flow = facts(Field.NET_DST_PORT, "443");
        assertThat(decider.decide(Phase.NETWORK, flow).ruleId()).isEqualTo("home");
        session.set(Field.LOCATION_COUNTRY, "FR");
        decider.sessionFactsChanged();
        assertThat(decider.decide(Phase.NETWORK, flow).ruleId()).isEqualTo("abroad");
    }

    @Test
    void aPolicyWithoutDnsRules_resolvesTheNamesItsRulesMention() {
        NamedList list = NamedList.of("backend", NamedList.Kind.NAMES, List.of("mqtt.example"));
        CompiledPolicy policy = compiled(ListCatalog.of(list),
                rule("bad", Phase.NETWORK, Action.BLOCK, "net.dst.domain in {\"bad.example\"}"),
                rule("mqtt", Phase.NETWORK, Action.ALLOW,
                        "net.dst.domain in $backend and net.dst.port == 8883"),
                rule("api", Phase.HTTP, Action.ALLOW,
                        "http.host == \"api.example\" or tls.sni in {\"x.example\"}"),
                rule("not", Phase.HTTP, Action.ALLOW, "not http.host == \"no.example\""));
        SessionPolicy session = Policies.session(policy, new Facts());
        for (String name : List.of("a.mqtt.example", "api.example", "www.x.example")) {
            Decision decision = session.decide(Phase.DNS, facts(Field.DNS_NAME, name));
            assertThat(decision.isAllowed()).as(name).isTrue();
            assertThat(decision.ruleId()).isEqualTo(Decision.DERIVED_RULE);
        }
        for (String name : List.of("bad.example", "www.api.example", "no.example", "example")) {
            assertThat(session.decide(Phase.DNS, facts(Field.DNS_NAME, name)).isAllowed()).as(name)
                    .isFalse();
        }
        list.replace(List.of("other.example"));
        assertThat(session.decide(Phase.DNS, facts(Field.DNS_NAME, "other.example")).isAllowed())
                .isTrue();
    }

    @Test
    void theHttpPhase_appliesOnlyWhereSomebodyWroteHttpRules() {
        SessionPolicy without = Policies.session(ALL, new Facts());
        assertThat(without.appliesTo(Phase.HTTP)).isFalse();
        assertThat(without.decide(Phase.HTTP, facts()).isAllowed()).isTrue();
        SessionPolicy with = Policies.session(
                compiled(rule("a", Phase.HTTP, Action.ALLOW, "http.host == \"a.b\"")), new Facts());
        assertThat(with.appliesTo(Phase.HTTP)).isTrue();
        assertThat(with.mentions(Field.HTTP_HOST)).isTrue();
        assertThat(with.mentions(Field.HTTP_PATH)).isFalse();
        assertThat(with.decide(Phase.HTTP, facts()).isAllowed()).isFalse();
    }

    @Test
    void aShadowPolicy_isAskedBesideAndDecidesNothing() {
        CompiledPolicy draft = compiled(rule("none", Phase.NETWORK, Action.BLOCK, "true"));
        SessionPolicy session = new SessionPolicy(
                new PolicySlot(EffectivePolicy.of(1, null, ALL).withShadow(draft)), new Facts());
        Decision enforced = session.decide(Phase.NETWORK, to("192.0.2.1"));
        Decision shadow = session.decideInShadow(Phase.NETWORK, to("192.0.2.1"));
        assertThat(enforced.isAllowed()).isTrue();
        assertThat(shadow).isNotNull();
        assertThat(shadow.hasSameEffectAs(enforced)).isFalse();
        assertThat(session.loggedCount()).isEqualTo(1);
    }

    @Test
    void aQuarantine_putsTheSessionUnderTheNamedPolicy_orUnderNone() {
        CompiledPolicy own = compiled(
                new RuleDocument("moved", Phase.SESSION, Action.QUARANTINE, "sim.imei_changed",
                        RuleOptions.quarantinePolicy("repair")),
                rule("all", Phase.NETWORK, Action.ALLOW, "true"));
        CompiledPolicy repair = ((CompileResult.Compiled) PolicyCompiler.compile(
                new PolicyDocument("repair",
                        List.of(rule("desk", Phase.NETWORK, Action.ALLOW,
                                "net.dst.ip == 192.0.2.1"))),
                ListCatalog.EMPTY, 1)).policy();
        SessionPolicy session = new SessionPolicy(
                new PolicySlot(EffectivePolicy.of(1, null, own).withQuarantines(List.of(repair))),
                facts(Field.SIM_IMEI_CHANGED, "true"));
        Decision decision = session.decide(Phase.SESSION, facts());
        assertThat(decision.isAllowed()).isTrue();
        session.quarantine(decision.quarantinePolicy());
        assertThat(session.decide(Phase.NETWORK, to("192.0.2.1")).ruleId()).isEqualTo("desk");
        assertThat(session.decide(Phase.NETWORK, to("192.0.2.2")).isAllowed()).isFalse();
        assertThat(session.decide(Phase.SESSION, facts()).action()).isEqualTo(Action.QUARANTINE);
        session.quarantine("nobody");
        assertThat(session.decide(Phase.NETWORK, to("192.0.2.1")).isAllowed()).isFalse();
        session.quarantine(null);
        assertThat(session.decide(Phase.NETWORK, to("192.0.2.2")).isAllowed()).isTrue();
    }

    @Test
    void anExplanation_saysWhichConditionFailed_andWhetherItsFactWasUnknown() {
        CompiledPolicy own = compiled(
                rule("mqtt", Phase.NETWORK, Action.ALLOW,
                        "net.dst.domain in {\"a.example\"} and net.dst.port == 8883"),
                rule("seen", Phase.NETWORK, Action.LOG, "net.dst.port == 443"),
                rule("web", Phase.NETWORK, Action.ALLOW, "net.dst.port in {80 443}"),
                rule("rest", Phase.NETWORK, Action.BLOCK, "true"));
        Explanation explanation = EffectivePolicy.of(1, GUARD, own).explain(Phase.NETWORK,
                facts(Field.NET_DST_IP, "10.0.0.123", Field.NET_DST_PORT, "443"));
        assertThat(explanation.decision().ruleId()).isEqualTo("web");
        assertThat(explanation.rules()).extracting(RuleTrace::outcome).containsExactly(
                RuleOutcome.PASSED,
                RuleOutcome.NOT_REACHED, RuleOutcome.NO_MATCH, RuleOutcome.LOGGED,
                RuleOutcome.DECIDED,
                RuleOutcome.NOT_REACHED);
        Explanation.ConditionTrace mqtt = explanation.rules().get(2).trace();
        assertThat(mqtt.truth()).isEqualTo(Truth.FALSE);
        assertThat(mqtt.parts()).extracting(Explanation.ConditionTrace::truth)
                .containsExactly(Truth.UNKNOWN_FACT, Truth.FALSE);
        assertThat(mqtt.parts().get(1).text()).isEqualTo("net.dst.port == 8883");
        assertThat(mqtt.parts().get(1).fact()).isEqualTo("443");
        assertThat(mqtt.parts().get(0).fact()).isNull();
    }

    @Test
    void whatARuleSays_isInItsDecision() {
        CompiledPolicy policy = compiled(
                new RuleDocument("o", Phase.DNS, Action.OVERRIDE, "dns.name == \"a.example\"",
                        RuleOptions.answers("192.0.2.1", "2001:db8::1")),
                new RuleDocument("c", Phase.DNS, Action.OVERRIDE, "dns.name == \"b.example\"",
                        RuleOptions.answers("c.example")),
                new RuleDocument("s", Phase.DNS, Action.SINKHOLE, "dns.name == \"s.example\""),
                new RuleDocument("r", Phase.DNS, Action.BLOCK, "dns.name == \"r.example\"",
                        RuleOptions.blockAnswer(BlockAnswer.REFUSED)),
                new RuleDocument("n", Phase.NETWORK, Action.BLOCK, "true",
                        RuleOptions.rejecting()));
        SessionPolicy session = Policies.session(policy, new Facts());
        Decision addresses = session.decide(Phase.DNS, facts(Field.DNS_NAME, "a.example"));
        assertThat(addresses.answerAddresses()).containsExactly(IpAddress.parse("192.0.2.1"),
                IpAddress.parse("2001:db8::1"));
        assertThat(session.decide(Phase.DNS, facts(Field.DNS_NAME, "b.example")).answerAlias())
                .isEqualTo(DomainName.of("c.example"));
        assertThat(session.decide(Phase.DNS, facts(Field.DNS_NAME, "s.example")).blockAnswer())
                .isEqualTo(BlockAnswer.ZERO);
        assertThat(session.decide(Phase.DNS, facts(Field.DNS_NAME, "r.example")).blockAnswer())
                .isEqualTo(BlockAnswer.REFUSED);
        assertThat(session.decide(Phase.DNS, facts(Field.DNS_NAME, "x.example")).blockAnswer())
                .isEqualTo(BlockAnswer.NXDOMAIN);
        assertThat(session.decide(Phase.NETWORK, facts()).rejects()).isTrue();
    }
}
