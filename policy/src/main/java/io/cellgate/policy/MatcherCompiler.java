package io.cellgate.policy;

import io.cellgate.policy.Condition.Compare;
import io.cellgate.policy.Condition.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Turns conditions into matchers. The largest parts of a condition that ask for session facts only are set aside as
 * session conditions: they are evaluated once for a session and policy, and read as a bit afterwards.
 */
final class MatcherCompiler {
    /** What a text is asked. */
    interface TextPredicate {
        boolean test(CharSequence text);
    }

    /** What a name is asked. */
    private interface NamePredicate {
        boolean test(DomainName name);
    }

    /** What an address is asked. */
    private interface IpPredicate {
        boolean test(long hi, long lo);
    }

    private final boolean folds;
    private final List<Matcher> sessionMatchers = new ArrayList<>();

    /** @param folds whether session conditions are set aside; in the session phase itself that gains nothing */
    MatcherCompiler(boolean folds) {
        this.folds = folds;
    }

    /** The conditions set aside so far, in the order of their bits. */
    List<Matcher> sessionMatchers() {
        return sessionMatchers;
    }

    static boolean isSessionCondition(Condition condition) {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        LateFacts.fields(condition, fields::add);
        return !fields.isEmpty() && fields.stream().allMatch(Field::isSessionConstant);
    }

    /** Sets a condition on session facts aside and returns its bit. */
    int fold(Condition condition) {
        sessionMatchers.add(plain(condition));
        return sessionMatchers.size() - 1;
    }

    Matcher compile(Condition condition) {
        if (folds && isSessionCondition(condition)) {
            return new Matcher.Folded(fold(condition));
        }
        return switch (condition) {
            case Condition.All all -> {
                List<Condition> ofSession = new ArrayList<>();
                List<Matcher> parts = new ArrayList<>();
                for (Condition part : all.parts()) {
                    if (folds && isSessionCondition(part)) {
                        ofSession.add(part);
                    } else {
                        parts.add(compile(part));
                    }
                }
                if (!ofSession.isEmpty()) {
                    parts.addFirst(new Matcher.Folded(fold(conjunction(ofSession))));
                }
                yield new Matcher.All(parts);
            }
            case Condition.Any any -> new Matcher.Any(
                    any.parts().stream().map(this::compile).toList());
            case Condition.Not not -> new Matcher.Not(compile(not.part()));
            case Condition.Always always -> Matcher.constant(always.holds());
            case Condition.Known known -> known(known.ref());
            case Compare compare -> compare(compare);
        };
    }

    static Condition conjunction(List<Condition> parts) {
        return switch (parts.size()) {
            case 0 -> new Condition.Always(true);
            case 1 -> parts.getFirst();
            default -> new Condition.All(parts);
        };
    }

    private static Matcher plain(Condition condition) {
        return new MatcherCompiler(false).compile(condition);
    }

    private static Matcher known(Condition.Ref ref) {
        String header = ref.header();
        if (header != null) {
            return new HeaderMatcher(ref.field(), header, text -> true);
        }
        return new Matcher.OfFact(ref.field()) {
            @Override
            boolean matches(Facts facts) {
                return true;
            }
        };
    }

    private static Matcher compare(Compare compare) {
        Field field = compare.ref().field();
        return switch (field.type()) {
            case STRING -> {
                TextPredicate predicate = text(compare.test());
                yield new Matcher.OfFact(field) {
                    @Override
                    boolean matches(Facts facts) {
                        return predicate.test(facts.text(slot));
                    }
                };
            }
            case INT, TIME -> new NumberMatcher(field, intervals(compare.test()));
            case BOOL -> new Matcher.OfFact(field) {
                @Override
                boolean matches(Facts facts) {
                    return facts.number(slot) != 0;
                }
            };
            case IP -> {
                IpPredicate predicate = address(compare.test());
                yield new Matcher.OfFact(field) {
                    @Override
                    boolean matches(Facts facts) {
                        return predicate.test(facts.ipHi(), facts.number(slot));
                    }
                };
            }
            case NAME -> {
                NamePredicate predicate = name(compare.test());
                yield new Matcher.OfFact(field) {
                    @Override
                    boolean matches(Facts facts) {
                        return predicate.test(facts.name(slot));
                    }
                };
            }
            case STRING_ARRAY -> {
                TextPredicate predicate = text(compare.test());
                yield new Matcher.OfFact(field) {
                    @Override
                    boolean matches(Facts facts) {
                        Facts.Elements elements = facts.elements(slot);
                        int i = 0;
                        while (i < elements.count() && !predicate.test(elements.text(i))) {
                            i++;
                        }
                        return i < elements.count();
                    }
                };
            }
            case NAME_ARRAY -> {
                NamePredicate predicate = name(compare.test());
                yield new Matcher.OfFact(field) {
                    @Override
                    boolean matches(Facts facts) {
                        Facts.Elements elements = facts.elements(slot);
                        int i = 0;
                        while (i < elements.count() && !predicate.test(elements.name(i))) {
                            i++;
                        }
                        return i < elements.count();
                    }
                };
            }
            case IP_ARRAY -> {
                IpPredicate predicate = address(compare.test());
                yield new Matcher.OfFact(field) {
                    @Override
                    boolean matches(Facts facts) {
                        Facts.Elements elements = facts.elements(slot);
                        int i = 0;
                        while (i < elements.count()
                                && !predicate.test(elements.hi(i), elements.lo(i))) {
                            i++;
                        }
                        return i < elements.count();
                    }
                };
            }
            case HEADERS -> new HeaderMatcher(field, String.valueOf(compare.ref().header()),
                    text(compare.test()));
        };
    }

    static TextPredicate text(Condition.Test test) {
        return switch (test) {
            case Condition.TextIs is -> is.negated()
                    ? text -> !Texts.equal(text, is.value())
                    : text -> Texts.equal(text, is.value());
            case Condition.TextContains part -> text -> Texts.contains(text, part.value());
            case Condition.TextStartsWith start -> text -> Texts.regionMatches(text, 0,
                    start.value());
            case Condition.TextEndsWith end -> text -> Texts.regionMatches(text,
                    text.length() - end.value().length(), end.value());
            case Condition.TextMatches matches -> {
                Condition.TextTest simpler = Patterns.withoutPattern(matches.pattern());
                if (simpler != null) {
                    yield text(simpler);
                }
                PatternDfa automaton = matches.automaton();
                com.google.re2j.Pattern pattern = matches.pattern();
                yield automaton == null
                        ? text -> pattern.matcher(text).find()
                        : automaton::find;
            }
            case Condition.TextIn in -> {
                StringSet set = new StringSet(in.values());
                yield set::contains;
            }
            case Condition.InList in -> {
                NamedList list = in.list();
                yield list::contains;
            }
            default -> throw new AssertionError(test);
        };
    }

    private static NamePredicate name(Condition.Test test) {
        return switch (test) {
            case Condition.NameIs is -> is.negated()
                    ? name -> !is.value().equals(name)
                    : name -> is.value().equals(name);
            case Condition.NameIn in -> {
                NameTable.Builder builder = new NameTable.Builder();
                in.names().forEach(builder::add);
                NameTable table = builder.build();
                yield table::containsOrParent;
            }
            case Condition.InList in -> {
                NamedList list = in.list();
                yield list::contains;
            }
            default -> {
                TextPredicate predicate = text(test);
                yield name -> predicate.test(name.text());
            }
        };
    }

    private static IpPredicate address(Condition.Test test) {
        return switch (test) {
            case Condition.InList in -> {
                NamedList list = in.list();
                yield list::containsIp;
            }
            case Condition.IpIs is when is.negated() -> (hi, lo) -> hi != is.value().hi()
                    || lo != is.value().lo();
            default -> {
                AddressSet set = AddressSet.ofRanges(ranges(test));
                yield set::contains;
            }
        };
    }

    /** The addresses that a test other than of a list accepts. */
    static List<IpRange> ranges(Condition.Test test) {
        return switch (test) {
            case Condition.IpIs is -> List.of(IpRange.of(is.value(), is.value()));
            case Condition.IpIn in -> in.ranges();
            default -> throw new AssertionError(test);
        };
    }

    /** The numbers that a test accepts: in order, disjoint, none touching the next. */
    static List<Interval> intervals(Condition.Test test) {
        return switch (test) {
            case Condition.NumberIs is -> {
                long value = is.value();
                boolean lowest = value == Long.MIN_VALUE;
                boolean highest = value == Long.MAX_VALUE;
                List<Interval> below = lowest
                        ? List.of()
                        : List.of(new Interval(Long.MIN_VALUE, value - 1));
                List<Interval> above = highest
                        ? List.of()
                        : List.of(new Interval(value + 1, Long.MAX_VALUE));
                yield switch (is.operator()) {
                    case EQUAL -> List.of(new Interval(value, value));
                    case LESS -> below;
                    case GREATER -> above;
                    case LESS_OR_EQUAL -> List.of(new Interval(Long.MIN_VALUE, value));
                    case GREATER_OR_EQUAL -> List.of(new Interval(value, Long.MAX_VALUE));
                    case NOT_EQUAL -> {
                        List<Interval> both = new ArrayList<>(below);
                        both.addAll(above);
                        yield both;
                    }
                    default -> throw new AssertionError(is.operator());
                };
            }
            case Condition.NumberIn in -> merged(in.intervals());
            default -> throw new AssertionError(test);
        };
    }

    static List<Interval> merged(List<Interval> intervals) {
        List<Interval> sorted = new ArrayList<>(intervals);
        sorted.sort(Comparator.comparingLong(Interval::first));
        List<Interval> merged = new ArrayList<>();
        for (Interval next : sorted) {
            Interval last = merged.isEmpty() ? null : merged.getLast();
            if (last != null
                    && (last.last() == Long.MAX_VALUE || next.first() <= last.last() + 1)) {
                merged.set(merged.size() - 1,
                        new Interval(last.first(), Math.max(last.last(), next.last())));
            } else {
                merged.add(next);
            }
        }
        return merged;
    }

    /** A number in one of some disjoint intervals, by binary search. */
    private static final class NumberMatcher extends Matcher.OfFact {
        private final long[] firsts;
        private final long[] lasts;

        NumberMatcher(Field field, List<Interval> intervals) {
            super(field);
            firsts = intervals.stream().mapToLong(Interval::first).toArray();
            lasts = intervals.stream().mapToLong(Interval::last).toArray();
        }

        @Override
        boolean matches(Facts facts) {
            long value = facts.number(slot);
            int interval = SortedStarts.floor(firsts, value);
            return interval >= 0 && value <= lasts[interval];
        }
    }

    /** Some value of a header field. */
    private static final class HeaderMatcher extends Matcher.OfFact {
        private final String name;
        private final TextPredicate predicate;

        HeaderMatcher(Field field, String name, TextPredicate predicate) {
            super(field);
            this.name = name;
            this.predicate = predicate;
        }

        @Override
        boolean matches(Facts facts) {
            Facts.Elements headers = facts.elements(slot);
            for (int i = 0; i < headers.count(); i += 2) {
                if (Texts.equalsIgnoringCase(headers.text(i), name)
                        && predicate.test(headers.text(i + 1))) {
                    return true;
                }
            }
            return false;
        }
    }
}
