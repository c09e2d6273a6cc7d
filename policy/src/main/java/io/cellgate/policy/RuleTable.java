package io.cellgate.policy;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * Theory of operation
 * -------------------
 * Problem. A phase has up to 10 000 rules, each a conjunction of conditions on several fields; the first one that holds
 * decides. Trying them in turn costs time linear in the rules for every new flow. This is packet classification: many
 * rules, several dimensions, first match wins.
 *
 * Algorithm. Lucent bit vectors (Lakshman and Stiliadis, SIGCOMM 1998) with aggregation and rearrangement (Baboescu and
 * Varghese, SIGCOMM 2001). Each indexed field is a dimension. For a value of the field the dimension gives some sets of
 * rules, which united are the rules whose condition on that field holds for the value and those that have none on it.
 * The rules that hold are in the intersection over the dimensions; the first of it decides. Conditions that no dimension
 * indexes (another operator, a second condition on a field, an `or` over fields) stay with their rule as a residual
 * matcher, which is tried for the few rules that the intersection leaves.
 *
 *   0  net.dst.port in {80 443} and net.protocol == "tcp"
 *   1  net.dst.ip in {10.0.0.0/8}                                       (bits are written rule 0 first)
 *   2  net.dst.port == 443 and http-like residual
 *
 *   dimension port        always 010   80: 100    443: 101            look-up 443      111
 *   dimension ip          always 101   10/8: 010                      look-up 10.1.1.1 111
 *   dimension protocol    always 011   tcp: 100                       look-up udp      011
 *                                                                     intersection     011  → rule 1
 *
 * Look-up in a dimension: numbers and addresses by binary search among the elementary intervals into which all ranges
 * of all rules cut the axis; strings by hash; names by a hash of each name and its parents (NameTable); a list that
 * rules name is asked once for the value, and adds the set of the rules that name it, so that the list's content may
 * change without touching the table. An unknown fact leaves the rules without a condition on the field. No set is
 * copied: a dimension gives places, and words are united as they are read.
 *
 * Rearrangement (RuleOrder): rules with conditions on the same dimensions stand together. The rules that a field leaves
 * "always" are then whole words, and the sets of a value few words.
 *
 * Aggregation (BitArena): a set is a summary, a bit a word, and the words that are not zero. The summaries of 10 000
 * rules are 3 words; their intersection says which words can have common bits. Most sets are of one or a few rules and
 * lie within one or two cache lines.
 *
 * First match: positions do not follow the policy's order where rules were rearranged. The lowest rule found so far is
 * kept; a word whose first rule comes after it is not read. Within a word of one group the first that holds ends it.
 *
 * Session conditions, those on facts that stay the same during a session, are evaluated when the session or its policy
 * is new (SessionFold): rules whose session conditions do not hold are left out by one more operand.
 *
 * Cost: with R rules, d dimensions, n interval bounds and k sets that a value gives (2, and one for each list that has
 * it): O(d log n + d k R / 4096 + words in which all meet). Memory: for each elementary interval or string whose rules
 * differ R / 512 octets and 8 for each word that has rules, equal sets shared; at most 48 MiB a dimension, beyond which
 * the rules with the most ranges go to the residuals. A policy of 60 rules takes 16 octets an interval.
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
    private final RuleOrder order;
    private final long[] arena;
    /** All rules: a bit for each position that has one, and behind these the summary. */
    private final long[] allRules;
    private final boolean logs;
    private final Matcher[] sessionMatchers;
    /** For each rule the bit of its session conditions, or -1 where it has none. */
    private final int[] sessionBits;

    RuleTable(Phase phase, List<CompiledRule> rules, Decision otherwise) {
        this.rules = List.copyOf(rules);
        this.otherwise = otherwise;
        int count = rules.size();
        decisions = rules.stream().map(CompiledRule::decision).toArray(Decision[]::new);
        logs = rules.stream().anyMatch(CompiledRule::logs);
        residuals = new Matcher[count];
        sessionBits = new int[count];
        MatcherCompiler compiler = new MatcherCompiler(phase != Phase.SESSION);

        List<List<Condition>> rest = new ArrayList<>();
        for (CompiledRule rule : rules) {
            rest.add(withoutSessionConditions(phase, rule, compiler));
        }
        Map<Field, DimensionBuilder> builders = chooseDimensions(rest);
        for (int rule = 0; rule < count; rule++) {
            rest.set(rule, index(rule, rest.get(rule), builders));
        }
        long[] dimensionsOf = new long[count];
        int dimension = 0;
        for (DimensionBuilder builder : builders.values()) {
            builder.withdrawExcess(count)
                    .forEach(entry -> rest.get(entry.rule()).add(entry.condition()));
            long bit = 1L << dimension++;
            builder.rules().forEach(rule -> dimensionsOf[rule] |= bit);
        }
        order = new RuleOrder(dimensionsOf);
        BitArena sets = new BitArena(order.words());
        dimensions = builders.values().stream().map(builder -> builder.build(sets, order, count))
                .toArray(Dimension[]::new);
        arena = sets.finish();
        for (int rule = 0; rule < count; rule++) {
            residuals[rule] = rest.get(rule).isEmpty()
                    ? null
                    : compiler.compile(MatcherCompiler.conjunction(rest.get(rule)));
        }
        sessionMatchers = compiler.sessionMatchers().toArray(Matcher[]::new);
        allRules = positions(rule -> true);
    }

    /** The rules of a kind: a bit for each position, and behind these the summary. */
    private long[] positions(IntPredicate kind) {
        int words = order.words();
        long[] bits = new long[words + BitArena.summaryWords(words)];
        for (int rule = 0; rule < decisions.length; rule++) {
            if (kind.test(rule)) {
                int position = order.position(rule);
                BitArena.set(bits, position);
                bits[words + (position >>> 12)] |= 1L << (position >>> 6);
            }
        }
        return bits;
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

    private static Map<Field, DimensionBuilder> chooseDimensions(
            List<List<Condition>> conditions) {
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
                builders.put(field, new DimensionBuilder(field));
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
        return 8L * (arena.length + allRules.length);
    }

    int dimensionCount() {
        return dimensions.length;
    }

    /** Whether any rule has a condition on what stays the same during a session. */
    boolean asksForSession() {
        return sessionMatchers.length > 0;
    }

    /** Evaluates the session conditions. This allocates; it is done once for a session and policy. */
    SessionFold fold(Supplier<Facts> facts) {
        if (!asksForSession()) {
            return SessionFold.NOTHING;
        }
        Facts session = facts.get();
        long[] results = new long[(sessionMatchers.length + 63) >>> 6];
        for (int i = 0; i < sessionMatchers.length; i++) {
            if (sessionMatchers[i].matches(session, session, results)) {
                results[i >>> 6] |= 1L << i;
            }
        }
        long[] alive = positions(rule -> sessionBits[rule] < 0
                || (results[sessionBits[rule] >>> 6] & 1L << sessionBits[rule]) != 0);
        return new SessionFold(results, alive);
    }

    /** The decision of the first rule that holds, or null; log rules that hold before it go to the record. */
    @Nullable
    Decision firstMatch(Facts session, Facts flow, SessionFold fold,
            @Nullable LogRecord logged) {
        if (decisions.length == 0) {
            return null;
        }
        int dimensionCount = dimensions.length;
        Workspace workspace = flow.workspace();
        workspace.begin(dimensionCount);
        for (Dimension dimension : dimensions) {
            dimension.find(flow, workspace);
            workspace.endDimension();
        }
        int[] places = workspace.places();
        int[] ends = workspace.ends();
        int[] ranks = workspace.ranks();
        long[] matchedLogs = workspace.logged(logs ? decisions.length : 0);
        long[] alive = fold.alive() == null ? allRules : fold.alive();
        int words = order.words();
        int summaryWords = alive.length - words;
        int best = Integer.MAX_VALUE;
        for (int s = 0; s < summaryWords; s++) {
            long summary = alive[words + s];
            for (int d = 0, i = 0; d < dimensionCount; d++) {
                long united = 0;
                for (; i < ends[d]; i++) {
                    united |= arena[places[i] + s];
                }
                summary &= united;
            }
            while (summary != 0) {
                int bit = Long.numberOfTrailingZeros(summary);
                summary &= summary - 1;
                int word = (s << 6) + bit;
                if (order.firstRule(word) > best) {
                    continue;
                }
                long common = alive[word];
                for (int d = 0, i = 0; d < dimensionCount; d++) {
                    long united = 0;
                    for (; i < ends[d]; i++) {
                        long present = arena[places[i] + s];
                        if ((present >>> bit & 1) != 0) {
                            int rank = ranks[i] + Long.bitCount(present & (1L << bit) - 1);
                            united |= arena[places[i] + summaryWords + rank];
                        }
                    }
                    common &= united;
                }
                while (common != 0) {
                    int rule = order
                            .rule((word << 6) + Long.numberOfTrailingZeros(common));
                    common &= common - 1;
                    Matcher residual = residuals[rule];
                    if (rule < best && (residual == null
                            || residual.matches(session, flow, fold.results()))) {
                        if (decisions[rule].action() == Action.LOG) {
                            matchedLogs[rule >>> 6] |= 1L << rule;
                        } else {
                            best = rule;
                        }
                    }
                }
            }
            for (int i = 0; s + 1 < summaryWords && i < workspace.count(); i++) {
                ranks[i] += Long.bitCount(arena[places[i] + s]);
            }
        }
        if (logs) {
            record(matchedLogs, best, logged);
        }
        return best == Integer.MAX_VALUE ? null : decisions[best];
    }

    /** Notes the log rules that matched before the one that decided, in their order, and clears their bits. */
    private void record(long[] matched, int decided, @Nullable LogRecord logged) {
        for (int word = 0; word << 6 < decisions.length; word++) {
            for (long rest = matched[word]; rest != 0; rest &= rest - 1) {
                int rule = (word << 6) + Long.numberOfTrailingZeros(rest);
                if (rule < decided && logged != null) {
                    logged.add(decisions[rule]);
                }
            }
            matched[word] = 0;
        }
    }
}
