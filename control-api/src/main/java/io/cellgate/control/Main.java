package io.cellgate.control;

import io.cellgate.control.cli.ApiCommands;
import io.cellgate.control.cli.CliFailure;
import io.cellgate.control.cli.ProfileCommands;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;

/** The {@code cellgate} command. */
@Command(name = "cellgate", mixinStandardHelpOptions = true, version = "Cellgate 0.1.0", subcommands = {
        RunCommand.class,
        OperatorTokenCommand.class, BackupCommand.class, RestoreCommand.class,
        RotateKeyCommand.class, DoctorCommand.class,
        ProfileCommands.Login.class, ProfileCommands.Logout.class,
        ProfileCommands.ProfileGroup.class,
        ProfileCommands.Completion.class}, description = "A Zero Trust network gateway for cellular IoT fleets.", footer = {
                "",
                "The commands from accounts on call the API of the profile that cellgate login made:",
                "  cellgate login --url http://127.0.0.1:8080",
                "  cellgate sims list --state active",
                "  cellgate sims suspend 8949010000000000016",
                "  cellgate policies create -f policy.yaml",
                "",
                "Exit status: 0 done; 1 failed here; 2 wrongly used; 3 refused by the API; 4 not logged in",
                "or not allowed; 5 no such object; 6 it changed since it was read; 7 not reachable, or try later."})
public final class Main {
    static final int WRONG_USE = 2;
    static final int FAILED = 1;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(execute(arguments, new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8)));
    }

    /** Runs the command; the answer is its exit status: 0 done, 1 failed, 2 wrongly used. */
    static int execute(String[] arguments, PrintWriter out, PrintWriter err) {
        return execute(arguments, System.getenv(), out, err);
    }

    static int execute(String[] arguments, Map<String, String> environment, PrintWriter out,
            PrintWriter err) {
        CommandLine line = new CommandLine(new Main());
        // those of this process need no document read; completion and help name all
        if (arguments.length == 0 || !line.getSubcommands().containsKey(arguments[0])
                || arguments[0].equals("completion")) {
            ApiCommands.addTo(line, environment, arguments.length == 0 ? "" : arguments[0]);
        }
        // after all are there: it is set for those that are
        line.setOut(out).setErr(err).setExecutionExceptionHandler(failures(err));
        try {
            Path file = configFile(arguments);
            if (file != null) {
                CommandLine run = Objects.requireNonNull(line.getSubcommands().get("run"));
                run.setDefaultValueProvider(SettingsFile.read(file, run.getCommandSpec()));
            }
        } catch (IllegalArgumentException wrong) {
            err.println("cellgate: " + wrong.getMessage());
            return WRONG_USE;
        }
        return line.execute(arguments);
    }

    /** A wrong value is told without a stack trace; so is what the machine lacks. Anything else is a bug. */
    private static IExecutionExceptionHandler failures(PrintWriter err) {
        return (thrown, _, _) -> {
            switch (thrown) {
                case IllegalArgumentException wrong ->
                    err.println("cellgate: " + wrong.getMessage());
                case CliFailure failure -> err.println("cellgate: " + failure.getMessage());
                case StartFailure failure -> err.println("cellgate: " + failure.getMessage());
                default -> thrown.printStackTrace(err);
            }
            if (thrown instanceof CliFailure failure) {
                return failure.status();
            }
            return thrown instanceof IllegalArgumentException
                    || thrown instanceof ParameterException
                            ? WRONG_USE
                            : FAILED;
        };
    }

    private static @Nullable Path configFile(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--config") && i + 1 < arguments.length) {
                return Path.of(arguments[i + 1]);
            }
            if (arguments[i].startsWith("--config=")) {
                return Path.of(arguments[i].substring("--config=".length()));
            }
        }
        return null;
    }
}
