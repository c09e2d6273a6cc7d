package io.cellgate.control.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands about the command line itself: who one is, where the API is, what the shell completes. */
public final class ProfileCommands {
    private ProfileCommands() {}

    /** {@code cellgate login}. */
    @Command(name = "login", sortOptions = false, mixinStandardHelpOptions = true, description = {
            "Keeps a token and where the API is, as a profile.", "",
            "The token is asked for, or read from standard input: on a command line others would see it.",
            "With --browser a person logs in at an identity provider instead, for some hours."})
    public static final class Login implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Option(names = "--url", paramLabel = "URL", description = "Where the API is (that of the profile, else http://127.0.0.1:8080).")
        @Nullable
        private String url;

        @Option(names = "--profile", paramLabel = "NAME", description = "The profile to keep it as (the one chosen, else default).")
        @Nullable
        private String profile;

        @Option(names = "--ca", paramLabel = "FILE", description = "PEM file with the authority of the API's certificate, where the system does not know it.")
        @Nullable
        private Path ca;

        @Option(names = "--browser", arity = "0..1", fallbackValue = "", paramLabel = "PROVIDER", description = "Log in with the browser at this identity provider (where there is one alone, that).")
        @Nullable
        private String browser;

        @Override
        public Integer call() {
            Profiles profiles = new Profiles(System.getenv());
            JsonObject kept = profiles.read();
            String name = profile == null ? kept.getString("current", "default") : profile;
            JsonObject old = kept.getJsonObject("profiles", new JsonObject()).getJsonObject(name,
                    new JsonObject());
            String at = url == null ? old.getString("url", Profiles.DEFAULT_URL) : url;
            String authority = ca == null
                    ? old.getString("ca")
                    : ca.toAbsolutePath().toString();
            Profiles.Profile wanted = new Profiles.Profile(name, at,
                    browser == null ? token() : session(at, authority, browser), authority);
            try (ApiClient client = new ApiClient(wanted)) {
                JsonObject me = ApiClient.json(client.send("GET", "/v1/me", Map.of(), null));
                profiles.save(wanted);
                PrintWriter out = spec.commandLine().getOut();
                out.println("Logged in at " + at + " as " + me.getString("role")
                        + (me.getString("account") == null
                                ? ""
                                : " of account " + me.getString("account"))
                        + "; profile " + name + ".");
                out.flush();
            }
            return 0;
        }

        private String session(String at, @Nullable String authority, String provider) {
            try (ApiClient client = new ApiClient(
                    new Profiles.Profile("", at, null, authority))) {
                return new BrowserLogin(client, spec.commandLine().getErr()).run(provider)
                        .getString("token");
            }
        }

        private static String token() {
            Console console = Terminal.orNull();
            String token;
            if (console != null) {
                char[] typed = console.readPassword("Token: ");
                token = typed == null ? "" : new String(typed);
            } else {
                try {
                    token = new BufferedReader(
                            new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
                } catch (IOException e) {
                    throw new CliFailure(CliFailure.FAILED, "the token cannot be read: " + e, e);
                }
            }
            if (token == null || token.isBlank()) {
                throw new CliFailure(CliFailure.WRONG_USE,
                        "got no token, expected one on standard input");
            }
            return token.strip();
        }
    }

    /** {@code cellgate logout}. */
    @Command(name = "logout", mixinStandardHelpOptions = true, description = "Forgets a profile and its token. --revoke also ends the token at the API.")
    public static final class Logout implements Callable<Integer> {
        @Option(names = "--profile", paramLabel = "NAME", description = "Which (the one chosen).")
        @Nullable
        private String profile;

        @Option(names = "--revoke", description = "Revoke the token: nobody can use it any more.")
        private boolean revoke;

        @Override
        public Integer call() {
            Profiles profiles = new Profiles(System.getenv());
            Profiles.Profile used = profiles.use(profile);
            if (revoke) {
                try (ApiClient client = new ApiClient(used)) {
                    var _ = client.send("POST", "/v1/me/logout", Map.of(), null);
                }
            }
            boolean _ = profiles.delete(used.name());
            return 0;
        }
    }

    /** {@code cellgate profiles}: alone, it lists them. */
    @Command(name = "profiles", mixinStandardHelpOptions = true, subcommands = {ProfileList.class,
            ProfileUse.class, ProfileCreate.class,
            ProfileDelete.class}, description = "Where the API is, and as whom, under names: lists them, or changes them.")
    public static final class ProfileGroup extends Listing {}

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the profiles; the one chosen has a star.")
    static final class ProfileList extends Listing {}

    /** Shows them, without their tokens. */
    abstract static class Listing implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Option(names = {"-o",
                "--output"}, paramLabel = "FORMAT", defaultValue = "table", description = "table, json, or id: the names alone (${DEFAULT-VALUE}).")
        private Output.Format format = Output.Format.table;

        @Override
        public Integer call() {
            JsonObject all = new Profiles(System.getenv()).read();
            JsonArray shown = new JsonArray();
            all.getJsonObject("profiles", new JsonObject()).forEach(each -> shown
                    .add(new JsonObject().put("name", each.getKey())
                            .put("url", ((JsonObject) each.getValue()).getString("url"))
                            .put("chosen", each.getKey().equals(all.getString("current"))
                                    ? "*"
                                    : "")));
            PrintWriter out = spec.commandLine().getOut();
            Output.list(out, format, shown, null);
            out.flush();
            return 0;
        }
    }

    @Command(name = "use", mixinStandardHelpOptions = true, description = "Chooses the profile to use from now on.")
    static final class ProfileUse implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "The profile.")
        private String name = "";

        @Override
        public Integer call() {
            new Profiles(System.getenv()).choose(name);
            return 0;
        }
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = {
            "Keeps where the API is under a name, and chooses it, without a token:",
            "cellgate login adds one, or CELLGATE_TOKEN has it."})
    static final class ProfileCreate implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "The profile.")
        private String name = "";

        @Option(names = "--url", paramLabel = "URL", required = true, description = "Where the API is.")
        private String url = "";

        @Option(names = "--ca", paramLabel = "FILE", description = "PEM file with the authority of the API's certificate, where the system does not know it.")
        @Nullable
        private Path ca;

        @Override
        public Integer call() {
            Profiles profiles = new Profiles(System.getenv());
            if (profiles.read().getJsonObject("profiles", new JsonObject()).containsKey(name)) {
                throw new CliFailure(CliFailure.WRONG_USE, "NAME: got " + name
                        + ", which is there; expected another, or cellgate profiles delete first");
            }
            profiles.save(new Profiles.Profile(name, url, null,
                    ca == null ? null : ca.toAbsolutePath().toString()));
            return 0;
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Forgets a profile and its token, which stays valid: cellgate logout --revoke ends it.")
    static final class ProfileDelete implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "The profile.")
        private String name = "";

        @Override
        public Integer call() {
            Profiles profiles = new Profiles(System.getenv());
            if (!profiles.delete(name)) {
                throw new CliFailure(CliFailure.NOT_FOUND, "there is no profile " + name);
            }
            return 0;
        }
    }

    /** {@code cellgate completion}. */
    @Command(name = "completion", mixinStandardHelpOptions = true, description = {
            "Writes what a shell needs to complete commands and options:", "",
            "  source <(cellgate completion bash)"})
    public static final class Completion implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
        private String shell = "bash";

        @Override
        public Integer call() {
            if (!shell.equals("bash") && !shell.equals("zsh")) {
                throw new CliFailure(CliFailure.WRONG_USE,
                        "SHELL: got " + shell + ", expected bash or zsh");
            }
            PrintWriter out = spec.commandLine().getOut();
            // of zsh the script turns bash's completion on by itself
            out.println(AutoComplete.bash("cellgate", spec.root().commandLine()));
            out.flush();
            return 0;
        }
    }
}
