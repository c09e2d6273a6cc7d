package io.cellgate.control.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The OpenAPI document, put together from its parts, one for each group of resources. What serves the API and what
 * calls it (the command line) read the same. Beside the standard's members an operation has
 * <ul>
 * <li>{@code x-role}: the least role that may call it, {@code anyone} where no token is needed,
 * <li>{@code x-scope}: what a token with scopes must name, RESOURCE:VERB; derived from path and method, see {@link #scope},
 * <li>{@code x-max-body}: the most octets that its body may have (1 MiB where it is missing),
 * <li>{@code x-streamed}: its body is an upload, read and judged line by line.
 * </ul>
 */
public final class OpenApi {
    /** The methods that operations have, as path items name them. */
    public static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");
    /** Of operations that every token may call, whatever its scopes. */
    static final String NO_SCOPE = "none";
    private static final List<String> PARTS = List.of("base", "access", "identity", "network",
            "firewall", "accounting", "addresses", "ordering", "sims", "policies", "logs",
            "traffic", "replay",
            "usage", "captures", "webhooks", "progress", "operations");
    /** Whose first path segment says where, the second what. */
    private static final Set<String> PLACES = Set.of("accounts", "operator");

    private OpenApi() {}

    /** Reads the parts. */
    public static JsonObject read() {
        JsonObject document = new JsonObject();
        for (String part : PARTS) {
            document.mergeIn(readPart(part), true);
        }
        JsonObject paths = document.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            JsonObject item = paths.getJsonObject(path);
            for (String method : METHODS) {
                JsonObject operation = item.getJsonObject(method);
                if (operation != null && !operation.getString("x-role", "").equals("anyone")
                        && !operation.containsKey("x-scope")) {
                    operation.put("x-scope", scope(path, method, operation));
                }
            }
        }
        return document;
    }

    private static JsonObject readPart(String part) {
        try (InputStream in = OpenApi.class
                .getResourceAsStream("/io/cellgate/control/openapi/" + part + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("the OpenAPI document lacks its part " + part);
            }
            Map<String, Object> map = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
            return new JsonObject(map).copy();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The path's words, without the version and the parameters. */
    public static List<String> words(String path) {
        return List.of(path.split("/")).stream().filter(
                word -> !word.isEmpty() && !word.equals("v1") && !word.startsWith("{")).toList();
    }

    private static String scope(String path, String method, JsonObject operation) {
        List<String> words = words(path);
        String resource = words.size() > 1 && PLACES.contains(words.getFirst())
                ? words.get(1)
                : words.getFirst();
        String verb = switch (method) {
            case "get" -> "read";
            case "delete" -> "delete";
            case "put", "patch" -> "change";
            default -> operation.getString("x-role", "").equals("viewer")
                    ? "read"
                    : operation.getJsonObject("responses").containsKey("201") ? "create" : "act";
        };
        return resource + ":" + verb;
    }

    /** Every scope that an operation asks for, sorted. */
    public static JsonArray scopes(JsonObject document) {
        JsonObject paths = document.getJsonObject("paths");
        return new JsonArray(paths.fieldNames().stream()
                .flatMap(path -> METHODS.stream()
                        .map(method -> paths.getJsonObject(path).getJsonObject(method)))
                .filter(operation -> operation != null && operation.containsKey("x-scope"))
                .map(operation -> operation.getString("x-scope"))
                .filter(scope -> !scope.equals(NO_SCOPE)).distinct().sorted().toList());
    }
}
