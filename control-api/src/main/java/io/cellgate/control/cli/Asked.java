package io.cellgate.control.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The request of an operation that a command line asks for. */
record Asked(Operation operation, Given given) {

    Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        for (JsonObject parameter : operation.parameters("query")) {
            String name = parameter.getString("name");
            String value = given.text(Naming.option(name));
            // a field of the body of the same name takes it
            if (value != null && !operation.bodyFields().containsKey(name)) {
                query.put(name, value);
            }
        }
        return query;
    }

    /** The path with its parameters filled in, and this query. */
    String target(Map<String, String> query) {
        String target = operation.path();
        List<String> values = given.positionals();
        int index = 0;
        for (JsonObject parameter : operation.parameters("path")) {
            target = target.replace("{" + parameter.getString("name") + "}",
                    encoded(values.get(index++)));
        }
        StringBuilder text = new StringBuilder(target);
        char separator = '?';
        for (Map.Entry<String, String> each : query.entrySet()) {
            text.append(separator).append(each.getKey()).append('=')
                    .append(encoded(each.getValue()));
            separator = '&';
        }
        return text.toString();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        for (JsonObject parameter : operation.parameters("header")) {
            String name = parameter.getString("name");
            String value = given.text(Naming.option(name));
            if (value == null && name.equals("If-Match") && operation.method().equals("put")) {
                value = "*";
            }
            if (value == null && name.equals("Idempotency-Key")) {
                value = UUID.randomUUID().toString();
            }
            if (value != null) {
                headers.put(name, value);
            }
        }
        if (operation.takesJson()) {
            headers.put("Content-Type", "application/json");
        } else if (operation.isStreamed()) {
            headers.put("Content-Type", uploadType());
        }
        return headers;
    }

    private String uploadType() {
        String said = given.text("--content-type");
        List<String> types = operation.uploadTypes();
        if (said != null || types.size() == 1) {
            return said == null ? types.getFirst() : said;
        }
        String file = given.positionals().getLast();
        String ending = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (ending) {
            case "csv" -> "text/csv";
            case "ndjson", "jsonl" -> "application/x-ndjson";
            case "txt" -> "text/plain";
            default -> throw new CliFailure(CliFailure.WRONG_USE, "FILE: got " + file
                    + ", whose name does not tell what it is; expected --content-type, one of "
                    + types);
        };
    }

    HttpRequest.@Nullable BodyPublisher body() {
        if (operation.isStreamed()) {
            return upload(given.positionals().getLast());
        }
        if (!operation.takesJson()) {
            return null;
        }
        String file = given.text("--file");
        JsonObject body = file == null ? new JsonObject() : Bodies.read(file);
        String action = operation.action();
        if (action != null) {
            body.put("action", action);
        }
        operation.bodyFields().forEach((name, schema) -> put(body, name, schema));
        List<String> unset = given.several("--unset");
        if (unset != null) {
            unset.forEach(name -> body.putNull(name.replace('-', '_')));
        }
        return body.isEmpty() && !operation.needsBody()
                ? null
                : HttpRequest.BodyPublishers.ofString(body.encode());
    }

    /** A field that was given, and the fields within it that were. */
    private void put(JsonObject body, String name, JsonObject schema) {
        Schemas schemas = operation.schemas();
        Object value = given.value(Naming.option(name));
        if (value != null) {
            body.put(name, Bodies.value(Naming.option(name), value, schema, schemas));
        }
        schemas.fields(schema).forEach((inner, innerSchema) -> {
            String option = Naming.option(name, inner);
            Object innerValue = given.value(option);
            if (innerValue != null) {
                JsonObject holder = body.getValue(name) instanceof JsonObject object
                        ? object
                        : new JsonObject();
                body.put(name, holder.put(inner,
                        Bodies.value(option, innerValue, innerSchema, schemas)));
            }
        });
    }

    private HttpRequest.BodyPublisher upload(String file) {
        if (file.equals("-")) {
            return HttpRequest.BodyPublishers.ofInputStream(() -> System.in);
        }
        Path source = Path.of(file);
        if (!Files.isReadable(source)) {
            throw new CliFailure(CliFailure.WRONG_USE,
                    "FILE: got " + file + ", expected a file that can be read");
        }
        Progress progress = new Progress(given.spec().commandLine().getErr(), "sending");
        return HttpRequest.BodyPublishers.ofInputStream(() -> {
            try {
                return progress.counting(Files.newInputStream(source), Files.size(source));
            } catch (IOException e) {
                throw new CliFailure(CliFailure.FAILED, file + ": " + e, e);
            }
        });
    }
}
