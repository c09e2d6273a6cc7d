package io.cellgate.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression as it was written, before anything in it has a meaning. Offsets are into the expression's text. */
sealed interface Syntax {
    int offset();

    record And(List<Syntax> parts, int offset) implements Syntax {}

    record Or(List<Syntax> parts, int offset) implements Syntax {}

    record Not(Syntax part, int offset) implements Syntax {}

    record Truth(boolean holds, int offset) implements Syntax {}

    /** A field alone, or followed by an operator and what it is compared with. */
    record Comparison(FieldName field, @Nullable Operator operator, int operatorOffset,
            @Nullable Operand operand, int offset) implements Syntax {}

    record IsKnown(FieldName field, int offset) implements Syntax {}

    /** What could not be read; its problem has been reported. */
    record Unreadable(int offset) implements Syntax {}

    /** @param each written with [*], inside any(…) */
    record FieldName(String name, @Nullable String key, boolean each, int offset) {}

    /** What stands to the right of an operator. */
    sealed interface Operand {
        int offset();
    }

    /** One literal: a quoted string, or a bare word such as 443, 10.0.0.0/8, 08:00 or true. */
    record Literal(String text, boolean quoted, int offset) implements Operand {}

    record Range(Literal first, Literal last, int offset) implements Operand {}

    record SetOf(List<Operand> members, int offset) implements Operand {}

    record ListName(String name, int offset) implements Operand {}

    /** The comparison operators. */
    enum Operator {
        EQUAL("=="),
        NOT_EQUAL("!="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        CONTAINS("contains"),
        MATCHES("matches"),
        STARTS_WITH("starts_with"),
        ENDS_WITH("ends_with"),
        IN("in");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        static @Nullable Operator ofText(String text) {
            for (Operator operator : values()) {
                if (operator.text.equals(text)) {
                    return operator;
                }
            }
            return null;
        }
    }
}
