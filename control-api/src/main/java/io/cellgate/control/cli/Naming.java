package io.cellgate.control.cli;

import io.cellgate.control.http.OpenApi;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an operation is called on the command line: nouns from the words of its path, a verb from what it does there.
 *
 * <pre>
 * GET  /v1/sims                    sims list            POST /v1/orders/{id}/confirm    orders confirm ORDER
 * GET  /v1/sims/{iccid}            sims get SIM         PUT  /v1/policies/{id}          policies put POLICY
 * POST /v1/carriers/{id}/peers     carriers peers create CARRIER
 * </pre>
 *
 * Where that reads badly, the operation says it itself: {@code x-cli: batches import}; {@code x-cli: none} leaves it out.
 */
final class Naming {
    /** Options of the command line's own, whatever fields the document has. */
    private static final Set<String> OWN = Set.of("--output", "--save", "--profile", "--yes",
            "--file", "--all", "--limit", "--columns", "--unset", "--content-type", "--help",
            "--version");

    private Naming() {}

    /** The words after {@code cellgate}; null: it has no command. */
    static @Nullable List<String> words(JsonObject paths, String path, String method,
            JsonObject operation) {
        String said = operation.getString("x-cli");
        if (said != null) {
            return said.equals("none") ? null : List.of(said.split(" "));
        }
        List<String> words = new ArrayList<>(OpenApi.words(path));
        if (path.endsWith("}")) {
            words.add(switch (method) {
                case "get" -> "get";
                case "put" -> "put";
                case "patch" -> "update";
                case "delete" -> "delete";
                default -> "act";
            });
            return words;
        }
        JsonObject reading = paths.getJsonObject(path).getJsonObject("get");
        boolean collection = reading != null
                && reading.getString("operationId").startsWith("list");
        switch (method) {
            case "get" -> {
                if (collection) {
                    words.add("list");
                } else if (words.size() == 1) {
                    words.add("get");
                }
            }
            case "put" -> words.add("put");
            case "patch" -> words.add("update");
            case "delete" -> words.add("delete");
            default -> {
                if (collection || words.size() == 1) {
                    words.add("create");
                }
            }
        }
        return words;
    }

    /** What stands for a path's parameter: the singular of the word before it. */
    static String label(String path, String parameter) {
        String before = path.substring(0, path.indexOf("/{" + parameter + "}"));
        String word = before.substring(before.lastIndexOf('/') + 1);
        return switch (parameter) {
            case "id", "iccid" -> singular(word).replace('-', '_').toUpperCase(Locale.ROOT);
            default -> parameter.toUpperCase(Locale.ROOT);
        };
    }

    private static String singular(String word) {
        if (word.endsWith("ies")) {
            return word.substring(0, word.length() - 3) + "y";
        }
        if (word.endsWith("ches")) {
            return word.substring(0, word.length() - 2);
        }
        return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }

    /** {@code --ship-to} of {@code ship_to}, {@code --if-match} of {@code If-Match}. */
    static String option(String name) {
        String option = "--" + name.replace('_', '-').toLowerCase(Locale.ROOT);
        return OWN.contains(option) ? "--field-" + option.substring(2) : option;
    }

    /** {@code --fence.countries}: a field within a field. */
    static String option(String name, String inner) {
        return option(name) + "." + option(inner).substring(2);
    }
}
