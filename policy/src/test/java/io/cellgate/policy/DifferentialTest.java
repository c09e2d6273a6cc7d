package io.cellgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Compiled policies decide as the interpreter does. {@code -Dpolicy.pairs=1000000} sets how many pairs of a policy and
 * facts are tried, {@code -Dpolicy.seed=…} which ones; the seed of a run is printed.
 */
class DifferentialTest {
    private static final int FACTS_PER_POLICY = 50;

    private record Outcome(Decision decision, List<Decision> logged) {}

    /** What the semantics say, written once more without regard to speed. */
    private static Outcome reference(CompiledPolicy policy, Phase phase, Facts session,
            Facts flow) {
        Interpreter.Both facts = new Interpreter.Both(session, flow);
        List<Decision> logged = new ArrayList<>();
        for (CompiledRule rule : policy.table(phase).rules()) {
            if (Interpreter.holds(rule.condition(), facts)) {
                if (rule.decision().action() != Action.LOG) {
                    return new Outcome(rule.decision(), logged);
                }
                logged.add(rule.decision());
            }
        }
        return new Outcome(policy.otherwise(phase), logged);
    }

    private static Outcome compiled(SessionPolicy policy, Phase phase, Facts flow) {
        Decision decision = policy.decide(phase, flow);
        List<Decision> logged = new ArrayList<>();
        for (int i = 0; i < policy.loggedCount(); i++) {
            logged.add(policy.logged(i));
        }
        return new Outcome(decision, logged);
    }

    @Test
    void compiledPolicies_decideAsTheInterpreter() {
        long seed = Long.getLong("policy.seed", System.nanoTime());
        long pairs = Long.getLong("policy.pairs", 100_000);
        System.out.println("DifferentialTest: -Dpolicy.seed=" + seed + " -Dpolicy.pairs=" + pairs);
        long decidedByRule = 0;
        for (long done = 0, round = 0; done < pairs; round++) {
            long roundSeed = seed + round;
            Random random = new Random(roundSeed);
            RandomPolicies source = new RandomPolicies(random);
            Phase phase = List.of(Phase.values()).get(random.nextInt(4));
            int rules = random.nextInt(40) == 0
                    ? 100 + random.nextInt(300)
                    : 1 + random.nextInt(12);
            PolicyDocument document = source.policy(phase, rules);
            CompileResult result = PolicyCompiler.compile(document, source.lists(), round);
            assertThat(result).as("seed %d: %s", roundSeed, document)
                    .isInstanceOf(CompileResult.Compiled.class);
            CompiledPolicy policy = ((CompileResult.Compiled) result).policy();
            Facts session = Facts.forSession();
            Facts flow = new Facts();
            PolicySlot slot = new PolicySlot(EffectivePolicy.of(round, null, policy));
            for (int i = 0; i < FACTS_PER_POLICY; i++, done++) {
                source.fill(session, true);
                source.fill(flow, false);
                Outcome expected = reference(policy, phase, session, flow);
                Outcome got = compiled(new SessionPolicy(slot, session), phase, flow);
                if (!got.equals(expected)) {
                    throw new AssertionError("-Dpolicy.seed=" + roundSeed + " -Dpolicy.pairs="
                            + (i + 1) + ": expected " + expected + ", got " + got + "\n"
                            + document);
                }
                decidedByRule += expected.decision().isDefault() ? 0 : 1;
            }
        }
        assertThat(decidedByRule).as("pairs that some rule decided").isGreaterThan(pairs / 5);
    }

    @Test
    void aMutatedRule_isNoticed() {
        Random random = new Random(42);
        int noticed = 0;
        for (int round = 0; round < 50; round++) {
            RandomPolicies source = new RandomPolicies(random);
            PolicyDocument document = source.policy(Phase.NETWORK, 8);
            ListCatalog lists = source.lists();
            CompiledPolicy policy = compile(document, lists);
            List<RuleDocument> rules = new ArrayList<>(document.rules());
            int victim = random.nextInt(rules.size());
            RuleDocument rule = rules.get(victim);
            rules.set(victim, new RuleDocument(rule.id(), rule.phase(), rule.action(),
                    "not (" + rule.when() + ")"));
            CompiledPolicy mutant = compile(new PolicyDocument("random", rules), lists);
            Facts session = Facts.forSession();
            Facts flow = new Facts();
            boolean differs = false;
            for (int i = 0; i < 200 && !differs; i++) {
                source.fill(session, true);
                source.fill(flow, false);
                String before = reference(policy, Phase.NETWORK, session, flow).toString();
                SessionPolicy mutated = Policies.session(mutant, session);
                differs = !compiled(mutated, Phase.NETWORK, flow).toString().equals(before);
            }
            noticed += differs ? 1 : 0;
        }
        // the others are rules that an earlier one hides, whatever they say
        assertThat(noticed).isGreaterThan(30);
    }

    private static CompiledPolicy compile(PolicyDocument document, ListCatalog lists) {
        return ((CompileResult.Compiled) PolicyCompiler.compile(document, lists, 1)).policy();
    }
}
