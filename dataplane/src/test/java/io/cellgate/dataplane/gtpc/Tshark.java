package io.cellgate.dataplane.gtpc;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The dissector of Wireshark as an independent reader of our messages, and the captures it is compared on. */
public final class Tshark {
    private Tshark() {}

    public static boolean isThere() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator,
                -1)) {
            if (Files.isExecutable(Path.of(folder, "tshark"))) {
                return true;
            }
        }
        return false;
    }

    /** Aborts the test where tshark is not installed. */
    public static void require() {
        Assumptions.assumeTrue(isThere(),
                "the program tshark is missing: on Debian install the package tshark");
    }

    /** A capture of another project; aborts the test where the folder is not there. */
    public static Path capture(String name) {
        String folder = System.getProperty("cellgate.captures");
        Path captures = folder != null ? Path.of(folder) : besideRepository();
        Path file = captures.resolve(name);
        Assumptions.assumeTrue(Files.isReadable(file), "the capture " + file
                + " is missing: put the captures there or name their folder with -Dcellgate.captures");
        return file;
    }

    private static Path besideRepository() {
        Path root = Path.of("").toAbsolutePath();
        while (root.getParent() != null && !Files.exists(root.resolve("formatter.prefs"))) {
            root = root.getParent();
        }
        return root.resolveSibling("shared").resolve("captures");
    }

    /** One line a packet that passes the filter; the fields in it are separated by {@code |}. */
    public static List<String[]> fields(Path pcap, String filter, String... fields) {
        List<String> command = new ArrayList<>(List.of("tshark", "-r", pcap.toString(), "-Y",
                filter, "-T", "fields", "-E", "separator=|"));
        for (String field : fields) {
            command.add("-e");
            command.add(field);
        }
        return run(command).lines().map(line -> line.split("\\|", -1)).toList();
    }

    /**
     * Packets that pass the filter and are not GTP to tshark, or malformed, or under expert information of severity
     * warning or error; one text each.
     */
    public static List<String> complaints(Path pcap, String filter) {
        return fields(pcap,
                "(" + filter
                        + ") and (_ws.malformed or _ws.expert.severity >= 6291456 or not (gtp or gtpv2))",
                "frame.number", "_ws.expert.message", "_ws.malformed").stream()
                .map(fields -> "frame " + String.join(" ", fields)).toList();
    }

    private static String run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String out = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(command + " ended with " + status);
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
