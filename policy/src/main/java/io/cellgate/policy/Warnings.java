package io.cellgate.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Points out what is allowed in the language and is probably not meant. */
final class Warnings {
    /** Of a rule with more conditions, only whole and single ones are compared with earlier rules. */
    private static final int MAX_SUBSET_PARTS = 6;

    private Warnings() {}

    static void check(PolicyDocument document, Map<Phase, List<CompiledRule>> rules,
            Problems problems) {
        rules.forEach((phase, ofPhase) -> {
            shadowed(ofPhase, problems);
            for (CompiledRule rule : ofPhase) {
                problems.enter(rule.decision().ruleId(), "");
                boolean always = rule.condition() instanceof Condition.Always truth
                        && truth.holds();
                if (always && rule.decision().action() == Action.ALLOW && phase != Phase.SESSION) {
                    problems.warning("this allows everything in the phase " + phase.text(),
                            "name what the devices need");
                }
            }
        });
        problems.enter(null, "");
        for (Phase phase : Phase.values()) {
            if (phase != Phase.SESSION && document.defaults().of(phase) == Action.ALLOW) {
                problems.warning("the default of the phase " + phase.text()
                        + " allows everything that no rule blocks", "name what the devices need");
            }
        }
        if (document.mode() == PolicyDocument.Mode.SHADOW && rules.containsKey(Phase.HTTP)) {
            problems.warning("the http rules of a policy in shadow mode are asked only where the"
                    + " enforced policy has http rules, as no connection is read for a shadow's sake",
                    "give the enforced policy an http rule");
        }
        namesWithoutDns(rules, problems);
    }

    /**
     * A rule never matches when every condition of an earlier one is among its own: whatever it matches, the earlier
     * one has decided. The parts of each rule are kept as a set of texts; the subsets of a rule's parts are looked up
     * among the earlier rules', so the time is linear in the rules.
     */
    private static void shadowed(List<CompiledRule> rules, Problems problems) {
        Map<Set<String>, String> earlier = HashMap.newHashMap(rules.size());
        for (CompiledRule rule : rules) {
            List<String> parts = parts(rule.condition());
            String by = null;
            for (Set<String> subset : subsets(parts)) {
                by = by == null ? earlier.get(subset) : by;
            }
            if (by != null) {
                problems.enter(rule.decision().ruleId(), "");
                problems.warning("this rule never matches: rule " + by
                        + " before it decides all that it would",
                        "move it before rule " + by
                                + ", or delete it");
            }
            if (!rule.logs()) {
                earlier.putIfAbsent(new TreeSet<>(parts), rule.decision().ruleId());
            }
        }
    }

    private static List<String> parts(Condition condition) {
        Set<String> texts = new TreeSet<>();
        if (condition instanceof Condition.All all) {
            all.parts().forEach(part -> texts.add(part.toString()));
            texts.remove("true");
        } else if (!(condition instanceof Condition.Always truth && truth.holds())) {
            texts.add(condition.toString());
        }
        return List.copyOf(texts);
    }

    private static List<Set<String>> subsets(List<String> parts) {
        List<Set<String>> subsets = new ArrayList<>();
        subsets.add(Set.of());
        if (parts.size() > MAX_SUBSET_PARTS) {
            parts.forEach(part -> subsets.add(Set.of(part)));
            subsets.add(new TreeSet<>(parts));
            return subsets;
        }
        for (int bits = 1; bits < 1 << parts.size(); bits++) {
            Set<String> subset = new TreeSet<>();
            for (int i = 0; i < parts.size(); i++) {
                if ((bits & 1 << i) != 0) {
                    subset.add(parts.get(i));
                }
            }
            subsets.add(subset);
        }
        return subsets;
    }

    private static void namesWithoutDns(Map<Phase, List<CompiledRule>> rules, Problems problems) {
        if (!rules.getOrDefault(Phase.DNS, List.of()).isEmpty()) {
            return;
        }
        for (CompiledRule rule : rules.getOrDefault(Phase.NETWORK, List.of())) {
            Set<Field> fields = EnumSet.noneOf(Field.class);
            LateFacts.fields(rule.condition(), fields::add);
            if (fields.contains(Field.NET_DST_DOMAIN)) {
                problems.enter(null, "");
                problems.warning("rule " + rule.decision().ruleId()
                        + " asks for names, and the policy has no dns rules: only the names that its allowing rules mention resolve",
                        "add a dns rule if other names are to resolve");
                return;
            }
        }
    }
}
