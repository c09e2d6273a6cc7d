package io.cellgate.policy;

import io.cellgate.policy.Condition.Compare;
import io.cellgate.policy.Condition.Test;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lays out one {@link Dimension}: takes the rules' conditions on its field, then places their sets in the arena. */
final class DimensionBuilder {
    /** Octets that the sets of one dimension may take; rules beyond that are tested one by one. */
    private static final long MAX_OCTETS = 48L << 20;
    private static final long FIRST_IPV4 = 0xffff_0000_0000L;

    /** A rule's condition on the field: any of the tests. */
    record Entry(int rule, Condition condition, List<Test> tests) {}

    private record Boundary(long hi, long lo, int position, boolean begins) {
        static final Comparator<Boundary> ORDER = (a, b) -> IpAddress.compare(a.hi, a.lo, b.hi,
                b.lo);
    }

    private final Field field;
    private final List<Entry> entries = new ArrayList<>();

    DimensionBuilder(Field field) {
        this.field = field;
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

    /** The rules that have a condition on the field. */
    Stream<Integer> rules() {
        return entries.stream().map(Entry::rule);
    }

    /** Takes out, and returns, the rules that could make the table too large: those with the most values. */
    List<Entry> withdrawExcess(int ruleCount) {
        List<Entry> bySize = new ArrayList<>(entries);
        bySize.sort(Comparator.comparingLong(DimensionBuilder::values));
        int words = (ruleCount + 63) >>> 6;
        List<Entry> excess = new ArrayList<>();
        long values = 0;
        int kept = 0;
        for (Entry entry : bySize) {
            values += values(entry);
            kept++;
            // Each set has at most all rules that are kept, at most one a word.
            long octetsOfSet = 8L * (BitArena.summaryWords(words) + Math.min(words, kept));
            if (values * octetsOfSet > MAX_OCTETS) {
                values -= values(entry);
                kept--;
                excess.add(entry);
            }
        }
        entries.removeAll(Set.copyOf(excess));
        return excess;
    }

    /** How many sets the condition adds at most. */
    private static long values(Entry entry) {
        long values = 0;
        for (Test test : entry.tests()) {
            values += switch (test) {
                case Condition.NumberIn in -> 2L * in.intervals().size();
                case Condition.NumberIs is -> 3;
                case Condition.IpIn in -> 2L * in.ranges().size();
                case Condition.IpIs is -> 3;
                case Condition.TextIn in -> in.values().size();
                case Condition.NameIn in -> in.names().size();
                case Condition.TextIs is -> 1;
                case Condition.NameIs is -> 1;
                default -> 0;
            };
        }
        return values;
    }

    /** Places all sets of rules in the arena. */
    Dimension build(BitArena arena, RuleOrder order, int ruleCount) {
        long[] always = arena.draft();
        for (int rule = 0; rule < ruleCount; rule++) {
            BitArena.set(always, order.position(rule));
        }
        entries.forEach(entry -> BitArena.clear(always, order.position(entry.rule())));
        Map<NamedList, List<Integer>> byList = new LinkedHashMap<>();
        forEachTest((test, position) -> {
            if (test instanceof Condition.InList in) {
                byList.computeIfAbsent(in.list(), list -> new ArrayList<>()).add(position);
            }
        }, order);
        Map<NamedList, Integer> placesOfLists = new LinkedHashMap<>();
        byList.forEach((list, positions) -> placesOfLists.put(list, arena.place(positions)));
        Dimension.Common common = new Dimension.Common(field, arena.place(always), placesOfLists);
        return switch (field.type()) {
            case INT, TIME -> ofNumbers(common, intervals(arena, order));
            case IP -> ofAddresses(common, intervals(arena, order));
            case STRING -> ofStrings(common, arena, order);
            case NAME, NAME_ARRAY -> ofNames(common, arena, order);
            case BOOL, STRING_ARRAY, IP_ARRAY, HEADERS -> throw new AssertionError(field);
        };
    }

    private void forEachTest(ObjIntConsumer<Test> consumer, RuleOrder order) {
        for (Entry entry : entries) {
            int position = order.position(entry.rule());
            entry.tests().forEach(test -> consumer.accept(test, position));
        }
    }

    /** The addresses, or the numbers in the order of addresses, that a test other than of a list takes. */
    static List<IpRange> ranges(Test test) {
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

    /** Elementary intervals: where each begins, and the set of its rules. */
    private static final class Intervals {
        private final long[] startsHi;
        private final long[] startsLo;
        private final int[] places;
        private int count;

        Intervals(int capacity) {
            startsHi = new long[capacity];
            startsLo = new long[capacity];
            places = new int[capacity];
        }

        void add(long hi, long lo, int place) {
            startsHi[count] = hi;
            startsLo[count] = lo;
            places[count++] = place;
        }
    }

    private Intervals intervals(BitArena arena, RuleOrder order) {
        List<Boundary> boundaries = new ArrayList<>();
        for (Entry entry : entries) {
            int position = order.position(entry.rule());
            List<IpRange> all = new ArrayList<>();
            entry.tests().forEach(test -> all.addAll(ranges(test)));
            for (IpRange range : IpRange.merge(all)) {
                boundaries.add(new Boundary(range.firstHi(), range.firstLo(), position, true));
                long afterLo = range.lastLo() + 1;
                long afterHi = afterLo == 0 ? range.lastHi() + 1 : range.lastHi();
                if (afterHi != 0 || afterLo != 0) {
                    boundaries.add(new Boundary(afterHi, afterLo, position, false));
                }
            }
        }
        boundaries.sort(Boundary.ORDER);
        long[] current = arena.draft();
        Intervals intervals = new Intervals(boundaries.size());
        for (int i = 0; i < boundaries.size();) {
            Boundary first = boundaries.get(i);
            while (i < boundaries.size() && Boundary.ORDER.compare(first, boundaries.get(i)) == 0) {
                Boundary boundary = boundaries.get(i++);
                if (boundary.begins()) {
                    BitArena.set(current, boundary.position());
                } else {
                    BitArena.clear(current, boundary.position());
                }
            }
            intervals.add(first.hi(), first.lo(), arena.place(current));
        }
        return intervals;
    }

    private static Dimension ofNumbers(Dimension.Common common, Intervals intervals) {
        long[] starts = new long[intervals.count];
        int count = 0;
        for (int i = 0; i < intervals.count; i++) {
            if (intervals.startsHi[i] == 0) {
                starts[count++] = intervals.startsLo[i] ^ Long.MIN_VALUE;
            }
        }
        return new Dimension.OfNumber(common, Arrays.copyOf(starts, count), intervals.places);
    }

    /** Takes the part of the axis that is IPv4 apart, ::ffff:0:0 to ::ffff:ffff:ffff. */
    private static Dimension ofAddresses(Dimension.Common common, Intervals all) {
        int count = all.count;
        int[] starts4 = new int[count + 1];
        int[] places4 = new int[count + 1];
        long[] startsHi = new long[count + 1];
        long[] startsLo = new long[count + 1];
        int[] places6 = new int[count + 1];
        int count4 = 0;
        int count6 = 0;
        int reached = BitArena.NOTHING;
        int i = 0;
        for (; i < count && IpAddress.compare(all.startsHi[i], all.startsLo[i], 0,
                FIRST_IPV4) < 0; i++) {
            startsHi[count6] = all.startsHi[i];
            startsLo[count6] = all.startsLo[i];
            reached = all.places[i];
            places6[count6++] = reached;
        }
        starts4[count4] = Integer.MIN_VALUE;
        places4[count4++] = reached;
        for (; i < count && IpAddress.isIpv4(all.startsHi[i], all.startsLo[i]); i++) {
            int start = (int) all.startsLo[i] ^ Integer.MIN_VALUE;
            reached = all.places[i];
            count4 = start == Integer.MIN_VALUE ? 0 : count4;
            starts4[count4] = start;
            places4[count4++] = reached;
        }
        startsLo[count6] = FIRST_IPV4 + (1L << 32);
        places6[count6++] = reached;
        for (; i < count; i++) {
            count6 -= all.startsHi[i] == 0 && all.startsLo[i] == FIRST_IPV4 + (1L << 32)
                    ? 1
                    : 0;
            startsHi[count6] = all.startsHi[i];
            startsLo[count6] = all.startsLo[i];
            places6[count6++] = all.places[i];
        }
        return new Dimension.OfAddress(common, Arrays.copyOf(starts4, count4),
                Arrays.copyOf(places4, count4), Arrays.copyOf(startsHi, count6),
                Arrays.copyOf(startsLo, count6), Arrays.copyOf(places6, count6));
    }

    private Dimension ofStrings(Dimension.Common common, BitArena arena, RuleOrder order) {
        Map<String, List<Integer>> byValue = new HashMap<>();
        forEachTest((test, position) -> {
            List<String> values = switch (test) {
                case Condition.TextIs is -> List.of(is.value());
                case Condition.TextIn in -> in.values();
                default -> List.of();
            };
            values.forEach(value -> byValue.computeIfAbsent(value, v -> new ArrayList<>())
                    .add(position));
        }, order);
        StringSet strings = new StringSet(byValue.keySet());
        int[] places = new int[strings.slotCount()];
        byValue.forEach((value, positions) -> places[strings.slotOf(value)] = arena
                .place(positions));
        return new Dimension.OfText(common, strings, places);
    }

    private Dimension ofNames(Dimension.Common common, BitArena arena, RuleOrder order) {
        Map<DomainName, List<Integer>> exact = new HashMap<>();
        Map<DomainName, List<Integer>> within = new HashMap<>();
        NameTable.Builder builder = new NameTable.Builder();
        forEachTest((test, position) -> {
            if (test instanceof Condition.NameIs is) {
                exact.computeIfAbsent(is.value(), name -> new ArrayList<>()).add(position);
                builder.add(is.value());
            } else if (test instanceof Condition.NameIn in) {
                for (DomainName name : in.names()) {
                    within.computeIfAbsent(name, n -> new ArrayList<>()).add(position);
                    builder.add(name);
                }
            }
        }, order);
        NameTable names = builder.build();
        return new Dimension.OfName(common, names, bySlot(names, exact, arena),
                bySlot(names, within, arena));
    }

    private static int[] bySlot(NameTable names, Map<DomainName, List<Integer>> positions,
            BitArena arena) {
        int[] places = new int[names.slotCount()];
        Arrays.fill(places, BitArena.NOTHING);
        positions.forEach((name, ofName) -> places[names.find(name, 0)] = arena.place(ofName));
        return places;
    }
}
