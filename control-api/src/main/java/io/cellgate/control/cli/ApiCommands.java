package io.cellgate.control.cli;

import io.cellgate.control.http.OpenApi;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
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
     * @param first       the first word of the command line: where commands begin with it, these alone are made, since
     *                    making all takes a while; else all of them
     */
    public static void addTo(CommandLine root, Map<String, String> environment, String first) {
        ApiCommands commands = new ApiCommands(OpenApi.read(), environment);
        if (!commands.add(root.getCommandSpec(), first::equals)) {
            commands.add(root.getCommandSpec(), _ -> true);
        }
    }

    /** Whether there was one that begins with such a word. */
    private boolean add(CommandSpec root, Predicate<String> first) {
        boolean found = false;
        for (String path : paths.fieldNames()) {
            for (String method : OpenApi.METHODS) {
                Operation operation = Operation.of(schemas, path, paths.getJsonObject(path),
                        method);
                List<String> words = operation == null
                        ? null
                        : Naming.words(paths, path, method, operation.node());
                if (operation != null && words != null && first.test(words.getFirst())) {
                    add(root, words, operation);
                    found = true;
                }
            }
        }
        return found;
    }

    private void add(CommandSpec root, List<String> words, Operation operation) {
        JsonArray actions = operation.path().endsWith("/actions")
                ? operation.bodyFields().getOrDefault("action", new JsonObject())
                        .getJsonArray("enum")
                : null;
        if (actions == null) {
            put(root, words, spec(operation));
            return;
        }
        // POST /v1/sims/{iccid}/actions {"action": "suspend"} is: sims suspend SIM
        List<String> nouns = words.subList(0, words.size() - 1);
        for (Object action : actions) {
            List<String> verb = new ArrayList<>(nouns);
            verb.add(action.toString());
            put(root, verb, spec(operation.doing(action.toString())));
        }
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

    private CommandSpec spec(Operation operation) {
        ApiCommand command = new ApiCommand(operation, environment);
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command)
                .mixinStandardHelpOptions(true);
        String action = operation.action();
        spec.usageMessage().sortOptions(false).abbreviateSynopsis(true)
                .description(escaped(action == null
                        ? operation.node().getString("summary")
                        : "Action: " + action),
                        "",
                        "Calls " + operation.method().toUpperCase(Locale.ROOT) + " "
                                + operation.path() + ", for " + operation.role() + ".");
        command.spec = spec;
        positionals(spec, operation);
        parameters(spec, operation);
        if (operation.takesJson()) {
            body(spec, operation);
        }
        common(spec, operation);
        return spec;
    }

    private static String escaped(String text) {
        return text.replace("%", "%%");
    }

    private static void positionals(CommandSpec spec, Operation operation) {
        int index = 0;
        for (JsonObject parameter : operation.parameters("path")) {
            String label = Naming.label(operation.path(), parameter.getString("name"));
            spec.addPositional(PositionalParamSpec.builder().index(Integer.toString(index++))
                    .paramLabel(label).type(String.class).required(true).arity("1")
                    .description(Schemas.describe(parameter, false)).build());
        }
        if (operation.isStreamed()) {
            spec.addPositional(PositionalParamSpec.builder().index(Integer.toString(index))
                    .paramLabel("FILE").type(String.class).required(true).arity("1")
                    .description("The file to send; - is standard input.").build());
            spec.addOption(OptionSpec.builder("--content-type").paramLabel("TYPE")
                    .type(String.class)
                    .description("What the file is, where its name does not tell: "
                            + String.join(", ", operation.uploadTypes()) + ".")
                    .build());
        }
    }

    private void parameters(CommandSpec spec, Operation operation) {
        for (String in : List.of("query", "header")) {
            for (JsonObject parameter : operation.parameters(in)) {
                String name = parameter.getString("name");
                if (name.equals("limit") || in.equals("query") && name.equals("after")
                        && operation.isList()) {
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
        if (operation.isList()) {
            spec.addOption(OptionSpec.builder("--limit").paramLabel("N").type(int.class)
                    .defaultValue("100").description("The most to show (100).").build());
            spec.addOption(OptionSpec.builder("--all").type(boolean.class)
                    .description("Show all there is, page after page.").build());
            spec.addOption(OptionSpec.builder("--columns").paramLabel("FIELD").splitRegex(",")
                    .type(List.class).auxiliaryTypes(String.class)
                    .description("What the table shows, in this order.").build());
        }
    }

    private void body(CommandSpec spec, Operation operation) {
        Map<String, JsonObject> fields = operation.bodyFields();
        JsonArray required = operation.requiredFields();
        fields.forEach((name, schema) -> {
            option(spec, Naming.option(name), schema, required.contains(name));
            schemas.fields(schema).forEach((inner, innerSchema) -> option(spec,
                    Naming.option(name, inner), innerSchema, false));
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

    private static void common(CommandSpec spec, Operation operation) {
        if (operation.answers()) {
            spec.addOption(OptionSpec.builder("-o", "--output").paramLabel("FORMAT")
                    .type(Output.Format.class).defaultValue("table")
                    .description("table, json, or id: the id alone (${DEFAULT-VALUE}).").build());
            spec.addOption(OptionSpec.builder("--save").paramLabel("FILE").type(String.class)
                    .description("Write the answer to this file.").build());
        }
        spec.addOption(OptionSpec.builder("--yes").type(boolean.class)
                .description("Do not ask before something is deleted or ended for good.")
                .hidden(!operation.isFinal()).build());
        spec.addOption(OptionSpec.builder("--profile").paramLabel("NAME").type(String.class)
                .description("The profile to use (CELLGATE_PROFILE, else the one chosen).")
                .build());
    }
}
