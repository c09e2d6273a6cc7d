package io.cellgate.policy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Theory of operation
 * -------------------
 * Problem. A phase has up to 10 000 rules, each a conjunction of conditions on several fields; the first one that holds
 * decides. Trying them in turn costs time linear in the rules for every new flow. This is packet classification: many
 * rules, several dimensions, first match wins.
 *
 * Algorithm. Lucent bit vectors (Lakshman and Stiliadis, SIGCOMM 1998) with aggregation (Baboescu and Varghese, SIGCOMM
 * 2001). Each indexed field is a dimension. For a value of the field the dimension gives a bit for each rule: set where
 * the rule's condition on that field holds for the value, or where the rule has no condition on it. The rules that
 * hold are in the intersection; the lowest bit of it is the first match. Conditions that no dimension indexes (another
 * operator, a second condition on a field, an `or` over fields) stay with their rule as a residual matcher, which is
 * tried for the few rules that the intersection leaves, lowest first.
 *
 *   0  net.dst.port in {80 443} and net.protocol == "tcp"
 *   1  net.dst.ip in {10.0.0.0/8}                                       (bits are written rule 0 first)
 *   2  net.dst.port == 443 and http-like residual
 *
 *   dimension port        80: 110    443: 111    else: 010        look-up 443      111
 *   dimension ip       10/8: 111    else: 101                     look-up 10.1.1.1 111
 *   dimension protocol  tcp: 111    else: 011                     look-up udp      011
 *                                                                 intersection     011  → rule 1
 *
 * Look-up in a dimension: numbers and addresses by binary search among the elementary intervals into which all ranges
 * of all rules cut the axis; strings by hash; names by a hash of each name and its parents (NameTable); a list that
 * rules name is asked once for the value, and the rules that name it are united in, so that the list's content may
 * change without touching the table. An unknown fact leaves the rules without a condition on the field.
 *
 * Aggregation: behind the words of each bit set stands a summary, a bit a word. The intersection of the summaries says
 * which words can have common bits; for 10 000 rules that is 3 words instead of 157 of each dimension, after which only
 * words that all dimensions have bits in are read.
 *
 * Session conditions, those on facts that stay the same during a session, are evaluated when the session or its policy
 * is new (SessionFold): rules whose session conditions do not hold are left out by one more operand.
 *
 * Cost: with R rules, d dimensions and n interval bounds: O(d log n + d R / 4096 + words in which all meet). Memory:
 * R / 8 octets for each elementary interval or string whose rules differ, equal sets shared; at most 48 MiB a dimension,
 * beyond which the rules with the most ranges go to the residuals. A policy of 60 rules takes 16 octets an interval.
 */

/** The rules of one phase, laid out for finding the first one that holds. Immutable; reads the lists that it names. */
final class RuleTable {
    /** Below, trying the rules in turn is faster than looking values up. */
    private static final int MIN_RULES = 5;
    /** A field becomes a dimension when at least one rule in so many has a condition on it that can be indexed. */
    private static final int MIN_SHARE = 32;

    private final List<CompiledRule> rules;
    private final Decision otherwise;
    private final Decision[] decisions;
    private final @Nullable Matcher[] residuals;
    private final Dimension[] dimensions;
    private final long[] arena;
    /** Where in the arena all rules stand. */
    private final int allRules;
    private final int words;
    private final int stride;
    private final Matcher[] sessionMatchers;
    /** For each rule the bit of its session conditions, or -1 where it has none. */
    private final int[] sessionBits;

    RuleTable(Phase phase, List<CompiledRule> rules, Decision otherwise) {
        this.rules = List.copyOf(rules);
        this.otherwise = otherwise;
        int count = rules.size();
        words = RuleBits.words(count);
        stride = RuleBits.stride(count);
        decisions = rules.stream().map(CompiledRule::decision).toArray(Decision[]::new);
        residuals = new Matcher[count];
        sessionBits = new int[count];
        MatcherCompiler compiler = new MatcherCompiler(phase != Phase.SESSION);
        BitArena sets = new BitArena(stride);
        long[] all = new long[stride];
        for (int rule = 0; rule < count; rule++) {
            RuleBits.set(all, 0, words, rule);
        }
        allRules = sets.place(all);

        List<List<Condition>> rest = new ArrayList<>();
        for (CompiledRule rule : rules) {
            rest.add(withoutSessionConditions(phase, rule, compiler));
        }
        Map<Field, DimensionBuilder> builders = chooseDimensions(rest, sets);
        for (int rule = 0; rule < count; rule++) {
            rest.set(rule, index(rule, rest.get(rule), builders));
        }
        for (DimensionBuilder builder : builders.values()) {
            builder.withdrawExcess()
                    .forEach(entry -> rest.get(entry.rule()).add(entry.condition()));
            builder.layOut(count);
        }
        for (int rule = 0; rule < count; rule++) {
            residuals[rule] = rest.get(rule).isEmpty()
                    ? null
                    : compiler.compile(MatcherCompiler.conjunction(rest.get(rule)));
        }
        arena = sets.finish();
        dimensions = builders.values().stream().map(DimensionBuilder::build)
                .toArray(Dimension[]::new);
        sessionMatchers = compiler.sessionMatchers().toArray(Matcher[]::new);
    }

    private List<Condition> withoutSessionConditions(Phase phase, CompiledRule rule,
            MatcherCompiler compiler) {
        List<Condition> ofSession = new ArrayList<>();
        List<Condition> others = new ArrayList<>();
        List<Condition> parts = rule.condition() instanceof Condition.All all
                ? all.parts()
                : List.of(rule.condition());
        for (Condition part : parts) {
            if (phase != Phase.SESSION && MatcherCompiler.isSessionCondition(part)) {
                ofSession.add(part);
            } else if (!(part instanceof Condition.Always always && always.holds())) {
                others.add(part);
            }
        }
        sessionBits[rule.index()] = ofSession.isEmpty()
                ? -1
                : compiler.fold(MatcherCompiler.conjunction(ofSession));
        return others;
    }

    private Map<Field, DimensionBuilder> chooseDimensions(List<List<Condition>> conditions,
            BitArena sets) {
        Map<Field, DimensionBuilder> builders = new EnumMap<>(Field.class);
        int count = conditions.size();
        if (count < MIN_RULES) {
            return builders;
        }
        Map<Field, Integer> uses = new EnumMap<>(Field.class);
        for (List<Condition> ofRule : conditions) {
            Set<Field> fields = new HashSet<>();
            for (Condition part : ofRule) {
                Field field = DimensionBuilder.fieldOf(part);
                if (field != null && !DimensionBuilder.indexable(part).isEmpty()) {
                    fields.add(field);
                }
            }
            fields.forEach(field -> uses.merge(field, 1, Integer::sum));
        }
        uses.forEach((field, used) -> {
            if (used >= 2 && used * MIN_SHARE >= count && !field.isSessionConstant()) {
                builders.put(field, new DimensionBuilder(field, sets, count));
            }
        });
        return builders;
    }

    /** Gives each dimension at most one of the rule's conditions, and returns the others. */
    private static List<Condition> index(int rule, List<Condition> parts,
            Map<Field, DimensionBuilder> builders) {
        Set<Field> indexed = new HashSet<>();
        List<Condition> others = new ArrayList<>();
        for (Condition part : parts) {
            List<Condition.Test> tests = DimensionBuilder.indexable(part);
            Field field = DimensionBuilder.fieldOf(part);
            DimensionBuilder builder = field == null || tests.isEmpty()
                    ? null
                    : builders.get(field);
            if (builder != null && field != null && indexed.add(field)) {
                builder.add(new DimensionBuilder.Entry(rule, part, tests));
            } else {
                others.add(part);
            }
        }
        return others;
    }

    List<CompiledRule> rules() {
        return rules;
    }

    Decision otherwise() {
        return otherwise;
    }

    /** Octets that the table's bit sets take. */
    long bytes() {
        return 8L * arena.length;
    }

    int dimensionCount() {
        return dimensions.length;
    }

    /** Evaluates the session conditions. This allocates; it is done once for a session and policy. */
    SessionFold fold(Facts session) {
        if (sessionMatchers.length == 0) {
            return SessionFold.NOTHING;
        }
        long[] results = new long[(sessionMatchers.length + 63) >>> 6];
        for (int i = 0; i < sessionMatchers.length; i++) {
            if (sessionMatchers[i].matches(session, session, results)) {
                results[i >>> 6] |= 1L << i;
            }
        }
        long[] alive = new long[stride];
        for (int rule = 0; rule < sessionBits.length; rule++) {
            int bit = sessionBits[rule];
            if (bit < 0 || (results[bit >>> 6] & 1L << bit) != 0) {
                RuleBits.set(alive, 0, words, rule);
            }
        }
        return new SessionFold(results, alive);
    }

    /** The decision of the first rule that holds, or null; log rules that hold before it go to the record. */
    @Nullable
    Decision firstMatch(Facts session, Facts flow, SessionFold fold,
            @Nullable LogRecord logged) {
        if (decisions.length == 0) {
            return null;
        }
        int count = dimensions.length;
        Workspace workspace = flow.workspace();
        long[] scratch = workspace.words(count * stride);
        int[] places = workspace.places(count);
        for (int d = 0; d < count; d++) {
            places[d] = dimensions[d].find(flow, scratch, d * stride);
        }
        long[] alive = fold.alive();
        for (int s = words; s < stride; s++) {
            long summary = alive == null ? arena[allRules + s] : alive[s];
            for (int d = 0; d < count; d++) {
                summary &= bits(places[d], s, scratch);
            }
            while (summary != 0) {
                int word = ((s - words) << 6) + Long.numberOfTrailingZeros(summary);
                summary &= summary - 1;
                long common = alive == null ? arena[allRules + word] : alive[word];
                for (int d = 0; d < count; d++) {
                    common &= bits(places[d], word, scratch);
                }
                while (common != 0) {
                    int rule = (word << 6) + Long.numberOfTrailingZeros(common);
                    common &= common - 1;
                    Matcher residual = residuals[rule];
                    if (residual == null || residual.matches(session, flow, fold.results())) {
                        Decision decision = decisions[rule];
                        if (decision.action() != Action.LOG) {
                            return decision;
                        }
                        if (logged != null) {
                            logged.add(decision);
                        }
                    }
                }
            }
        }
        return null;
    }

    private long bits(int place, int word, long[] scratch) {
        return place >= 0 ? arena[place + word] : scratch[~place + word];
    }
}
