package io.cellgate.control.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Makes request bodies of files and of options' values. */
final class Bodies {
    private Bodies() {}

    /** A body from a file of JSON or YAML; - is standard input. */
    static JsonObject read(String file) {
        try {
            String text = file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
            // JSON is judged as JSON: YAML would take a tab or a number of 0x10 for something else
            if (text.stripLeading().startsWith("{")) {
                return new JsonObject(text);
            }
            Object value = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            if (value instanceof Map<?, ?> map) {
                return new JsonObject(Json.encode(map));
            }
            throw new CliFailure(CliFailure.WRONG_USE,
                    "--file: got " + file + ", expected an object in JSON or YAML");
        } catch (IOException e) {
            throw new CliFailure(CliFailure.WRONG_USE,
                    "--file: got " + file + ", expected a file that can be read: " + e, e);
        } catch (DecodeException | YAMLException broken) {
            throw new CliFailure(CliFailure.WRONG_USE, "--file: " + file
                    + " is neither JSON nor YAML: " + firstLine(broken.getMessage()), broken);
        }
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }

    /** An option's value as its field's schema wants it. */
    static Object value(String option, Object given, JsonObject schema, Schemas schemas) {
        if (given instanceof List<?> several) {
            JsonArray array = new JsonArray();
            JsonObject items = schemas.resolve(schema.getJsonObject("items", new JsonObject()));
            for (Object each : several) {
                String text = each.toString();
                if (text.startsWith("[")) {
                    array.addAll((JsonArray) json(option, text));
                } else if (Schemas.type(items).equals("object")) {
                    array.add(json(option, text));
                } else {
                    for (String part : text.split(",")) {
                        array.add(scalar(option, part, Schemas.type(items)));
                    }
                }
            }
            return array;
        }
        return scalar(option, given.toString(), Schemas.type(schema));
    }

    private static Object scalar(String option, String text, String type) {
        return switch (type) {
            case "integer" -> {
                try {
                    yield Long.valueOf(text);
                } catch (NumberFormatException notOne) {
                    throw new CliFailure(CliFailure.WRONG_USE,
                            option + ": got " + text + ", expected an integer", notOne);
                }
            }
            case "boolean" -> switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new CliFailure(CliFailure.WRONG_USE,
                        option + ": got " + text + ", expected true or false");
            };
            case "object", "number", "any" -> json(option, text);
            default -> text;
        };
    }

    private static Object json(String option, String text) {
        try {
            Object value = Json.decodeValue(text);
            if (value != null) {
                return value;
            }
        } catch (DecodeException notJson) {
            throw new CliFailure(CliFailure.WRONG_USE, option + ": got " + text + ", expected JSON",
                    notJson);
        }
        throw new CliFailure(CliFailure.WRONG_USE,
                option + ": got null, expected a value; --unset takes a field away");
    }
}
