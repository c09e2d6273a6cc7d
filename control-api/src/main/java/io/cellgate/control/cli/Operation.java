package io.cellgate.control.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the document, or one action of an operation that has several, as the command line sees it.
 *
 * @param item   what the document says of its path
 * @param action the one of its body's actions that is meant, null where its body has none or all are
 */
record Operation(Schemas schemas, String path, String method, JsonObject item,
        @Nullable String action) {

    /** The operation with this method of an item, or null. */
    static @Nullable Operation of(Schemas schemas, String path, JsonObject item, String method) {
        return item.containsKey(method)
                ? new Operation(schemas, path, method, item, null)
                : null;
    }

    Operation doing(String one) {
        return new Operation(schemas, path, method, item, one);
    }

    /** What the document says of it. */
    JsonObject node() {
        return item.getJsonObject(method);
    }

    boolean isStreamed() {
        return node().getBoolean("x-streamed", false);
    }

    private JsonObject content() {
        return node().getJsonObject("requestBody", new JsonObject()).getJsonObject("content",
                new JsonObject());
    }

    boolean takesJson() {
        return content().containsKey("application/json") && !isStreamed();
    }

    boolean needsBody() {
        return node().getJsonObject("requestBody").getBoolean("required", false);
    }

    /** What a file that is sent to it may be. */
    List<String> uploadTypes() {
        return List.copyOf(content().fieldNames());
    }

    private JsonObject bodySchema() {
        return content().getJsonObject("application/json").getJsonObject("schema");
    }

    /** The fields of its body that are left to say. */
    Map<String, JsonObject> bodyFields() {
        if (!takesJson()) {
            return Map.of();
        }
        Map<String, JsonObject> fields = new LinkedHashMap<>(schemas.fields(bodySchema()));
        if (action != null) {
            fields.remove("action");
        }
        return fields;
    }

    /** The names of the fields that its body must have. */
    JsonArray requiredFields() {
        return schemas.resolve(bodySchema()).getJsonArray("required", new JsonArray());
    }

    /** Whether it answers with a page of objects. */
    boolean isList() {
        JsonObject ok = node().getJsonObject("responses").getJsonObject("200", new JsonObject());
        JsonObject json = schemas.resolve(ok).getJsonObject("content", new JsonObject())
                .getJsonObject("application/json");
        return json != null && id().startsWith("list")
                && schemas.fields(json.getJsonObject("schema")).containsKey("next");
    }

    /** Whether what it does cannot be taken back. */
    boolean isFinal() {
        return id().startsWith("delete") || "terminate".equals(action);
    }

    private String id() {
        return node().getString("operationId");
    }

    /** Whether it answers with an object, or a file, when it has done what it does. */
    boolean answers() {
        JsonObject responses = node().getJsonObject("responses");
        return responses.containsKey("200") || responses.containsKey("201")
                || responses.containsKey("202");
    }

    /** @param in path, query or header */
    List<JsonObject> parameters(String in) {
        List<JsonObject> found = new ArrayList<>();
        for (JsonObject holder : List.of(item, node())) {
            for (Object each : holder.getJsonArray("parameters", new JsonArray())) {
                JsonObject parameter = schemas.resolve((JsonObject) each);
                if (parameter.getString("in").equals(in)) {
                    found.add(parameter);
                }
            }
        }
        return found;
    }

    /** Who may call it, for people. */
    String role() {
        String role = node().getString("x-role", "");
        String scope = node().getString("x-scope", "none");
        return role.equals("anyone")
                ? "anyone"
                : "role " + role + (scope.equals("none") ? "" : " (scope " + scope + ")");
    }
}
