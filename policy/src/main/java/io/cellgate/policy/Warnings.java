package io.cellgate.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Points out what is allowed in the language and is probably not meant. */
final class Warnings {
    /** Of a rule with more conditions, only whole and single ones are compared with earlier rules. */
    private static final int MAX_SUBSET_PARTS = 6;

    /** Pairs of rules that are compared by what they take, in each phase: all, in policies of up to 450 rules. */
    private static final int MAX_PAIRS = 100_000;

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
     * among the earlier rules', so the time is linear in the rules. What texts do not show is looked for by
     * {@link Cover}, as far as {@link #MAX_PAIRS} goes: an earlier rule with wider ranges, prefixes or names, or
     * several that ask for one field and together take all that the rule takes.
     */
    private static void shadowed(List<CompiledRule> rules, Problems problems) {
        Map<Set<String>, String> earlier = HashMap.newHashMap(rules.size());
        Map<Condition.Ref, List<CompiledRule>> ofOneField = new LinkedHashMap<>();
        int[] pairs = {MAX_PAIRS};
        for (int i = 0; i < rules.size(); i++) {
            CompiledRule rule = rules.get(i);
            List<String> parts = parts(rule.condition());
            String by = null;
            for (Set<String> subset : subsets(parts)) {
                by = by == null ? earlier.get(subset) : by;
            }
            if (by == null) {
                by = wider(rule, rules.subList(0, i), pairs);
            }
            if (by == null) {
                by = together(rule, ofOneField, pairs);
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
                if (rule.condition() instanceof Condition.Compare compare) {
                    ofOneField.computeIfAbsent(compare.ref(), ref -> new ArrayList<>()).add(rule);
                }
            }
        }
    }

    private static @Nullable String wider(CompiledRule rule, List<CompiledRule> before,
            int[] pairs) {
        Set<Field> asked = EnumSet.noneOf(Field.class);
        LateFacts.fields(rule.condition(), asked::add);
        for (CompiledRule other : before) {
            if (pairs[0] <= 0) {
                return null;
            }
            if (!other.logs() && mayImply(asked, other.condition())) {
                pairs[0]--;
                if (Cover.implies(rule.condition(), other.condition())) {
                    return other.decision().ruleId();
                }
            }
        }
        return null;
    }

    /** Whether each comparison that the wide condition must pass is of a field that is asked for. */
    private static boolean mayImply(Set<Field> asked, Condition wide) {
        return switch (wide) {
            case Condition.Compare compare -> asked.contains(compare.ref().field());
            case Condition.All all -> {
                for (Condition part : all.parts()) {
                    if (!mayImply(asked, part)) {
                        yield false;
                    }
                }
                yield true;
            }
            default -> true;
        };
    }

    private static @Nullable String together(CompiledRule rule,
            Map<Condition.Ref, List<CompiledRule>> ofOneField, int[] pairs) {
        List<Condition> parts = rule.condition() instanceof Condition.All all
                ? all.parts()
                : List.of(rule.condition());
        for (Condition part : parts) {
            List<CompiledRule> others = part instanceof Condition.Compare compare
                    ? ofOneField.getOrDefault(compare.ref(), List.of())
                    : List.of();
            pairs[0] -= others.size();
            if (others.size() > 1 && pairs[0] > 0 && Cover.implies(part, new Condition.Any(
                    others.stream().map(CompiledRule::condition).toList()))) {
                return others.getLast().decision().ruleId() + " with others";
            }
        }
        return null;
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
