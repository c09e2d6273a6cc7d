package io.cellgate.control.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The document's schemas, references followed. */
final class Schemas {
    private final JsonObject document;

    Schemas(JsonObject document) {
        this.document = document;
    }

    /** The object that a reference leads to, or itself. */
    JsonObject resolve(JsonObject node) {
        String reference = node.getString("$ref");
        if (reference == null) {
            return node;
        }
        JsonObject at = document;
        for (String step : reference.substring(2).split("/")) {
            at = at.getJsonObject(step);
        }
        return resolve(at);
    }

    /** The fields of an object's schema, in their order, those of {@code allOf} together. */
    Map<String, JsonObject> fields(@Nullable JsonObject schema) {
        Map<String, JsonObject> fields = new LinkedHashMap<>();
        if (schema == null) {
            return fields;
        }
        JsonObject resolved = resolve(schema);
        for (Object part : resolved.getJsonArray("allOf", new JsonArray())) {
            fields.putAll(fields((JsonObject) part));
        }
        JsonObject properties = resolved.getJsonObject("properties", new JsonObject());
        for (String name : properties.fieldNames()) {
            fields.put(name, resolve(properties.getJsonObject(name)));
        }
        return fields;
    }

    /** Its type; of several the first that is not null. */
    static String type(JsonObject schema) {
        Object type = schema.getValue("type");
        if (type instanceof JsonArray several) {
            return several.stream().map(Object::toString).filter(each -> !each.equals("null"))
                    .findFirst().orElse("string");
        }
        return type == null ? "any" : type.toString();
    }

    static boolean isNullable(JsonObject schema) {
        return schema.getValue("type") instanceof JsonArray several && several.contains("null");
    }

    /** What it is, for people: its description, and the values that it may have. */
    static String describe(JsonObject schema, boolean required) {
        StringBuilder text = new StringBuilder(schema.getString("description", ""));
        JsonArray values = schema.getJsonArray("enum");
        if (values != null) {
            text.append(text.isEmpty() ? "" : " ").append("One of ").append(String.join(", ",
                    values.stream().map(String::valueOf).toList())).append('.');
        }
        if (required) {
            text.append(text.isEmpty() ? "" : " ").append("(required)");
        }
        // picocli takes percent signs for formats
        return text.toString().replace("%", "%%");
    }
}
