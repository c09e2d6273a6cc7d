package io.cellgate.policy;

import io.cellgate.policy.Condition.Compare;
import io.cellgate.policy.Condition.Test;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Lays out one {@link Dimension}: takes the rules' conditions on its field, then places their bits in the arena. */
final class DimensionBuilder {
    /** Octets that the elementary intervals of one dimension may take; rules beyond that are tested one by one. */
    private static final long MAX_OCTETS = 48L << 20;

    /** A rule's condition on the field: any of the tests. */
    record Entry(int rule, Condition condition, List<Test> tests) {}

    private record Boundary(long hi, long lo, int rule, boolean begins) {
        static final Comparator<Boundary> ORDER = (a, b) -> IpAddress.compare(a.hi, a.lo, b.hi,
                b.lo);
    }

    final Field field;
    final BitArena arena;
    final int words;
    final int stride;
    int wildcard;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<NamedList, TreeSet<Integer>> byList = new LinkedHashMap<>();
    private long[] startsHi = new long[0];
    private long[] startsLo = new long[0];
    private int[] places = new int[0];
    private StringSet strings = new StringSet(List.of());

    DimensionBuilder(Field field, BitArena arena, int rules) {
        this.field = field;
        this.arena = arena;
        words = RuleBits.words(rules);
        stride = RuleBits.stride(rules);
    }

    /** The tests of which a condition asks any, all of one field that can be indexed; empty if it is not so. */
    static List<Test> indexable(Condition condition) {
        List<Condition> parts = condition instanceof Condition.Any any
                ? any.parts()
                : List.of(condition);
        List<Test> tests = new ArrayList<>();
        for (Condition part : parts) {
            boolean same = part instanceof Compare compare && isIndexable(compare)
                    && compare.ref().field() == fieldOf(parts.getFirst());
            if (!same) {
                return List.of();
            }
            tests.add(((Compare) part).test());
        }
        return tests;
    }

    /** The field of a condition that is {@link #indexable}. */
    static @Nullable Field fieldOf(Condition condition) {
        return switch (condition) {
            case Compare compare -> compare.ref().field();
            case Condition.Any any -> fieldOf(any.parts().getFirst());
            default -> null;
        };
    }

    private static boolean isIndexable(Compare compare) {
        Test test = compare.test();
        return switch (compare.ref().field().type()) {
            case INT, TIME, IP -> true;
            case STRING -> test instanceof Condition.TextIn || test instanceof Condition.InList
                    || test instanceof Condition.TextIs is && !is.negated();
            case NAME, NAME_ARRAY -> test instanceof Condition.NameIn
                    || test instanceof Condition.InList
                    || test instanceof Condition.NameIs is && !is.negated();
            case BOOL, STRING_ARRAY, IP_ARRAY, HEADERS -> false;
        };
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    /** Takes out, and returns, the rules that would make the table too large. */
    List<Entry> withdrawExcess() {
        List<Entry> bySize = new ArrayList<>(entries);
        bySize.sort(Comparator.comparingLong(this::cost));
        List<Entry> excess = new ArrayList<>();
        long octets = 0;
        for (Entry entry : bySize) {
            octets += cost(entry) * stride * 8;
            if (octets > MAX_OCTETS) {
                excess.add(entry);
            }
        }
        entries.removeAll(excess);
        return excess;
    }

    private long cost(Entry entry) {
        long cost = 0;
        for (Test test : entry.tests()) {
            cost += switch (test) {
                case Condition.NumberIn in -> 2L * in.intervals().size();
                case Condition.NumberIs is -> 3;
                case Condition.IpIn in -> 2L * in.ranges().size();
                case Condition.IpIs is -> 3;
                case Condition.TextIn in -> in.values().size();
                case Condition.TextIs is -> 1;
                default -> 0;
            };
        }
        return cost;
    }

    /** Places all bits in the arena; {@link #build} then makes the dimension of them. */
    void layOut(int rules) {
        for (Entry entry : entries) {
            for (Test test : entry.tests()) {
                if (test instanceof Condition.InList in) {
                    byList.computeIfAbsent(in.list(), list -> new TreeSet<>()).add(entry.rule());
                }
            }
        }
        long[] unconstrained = new long[stride];
        for (int rule = 0; rule < rules; rule++) {
            RuleBits.set(unconstrained, 0, words, rule);
        }
        entries.forEach(entry -> RuleBits.clear(unconstrained, 0, words, entry.rule()));
        wildcard = arena.place(unconstrained);
        switch (field.type()) {
            case INT, TIME, IP -> layOutIntervals(unconstrained);
            case STRING -> layOutStrings(unconstrained);
            case NAME, NAME_ARRAY -> {
                // its rule sets are beside the arena
            }
            case BOOL, STRING_ARRAY, IP_ARRAY, HEADERS -> throw new AssertionError(field);
        }
    }

    private List<IpRange> ranges(Test test) {
        if (test instanceof Condition.InList) {
            return List.of();
        }
        if (test instanceof Condition.NumberTest) {
            return MatcherCompiler.intervals(test).stream().map(DimensionBuilder::range).toList();
        }
        if (test instanceof Condition.IpIs is && is.negated()) {
            List<IpRange> others = new ArrayList<>();
            IpAddress value = is.value();
            if (value.hi() != 0 || value.lo() != 0) {
                others.add(new IpRange(0, 0, value.lo() == 0 ? value.hi() - 1 : value.hi(),
                        value.lo() - 1));
            }
            if (value.hi() != -1 || value.lo() != -1) {
                others.add(new IpRange(value.lo() == -1 ? value.hi() + 1 : value.hi(),
                        value.lo() + 1, -1, -1));
            }
            return others;
        }
        return MatcherCompiler.ranges(test);
    }

    /** Signed numbers in the order of unsigned ones, so that numbers and addresses share what follows. */
    private static IpRange range(Condition.Interval interval) {
        return new IpRange(0, interval.first() ^ Long.MIN_VALUE, 0,
                interval.last() ^ Long.MIN_VALUE);
    }

    private void layOutIntervals(long[] unconstrained) {
        List<Boundary> boundaries = new ArrayList<>();
        for (Entry entry : entries) {
            List<IpRange> all = new ArrayList<>();
            entry.tests().forEach(test -> all.addAll(ranges(test)));
            for (IpRange range : IpRange.merge(all)) {
                boundaries.add(
                        new Boundary(range.firstHi(), range.firstLo(), entry.rule(), true));
                long afterLo = range.lastLo() + 1;
                long afterHi = afterLo == 0 ? range.lastHi() + 1 : range.lastHi();
                if (afterHi != 0 || afterLo != 0) {
                    boundaries.add(new Boundary(afterHi, afterLo, entry.rule(), false));
                }
            }
        }
        boundaries.sort(Boundary.ORDER);
        long[] current = unconstrained.clone();
        int count = 0;
        startsHi = new long[boundaries.size()];
        startsLo = new long[boundaries.size()];
        places = new int[boundaries.size()];
        for (int i = 0; i < boundaries.size();) {
            Boundary first = boundaries.get(i);
            while (i < boundaries.size() && Boundary.ORDER.compare(first, boundaries.get(i)) == 0) {
                Boundary boundary = boundaries.get(i++);
                if (boundary.begins()) {
                    RuleBits.set(current, 0, words, boundary.rule());
                } else {
                    RuleBits.clear(current, 0, words, boundary.rule());
                }
            }
            startsHi[count] = first.hi();
            startsLo[count] = first.lo();
            places[count++] = arena.place(current);
        }
        startsHi = Arrays.copyOf(startsHi, count);
        startsLo = Arrays.copyOf(startsLo, count);
        places = Arrays.copyOf(places, count);
    }

    private void layOutStrings(long[] unconstrained) {
        Map<String, List<Integer>> rulesOf = new HashMap<>();
        for (Entry entry : entries) {
            for (Test test : entry.tests()) {
                List<String> values = switch (test) {
                    case Condition.TextIs is -> List.of(is.value());
                    case Condition.TextIn in -> in.values();
                    default -> List.of();
                };
                values.forEach(value -> rulesOf.computeIfAbsent(value, v -> new ArrayList<>())
                        .add(entry.rule()));
            }
        }
        strings = new StringSet(rulesOf.keySet());
        places = new int[strings.slotCount()];
        rulesOf.forEach((value, rules) -> {
            long[] bits = unconstrained.clone();
            rules.forEach(rule -> RuleBits.set(bits, 0, words, rule));
            places[strings.slotOf(value)] = arena.place(bits);
        });
    }

    /** To be called when the arena is finished. */
    Dimension build() {
        return switch (field.type()) {
            case INT, TIME -> {
                long[] starts = new long[startsLo.length];
                int count = 0;
                for (int i = 0; i < startsLo.length; i++) {
                    if (startsHi[i] == 0) {
                        starts[count++] = startsLo[i] ^ Long.MIN_VALUE;
                    }
                }
                yield new Dimension.OfNumber(this, Arrays.copyOf(starts, count), places);
            }
            case IP -> new Dimension.OfAddress(this, startsHi, startsLo, places);
            case STRING -> new Dimension.OfText(this, strings, places);
            case NAME, NAME_ARRAY -> names();
            case BOOL, STRING_ARRAY, IP_ARRAY, HEADERS -> throw new AssertionError(field);
        };
    }

    private Dimension names() {
        Map<DomainName, List<Integer>> exact = new HashMap<>();
        Map<DomainName, List<Integer>> within = new HashMap<>();
        NameTable.Builder builder = new NameTable.Builder();
        for (Entry entry : entries) {
            for (Test test : entry.tests()) {
                if (test instanceof Condition.NameIs is) {
                    exact.computeIfAbsent(is.value(), name -> new ArrayList<>()).add(entry.rule());
                    builder.add(is.value());
                } else if (test instanceof Condition.NameIn in) {
                    for (DomainName name : in.names()) {
                        within.computeIfAbsent(name, n -> new ArrayList<>()).add(entry.rule());
                        builder.add(name);
                    }
                }
            }
        }
        NameTable names = builder.build();
        return new Dimension.OfName(this, names, bySlot(names, exact), bySlot(names, within));
    }

    private RuleSet[] bySlot(NameTable names, Map<DomainName, List<Integer>> rules) {
        RuleSet[] sets = new RuleSet[names.slotCount()];
        Arrays.fill(sets, RuleSet.NONE);
        rules.forEach((name, ofName) -> sets[names.find(name, 0)] = new RuleSet(ofName, words));
        return sets;
    }

    NamedList[] lists() {
        return byList.keySet().toArray(NamedList[]::new);
    }

    RuleSet[] rulesOfLists() {
        Collection<TreeSet<Integer>> rules = byList.values();
        return rules.stream().map(ofList -> new RuleSet(ofList, words)).toArray(RuleSet[]::new);
    }
}
