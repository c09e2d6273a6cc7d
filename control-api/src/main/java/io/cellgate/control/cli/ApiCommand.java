package io.cellgate.control.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.Console;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** One operation, called with what stands on the command line. */
final class ApiCommand implements Callable<Integer> {
    /** The most that the API gives at once. */
    private static final int PAGE = 1000;

    private final Operation operation;
    private final Map<String, String> environment;
    /** Set by {@link ApiCommands}, which makes both. */
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    ApiCommand(Operation operation, Map<String, String> environment) {
        this.operation = operation;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Given given = new Given(spec);
        confirm(given);
        Asked asked = new Asked(operation, given);
        Answers answers = new Answers(given);
        Profiles.Profile profile = new Profiles(environment).use(given.text("--profile"));
        try (ApiClient client = new ApiClient(profile)) {
            if (operation.isList()) {
                list(client, asked, answers);
            } else {
                answers.show(client, client.send(operation.method().toUpperCase(Locale.ROOT),
                        asked.target(asked.query()), asked.headers(), asked.body()));
            }
        }
        return 0;
    }

    private void confirm(Given given) {
        Console console = Terminal.orNull();
        if (!operation.isFinal() || given.flag("--yes") || console == null) {
            return;
        }
        String said = console.readLine("%s %s: this cannot be taken back. Go on? [y/N] ",
                spec.qualifiedName(" "), String.join(" ", given.positionals()));
        if (said == null || !said.strip().equalsIgnoreCase("y")) {
            throw new CliFailure(CliFailure.FAILED, "nothing was done");
        }
    }

    /** Page after page, until as many are there as were asked for. */
    private void list(ApiClient client, Asked asked, Answers answers) {
        Given given = asked.given();
        boolean all = given.flag("--all");
        int wanted = given.value("--limit") instanceof Integer limit ? limit : 100;
        if (wanted < 1) {
            throw new CliFailure(CliFailure.WRONG_USE,
                    "--limit: got " + wanted + ", expected at least 1");
        }
        Map<String, String> query = asked.query();
        boolean paged = operation.parameters("query").stream()
                .anyMatch(parameter -> parameter.getString("name").equals("limit"));
        JsonArray items = new JsonArray();
        boolean more = true;
        while (more && (all || items.size() < wanted)) {
            if (paged) {
                query.put("limit", Integer
                        .toString(all ? PAGE : Math.min(PAGE, wanted - items.size())));
            }
            JsonObject page = ApiClient
                    .json(client.send("GET", asked.target(query), asked.headers(), null));
            JsonArray found = page.getJsonArray("items");
            items.addAll(found);
            Object next = page.getValue("next");
            // of events the next page's cursor is a number, and there even where none is left
            more = next != null && !found.isEmpty();
            if (more) {
                query.put("after", next.toString());
            }
        }
        answers.list(items, more);
    }
}
