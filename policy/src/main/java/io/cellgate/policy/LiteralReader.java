package io.cellgate.policy;

import io.cellgate.policy.Condition.Interval;
import io.cellgate.policy.Syntax.Literal;
import io.cellgate.policy.Syntax.Operand;
import io.cellgate.policy.Syntax.Range;
import io.cellgate.policy.Syntax.SetOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads literals as values of a field's type; what is none is reported, and null. */
final class LiteralReader {
    /** Fields of which all values are known: another literal is a mistake. */
    private static final Map<Field, Set<String>> VOCABULARY = Map.of(Field.NET_DIRECTION,
            Set.of("up", "down"), Field.NET_DST_KIND, Set.of("internet", "cloud", "device"),
            Field.SESSION_PDN_TYPE, Set.of("ipv4", "ipv6", "ipv4v6"));

    private final Problems problems;

    LiteralReader(Problems problems) {
        this.problems = problems;
    }

    void mismatch(Field field, Literal literal, String expected) {
        String got = literal.quoted()
                ? Condition.quoted(IpAddress.shortened(literal.text()))
                : "'" + IpAddress.shortened(literal.text()) + "'";
        problems.error(literal.offset(), field + " is of type " + field.type().element().text()
                + ", got " + got, "expected " + expected);
    }

    @Nullable
    String string(Field field, Literal literal) {
        if (!literal.quoted()) {
            mismatch(field, literal, "a string in quotes: \"" + literal.text() + "\"");
            return null;
        }
        return literal.text();
    }

    /** Reports a value that the field never has. */
    void checkVocabulary(Field field, Literal literal) {
        String value = literal.text();
        boolean country = field.text().endsWith(".country");
        if (country && !(value.length() == 2 && isUpper(value.charAt(0))
                && isUpper(value.charAt(1)))) {
            mismatch(field, literal,
                    "a country of ISO 3166 alpha-2 in capitals, such as \"DE\"");
        }
        Set<String> words = VOCABULARY.get(field);
        if (words != null && !words.contains(value)) {
            mismatch(field, literal,
                    "one of " + String.join(", ", words.stream().sorted().toList()));
        }
        if (field == Field.NET_PROTOCOL && !value.equals(value.toLowerCase(Locale.ROOT))) {
            mismatch(field, literal, "a protocol in small letters");
        }
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    @Nullable
    Long number(Field field, Literal literal) {
        if (field.type() == FieldType.TIME) {
            long seconds = literal.quoted() ? -1 : Literals.secondsOfDay(literal.text());
            if (seconds < 0 && !literal.quoted()) {
                seconds = Literals.durationSeconds(literal.text());
            }
            if (seconds < 0 || seconds > Literals.DAY_SECONDS) {
                mismatch(field, literal,
                        "a time of day such as 08:30, or the duration since midnight such as 8h30m");
                return null;
            }
            return seconds;
        }
        try {
            if (!literal.quoted()) {
                return Literals.number(literal.text());
            }
        } catch (NumberFormatException e) {
            // reported below, as a quoted literal is
        }
        mismatch(field, literal, "a whole number, or one with a unit such as 10MB or 1GiB");
        return null;
    }

    @Nullable
    IpAddress address(Field field, Literal literal) {
        try {
            return IpAddress.parse(literal.text());
        } catch (IllegalArgumentException e) {
            mismatch(field, literal, literal.text().indexOf('/') >= 0
                    ? "one address; write " + field + " in {" + literal.text() + "}"
                    : "an address such as 192.0.2.1 or 2001:db8::1");
            return null;
        }
    }

    @Nullable
    DomainName name(Field field, Literal literal) {
        if (!literal.quoted()) {
            mismatch(field, literal, "a name in quotes: \"" + literal.text() + "\"");
            return null;
        }
        try {
            return DomainName.of(literal.text());
        } catch (IllegalArgumentException e) {
            String hint = literal.text().startsWith("*.")
                    ? "write in {\"" + literal.text().substring(2)
                            + "\"}: a set's names stand for their children too"
                    : null;
            problems.error(literal.offset(), String.valueOf(e.getMessage()), hint);
            return null;
        }
    }

    Condition.@Nullable Test set(Field field, FieldType type, SetOf set) {
        List<Operand> members = set.members();
        int before = problems.errors();
        Condition.Test test = switch (type) {
            case STRING -> {
                List<String> values = new ArrayList<>();
                for (Operand member : members) {
                    Literal literal = single(field, member);
                    String value = literal == null ? null : string(field, literal);
                    if (literal != null && value != null) {
                        checkVocabulary(field, literal);
                        values.add(value);
                    }
                }
                yield new Condition.TextIn(values);
            }
            case NAME -> {
                List<DomainName> names = new ArrayList<>();
                for (Operand member : members) {
                    Literal literal = single(field, member);
                    DomainName name = literal == null ? null : name(field, literal);
                    if (name != null) {
                        names.add(name);
                    }
                }
                yield new Condition.NameIn(names);
            }
            case INT, TIME -> {
                List<Interval> intervals = new ArrayList<>();
                for (Operand member : members) {
                    interval(field, member, intervals);
                }
                yield new Condition.NumberIn(intervals, type == FieldType.TIME);
            }
            case IP -> {
                List<IpRange> ranges = new ArrayList<>();
                for (Operand member : members) {
                    addresses(field, member, ranges);
                }
                yield new Condition.IpIn(ranges);
            }
            case BOOL, STRING_ARRAY, NAME_ARRAY, IP_ARRAY, HEADERS -> throw new AssertionError(
                    type);
        };
        return problems.errors() == before ? test : null;
    }

    private @Nullable Literal single(Field field, Operand member) {
        if (member instanceof Literal literal) {
            return literal;
        }
        problems.error(member.offset(), field + " is of type "
                + field.type().element().text() + ", which has no ranges", "list the values");
        return null;
    }

    private void interval(Field field, Operand member, List<Interval> into) {
        if (member instanceof Literal literal) {
            Long value = number(field, literal);
            if (value != null) {
                into.add(new Interval(value, value));
            }
        } else if (member instanceof Range range) {
            Long first = number(field, range.first());
            Long last = number(field, range.last());
            if (first == null || last == null) {
                return;
            }
            if (first <= last) {
                into.add(new Interval(first, last));
            } else if (field.type() == FieldType.TIME) {
                // 22:00..06:00 goes over midnight
                into.add(new Interval(first, Literals.DAY_SECONDS));
                into.add(new Interval(0, last));
            } else {
                problems.error(range.offset(), "the range begins after its end",
                        "write " + range.last().text() + ".." + range.first().text());
            }
        }
    }

    private void addresses(Field field, Operand member, List<IpRange> into) {
        if (member instanceof Literal literal) {
            try {
                into.add(IpRange.parse(literal.text()));
            } catch (IllegalArgumentException e) {
                problems.error(literal.offset(), String.valueOf(e.getMessage()), null);
            }
        } else if (member instanceof Range range) {
            IpAddress first = address(field, range.first());
            IpAddress last = address(field, range.last());
            if (first == null || last == null) {
                return;
            }
            if (first.isIpv4() != last.isIpv4()) {
                problems.error(range.offset(),
                        "the range begins in one IP version and ends in the other", null);
            } else if (first.compareTo(last) > 0) {
                problems.error(range.offset(), "the range begins after its end",
                        "write " + last + ".." + first);
            } else {
                into.add(IpRange.of(first, last));
            }
        }
    }
}
