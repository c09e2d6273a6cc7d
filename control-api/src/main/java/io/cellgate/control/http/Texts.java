package io.cellgate.control.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges texts by what every store keeps unchanged: no U+0000, which PostgreSQL does not take, and no half of a
 * surrogate pair, which UTF-8 cannot say (RFC 3629 §3).
 */
final class Texts {
    private static final String EXPECTED = "text without U+0000 and halves of surrogate pairs";

    private Texts() {}

    /** Adds a fault for each text in the value, names of fields too, that a store would not keep. */
    static void judge(String in, String pointer, @Nullable Object value, List<Fault> faults) {
        switch (value) {
            case String text -> {
                if (!isKept(text)) {
                    faults.add(new Fault(in, pointer, Fault.echo(text), EXPECTED, null));
                }
            }
            case JsonObject object -> object.forEach(field -> {
                String name = field.getKey();
                if (!isKept(name)) {
                    faults.add(new Fault(in, pointer, Fault.echo(name),
                            "names of fields that are " + EXPECTED, null));
                }
                judge(in, pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                        field.getValue(), faults);
            });
            case JsonArray array -> {
                for (int i = 0; i < array.size(); i++) {
                    judge(in, pointer + "/" + i, array.getValue(i), faults);
                }
            }
            case null, default -> {
                // numbers, truth values, null
            }
        }
    }

    private static boolean isKept(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }
}
