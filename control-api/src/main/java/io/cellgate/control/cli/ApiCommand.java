package io.cellgate.control.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** One operation, called with what stands on the command line. */
final class ApiCommand implements Callable<Integer> {
    private static final int PAGE = 1000;
    private static final long POLL_MILLIS = 500;

    private final String path;
    private final String method;
    private final JsonObject operation;
    private final Schemas schemas;
    private final @Nullable String action;
    private final Map<String, String> environment;
    /** Set by {@link ApiCommands}, which makes both. */
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    ApiCommand(String path, String method, JsonObject operation, Schemas schemas,
            @Nullable String action, Map<String, String> environment) {
        this.path = path;
        this.method = method;
        this.operation = operation;
        this.schemas = schemas;
        this.action = action;
        this.environment = environment;
    }

    static boolean takesJson(JsonObject operation) {
        return operation.getJsonObject("requestBody", new JsonObject())
                .getJsonObject("content", new JsonObject()).containsKey("application/json")
                && !operation.getBoolean("x-streamed", false);
    }

    static JsonObject bodySchema(JsonObject operation) {
        return operation.getJsonObject("requestBody").getJsonObject("content")
                .getJsonObject("application/json").getJsonObject("schema");
    }

    static List<String> uploadTypes(JsonObject operation) {
        return List.copyOf(operation.getJsonObject("requestBody", new JsonObject())
                .getJsonObject("content", new JsonObject()).fieldNames());
    }

    /** Whether it answers with a page of objects. */
    static boolean isList(Schemas schemas, JsonObject operation) {
        JsonObject ok = operation.getJsonObject("responses").getJsonObject("200",
                new JsonObject());
        JsonObject json = schemas.resolve(ok).getJsonObject("content", new JsonObject())
                .getJsonObject("application/json");
        return json != null && operation.getString("operationId").startsWith("list")
                && schemas.fields(json.getJsonObject("schema")).containsKey("next");
    }

    /** Whether what it does cannot be taken back. */
    static boolean isFinal(CommandSpec spec, JsonObject operation) {
        return operation.getString("operationId").startsWith("delete")
                || spec.name().equals("terminate");
    }

    static List<JsonObject> parameters(Schemas schemas, JsonObject item, JsonObject operation,
            String in) {
        List<JsonObject> found = new ArrayList<>();
        for (JsonObject holder : List.of(item, operation)) {
            for (Object each : holder.getJsonArray("parameters", new JsonArray())) {
                JsonObject parameter = schemas.resolve((JsonObject) each);
                if (parameter.getString("in").equals(in)) {
                    found.add(parameter);
                }
            }
        }
        return found;
    }

    @Override
    public Integer call() {
        confirm();
        Profiles.Profile profile = new Profiles(environment).use(text("--profile"));
        try (ApiClient client = new ApiClient(profile)) {
            if (isList(schemas, operation)) {
                list(client);
            } else {
                show(client, client.send(method.toUpperCase(Locale.ROOT), target(query()),
                        headers(), body()));
            }
        }
        return 0;
    }

    private void confirm() {
        Console console = Terminal.orNull();
        if (!isFinal(spec, operation) || Boolean.TRUE.equals(value("--yes"))
                || console == null) {
            return;
        }
        String said = console.readLine("%s %s: this cannot be taken back. Go on? [y/N] ",
                spec.qualifiedName(" "), String.join(" ", positionals()));
        if (said == null || !said.strip().equalsIgnoreCase("y")) {
            throw new CliFailure(CliFailure.FAILED, "nothing was done");
        }
    }

    private List<String> positionals() {
        return spec.positionalParameters().stream().<String>map(each -> each.getValue()).toList();
    }

    private @Nullable Object value(String option) {
        OptionSpec found = spec.findOption(option);
        return found == null ? null : found.getValue();
    }

    private @Nullable String text(String option) {
        Object value = value(option);
        return value == null ? null : value.toString();
    }

    private Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        for (JsonObject parameter : declared("query")) {
            String name = parameter.getString("name");
            String value = text(Naming.option(name));
            // a field of the body of the same name takes it
            if (value != null && !bodyFields().containsKey(name)) {
                query.put(name, value);
            }
        }
        return query;
    }

    private List<JsonObject> declared(String in) {
        return parameters(schemas, new JsonObject().put("parameters", itemParameters), operation,
                in);
    }

    /** The parameters that all operations of the path share. */
    JsonArray itemParameters = new JsonArray();

    private String target(Map<String, String> query) {
        String target = path;
        List<String> values = positionals();
        int index = 0;
        for (JsonObject parameter : declared("path")) {
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

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        for (JsonObject parameter : declared("header")) {
            String name = parameter.getString("name");
            String value = text(Naming.option(name));
            if (value == null && name.equals("If-Match") && method.equals("put")) {
                value = "*";
            }
            if (value == null && name.equals("Idempotency-Key")) {
                value = UUID.randomUUID().toString();
            }
            if (value != null) {
                headers.put(name, value);
            }
        }
        if (takesJson(operation)) {
            headers.put("Content-Type", "application/json");
        } else if (operation.getBoolean("x-streamed", false)) {
            headers.put("Content-Type", uploadType());
        }
        return headers;
    }

    private String uploadType() {
        String said = text("--content-type");
        List<String> types = uploadTypes(operation);
        if (said != null || types.size() == 1) {
            return said == null ? types.getFirst() : said;
        }
        String file = positionals().getLast();
        String ending = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String type = switch (ending) {
            case "csv" -> "text/csv";
            case "ndjson", "jsonl" -> "application/x-ndjson";
            case "txt" -> "text/plain";
            default -> throw new CliFailure(CliFailure.WRONG_USE, "FILE: got " + file
                    + ", whose name does not tell what it is; expected --content-type, one of "
                    + types);
        };
        return type;
    }

    private Map<String, JsonObject> bodyFields() {
        return takesJson(operation)
                ? schemas.fields(bodySchema(operation))
                : Map.of();
    }

    private HttpRequest.@Nullable BodyPublisher body() {
        if (operation.getBoolean("x-streamed", false)) {
            return upload(positionals().getLast());
        }
        if (!takesJson(operation)) {
            return null;
        }
        String file = text("--file");
        JsonObject body = file == null ? new JsonObject() : Bodies.read(file);
        if (action != null) {
            body.put("action", action);
        }
        bodyFields().forEach((name, schema) -> {
            Object value = value(Naming.option(name));
            if (value != null && !(action != null && name.equals("action"))) {
                body.put(name, Bodies.value(Naming.option(name), value, schema, schemas));
            }
            schemas.fields(schema).forEach((inner, innerSchema) -> {
                String option = Naming.option(name) + "." + Naming.option(inner).substring(2);
                Object innerValue = value(option);
                if (innerValue != null) {
                    JsonObject holder = body.getValue(name) instanceof JsonObject object
                            ? object
                            : new JsonObject();
                    body.put(name, holder.put(inner,
                            Bodies.value(option, innerValue, innerSchema, schemas)));
                }
            });
        });
        if (value("--unset") instanceof List<?> unset) {
            unset.forEach(name -> body.putNull(name.toString().replace('-', '_')));
        }
        boolean required = operation.getJsonObject("requestBody").getBoolean("required", false);
        return body.isEmpty() && !required
                ? null
                : HttpRequest.BodyPublishers.ofString(body.encode());
    }

    private HttpRequest.BodyPublisher upload(String file) {
        PrintWriter err = spec.commandLine().getErr();
        if (file.equals("-")) {
            return HttpRequest.BodyPublishers.ofInputStream(() -> System.in);
        }
        Path source = Path.of(file);
        if (!Files.isReadable(source)) {
            throw new CliFailure(CliFailure.WRONG_USE,
                    "FILE: got " + file + ", expected a file that can be read");
        }
        return HttpRequest.BodyPublishers.ofInputStream(() -> {
            try {
                return new Progress(err, "sending").counting(Files.newInputStream(source),
                        Files.size(source));
            } catch (IOException e) {
                throw new CliFailure(CliFailure.FAILED, file + ": " + e, e);
            }
        });
    }

    private void list(ApiClient client) {
        boolean all = Boolean.TRUE.equals(value("--all"));
        int wanted = value("--limit") instanceof Integer limit ? limit : 100;
        if (wanted < 1) {
            throw new CliFailure(CliFailure.WRONG_USE,
                    "--limit: got " + wanted + ", expected at least 1");
        }
        Map<String, String> query = query();
        boolean paged = declared("query").stream()
                .anyMatch(parameter -> parameter.getString("name").equals("limit"));
        JsonArray items = new JsonArray();
        boolean more = true;
        while (more && (all || items.size() < wanted)) {
            if (paged) {
                query.put("limit", Integer
                        .toString(all ? PAGE : Math.min(PAGE, wanted - items.size())));
            }
            JsonObject page = ApiClient
                    .json(client.send("GET", target(query), headers(), null));
            JsonArray found = page.getJsonArray("items");
            items.addAll(found);
            Object next = page.getValue("next");
            // of events the next page's cursor is a number, and there even where none is left
            more = next != null && !found.isEmpty();
            if (more) {
                query.put("after", next.toString());
            }
        }
        write(out -> Output.list(out, format(), items, columns()));
        if (more && format() == Output.Format.table) {
            spec.commandLine().getErr().println("there may be more: --all, or --limit N");
        }
    }

    private @Nullable List<String> columns() {
        return value("--columns") instanceof List<?> given
                ? given.stream().map(Object::toString).toList()
                : null;
    }

    private Output.Format format() {
        return value("--output") instanceof Output.Format format ? format : Output.Format.table;
    }

    /** Writes what a command shows to where it is wanted. */
    @FunctionalInterface
    private interface Shower {
        void show(PrintWriter out);
    }

    private void write(Shower shower) {
        String file = text("--save");
        if (file == null) {
            PrintWriter out = spec.commandLine().getOut();
            shower.show(out);
            out.flush();
            return;
        }
        try (PrintWriter out = new PrintWriter(Path.of(file).toFile(), StandardCharsets.UTF_8)) {
            shower.show(out);
        } catch (IOException e) {
            throw new CliFailure(CliFailure.FAILED, "--save: " + e, e);
        }
    }

    private void show(ApiClient client, HttpResponse<InputStream> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
        if (answer.statusCode() == 204) {
            spec.commandLine().getErr().println("done");
        } else if (type.equals("application/json")) {
            JsonObject object = settled(client, answer, ApiClient.json(answer));
            boolean items = object.getValue("items") instanceof JsonArray;
            write(out -> {
                if (items && format() != Output.Format.json) {
                    Output.list(out, format(), object.getJsonArray("items"), columns());
                } else {
                    Output.one(out, format(), object);
                }
            });
        } else {
            copy(answer);
        }
    }

    /** The operation that the API goes on with after it has answered, once it has ended. */
    private JsonObject settled(ApiClient client, HttpResponse<InputStream> answer,
            JsonObject first) {
        String location = answer.headers().firstValue("Location").orElse(null);
        if (answer.statusCode() != 202 || location == null || !isUnderWay(first)) {
            return first;
        }
        JsonObject now = first;
        try (Progress progress = new Progress(spec.commandLine().getErr(), spec.name())) {
            while (isUnderWay(now)) {
                progress.at(now.getLong("done", 0L), now.getLong("total", 0L));
                try {
                    Thread.sleep(POLL_MILLIS);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new CliFailure(CliFailure.FAILED,
                            "interrupted; it goes on, see " + location, interrupted);
                }
                now = ApiClient
                        .json(client.send("GET", URI.create(location).getPath(), Map.of(), null));
            }
            progress.at(now.getLong("done", 0L), now.getLong("total", 0L));
        }
        if (!"done".equals(now.getString("state"))) {
            throw new CliFailure(CliFailure.REFUSED, "operation " + now.getString("id") + " is "
                    + now.getString("state") + ": "
                    + Output.printable(String.valueOf(now.getString("detail"))));
        }
        return now;
    }

    private static boolean isUnderWay(JsonObject object) {
        return switch (object.getString("state", "")) {
            case "queued", "running" -> true;
            default -> false;
        };
    }

    /** Streams and files, as they come. */
    private void copy(HttpResponse<InputStream> answer) {
        String file = text("--save");
        try (InputStream in = answer.body()) {
            if (file != null) {
                try (OutputStream out = Files.newOutputStream(Path.of(file))) {
                    in.transferTo(out);
                }
                return;
            }
            PrintWriter out = spec.commandLine().getOut();
            byte[] part = new byte[8192];
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                out.print(new String(part, 0, read, StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            throw new CliFailure(CliFailure.UNAVAILABLE, "the answer broke off: " + e, e);
        }
    }
}
