package io.cellgate.control.http;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a request.
 *
 * @param in       the part of the request: body, query, path or header
 * @param pointer  where in the body (JSON pointer, RFC 6901), or the parameter's name after a slash
 * @param got      what came, shortened; null where nothing came
 * @param expected what would have been right
 * @param position for faults in a policy's text: the rule and the place in it
 */
public record Fault(String in, String pointer, @Nullable String got, String expected,
        @Nullable Position position) {
    private static final int LONGEST_ECHO = 120;

    /** Where in a rule's expression, both counted from 1, and what may help. */
    public record Position(@Nullable String rule, int line, int column, String severity,
            @Nullable String hint) {}

    public static Fault body(String pointer, @Nullable Object got, String expected) {
        return new Fault("body", pointer, echo(got), expected, null);
    }

    public static Fault query(String name, @Nullable Object got, String expected) {
        return new Fault("query", "/" + name, echo(got), expected, null);
    }

    public static Fault path(String name, @Nullable Object got, String expected) {
        return new Fault("path", "/" + name, echo(got), expected, null);
    }

    public static Fault header(String name, @Nullable Object got, String expected) {
        return new Fault("header", "/" + name, echo(got), expected, null);
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject().put("in", in).put("pointer", pointer).put("got", got)
                .put("expected", expected);
        if (position != null) {
            json.put("rule", position.rule).put("line", position.line)
                    .put("column", position.column).put("severity", position.severity);
            if (position.hint != null) {
                json.put("hint", position.hint);
            }
        }
        return json;
    }

    /** A value as a person may read it back: short, and without control characters. */
    public static @Nullable String echo(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        String text = value.toString();
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && out.length() < LONGEST_ECHO; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) ? '\uFFFD' : c);
        }
        return text.length() > LONGEST_ECHO
                ? out + "… (" + text.length() + " characters)"
                : out.toString();
    }
}
