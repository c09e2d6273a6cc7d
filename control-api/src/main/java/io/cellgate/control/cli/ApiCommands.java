package io.cellgate.control.cli;

import io.cellgate.control.http.OpenApi;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Makes a command of each operation of the document. */
public final class ApiCommands {
    private final JsonObject paths;
    private final Schemas schemas;
    private final Map<String, String> environment;

    private ApiCommands(JsonObject document, Map<String, String> environment) {
        this.environment = environment;
        paths = document.getJsonObject("paths");
        schemas = new Schemas(document);
    }

    /**
     * Adds them to the {@code cellgate} command.
     *
     * @param environment where the profile is found, see {@link Profiles}
     */
    public static void addTo(CommandLine root, Map<String, String> environment) {
        ApiCommands commands = new ApiCommands(OpenApi.read(), environment);
        for (String path : commands.paths.fieldNames()) {
            for (String method : OpenApi.METHODS) {
                JsonObject operation = commands.paths.getJsonObject(path).getJsonObject(method);
                if (operation != null) {
                    commands.add(root.getCommandSpec(), path, method, operation);
                }
            }
        }
    }

    private void add(CommandSpec root, String path, String method, JsonObject operation) {
        List<String> words = Naming.words(paths, path, method, operation);
        if (words == null) {
            return;
        }
        JsonArray actions = path.endsWith("/actions") ? actions(operation) : null;
        if (actions == null) {
            put(root, words, spec(path, method, operation, null));
            return;
        }
        // POST /v1/sims/{iccid}/actions {"action": "suspend"} is: sims suspend SIM
        List<String> nouns = words.subList(0, words.size() - 1);
        for (Object action : actions) {
            List<String> verb = new ArrayList<>(nouns);
            verb.add(action.toString());
            put(root, verb, spec(path, method, operation, action.toString()));
        }
    }

    private @Nullable JsonArray actions(JsonObject operation) {
        JsonObject action = bodyFields(operation).get("action");
        return action == null ? null : action.getJsonArray("enum");
    }

    private static void put(CommandSpec root, List<String> words, CommandSpec command) {
        CommandSpec at = root;
        for (String noun : words.subList(0, words.size() - 1)) {
            CommandLine present = at.subcommands().get(noun);
            if (present == null) {
                CommandSpec group = CommandSpec.create().name(noun).mixinStandardHelpOptions(true);
                group.usageMessage().synopsisSubcommandLabel("COMMAND");
                at.addSubcommand(noun, group);
                at = group;
            } else {
                at = present.getCommandSpec();
            }
        }
        at.addSubcommand(words.getLast(), command);
    }

    private CommandSpec spec(String path, String method, JsonObject operation,
            @Nullable String action) {
        ApiCommand command = new ApiCommand(path, method, operation, schemas, action, environment);
        command.itemParameters = paths.getJsonObject(path).getJsonArray("parameters",
                new JsonArray());
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command)
                .mixinStandardHelpOptions(true);
        spec.usageMessage().sortOptions(false).abbreviateSynopsis(true)
                .description(escaped(
                        action == null ? operation.getString("summary") : "Action: " + action),
                        "",
                        "Calls " + method.toUpperCase(Locale.ROOT) + " " + path + ", for "
                                + role(operation) + ".");
        command.spec = spec;
        positionals(spec, path, operation);
        parameters(spec, path, operation);
        body(spec, operation, action);
        common(spec, operation);
        return spec;
    }

    private static String role(JsonObject operation) {
        String role = operation.getString("x-role", "");
        String scope = operation.getString("x-scope", "none");
        return role.equals("anyone")
                ? "anyone"
                : "role " + role + (scope.equals("none") ? "" : " (scope " + scope + ")");
    }

    private static String escaped(String text) {
        return text.replace("%", "%%");
    }

    private void positionals(CommandSpec spec, String path, JsonObject operation) {
        int index = 0;
        for (JsonObject parameter : parameters(path, operation, "path")) {
            String name = parameter.getString("name");
            String label = Naming.label(path, name);
            spec.addPositional(PositionalParamSpec.builder().index(Integer.toString(index++))
                    .paramLabel(label).type(String.class).required(true).arity("1")
                    .description(Schemas.describe(parameter, false)).build());
        }
        if (operation.getBoolean("x-streamed", false)) {
            spec.addPositional(PositionalParamSpec.builder().index(Integer.toString(index))
                    .paramLabel("FILE").type(String.class).required(true).arity("1")
                    .description("The file to send; - is standard input.").build());
            spec.addOption(OptionSpec.builder("--content-type").paramLabel("TYPE")
                    .type(String.class)
                    .description("What the file is, where its name does not tell: "
                            + String.join(", ", ApiCommand.uploadTypes(operation)) + ".")
                    .build());
        }
    }

    private void parameters(CommandSpec spec, String path, JsonObject operation) {
        for (String in : List.of("query", "header")) {
            for (JsonObject parameter : parameters(path, operation, in)) {
                String name = parameter.getString("name");
                if (name.equals("limit") || in.equals("query") && name.equals("after")
                        && ApiCommand.isList(schemas, operation)) {
                    continue;
                }
                JsonObject schema = schemas.resolve(parameter.getJsonObject("schema"));
                JsonObject told = schema.copy();
                if (parameter.containsKey("description")) {
                    told.put("description", parameter.getString("description"));
                }
                option(spec, Naming.option(name), told,
                        parameter.getBoolean("required", false));
            }
        }
        if (ApiCommand.isList(schemas, operation)) {
            spec.addOption(OptionSpec.builder("--limit").paramLabel("N").type(int.class)
                    .defaultValue("100").description("The most to show (100).").build());
            spec.addOption(OptionSpec.builder("--all").type(boolean.class)
                    .description("Show all there is, page after page.").build());
            spec.addOption(OptionSpec.builder("--columns").paramLabel("FIELD").splitRegex(",")
                    .type(List.class).auxiliaryTypes(String.class)
                    .description("What the table shows, in this order.").build());
        }
    }

    private void body(CommandSpec spec, JsonObject operation, @Nullable String action) {
        Map<String, JsonObject> fields = bodyFields(operation);
        if (fields.isEmpty() && !ApiCommand.takesJson(operation)) {
            return;
        }
        JsonArray required = schemas.resolve(ApiCommand.bodySchema(operation))
                .getJsonArray("required", new JsonArray());
        fields.forEach((name, schema) -> {
            if (action != null && name.equals("action")) {
                return;
            }
            option(spec, Naming.option(name), schema, required.contains(name));
            schemas.fields(schema).forEach((inner, innerSchema) -> option(spec,
                    Naming.option(name) + "." + Naming.option(inner).substring(2), innerSchema,
                    false));
        });
        spec.addOption(OptionSpec.builder("-f", "--file").paramLabel("FILE").type(String.class)
                .description("The whole body as JSON or YAML; - is standard input. Options beside"
                        + " it come first.")
                .build());
        if (fields.values().stream().anyMatch(Schemas::isNullable)) {
            spec.addOption(OptionSpec.builder("--unset").paramLabel("FIELD").splitRegex(",")
                    .type(List.class).auxiliaryTypes(String.class)
                    .description("Fields to take away: "
                            + String.join(", ",
                                    fields.entrySet().stream()
                                            .filter(field -> Schemas.isNullable(field.getValue()))
                                            .map(Map.Entry::getKey).toList())
                            + ".")
                    .build());
        }
    }

    /** An option, unless another part of the request has one of that name. */
    private static void option(CommandSpec spec, String name, JsonObject schema, boolean required) {
        if (spec.findOption(name) != null) {
            return;
        }
        String type = Schemas.type(schema);
        OptionSpec.Builder option = OptionSpec.builder(name)
                .description(Schemas.describe(schema, required)).paramLabel(switch (type) {
                    case "integer", "number" -> "N";
                    case "boolean" -> "true|false";
                    case "object", "any" -> "JSON";
                    default -> "TEXT";
                });
        if (type.equals("array")) {
            option.type(List.class).auxiliaryTypes(String.class).arity("1")
                    .description(Schemas.describe(schema, required)
                            + " Several: with commas, or the option again; objects as JSON.");
        } else {
            option.type(String.class).arity(type.equals("boolean") ? "0..1" : "1");
            if (type.equals("boolean")) {
                option.fallbackValue("true");
            }
        }
        JsonArray values = schema.getJsonArray("enum");
        if (values != null) {
            option.completionCandidates(values.stream().map(String::valueOf).toList());
        }
        spec.addOption(option.build());
    }

    private static void common(CommandSpec spec, JsonObject operation) {
        if (operation.getJsonObject("responses").containsKey("200")
                || operation.getJsonObject("responses").containsKey("201")
                || operation.getJsonObject("responses").containsKey("202")) {
            spec.addOption(OptionSpec.builder("-o", "--output").paramLabel("FORMAT")
                    .type(Output.Format.class).defaultValue("table")
                    .description("table, json, or id: the id alone (${DEFAULT-VALUE}).").build());
            spec.addOption(OptionSpec.builder("--save").paramLabel("FILE").type(String.class)
                    .description("Write the answer to this file.").build());
        }
        spec.addOption(OptionSpec.builder("--yes").type(boolean.class)
                .description("Do not ask before something is deleted or ended for good.")
                .hidden(!ApiCommand.isFinal(spec, operation)).build());
        spec.addOption(OptionSpec.builder("--profile").paramLabel("NAME").type(String.class)
                .description("The profile to use (CELLGATE_PROFILE, else the one chosen).")
                .build());
    }

    private Map<String, JsonObject> bodyFields(JsonObject operation) {
        return ApiCommand.takesJson(operation)
                ? schemas.fields(ApiCommand.bodySchema(operation))
                : new LinkedHashMap<>();
    }

    private List<JsonObject> parameters(String path, JsonObject operation, String in) {
        return ApiCommand.parameters(schemas, paths.getJsonObject(path), operation, in);
    }
}
