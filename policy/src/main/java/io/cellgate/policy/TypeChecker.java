package io.cellgate.policy;

import com.google.re2j.Pattern;
import io.cellgate.policy.Condition.Compare;
import io.cellgate.policy.Condition.Ref;
import io.cellgate.policy.Condition.Test;
import io.cellgate.policy.Syntax.Comparison;
import io.cellgate.policy.Syntax.FieldName;
import io.cellgate.policy.Syntax.ListName;
import io.cellgate.policy.Syntax.Literal;
import io.cellgate.policy.Syntax.Operand;
import io.cellgate.policy.Syntax.Operator;
import io.cellgate.policy.Syntax.SetOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives what was written its meaning: looks fields and lists up, checks that the phase knows the fact and that operator
 * and literals go with its type. Where something is wrong it reports that and goes on with a condition that never
 * holds; a rule with a problem is never compiled.
 */
final class TypeChecker {
    private static final Condition NEVER = new Condition.Always(false);

    private final Phase phase;
    private final ListCatalog lists;
    private final Set<Field> unknown;
    private final Problems problems;
    private final LiteralReader literals;
    private final Patterns patterns;

    /** @param patterns of the whole policy */
    TypeChecker(Phase phase, ListCatalog lists, Set<Field> unknown, Problems problems,
            Patterns patterns) {
        this.phase = phase;
        this.lists = lists;
        this.unknown = unknown;
        this.problems = problems;
        literals = new LiteralReader(problems);
        this.patterns = patterns;
    }

    Condition check(Syntax syntax) {
        return switch (syntax) {
            case Syntax.And and -> {
                List<Condition> parts = new ArrayList<>();
                for (Syntax part : and.parts()) {
                    Condition checked = check(part);
                    if (checked instanceof Condition.All all) {
                        parts.addAll(all.parts());
                    } else {
                        parts.add(checked);
                    }
                }
                yield new Condition.All(parts);
            }
            case Syntax.Or or -> {
                List<Condition> parts = new ArrayList<>();
                for (Syntax part : or.parts()) {
                    Condition checked = check(part);
                    if (checked instanceof Condition.Any any) {
                        parts.addAll(any.parts());
                    } else {
                        parts.add(checked);
                    }
                }
                yield new Condition.Any(parts);
            }
            case Syntax.Not not -> new Condition.Not(check(not.part()));
            case Syntax.Truth truth -> new Condition.Always(truth.holds());
            case Syntax.Unreadable unreadable -> NEVER;
            case Syntax.IsKnown known -> {
                Ref ref = ref(known.field());
                yield ref == null ? NEVER : new Condition.Known(ref);
            }
            case Comparison comparison -> compare(comparison);
        };
    }

    private @Nullable Ref ref(FieldName name) {
        Field field = Field.ofText(name.name());
        if (field == null) {
            String near = problems.takesMore() ? Field.nearestTo(name.name()) : null;
            problems.error(name.offset(),
                    "there is no field '" + IpAddress.shortened(name.name()) + "'",
                    near == null ? null : "did you mean " + near + "?");
            return null;
        }
        if (!field.isKnownIn(phase)) {
            String hint = field.phase() == Phase.DNS
                    ? "it is a fact of a query; ask net.dst.domain for the names of a destination"
                    : "give the rule the phase " + field.phase().text();
            problems.error(name.offset(), field + " belongs to the phase " + field.phase().text()
                    + ", this rule is of the phase " + phase.text(), hint);
            return null;
        }
        if (unknown.contains(field)) {
            problems.warning(name.offset(), "this gateway does not know " + field
                    + ": a comparison of it is false, and not of that is true",
                    "see the table of fields in docs/policy.md");
        }
        if (field.type() == FieldType.HEADERS) {
            if (name.key() == null) {
                problems.error(name.offset(), "http.header needs the name of a header field",
                        "write http.header[\"user-agent\"]");
                return null;
            }
            return new Ref(field, name.key().toLowerCase(Locale.ROOT));
        }
        if (name.key() != null) {
            problems.error(name.offset(), field + " is of type " + field.type().text()
                    + " and has no elements by name", "only http.header has");
            return null;
        }
        return new Ref(field, null);
    }

    private Condition compare(Comparison comparison) {
        Ref ref = ref(comparison.field());
        Operator operator = comparison.operator();
        Operand operand = comparison.operand();
        if (ref == null) {
            return NEVER;
        }
        Field field = ref.field();
        boolean each = comparison.field().each();
        if (each && !field.type().isArray()) {
            problems.error(comparison.offset(), field + " is of type " + field.type().text()
                    + " and has no elements", "write " + field + " without any(…[*])");
            return NEVER;
        }
        if (operator == null || operand == null) {
            if (field.type() != FieldType.BOOL) {
                problems.error(comparison.offset(), field + " is of type "
                        + field.type().text() + ", which alone is no condition",
                        each || !field.type().isArray()
                                ? "compare it with a value"
                                : "write " + field + " contains …, or any(" + field + "[*] …)");
                return NEVER;
            }
            return new Compare(ref, new Condition.IsTrue());
        }
        if (field.type().isArray() && !each) {
            // Of a whole array: has an element that is, or is in. What else could be meant is asked
            // with any().
            Operator ofElement = switch (operator) {
                case EQUAL, CONTAINS -> Operator.EQUAL;
                case IN -> Operator.IN;
                default -> null;
            };
            if (ofElement == null) {
                problems.error(comparison.operatorOffset(),
                        "'" + operator.text() + "' does not go with " + field
                                + ", which is of type " + field.type().text(),
                        operator == Operator.NOT_EQUAL
                                ? "write not " + ref + " == …, or any(" + ref + "[*] != …)"
                                : "write any(" + ref + "[*] " + operator.text() + " …)");
                return NEVER;
            }
            operator = ofElement;
        }
        return compare(comparison, ref, operator, operand);
    }

    private Condition compare(Comparison comparison, Ref ref, Operator operator,
            Operand operand) {
        FieldType type = ref.field().type().element();
        if (!goesWith(operator, type)) {
            problems.error(comparison.operatorOffset(), "'" + operator.text()
                    + "' does not go with " + ref.field() + ", which is of type " + type.text(),
                    "it takes " + operatorsOf(type));
            return NEVER;
        }
        if (operator == Operator.IN) {
            Test test = in(ref, type, operand);
            return test == null ? NEVER : new Compare(ref, test);
        }
        if (!(operand instanceof Literal literal)) {
            problems.error(operand.offset(),
                    "'" + operator.text() + "' compares with one value, got "
                            + (operand instanceof ListName ? "a list" : "a set"),
                    "write " + ref.field() + " in …");
            return NEVER;
        }
        return switch (type) {
            case STRING -> of(ref, textTest(ref, operator, literal));
            case NAME -> of(ref, nameTest(ref, operator, literal));
            case INT, TIME -> {
                Long value = literals.number(ref.field(), literal);
                yield of(ref, value == null
                        ? null
                        : new Condition.NumberIs(operator, value, type == FieldType.TIME));
            }
            case IP -> {
                IpAddress value = literals.address(ref.field(), literal);
                yield of(ref, value == null
                        ? null
                        : new Condition.IpIs(value, operator == Operator.NOT_EQUAL));
            }
            case BOOL -> {
                if (literal.quoted() || !literal.text().equals("true")
                        && !literal.text().equals("false")) {
                    literals.mismatch(ref.field(), literal, "true or false");
                    yield NEVER;
                }
                // false is not the negation of true: an unknown fact is neither.
                boolean wanted = literal.text().equals("true") == (operator == Operator.EQUAL);
                Condition holds = new Compare(ref, new Condition.IsTrue());
                yield wanted
                        ? holds
                        : new Condition.All(
                                List.of(new Condition.Known(ref), new Condition.Not(holds)));
            }
            case STRING_ARRAY, NAME_ARRAY, IP_ARRAY, HEADERS -> throw new AssertionError(type);
        };
    }

    private static Condition of(Ref ref, @Nullable Test test) {
        return test == null ? NEVER : new Compare(ref, test);
    }

    private static boolean goesWith(Operator operator, FieldType type) {
        return switch (operator) {
            case EQUAL, NOT_EQUAL -> true;
            case IN -> type != FieldType.BOOL;
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> type == FieldType.INT
                    || type == FieldType.TIME;
            case CONTAINS, MATCHES, STARTS_WITH, ENDS_WITH -> type == FieldType.STRING
                    || type == FieldType.NAME;
        };
    }

    private static String operatorsOf(FieldType type) {
        List<String> fitting = new ArrayList<>();
        for (Operator operator : Operator.values()) {
            if (goesWith(operator, type)) {
                fitting.add(operator.text());
            }
        }
        return String.join(" ", fitting);
    }

    private @Nullable Test textTest(Ref ref, Operator operator, Literal literal) {
        String value = literals.string(ref.field(), literal);
        if (value == null) {
            return null;
        }
        return switch (operator) {
            case EQUAL, NOT_EQUAL -> {
                literals.checkVocabulary(ref.field(), literal);
                yield new Condition.TextIs(value, operator == Operator.NOT_EQUAL);
            }
            default -> partTest(operator, literal, value, 0);
        };
    }

    private @Nullable Test nameTest(Ref ref, Operator operator, Literal literal) {
        if (operator == Operator.EQUAL || operator == Operator.NOT_EQUAL) {
            DomainName name = literals.name(ref.field(), literal);
            return name == null
                    ? null
                    : new Condition.NameIs(name, operator == Operator.NOT_EQUAL);
        }
        String value = literals.string(ref.field(), literal);
        if (value == null) {
            return null;
        }
        boolean pattern = operator == Operator.MATCHES;
        return partTest(operator, literal, pattern ? value : value.toLowerCase(Locale.ROOT),
                Pattern.CASE_INSENSITIVE);
    }

    private @Nullable Test partTest(Operator operator, Literal literal, String value, int flags) {
        return switch (operator) {
            case CONTAINS -> new Condition.TextContains(value);
            case STARTS_WITH -> new Condition.TextStartsWith(value);
            case ENDS_WITH -> new Condition.TextEndsWith(value);
            case MATCHES -> patterns.read(literal, value, flags);
            default -> throw new AssertionError(operator);
        };
    }

    private @Nullable Test in(Ref ref, FieldType type, Operand operand) {
        if (operand instanceof ListName name) {
            return inList(ref, type, name);
        }
        if (!(operand instanceof SetOf set)) {
            problems.error(operand.offset(), "'in' takes a set or a list",
                    "write in {…} or in $name");
            return null;
        }
        if (set.members().isEmpty()) {
            problems.warning(set.offset(), "the set is empty: nothing is in it", null);
        }
        return literals.set(ref.field(), type, set);
    }

    private @Nullable Test inList(Ref ref, FieldType type, ListName name) {
        NamedList list = lists.find(name.name());
        if (list == null) {
            String near = problems.takesMore() ? Nearest.to(name.name(), lists.names()) : null;
            problems.error(name.offset(), "there is no list $" + IpAddress.shortened(name.name()),
                    near == null ? "create it first" : "did you mean $" + near + "?");
            return null;
        }
        NamedList.Kind expected = switch (type) {
            case NAME -> NamedList.Kind.NAMES;
            case IP -> NamedList.Kind.ADDRESSES;
            case STRING -> NamedList.Kind.STRINGS;
            default -> null;
        };
        if (expected != list.kind()) {
            problems.error(name.offset(),
                    ref.field() + " is of type " + type.text() + ", $" + list.name()
                            + " is a list of " + list.kind().text(),
                    expected == null
                            ? "write a set in braces"
                            : "use a list of " + expected.text());
            return null;
        }
        return new Condition.InList(list);
    }
}
