package io.cellgate.policy;

import static io.cellgate.policy.Policies.policy;
import static io.cellgate.policy.Policies.problems;
import static io.cellgate.policy.Policies.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverTest {
    private static List<String> warnings(Phase phase, String... whens) {
        List<RuleDocument> rules = new ArrayList<>();
        for (String when : whens) {
            rules.add(rule("r" + rules.size(), phase,
                    rules.size() % 2 == 0 ? Action.ALLOW : Action.BLOCK, when));
        }
        return problems(policy(rules.toArray(RuleDocument[]::new)), ListCatalog.EMPTY).stream()
                .map(Problem::toString).filter(text -> text.contains("never matches")).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "net.dst.port in {1..1024} | net.dst.port in {22 80 100..200}",
            "net.dst.port < 1024 | net.dst.port == 443 and net.protocol == \"tcp\"",
            "net.dst.ip in {10.0.0.0/8} | net.dst.ip in {10.1.0.0/16 10.2.0.1}",
            "net.dst.ip in {10.0.0.0/9 10.128.0.0/9} | net.dst.ip in {10.127.255.0..10.128.0.9}",
            "net.dst.domain in {\"example.com\"} | net.dst.domain in {\"a.example.com\" \"b.c.example.com\"}",
            "net.dst.domain in {\"example.com\"} | net.dst.domain == \"api.example.com\"",
            "net.protocol in {\"tcp\" \"udp\"} | net.protocol == \"udp\"",
            "net.protocol != \"udp\" | net.protocol == \"tcp\"",
            "net.app starts_with \"m\" | net.app in {\"mqtt\" \"modbus\"}",
            "is_known(net.dst.asn) | net.dst.asn > 5",
            "net.dst.port == 1 or net.dst.port in {5..9} | net.dst.port == 7",
            "net.dst.port in {1..5} or net.dst.port in {6..9} | net.dst.port in {4..7}",
            "not net.dst.port in {1..5} | not net.dst.port in {0..9}",
            "not net.dst.port in {1..5} | net.dst.port in {6..9}"})
    void ruleThatAnEarlierOneCovers_isWarnedOf(String wide, String narrow) {
        assertThat(warnings(Phase.NETWORK, wide, narrow)).singleElement().asString()
                .startsWith("rule r1: this rule never matches: rule r0 before it");
        assertThat(warnings(Phase.NETWORK, narrow, wide)).as("the other way round").isEmpty();
    }

    @Test
    void ruleThatSeveralCoverTogether_isWarnedOf() {
        assertThat(warnings(Phase.NETWORK, "net.dst.port in {1..99}", "net.dst.port in {100..200}",
                "net.dst.port in {50..150} and net.protocol == \"tcp\""))
                .singleElement().asString().contains("rule r2", "r1 with others");
        assertThat(warnings(Phase.NETWORK, "net.dst.port in {1..99}", "net.dst.port in {101..200}",
                "net.dst.port in {50..150}")).isEmpty();
    }

    @Test
    void ruleThatOnlyALogRuleCovers_isNone() {
        assertThat(problems(policy(rule("seen", Phase.NETWORK, Action.LOG, "net.dst.port < 1024"),
                rule("web", Phase.NETWORK, Action.ALLOW, "net.dst.port == 80")),
                ListCatalog.EMPTY)).isEmpty();
    }

    /** Whatever is said to imply another never holds without it. */
    @Test
    void implication_isTrueOfRandomFacts() {
        long seed = Long.getLong("policy.seed", System.nanoTime());
        System.out.println("CoverTest: -Dpolicy.seed=" + seed);
        Random random = new Random(seed);
        Cover cover = new Cover(new Steps(Long.MAX_VALUE));
        int implied = 0;
        for (int round = 0; round < 300; round++) {
            RandomPolicies source = new RandomPolicies(random);
            Phase phase = Phase.values()[random.nextInt(4)];
            CompileResult result = PolicyCompiler.compile(source.policy(phase, 30), source.lists(),
                    1);
            List<CompiledRule> rules = ((CompileResult.Compiled) result).policy().table(phase)
                    .rules();
            for (CompiledRule narrow : rules) {
                for (CompiledRule wide : rules) {
                    if (narrow.index() == wide.index()
                            || !cover.implies(narrow.condition(), wide.condition())) {
                        continue;
                    }
                    implied++;
                    Facts session = Facts.forSession();
                    Facts flow = new Facts();
                    for (int i = 0; i < 40; i++) {
                        source.fill(session, true);
                        source.fill(flow, false);
                        Interpreter.Both facts = new Interpreter.Both(session, flow);
                        assertThat(Interpreter.holds(narrow.condition(), facts)
                                && !Interpreter.holds(wide.condition(), facts))
                                .as("-Dpolicy.seed=%d: %s implies %s", seed, narrow.condition(),
                                        wide.condition())
                                .isFalse();
                    }
                }
            }
        }
        assertThat(implied).isGreaterThan(200);
    }
}
