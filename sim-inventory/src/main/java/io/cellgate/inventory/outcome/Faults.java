package io.cellgate.inventory.outcome;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with a request, so that it is told all at once. Owned by one thread. */
public final class Faults {
    private static final int SHOWN = 80;

    private final List<Fault> faults = new ArrayList<>();

    public void add(String pointer, String got, String expected) {
        faults.add(new Fault(pointer, got, expected));
    }

    public boolean any() {
        return !faults.isEmpty();
    }

    public List<Fault> list() {
        return List.copyOf(faults);
    }

    public <T> Outcome<T> invalid() {
        return new Outcome.Invalid<>(faults);
    }

    /** A text for people: 1 to {@code max} characters, none of them a control character, no blank ends. */
    public void name(String pointer, String value, int max) {
        boolean clean = value.codePoints().noneMatch(Faults::isControl);
        if (value.isBlank() || value.length() > max || !clean || !value.strip().equals(value)) {
            add(pointer, shown(value),
                    "1 to " + max + " characters without control characters or blank ends");
        }
    }

    /** A text for people that may be empty and have several lines. */
    public void note(String pointer, String value, int max) {
        boolean clean = value.codePoints().noneMatch(c -> isControl(c) && c != '\n' && c != '\t');
        if (value.length() > max || !clean) {
            add(pointer, shown(value), "at most " + max + " characters without control characters");
        }
    }

    public void range(String pointer, long value, long min, long max) {
        if (value < min || value > max) {
            add(pointer, Long.toString(value), min + " to " + max);
        }
    }

    /** Reads a value whose constructor throws on what it does not take; null if it does not. */
    public <T> @Nullable T read(String pointer, String value, String expected,
            Function<String, T> constructor) {
        try {
            return constructor.apply(value);
        } catch (IllegalArgumentException e) {
            add(pointer, shown(value), expected);
            return null;
        }
    }

    /** The value on one line, no longer than a person reads: input must not deface a log or an answer. */
    public static String shown(String value) {
        StringBuilder out = new StringBuilder("\"");
        value.codePoints().limit(SHOWN).forEach(c -> {
            if (isControl(c) || c == '"' || c == '\\') {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        out.append('"');
        if (value.length() > SHOWN) {
            out.append("… (").append(value.length()).append(" characters)");
        }
        return out.toString();
    }

    private static boolean isControl(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    }
}
