package io.cellgate.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of one phase. */
final class RuleTable {
    private final List<CompiledRule> rules;
    private final Decision otherwise;

    RuleTable(List<CompiledRule> rules, Decision otherwise) {
        this.rules = List.copyOf(rules);
        this.otherwise = otherwise;
    }

    List<CompiledRule> rules() {
        return rules;
    }

    Decision otherwise() {
        return otherwise;
    }

    /** The decision of the first rule that holds, or null; log rules that hold before it go to the record. */
    @Nullable
    Decision firstMatch(Facts session, Facts flow, @Nullable LogRecord logged) {
        Interpreter.Both facts = new Interpreter.Both(session, flow);
        for (CompiledRule rule : rules) {
            if (Interpreter.holds(rule.condition(), facts)) {
                if (!rule.logs()) {
                    return rule.decision();
                }
                if (logged != null) {
                    logged.add(rule.decision());
                }
            }
        }
        return null;
    }
}
