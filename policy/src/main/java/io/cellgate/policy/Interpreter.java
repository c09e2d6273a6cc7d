package io.cellgate.policy;

import io.cellgate.policy.Condition.Compare;
import io.cellgate.policy.Condition.Ref;
import io.cellgate.policy.Condition.Test;

/**
 * What a condition means, written as plainly as can be: the reference that the compiled form is held equal to. Nothing
 * on the data path calls it.
 */
final class Interpreter {
    private Interpreter() {}

    /** Session facts and those of the flow, which are the same bag where there is only one. */
    record Both(Facts session, Facts flow) {
        Facts of(Field field) {
            return field.isSessionConstant() ? session : flow;
        }
    }

    static boolean holds(Condition condition, Both facts) {
        return switch (condition) {
            case Condition.All all -> all.parts().stream().allMatch(part -> holds(part, facts));
            case Condition.Any any -> any.parts().stream().anyMatch(part -> holds(part, facts));
            case Condition.Not not -> !holds(not.part(), facts);
            case Condition.Always always -> always.holds();
            case Condition.Known known -> isKnown(known.ref(), facts);
            case Compare compare -> isKnown(compare.ref(), facts) && compare(compare, facts);
        };
    }

    static boolean isKnown(Ref ref, Both facts) {
        Facts bag = facts.of(ref.field());
        if (!bag.isKnown(ref.field())) {
            return false;
        }
        String header = ref.header();
        if (header == null) {
            return true;
        }
        Facts.Elements headers = bag.elements(ref.field().slot());
        for (int i = 0; i < headers.count(); i += 2) {
            if (headers.text(i).toString().equalsIgnoreCase(header)) {
                return true;
            }
        }
        return false;
    }

    private static boolean compare(Compare compare, Both facts) {
        Field field = compare.ref().field();
        Facts bag = facts.of(field);
        int slot = field.slot();
        Test test = compare.test();
        return switch (field.type()) {
            case STRING -> text(test, bag.text(slot).toString());
            case INT, TIME -> number(test, bag.number(slot));
            case BOOL -> bag.number(slot) != 0;
            case IP -> address(test, new IpAddress(bag.ipHi(), bag.number(slot)));
            case NAME -> name(test, bag.name(slot));
            case STRING_ARRAY -> {
                Facts.Elements elements = bag.elements(slot);
                boolean found = false;
                for (int i = 0; i < elements.count(); i++) {
                    found |= text(test, elements.text(i).toString());
                }
                yield found;
            }
            case NAME_ARRAY -> {
                Facts.Elements elements = bag.elements(slot);
                boolean found = false;
                for (int i = 0; i < elements.count(); i++) {
                    found |= name(test, elements.name(i));
                }
                yield found;
            }
            case IP_ARRAY -> {
                Facts.Elements elements = bag.elements(slot);
                boolean found = false;
                for (int i = 0; i < elements.count(); i++) {
                    found |= address(test, new IpAddress(elements.hi(i), elements.lo(i)));
                }
                yield found;
            }
            case HEADERS -> {
                Facts.Elements headers = bag.elements(slot);
                boolean found = false;
                for (int i = 0; i < headers.count(); i += 2) {
                    found |= headers.text(i).toString().equalsIgnoreCase(compare.ref().header())
                            && text(test, headers.text(i + 1).toString());
                }
                yield found;
            }
        };
    }

    /** Whether a text passes the test. */
    static boolean text(Test test, String value) {
        return switch (test) {
            case Condition.TextIs is -> value.equals(is.value()) != is.negated();
            case Condition.TextContains part -> value.contains(part.value());
            case Condition.TextStartsWith start -> value.startsWith(start.value());
            case Condition.TextEndsWith end -> value.endsWith(end.value());
            case Condition.TextMatches matches -> matches.pattern().matcher(value).find();
            case Condition.TextIn in -> in.values().contains(value);
            case Condition.InList in -> in.list().contains(value);
            default -> throw new AssertionError(test);
        };
    }

    private static boolean number(Test test, long value) {
        return switch (test) {
            case Condition.NumberIs is -> switch (is.operator()) {
                case EQUAL -> value == is.value();
                case NOT_EQUAL -> value != is.value();
                case LESS -> value < is.value();
                case LESS_OR_EQUAL -> value <= is.value();
                case GREATER -> value > is.value();
                case GREATER_OR_EQUAL -> value >= is.value();
                default -> throw new AssertionError(is.operator());
            };
            case Condition.NumberIn in -> in.intervals().stream()
                    .anyMatch(interval -> interval.contains(value));
            default -> throw new AssertionError(test);
        };
    }

    private static boolean address(Test test, IpAddress value) {
        return switch (test) {
            case Condition.IpIs is -> value.equals(is.value()) != is.negated();
            case Condition.IpIn in -> in.ranges().stream()
                    .anyMatch(range -> range.contains(value.hi(), value.lo()));
            case Condition.InList in -> in.list().contains(value);
            default -> throw new AssertionError(test);
        };
    }

    private static boolean name(Test test, DomainName value) {
        return switch (test) {
            case Condition.NameIs is -> value.equals(is.value()) != is.negated();
            case Condition.NameIn in -> in.names().stream().anyMatch(value::isWithin);
            case Condition.InList in -> in.list().contains(value);
            default -> text(test, value.toString());
        };
    }
}
