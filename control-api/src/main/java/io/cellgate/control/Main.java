package io.cellgate.control;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;

/** The {@code cellgate} command. */
@Command(name = "cellgate", mixinStandardHelpOptions = true, version = "Cellgate 0.1.0", subcommands = {
        RunCommand.class,
        OperatorTokenCommand.class}, description = "A Zero Trust network gateway for cellular IoT fleets.")
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
        CommandLine line = new CommandLine(new Main()).setOut(out).setErr(err)
                .setExecutionExceptionHandler(failures(err));
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
                case StartFailure failure -> err.println("cellgate: " + failure.getMessage());
                default -> thrown.printStackTrace(err);
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
