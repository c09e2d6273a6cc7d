package io.cellgate.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program with its arguments, run to its end. */
public record Command(List<String> words) {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    public Command {
        words = List.copyOf(words);
    }

    /**
     * How a program ended.
     *
     * @param exit its exit status; 124 where it was stopped because it took longer than a minute
     */
    public record Result(int exit, String out, String err) {
        public boolean ok() {
            return exit == 0;
        }
    }

    public static Command of(String... words) {
        return new Command(List.of(words));
    }

    /** This command with another before it, as {@code ip netns exec NAME}. */
    public Command behind(String... prefix) {
        List<String> all = new ArrayList<>(List.of(prefix));
        all.addAll(words);
        return new Command(all);
    }

    /** This command with more words after it. */
    public Command followedBy(String... suffix) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(suffix));
        return new Command(all);
    }

    public Result run() {
        return run("");
    }

    /** Runs it with this text on its standard input. */
    public Result run(String input) {
        try {
            Process process = new ProcessBuilder(words).start();
            CompletableFuture<String> out = CompletableFuture
                    .supplyAsync(() -> text(process, true));
            CompletableFuture<String> err = CompletableFuture
                    .supplyAsync(() -> text(process, false));
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException endedEarly) {
                // the program closed its input without reading all of it; its exit status tells
            }
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return new Result(124, out.join(), err.join());
            }
            return new Result(process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + this, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + this, e);
        }
    }

    /** Runs it; anything but success is an exception that quotes what it said. */
    public String mustRun() {
        Result result = run();
        if (!result.ok()) {
            throw new IllegalStateException("`%s` ended with %d: %s%s".formatted(this,
                    result.exit(), result.out(), result.err()));
        }
        return result.out();
    }

    private static String text(Process process, boolean out) {
        try (var stream = out ? process.getInputStream() : process.getErrorStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a program of this name is on the path, or where Debian keeps programs for root. */
    public static boolean exists(String program) {
        List<String> folders = new ArrayList<>(
                List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)));
        folders.addAll(List.of("/usr/sbin", "/sbin"));
        return folders.stream().filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
