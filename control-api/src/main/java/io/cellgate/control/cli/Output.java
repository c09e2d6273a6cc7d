package io.cellgate.control.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Shows answers: as tables for people, as JSON for programs. */
final class Output {
    private static final int WIDEST_CELL = 48;
    private static final int MOST_COLUMNS = 9;

    private Output() {}

    /** How it is shown. */
    enum Format {
        table,
        json,
        /** What names each object, a line each: for scripts. */
        id
    }

    static void list(PrintWriter out, Format format, JsonArray items,
            @Nullable List<String> columns) {
        if (format == Format.json) {
            out.println(items.encodePrettily());
            return;
        }
        if (format == Format.id) {
            items.forEach(item -> out.println(printable(id(item))));
            return;
        }
        List<JsonObject> rows = items.stream()
                .map(item -> item instanceof JsonObject object
                        ? object
                        : new JsonObject().put("value", item))
                .toList();
        List<String> shown = columns == null ? columns(rows) : columns;
        List<List<String>> lines = new ArrayList<>();
        lines.add(shown.stream().map(name -> name.toUpperCase(Locale.ROOT)).toList());
        rows.forEach(row -> lines
                .add(shown.stream().map(name -> cell(row.getValue(name))).toList()));
        table(out, lines);
    }

    static void one(PrintWriter out, Format format, JsonObject object) {
        if (format == Format.json) {
            out.println(object.encodePrettily());
            return;
        }
        if (format == Format.id) {
            out.println(printable(id(object)));
            return;
        }
        table(out, object.fieldNames().stream()
                .map(name -> List.of(name, text(object.getValue(name)))).toList());
    }

    private static String id(@Nullable Object item) {
        if (!(item instanceof JsonObject object)) {
            return text(item);
        }
        for (String name : List.of("id", "iccid", "name", "address", "seq")) {
            Object value = object.getValue(name);
            if (value != null) {
                return value.toString();
            }
        }
        throw new CliFailure(CliFailure.WRONG_USE,
                "-o id: got an answer without an id, expected -o table or -o json");
    }

    /** Those that have a value somewhere, objects left out, as many as one reads. */
    private static List<String> columns(List<JsonObject> rows) {
        Set<String> names = new LinkedHashSet<>();
        rows.forEach(row -> row.forEach(field -> {
            if (field.getValue() != null && !(field.getValue() instanceof JsonObject)) {
                names.add(field.getKey());
            }
        }));
        names.remove("revision");
        return names.stream().limit(MOST_COLUMNS).toList();
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "-";
            case JsonObject object -> object.encode();
            case JsonArray array -> array.stream()
                    .allMatch(each -> !(each instanceof JsonObject))
                            ? String.join(", ", array.stream().map(String::valueOf).toList())
                            : array.encode();
            default -> value.toString();
        };
    }

    private static String cell(@Nullable Object value) {
        String text = text(value);
        return text.length() <= WIDEST_CELL ? text : text.substring(0, WIDEST_CELL - 1) + "…";
    }

    /** Columns as wide as their widest cell; what a peer wrote must not steer the terminal. */
    private static void table(PrintWriter out, List<List<String>> lines) {
        int columns = lines.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        lines.forEach(line -> {
            for (int i = 0; i < line.size() - 1; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        });
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < line.size(); i++) {
                String cell = printable(line.get(i));
                text.append(cell);
                if (i < line.size() - 1) {
                    text.repeat(' ', widths[i] - cell.length() + 2);
                }
            }
            out.println(text.toString().stripTrailing());
        }
    }

    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}
