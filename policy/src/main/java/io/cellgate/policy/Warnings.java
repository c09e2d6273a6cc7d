package io.cellgate.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Points out what is allowed in the language and is probably not meant. */
final class Warnings {
    /** Of a rule with more conditions, only whole and single ones are compared with earlier rules. */
    private static final int MAX_SUBSET_PARTS = 6;

    private final Problems problems;
    private final Steps steps;
    private final Cover cover;

    private Warnings(Problems problems, Steps steps) {
        this.problems = problems;
        this.steps = steps;
        cover = new Cover(steps);
    }

    /** @param steps how far rules are compared by what they take */
    static void check(PolicyDocument document, Map<Phase, List<CompiledRule>> rules,
            Problems problems, Steps steps) {
        new Warnings(problems, steps).check(document, rules);
    }

    private void check(PolicyDocument document, Map<Phase, List<CompiledRule>> rules) {
        rules.forEach((phase, ofPhase) -> {
            shadowed(ofPhase);
            for (CompiledRule rule : ofPhase) {
                problems.enterAgain(rule.decision().ruleId());
                boolean always = rule.condition() instanceof Condition.Always truth
                        && truth.holds();
                if (always && rule.decision().action() == Action.ALLOW && phase != Phase.SESSION) {
                    problems.warning("this allows everything in the phase " + phase.text(),
                            "name what the devices need");
                }
            }
        });
        problems.enterPolicy();
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
        namesWithoutDns(rules);
    }

    /**
     * A rule never matches when every condition of an earlier one is among its own: whatever it matches, the earlier
     * one has decided. The parts of each rule are kept as a set of texts; the subsets of a rule's parts are looked up
     * among the earlier rules', so the time is linear in the rules. What texts do not show is looked for by
     * {@link Cover}, as far as its steps go: an earlier rule with wider ranges, prefixes or names, or
     * several that ask for one field and together take all that the rule takes.
     */
    private void shadowed(List<CompiledRule> rules) {
        Map<Set<String>, String> earlier = HashMap.newHashMap(rules.size());
        Map<Condition.Ref, List<Condition>> ofOneField = new HashMap<>();
        Map<Condition.Ref, String> last = new HashMap<>();
        List<Hiding> before = new ArrayList<>();
        for (CompiledRule rule : rules) {
            Hiding hiding = Hiding.of(rule);
            List<String> parts = parts(rule.condition());
            String by = null;
            for (Set<String> subset : subsets(parts)) {
                by = by == null ? earlier.get(subset) : by;
            }
            if (by == null) {
                by = wider(hiding, before);
            }
            if (by == null) {
                by = together(hiding, ofOneField, last);
            }
            if (by != null) {
                problems.enterAgain(hiding.id());
                problems.warning("this rule never matches: rule " + by
                        + " before it decides all that it would",
                        "move it before rule " + by
                                + ", or delete it");
            }
            if (!rule.logs()) {
                before.add(hiding);
                earlier.putIfAbsent(new TreeSet<>(parts), hiding.id());
                if (rule.condition() instanceof Condition.Compare compare) {
                    ofOneField.computeIfAbsent(compare.ref(), _ -> new ArrayList<>())
                            .add(compare);
                    last.put(compare.ref(), hiding.id());
                }
            }
        }
    }

    private @Nullable String wider(Hiding rule, List<Hiding> before) {
        for (Hiding other : before) {
            if (!steps.take(1)) {
                return null;
            }
            // each field that the wide condition needs must be asked for by the narrow one
            if ((other.needed() & ~rule.asked()) == 0
                    && cover.implies(rule.condition(), other.condition())) {
                return other.id();
            }
        }
        return null;
    }

    private @Nullable String together(Hiding rule,
            Map<Condition.Ref, List<Condition>> ofOneField, Map<Condition.Ref, String> last) {
        List<Condition> parts = rule.condition() instanceof Condition.All all
                ? all.parts()
                : List.of(rule.condition());
        for (Condition part : parts) {
            if (part instanceof Condition.Compare compare) {
                List<Condition> others = ofOneField.getOrDefault(compare.ref(), List.of());
                if (others.size() > 1
                        && cover.implies(part, new Condition.Any(others))) {
                    return last.get(compare.ref()) + " with others";
                }
            }
        }
        return null;
    }

    /**
     * A rule that may hide others.
     *
     * @param needed the fields of which each condition that it cannot do without asks, a bit each
     * @param asked  all fields that it asks for
     */
    @SuppressWarnings("EnumOrdinal") // a bit each, never stored
    private record Hiding(String id, Condition condition, long needed, long asked) {
        static Hiding of(CompiledRule rule) {
            long[] asked = {0};
            LateFacts.fields(rule.condition(), field -> asked[0] |= 1L << field.ordinal());
            return new Hiding(rule.decision().ruleId(), rule.condition(),
                    needed(rule.condition()), asked[0]);
        }

        private static long needed(Condition condition) {
            return switch (condition) {
                case Condition.Compare compare -> 1L << compare.ref().field().ordinal();
                case Condition.All all -> {
                    long fields = 0;
                    for (Condition part : all.parts()) {
                        fields |= needed(part);
                    }
                    yield fields;
                }
                case Condition.Any _,Condition.Not _,Condition.Always _,Condition.Known _ -> 0;
            };
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

    private void namesWithoutDns(Map<Phase, List<CompiledRule>> rules) {
        if (!rules.getOrDefault(Phase.DNS, List.of()).isEmpty()) {
            return;
        }
        for (CompiledRule rule : rules.getOrDefault(Phase.NETWORK, List.of())) {
            Set<Field> fields = EnumSet.noneOf(Field.class);
            LateFacts.fields(rule.condition(), fields::add);
            if (fields.contains(Field.NET_DST_DOMAIN)) {
                problems.enterPolicy();
                problems.warning("rule " + rule.decision().ruleId()
                        + " asks for names, and the policy has no dns rules: only the names that its allowing rules mention resolve",
                        "add a dns rule if other names are to resolve");
                return;
            }
        }
    }
}
