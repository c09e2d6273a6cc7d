package io.cellgate.dataplane.inspect;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Capture files as tshark reads them. Tests that need what is not there are aborted with its name. */
final class Captures {
    private Captures() {}

    static Path file(String name) {
        String folder = System.getProperty("cellgate.captures", "../../shared/captures");
        Path file = Path.of(folder, name);
        assumeThat(Files.isReadable(file))
                .as("missing: capture " + name + " in " + folder + ", see -Dcellgate.captures")
                .isTrue();
        return file;
    }

    static void require(String program) {
        boolean there = false;
        for (String folder : (System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1)) {
            there |= Files.isExecutable(Path.of(folder, program));
        }
        assumeThat(there).as("missing: program " + program).isTrue();
    }

    /** One row for each packet that the filter takes, with the fields asked for, occurrences with commas between. */
    static List<String[]> tshark(Path capture, String decodeAs, String filter,
            String... fields) {
        require("tshark");
        List<String> command = new ArrayList<>(List.of("tshark", "-r", capture.toString(), "-n",
                "-d", decodeAs, "-Y", filter, "-T", "fields", "-E", "separator=/t", "-E",
                "occurrence=a"));
        for (String field : fields) {
            command.add("-e");
            command.add(field);
        }
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String out = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + " exited with " + process.exitValue());
            }
            return out.lines().map(line -> line.split("\t", -1)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
