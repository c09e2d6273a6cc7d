package io.cellgate.control.http;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges the requests of one operation by its description and finds everything that is wrong with them at once.
 * (vertx-openapi's own request validator stops at the first fault; it is asked for the contract and the schemas.)
 */
final class RequestJudge {
    private final List<ParameterJudge> parameters = new ArrayList<>();
    private final Set<String> queryNames = new HashSet<>();
    private final @Nullable SchemaJudge body;
    private final boolean bodyRequired;

    RequestJudge(Operation operation, SchemaRepository schemas) {
        for (Parameter parameter : operation.getParameters()) {
            parameters.add(new ParameterJudge(parameter, schemas));
            if (parameter.getIn() == Location.QUERY) {
                queryNames.add(parameter.getName());
            }
        }
        var described = operation.getRequestBody();
        MediaType json = described == null
                ? null
                : described.getContent().get(MediaType.APPLICATION_JSON);
        body = json == null ? null : new SchemaJudge(json.getSchema(), schemas);
        bodyRequired = described != null && described.isRequired();
    }

    boolean takesJson() {
        return body != null;
    }

    boolean bodyRequired() {
        return bodyRequired;
    }

    /** The query as described values; faults are added to the list. */
    Map<String, Object> query(MultiMap query, List<Fault> faults) {
        Map<String, Object> values = new HashMap<>();
        for (String name : query.names()) {
            if (!queryNames.contains(name)) {
                faults.add(Fault.query(Fault.echo(name) + "", query.get(name),
                        queryNames.isEmpty()
                                ? "no query parameters"
                                : "one of the parameters "
                                        + queryNames.stream().sorted().toList()));
            } else if (query.getAll(name).size() > 1) {
                faults.add(Fault.query(name, query.getAll(name), "one value"));
            }
        }
        for (ParameterJudge parameter : parameters) {
            if (parameter.in == Location.QUERY) {
                Object value = parameter.judge(query.get(parameter.name), faults);
                if (value != null) {
                    values.put(parameter.name, value);
                }
            }
        }
        return values;
    }

    Map<String, String> path(Map<String, String> path, List<Fault> faults) {
        for (ParameterJudge parameter : parameters) {
            if (parameter.in == Location.PATH) {
                var _ = parameter.judge(path.get(parameter.name), faults);
            }
        }
        return path;
    }

    void headers(MultiMap headers, List<Fault> faults) {
        for (ParameterJudge parameter : parameters) {
            if (parameter.in == Location.HEADER) {
                if (headers.getAll(parameter.name).size() > 1) {
                    faults.add(Fault.header(parameter.name,
                            headers.getAll(parameter.name).toString(), "one value"));
                }
                var _ = parameter.judge(headers.get(parameter.name), faults);
            }
        }
    }

    void body(@Nullable Object value, List<Fault> faults) {
        SchemaJudge judge = body;
        if (value != null) {
            Texts.judge("body", "", value, faults);
        }
        if (judge != null && (value != null || bodyRequired)) {
            judge.judge("body", "", value, faults);
        }
    }

    /** One parameter: its text is read as the type that its schema names, then judged by the schema. */
    private static final class ParameterJudge {
        private final Location in;
        private final String name;
        private final boolean required;
        private final String type;
        private final SchemaJudge schema;

        ParameterJudge(Parameter parameter, SchemaRepository schemas) {
            in = parameter.getIn();
            name = parameter.getName();
            required = parameter.isRequired();
            Object declared = parameter.getSchema().get("type");
            type = declared == null ? "string" : declared.toString();
            schema = new SchemaJudge(parameter.getSchema(), schemas);
        }

        @Nullable
        Object judge(@Nullable String text, List<Fault> faults) {
            String where = in.toString();
            if (text == null) {
                if (required) {
                    faults.add(new Fault(where, "/" + name, null, "a value: it is required", null));
                }
                return null;
            }
            int before = faults.size();
            Texts.judge(where, "/" + name, text, faults);
            Object value = text;
            if (type.equals("integer")) {
                try {
                    value = Long.valueOf(text);
                } catch (NumberFormatException notANumber) {
                    faults.add(new Fault(where, "/" + name, Fault.echo(text), "an integer", null));
                    return null;
                }
            } else if (type.equals("boolean")) {
                if (!text.equals("true") && !text.equals("false")) {
                    faults.add(
                            new Fault(where, "/" + name, Fault.echo(text), "true or false", null));
                    return null;
                }
                value = Boolean.valueOf(text);
            }
            schema.judge(where, "/" + name, value, faults);
            return faults.size() == before ? value : null;
        }
    }

    /** A schema; says of each fault what was got and, from the schema, what was expected. */
    private static final class SchemaJudge {
        /** Keywords that only pass on what their subschemas found. */
        private static final Set<String> STRUCTURAL = Set.of("properties", "items", "prefixItems",
                "$ref", "allOf", "anyOf", "then",
                "else", "dependentSchemas", "patternProperties");

        private final JsonSchema schema;
        private final Validator validator;

        SchemaJudge(JsonSchema schema, SchemaRepository schemas) {
            this.schema = schema;
            validator = schemas.validator(schema,
                    new JsonSchemaOptions().setBaseUri("app://")
                            .setDraft(Draft.DRAFT202012).setOutputFormat(OutputFormat.Basic));
        }

        void judge(String in, String prefix, @Nullable Object value, List<Fault> faults) {
            if (value == null) {
                faults.add(new Fault(in, prefix, null, "a value: it is required", null));
                return;
            }
            OutputUnit result = validator.validate(value);
            if (Boolean.TRUE.equals(result.getValid()) || result.getErrors() == null) {
                return;
            }
            Set<String> seen = new HashSet<>();
            for (OutputUnit error : result.getErrors()) {
                Fault fault = fault(in, prefix, value, error);
                if (fault != null && seen.add(fault.pointer() + '\n' + fault.expected())) {
                    faults.add(fault);
                }
            }
        }

        private @Nullable Fault fault(String in, String prefix, Object root, OutputUnit error) {
            String location = error.getKeywordLocation();
            String keyword = location.substring(location.lastIndexOf('/') + 1);
            if (STRUCTURAL.contains(keyword) || location.contains("/oneOf/")) {
                return null;
            }
            String pointer = error.getInstanceLocation().substring(1);
            Object node = Schemas.at(schema, location.substring(1, location.lastIndexOf('/')));
            Object bound = node instanceof JsonObject object ? object.getValue(keyword) : null;
            Object got = Instances.at(root, pointer);
            if (keyword.equals("additionalProperties")) {
                String name = Instances.unescape(pointer.substring(pointer.lastIndexOf('/') + 1));
                JsonObject known = node instanceof JsonObject object
                        ? object.getJsonObject("properties", new JsonObject())
                        : new JsonObject();
                if (known.containsKey(name)) {
                    return null;
                }
                return new Fault(in, prefix + pointer, Fault.echo(got),
                        known.isEmpty()
                                ? "no such field"
                                : "one of the fields "
                                        + known.fieldNames().stream()
                                                .filter(f -> !f.startsWith("__"))
                                                .sorted().toList(),
                        null);
            }
            if (keyword.equals("required")) {
                String text = error.getError();
                int start = text.indexOf('"');
                String name = start < 0 ? "" : text.substring(start + 1, text.lastIndexOf('"'));
                return new Fault(in, prefix + pointer + "/" + name, null,
                        "a value: it is required", null);
            }
            return new Fault(in, prefix + pointer, Fault.echo(got),
                    expected(keyword, bound, error.getError()), null);
        }

        private static String expected(String keyword, @Nullable Object bound, String error) {
            if (bound == null) {
                return error;
            }
            return switch (keyword) {
                case "type" -> "a value of type " + (bound instanceof JsonArray types
                        ? String.join(" or ", types.stream().map(Object::toString).toList())
                        : bound);
                case "enum" -> "one of " + bound;
                case "const" -> bound.toString();
                case "pattern" -> "text that matches " + bound;
                case "format" -> "the format " + bound;
                case "minLength" -> "at least " + bound + " characters";
                case "maxLength" -> "at most " + bound + " characters";
                case "minimum" -> "at least " + bound;
                case "maximum" -> "at most " + bound;
                case "minItems" -> "at least " + bound + " items";
                case "maxItems" -> "at most " + bound + " items";
                case "maxProperties" -> "at most " + bound + " fields";
                case "minProperties" -> "at least " + bound + " fields";
                case "uniqueItems" -> "no item twice";
                default -> error;
            };
        }
    }

    /** Walks values by JSON pointer. */
    static final class Instances {
        private Instances() {}

        static @Nullable Object at(@Nullable Object root, String pointer) {
            Object node = root;
            for (String token : tokens(pointer)) {
                if (node instanceof JsonObject object) {
                    node = object.getValue(token);
                } else if (node instanceof JsonArray array) {
                    int index = index(token);
                    node = index >= 0 && index < array.size() ? array.getValue(index) : null;
                } else {
                    return null;
                }
            }
            return node;
        }

        static List<String> tokens(String pointer) {
            List<String> tokens = new ArrayList<>();
            for (String token : pointer.split("/", -1)) {
                if (!token.isEmpty()) {
                    tokens.add(unescape(token));
                }
            }
            return tokens;
        }

        static String unescape(String token) {
            return token.replace("~1", "/").replace("~0", "~");
        }

        private static int index(String token) {
            return !token.isEmpty() && token.length() < 9
                    && token.chars().allMatch(c -> c >= '0' && c <= '9')
                            ? Integer.parseInt(token)
                            : -1;
        }
    }

    /** Walks a schema whose references have been resolved. */
    private static final class Schemas {
        private Schemas() {}

        static @Nullable Object at(JsonSchema schema, String pointer) {
            Object node = schema instanceof JsonObject object ? object : null;
            for (String token : Instances.tokens(pointer)) {
                if (token.equals("$ref")) {
                    continue;
                }
                if (node instanceof JsonObject object) {
                    node = object.getValue(token);
                } else if (node instanceof JsonArray array) {
                    node = Instances.at(array, "/" + token);
                } else {
                    return null;
                }
            }
            return node;
        }
    }
}
