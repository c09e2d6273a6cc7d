package io.cellgate.policy;

import io.cellgate.policy.Condition.Compare;
import io.cellgate.policy.Condition.Interval;
import io.cellgate.policy.Condition.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether a condition implies another: wherever the narrow one holds the wide one does. Told by structure, sets,
 * ranges, prefixes and parents of names; what it does not see it denies, so that yes is always true. Two conditions are
 * compared part by part and value by value; beyond the steps it was given it sees nothing.
 */
final class Cover {
    private final Steps steps;

    Cover(Steps steps) {
        this.steps = steps;
    }

    boolean implies(Condition narrow, Condition wide) {
        if (!steps.take(1)) {
            return false;
        }
        if (wide instanceof Condition.Always always && always.holds()
                || narrow instanceof Condition.Always never && !never.holds()) {
            return true;
        }
        if (wide instanceof Condition.All all) {
            return all.parts().stream().allMatch(part -> implies(narrow, part));
        }
        if (narrow instanceof Condition.Any any) {
            return any.parts().stream().allMatch(part -> implies(part, wide));
        }
        if (wide instanceof Condition.Any any) {
            return any.parts().stream().anyMatch(part -> implies(narrow, part))
                    || impliesTogether(narrow, any.parts());
        }
        if (narrow instanceof Condition.All all) {
            return all.parts().stream().anyMatch(part -> implies(part, wide));
        }
        if (narrow instanceof Condition.Not lesser && wide instanceof Condition.Not greater) {
            return implies(greater.part(), lesser.part());
        }
        if (narrow instanceof Compare compare) {
            return switch (wide) {
                case Condition.Known known -> known.ref().equals(compare.ref());
                case Compare other -> other.ref().equals(compare.ref())
                        && passes(compare.test(), other.test());
                case Condition.Not not -> not.part() instanceof Compare other
                        && other.ref().equals(compare.ref())
                        && !compare.ref().field().type().isArray()
                        && excludes(compare.test(), other.test());
                default -> false;
            };
        }
        return narrow.equals(wide);
    }

    /** Whether values of one field that the narrow condition takes are all among what some of the parts take together. */
    private boolean impliesTogether(Condition narrow, List<Condition> parts) {
        Stream<Condition> compares = narrow instanceof Condition.All all
                ? all.parts().stream()
                : Stream.of(narrow);
        return compares.anyMatch(part -> part instanceof Compare compare
                && isWithin(compare, parts));
    }

    private boolean isWithin(Compare compare, List<Condition> parts) {
        List<Test> tests = new ArrayList<>();
        for (Condition part : parts) {
            if (part instanceof Compare other && other.ref().equals(compare.ref())) {
                tests.add(other.test());
            }
        }
        Test narrow = compare.test();
        long sizes = tests.stream().mapToLong(Cover::size).sum();
        if (!steps.take(parts.size() + sizes + sizes * size(narrow))) {
            return false;
        }
        if (narrow instanceof Condition.NumberTest) {
            List<Interval> union = new ArrayList<>();
            tests.forEach(test -> union.addAll(MatcherCompiler.intervals(test)));
            return contains(MatcherCompiler.merged(union), MatcherCompiler.intervals(narrow));
        }
        List<IpRange> union = new ArrayList<>();
        for (Test test : tests) {
            if (test instanceof Condition.IpTest && !(test instanceof Condition.InList)) {
                union.addAll(DimensionBuilder.ranges(test));
            }
        }
        if (narrow instanceof Condition.IpTest && !(narrow instanceof Condition.InList)) {
            return covers(IpRange.merge(union), DimensionBuilder.ranges(narrow));
        }
        return values(narrow).stream().allMatch(value -> tests.stream()
                .anyMatch(test -> passes(value, test))) && !values(narrow).isEmpty();
    }

    /** Each single value, as a test of its own, of those that a test takes; empty where they can not be told. */
    private static List<Test> values(Test test) {
        return switch (test) {
            case Condition.TextIn in -> in.values().stream()
                    .<Test>map(value -> new Condition.TextIs(value, false)).toList();
            case Condition.NameIn in -> in.names().stream()
                    .<Test>map(name -> new Condition.NameIn(List.of(name))).toList();
            default -> List.of();
        };
    }

    private static boolean contains(List<Interval> wide, List<Interval> narrow) {
        return narrow.stream().allMatch(part -> wide.stream().anyMatch(
                whole -> whole.first() <= part.first() && part.last() <= whole.last()));
    }

    private static boolean covers(List<IpRange> wide, List<IpRange> narrow) {
        return narrow.stream()
                .allMatch(part -> wide.stream()
                        .anyMatch(whole -> whole.contains(part.firstHi(), part.firstLo())
                                && whole.contains(part.lastHi(), part.lastLo())));
    }

    /** Whether what passes the narrow test passes the wide one. */
    private boolean passes(Test narrow, Test wide) {
        if (!steps.take(size(narrow) * size(wide))) {
            return false;
        }
        if (narrow.equals(wide)) {
            return true;
        }
        if (narrow instanceof Condition.InList || wide instanceof Condition.InList) {
            return false; // their contents change
        }
        return switch (narrow) {
            case Condition.NumberTest _ when wide instanceof Condition.NumberTest -> contains(
                    MatcherCompiler.intervals(wide), MatcherCompiler.intervals(narrow));
            case Condition.IpTest _ when wide instanceof Condition.IpTest -> covers(
                    IpRange.merge(DimensionBuilder.ranges(wide)), DimensionBuilder.ranges(narrow));
            case Condition.TextIs is when !is.negated() -> takes(wide, is.value());
            case Condition.TextIn in -> in.values().stream().allMatch(value -> takes(wide, value));
            case Condition.TextStartsWith(var head) ->
                wide instanceof Condition.TextStartsWith(var shorter) && head.startsWith(shorter)
                        || wide instanceof Condition.TextContains(var part) && head.contains(part);
            case Condition.TextEndsWith(var tail) ->
                wide instanceof Condition.TextEndsWith(var shorter) && tail.endsWith(shorter)
                        || wide instanceof Condition.TextContains(var part) && tail.contains(part);
            case Condition.TextContains(var some) ->
                wide instanceof Condition.TextContains(var part) && some.contains(part);
            case Condition.NameIs is when !is.negated() -> takesName(wide, is.value());
            case Condition.NameIn in -> wide instanceof Condition.NameIn others && in.names()
                    .stream().allMatch(name -> others.names().stream().anyMatch(name::isWithin));
            default -> false;
        };
    }

    /** Whether nothing passes both tests. */
    private boolean excludes(Test one, Test other) {
        if (!steps.take(size(one) * size(other))) {
            return false;
        }
        if (one instanceof Condition.NumberTest && other instanceof Condition.NumberTest) {
            return MatcherCompiler.intervals(one).stream()
                    .noneMatch(a -> MatcherCompiler.intervals(other).stream()
                            .anyMatch(b -> a.first() <= b.last() && b.first() <= a.last()));
        }
        return one instanceof Condition.TextIs is && !is.negated()
                && other instanceof Condition.TextTest && !(other instanceof Condition.InList)
                && !takes(other, is.value());
    }

    /** What looking through a test's values costs, in values; long texts count for several. */
    private static long size(Test test) {
        return switch (test) {
            case Condition.NumberIn in -> in.intervals().size();
            case Condition.IpIn in -> in.ranges().size();
            case Condition.TextIn in -> in.values().stream().mapToLong(Cover::size).sum();
            case Condition.NameIn in -> in.names().size();
            case Condition.TextIs is -> size(is.value());
            case Condition.TextContains part -> size(part.value());
            case Condition.TextStartsWith start -> size(start.value());
            case Condition.TextEndsWith end -> size(end.value());
            case Condition.TextMatches matches -> matches.nodes();
            case Condition.NumberIs _,Condition.IpIs _,Condition.NameIs _,Condition.InList _,Condition.IsTrue _ ->
                1;
        };
    }

    private static long size(String text) {
        return 1L + text.length() / 16;
    }

    private boolean takes(Test test, String value) {
        return test instanceof Condition.TextTest && !(test instanceof Condition.InList)
                && Interpreter.text(test, value);
    }

    private boolean takesName(Test test, DomainName name) {
        return switch (test) {
            case Condition.NameIs is -> is.value().equals(name) != is.negated();
            case Condition.NameIn in -> in.names().stream().anyMatch(name::isWithin);
            default -> takes(test, name.toString());
        };
    }
}
