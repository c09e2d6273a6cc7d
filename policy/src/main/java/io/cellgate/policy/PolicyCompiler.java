package io.cellgate.policy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns a document into a policy that can decide, or into all that is wrong with it. Each expression is parsed and
 * checked by itself; then the rules of each phase are laid out together, see {@link RuleTable}.
 */
public final class PolicyCompiler {
    public static final int MAX_RULES = 10_000;
    /** In UTF-8 octets. */
    public static final int MAX_EXPRESSION_OCTETS = 4096;
    private static final int MAX_NAME_LENGTH = 128;
    /** Steps of looking for rules that others hide: all, in policies of a few thousand usual rules. */
    private static final long MAX_COMPARISONS = 5_000_000;

    private PolicyCompiler() {}

    /**
     * @param lists    which {@code $names} may be mentioned; the policy keeps those it mentions and sees their
     *                 content change
     * @param revision is kept in each decision
     */
    public static CompileResult compile(PolicyDocument document, ListCatalog lists,
            long revision) {
        return compile(document, lists, revision, Set.of());
    }

    /**
     * @param unknown facts that whoever decides never learns; a rule that asks for one gets a warning
     */
    public static CompileResult compile(PolicyDocument document, ListCatalog lists, long revision,
            Set<Field> unknown) {
        return compile(document, lists, revision, unknown, new Steps(MAX_COMPARISONS));
    }

    /** @param comparisons how far it is looked for rules that others hide */
    static CompileResult compile(PolicyDocument document, ListCatalog lists, long revision,
            Set<Field> unknown, Steps comparisons) {
        Problems problems = new Problems();
        Patterns patterns = new Patterns(problems);
        checkDocument(document, problems);
        Map<Phase, List<CompiledRule>> rules = new EnumMap<>(Phase.class);
        Map<String, Integer> seen = HashMap.newHashMap(document.rules().size());
        int position = 0;
        for (RuleDocument rule : document.rules().subList(0,
                Math.min(document.rules().size(), MAX_RULES))) {
            problems.enter(position++, rule.id(), rule.when());
            Integer earlier = seen.putIfAbsent(rule.id(), position);
            if (earlier != null) {
                problems.error("rule " + position + " has the id of rule " + earlier,
                        "give each rule its own");
            }
            int before = problems.errors();
            checkRule(rule, problems);
            Condition condition = read(rule, lists, unknown, problems, patterns);
            if (problems.errors() == before) {
                List<CompiledRule> ofPhase = rules.computeIfAbsent(rule.phase(),
                        phase -> new ArrayList<>());
                Condition gated = LateFacts.gate(rule.phase(), condition);
                ofPhase.add(new CompiledRule(ofPhase.size(), gated,
                        new Decision(rule.phase(), rule.action(), rule.id(), document.name(),
                                revision, rule.options(), document.defaults())));
            }
        }
        Warnings.check(document, rules, problems, comparisons);
        if (problems.errors() > 0) {
            return new CompileResult.Rejected(problems.all());
        }
        return new CompileResult.Compiled(new CompiledPolicy(document, revision, rules),
                problems.all());
    }

    private static void checkDocument(PolicyDocument document, Problems problems) {
        problems.enterPolicy();
        if (document.name().isBlank() || document.name().length() > MAX_NAME_LENGTH) {
            problems.error("the policy's name has " + document.name().length() + " characters",
                    "expected 1 to " + MAX_NAME_LENGTH);
        }
        if (document.rules().size() > MAX_RULES) {
            problems.error("the policy has " + document.rules().size() + " rules",
                    "at most " + MAX_RULES + " are taken");
        }
        for (Phase phase : Phase.values()) {
            Action action = document.defaults().of(phase);
            if (action != Action.ALLOW && action != Action.BLOCK) {
                problems.error("the default of the phase " + phase.text() + " is " + action.text(),
                        "expected allow or block");
            }
        }
    }

    private static void checkRule(RuleDocument rule, Problems problems) {
        if (!Ids.isRuleId(rule.id())) {
            problems.error("the rule's id is \"" + IpAddress.shortened(rule.id()) + "\"",
                    "expected 1 to 64 letters, digits, '.', '_' or '-', a letter or digit first");
        } else if (Set.of(Decision.DEFAULT_RULE, Decision.DERIVED_RULE).contains(rule.id())) {
            problems.error("the rule's id \"" + rule.id() + "\" is a word of the policy engine",
                    "choose another");
        }
        if (!rule.action().fits(rule.phase())) {
            List<String> fitting = new ArrayList<>();
            for (Action action : Action.values()) {
                if (action.fits(rule.phase())) {
                    fitting.add(action.text());
                }
            }
            problems.error("the action " + rule.action().text() + " does not go with the phase "
                    + rule.phase().text(), "expected one of " + String.join(", ", fitting));
            return;
        }
        OptionChecker.check(rule, problems);
    }

    private static Condition read(RuleDocument rule, ListCatalog lists, Set<Field> unknown,
            Problems problems, Patterns patterns) {
        int octets = octets(rule.when());
        if (octets > MAX_EXPRESSION_OCTETS) {
            problems.error("the condition has " + octets + " octets",
                    "at most " + MAX_EXPRESSION_OCTETS + " are taken; put long sets into lists");
            return new Condition.Always(false);
        }
        Syntax syntax = Parser.parse(rule.when(), problems);
        return new TypeChecker(rule.phase(), lists, unknown, problems, patterns).check(syntax);
    }

    /** Of UTF-8, without encoding what may be very long. */
    private static int octets(String text) {
        int octets = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            octets += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return octets;
    }
}
