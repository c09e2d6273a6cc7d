package io.cellgate.inventory.lines;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of comma-separated values. A value in quotes may hold commas and doubled quotes but, unlike in RFC 4180 §2.6, no
 * line break: one quote too many then spoils one line, not the file's remainder.
 */
public final class CsvLine {
    private CsvLine() {}

    /** The values of a line, or null where a quote neither begins nor ends one. */
    public static @Nullable List<String> split(String text) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            StringBuilder field = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                at++;
                while (true) {
                    if (at >= text.length()) {
                        return null;
                    }
                    char c = text.charAt(at++);
                    if (c != '"') {
                        field.append(c);
                    } else if (at < text.length() && text.charAt(at) == '"') {
                        field.append('"');
                        at++;
                    } else {
                        break;
                    }
                }
            } else {
                while (at < text.length() && text.charAt(at) != ',') {
                    if (text.charAt(at) == '"') {
                        return null;
                    }
                    field.append(text.charAt(at++));
                }
            }
            fields.add(field.toString());
            if (at == text.length()) {
                return fields;
            }
            if (text.charAt(at) != ',') {
                return null;
            }
            at++;
        }
    }
}
