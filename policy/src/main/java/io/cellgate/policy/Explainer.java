package io.cellgate.policy;

import io.cellgate.policy.Explanation.ConditionTrace;
import io.cellgate.policy.Explanation.RuleOutcome;
import io.cellgate.policy.Explanation.RuleTrace;
import io.cellgate.policy.Explanation.Truth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the rules of a phase as the reference does and writes down what each came to. */
final class Explainer {
    private Explainer() {}

    static Explanation explain(EffectivePolicy effective, Phase phase, Facts facts) {
        Interpreter.Both both = new Interpreter.Both(facts, facts);
        List<RuleTrace> traces = new ArrayList<>();
        Decision decision = null;
        CompiledPolicy guard = effective.guard();
        if (guard != null && guard.hasRules(phase)) {
            decision = run(guard, phase, both, true, null, traces);
        }
        CompiledPolicy own = effective.own();
        if (own != null) {
            decision = run(own, phase, both, false, decision, traces);
        }
        if (decision == null) {
            decision = otherwise(own, phase);
        }
        return new Explanation(phase, decision, traces);
    }

    /** What holds where no rule of guard or owner decided. */
    static Decision otherwise(@Nullable CompiledPolicy own, Phase phase) {
        if (own == null) {
            return Decision.withoutPolicy(phase);
        }
        return own.otherwise(phase);
    }

    private static @Nullable Decision run(CompiledPolicy policy, Phase phase,
            Interpreter.Both facts, boolean guard, @Nullable Decision decided,
            List<RuleTrace> into) {
        Decision decision = decided;
        boolean passed = false;
        for (CompiledRule rule : policy.table(phase).rules()) {
            boolean holds = Interpreter.holds(rule.condition(), facts);
            RuleOutcome outcome;
            if (decision != null || passed) {
                outcome = RuleOutcome.NOT_REACHED;
            } else if (!holds) {
                outcome = RuleOutcome.NO_MATCH;
            } else if (rule.logs()) {
                outcome = RuleOutcome.LOGGED;
            } else if (guard && rule.decision().action() == Action.ALLOW) {
                outcome = RuleOutcome.PASSED;
                passed = true;
            } else {
                outcome = RuleOutcome.DECIDED;
                decision = rule.decision();
            }
            into.add(new RuleTrace(guard, policy.name(), rule.decision().ruleId(),
                    rule.decision().action(), outcome, rule.condition().toString(),
                    trace(rule.condition(), facts)));
        }
        return decision;
    }

    private static ConditionTrace trace(Condition condition, Interpreter.Both facts) {
        Truth truth = Interpreter.holds(condition, facts) ? Truth.TRUE : Truth.FALSE;
        String text = condition.toString();
        return switch (condition) {
            case Condition.All all -> new ConditionTrace(text, truth, null, null,
                    all.parts().stream().map(part -> trace(part, facts)).toList());
            case Condition.Any any -> new ConditionTrace(text, truth, null, null,
                    any.parts().stream().map(part -> trace(part, facts)).toList());
            case Condition.Not not -> new ConditionTrace(text, truth, null, null,
                    List.of(trace(not.part(), facts)));
            case Condition.Always always -> new ConditionTrace(text, truth, null, null,
                    List.of());
            case Condition.Known known -> new ConditionTrace(text, truth, known.ref().toString(),
                    fact(known.ref(), facts), List.of());
            case Condition.Compare compare -> new ConditionTrace(text,
                    Interpreter.isKnown(compare.ref(), facts) ? truth : Truth.UNKNOWN_FACT,
                    compare.ref().toString(), fact(compare.ref(), facts), List.of());
        };
    }

    private static @Nullable String fact(Condition.Ref ref, Interpreter.Both facts) {
        return facts.of(ref.field()).describe(ref.field(), ref.header());
    }
}
