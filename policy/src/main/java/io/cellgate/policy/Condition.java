package io.cellgate.policy;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A checked expression: every field known and of the rule's phase, every literal of its field's type. The
 * {@link Interpreter} gives it its meaning; {@link MatcherCompiler} makes it fast. {@link Object#toString} writes it
 * in the language again, in one form for all spellings.
 */
sealed interface Condition {
    /** All parts hold; at least two. */
    record All(List<Condition> parts) implements Condition {
        @Override
        public String toString() {
            return parts.stream().map(All::part).collect(Collectors.joining(" and "));
        }

        private static String part(Condition part) {
            return part instanceof Any ? "(" + part + ")" : part.toString();
        }
    }

    /** At least one part holds; at least two. */
    record Any(List<Condition> parts) implements Condition {
        @Override
        public String toString() {
            return parts.stream().map(Condition::toString).collect(Collectors.joining(" or "));
        }
    }

    record Not(Condition part) implements Condition {
        @Override
        public String toString() {
            return part instanceof All || part instanceof Any
                    ? "not (" + part + ")"
                    : "not " + part;
        }
    }

    record Always(boolean holds) implements Condition {
        @Override
        public String toString() {
            return Boolean.toString(holds);
        }
    }

    record Known(Ref ref) implements Condition {
        @Override
        public String toString() {
            return "is_known(" + ref + ")";
        }
    }

    /** The fact, or some element of it, passes the test; false where it is unknown. */
    record Compare(Ref ref, Test test) implements Condition {
        @Override
        public String toString() {
            if (!ref.field().type().isArray()) {
                return (test instanceof IsTrue ? "" + ref : ref + " " + test);
            }
            return "any(" + ref + "[*] " + test + ")";
        }
    }

    /** A field, or one header's values. */
    record Ref(Field field, @Nullable String header) {
        @Override
        public String toString() {
            return header == null ? field.text() : field.text() + "[" + quoted(header) + "]";
        }
    }

    /** What is asked of one value. */
    sealed interface Test {}

    /** Of strings, and of names by their text. */
    sealed interface TextTest extends Test {}

    /** Of ints and times. */
    sealed interface NumberTest extends Test {}

    sealed interface IpTest extends Test {}

    sealed interface NameTest extends Test {}

    record IsTrue() implements Test {}

    record TextIs(String value, boolean negated) implements TextTest {
        @Override
        public String toString() {
            return (negated ? "!= " : "== ") + quoted(value);
        }
    }

    record TextContains(String value) implements TextTest {
        @Override
        public String toString() {
            return "contains " + quoted(value);
        }
    }

    record TextStartsWith(String value) implements TextTest {
        @Override
        public String toString() {
            return "starts_with " + quoted(value);
        }
    }

    record TextEndsWith(String value) implements TextTest {
        @Override
        public String toString() {
            return "ends_with " + quoted(value);
        }
    }

    /**
     * @param automaton the pattern made deterministic; null where it stays with RE2/J
     * @param nodes     about how large it is
     */
    record TextMatches(Pattern pattern, @Nullable PatternDfa automaton, int nodes)
            implements
                TextTest {
        @Override
        public String toString() {
            return "matches " + quoted(pattern.pattern());
        }
    }

    record TextIn(List<String> values) implements TextTest {
        @Override
        public String toString() {
            return "in {" + values.stream().map(Condition::quoted).collect(Collectors.joining(" "))
                    + "}";
        }
    }

    record NumberIs(Syntax.Operator operator, long value, boolean time) implements NumberTest {
        @Override
        public String toString() {
            return operator.text() + " " + number(value, time);
        }
    }

    record NumberIn(List<Interval> intervals, boolean time) implements NumberTest {
        @Override
        public String toString() {
            return "in {" + intervals.stream().map(i -> i.text(time))
                    .collect(Collectors.joining(" ")) + "}";
        }
    }

    /** Numbers from a first to a last one, both included. */
    record Interval(long first, long last) {
        boolean contains(long value) {
            return first <= value && value <= last;
        }

        private String text(boolean time) {
            String start = number(first, time);
            return first == last ? start : start + ".." + number(last, time);
        }
    }

    record IpIs(IpAddress value, boolean negated) implements IpTest {
        @Override
        public String toString() {
            return (negated ? "!= " : "== ") + value;
        }
    }

    record IpIn(List<IpRange> ranges) implements IpTest {
        @Override
        public String toString() {
            return "in {" + ranges.stream().map(IpRange::toString).collect(Collectors.joining(" "))
                    + "}";
        }
    }

    record NameIs(DomainName value, boolean negated) implements NameTest {
        @Override
        public String toString() {
            return (negated ? "!= " : "== ") + quoted(value.toString());
        }
    }

    /** Is one of the names or a child of one. */
    record NameIn(List<DomainName> names) implements NameTest {
        @Override
        public String toString() {
            return "in {" + names.stream().map(n -> quoted(n.toString()))
                    .collect(Collectors.joining(" ")) + "}";
        }
    }

    record InList(NamedList list) implements TextTest, IpTest, NameTest {
        @Override
        public String toString() {
            return "in $" + list.name();
        }
    }

    private static String number(long value, boolean time) {
        return time ? Literals.timeText(value) : Long.toString(value);
    }

    static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> text.append(c);
            }
        }
        return text.append('"').toString();
    }
}
