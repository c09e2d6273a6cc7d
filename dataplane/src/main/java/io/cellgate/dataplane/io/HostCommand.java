package io.cellgate.dataplane.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A program of the host's that sets up its network. */
final class HostCommand {
    private HostCommand() {}

    /** Runs it; throws what it said where it failed. */
    static void run(String... command) throws IOException {
        runWith("", command);
    }

    /** Runs it with this input. */
    static void runWith(String input, String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(),
                StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted at " + String.join(" ", command), e);
        }
    }

    /** Runs it; whether it succeeded. */
    static boolean tryRun(String... command) {
        try {
            run(command);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
