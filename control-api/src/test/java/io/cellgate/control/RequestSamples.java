package io.cellgate.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values for requests, made from their schemas: some that fit, and some that cannot. */
final class RequestSamples {
    private final JsonObject document;

    RequestSamples(JsonObject document) {
        this.document = document;
    }

    private JsonObject resolve(JsonObject node) {
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

    /** The schema of an operation's JSON body; null: it has none. */
    @Nullable
    JsonObject body(JsonObject operation) {
        if (operation.getBoolean("x-streamed", false) || !operation.containsKey("requestBody")) {
            return null;
        }
        JsonObject json = operation.getJsonObject("requestBody").getJsonObject("content")
                .getJsonObject("application/json");
        return json == null ? null : resolve(json.getJsonObject("schema"));
    }

    Map<String, JsonObject> fields(JsonObject schema) {
        Map<String, JsonObject> fields = new LinkedHashMap<>();
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        properties.fieldNames()
                .forEach(name -> fields.put(name, resolve(properties.getJsonObject(name))));
        return fields;
    }

    List<JsonObject> parameters(String path, JsonObject operation, String in) {
        List<JsonObject> found = new ArrayList<>();
        JsonObject item = document.getJsonObject("paths").getJsonObject(path);
        for (JsonObject holder : List.of(item, operation)) {
            for (Object each : holder.getJsonArray("parameters", new JsonArray())) {
                JsonObject parameter = resolve((JsonObject) each);
                if (parameter.getString("in").equals(in)) {
                    found.add(parameter.copy().put("schema",
                            resolve(parameter.getJsonObject("schema"))));
                }
            }
        }
        return found;
    }

    boolean has(String path, JsonObject operation, String header) {
        return parameters(path, operation, "header").stream()
                .anyMatch(parameter -> parameter.getString("name").equals(header));
    }

    private static List<String> types(JsonObject schema) {
        Object type = schema.getValue("type");
        if (type instanceof JsonArray several) {
            return several.stream().map(Object::toString).toList();
        }
        return type == null ? List.of() : List.of(type.toString());
    }

    /** A value that the schema lets pass, of its required parts alone. */
    Object valid(JsonObject unresolved, Random random) {
        JsonObject schema = resolve(unresolved);
        JsonArray values = schema.getJsonArray("enum");
        if (values != null) {
            return values.getValue(random.nextInt(values.size()));
        }
        List<String> types = types(schema);
        return switch (types.isEmpty() ? "string" : types.getFirst()) {
            case "integer", "number" -> schema.getLong("minimum", 1L);
            case "boolean" -> random.nextBoolean();
            case "array" -> {
                JsonArray array = new JsonArray();
                for (int i = 0; i < schema.getInteger("minItems", 0); i++) {
                    array.add(valid(schema.getJsonObject("items"), random));
                }
                yield array;
            }
            case "object" -> {
                JsonObject object = new JsonObject();
                Map<String, JsonObject> fields = fields(schema);
                schema.getJsonArray("required", new JsonArray()).forEach(
                        name -> object.put(name.toString(),
                                valid(Objects.requireNonNull(fields.get(name.toString())),
                                        random)));
                yield object;
            }
            default -> "date-time".equals(schema.getString("format"))
                    ? "2040-01-01T00:00:00Z"
                    : "x".repeat(Math.max(1, schema.getInteger("minLength", 1)));
        };
    }

    /** Values that a field's schema cannot let pass. */
    List<Object> wrongValues(JsonObject schema, Random random) {
        List<Object> wrong = new ArrayList<>();
        List<String> types = types(schema);
        if (!types.isEmpty()) {
            if (!types.contains("object")) {
                wrong.add(new JsonObject().put("a", 1));
            }
            if (!types.contains("array")) {
                wrong.add(new JsonArray().add(1));
            }
            if (!types.contains("boolean")) {
                wrong.add(random.nextBoolean());
            }
            if (!types.contains("integer") && !types.contains("number")) {
                wrong.add(random.nextLong());
            } else if (!types.contains("string")) {
                wrong.add("7");
                wrong.add(1.5);
            }
        }
        for (String text : wrongTexts(schema, random)) {
            if (types.contains("string")) {
                wrong.add(text);
            }
        }
        if (schema.containsKey("minimum")) {
            wrong.add(schema.getLong("minimum") - 1 - random.nextInt(1000));
        }
        if (schema.containsKey("maximum")) {
            wrong.add(schema.getLong("maximum") + 1 + random.nextInt(1000));
        }
        return wrong;
    }

    /** Texts that it cannot let pass, as a parameter or a field. */
    List<String> wrongTexts(JsonObject schema, Random random) {
        List<String> wrong = new ArrayList<>();
        List<String> types = types(schema);
        if (types.contains("integer")) {
            wrong.add("x" + random.nextInt());
            wrong.add("99999999999999999999999");
        } else if (types.contains("boolean")) {
            wrong.add("maybe");
        } else if (schema.containsKey("enum")) {
            wrong.add("zz" + random.nextInt(100));
        } else if (schema.containsKey("maxLength")) {
            int longest = schema.getInteger("maxLength");
            if (longest < 4000) {
                wrong.add("y".repeat(longest + 1 + random.nextInt(20)));
            }
        }
        if (schema.getInteger("minLength", 0) > 0 && types.equals(List.of("string"))) {
            wrong.add("");
        }
        return wrong;
    }

    /** Whether the schema lets this text pass; what the handler says beyond is its own matter. */
    boolean isLegal(JsonObject schema, String text) {
        List<String> types = types(schema);
        if (!types.isEmpty() && !types.contains("string")) {
            return false;
        }
        JsonArray values = schema.getJsonArray("enum");
        String pattern = schema.getString("pattern");
        return (values == null || values.contains(text))
                && (pattern == null || Pattern.compile(pattern).matcher(text).find())
                && text.length() >= schema.getInteger("minLength", 0)
                && text.length() <= schema.getInteger("maxLength", Integer.MAX_VALUE);
    }
}
