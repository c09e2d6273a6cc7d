package io.cellgate.bench.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What a whole-gateway test needs of the machine. */
public final class Prerequisites {
    private Prerequisites() {}

    /** Aborts the test with a message that names what is missing of these programs. */
    public static void requirePrograms(String... programs) {
        abortFor(missing(programs));
    }

    /** The same for a test that also makes network namespaces and TUN devices. */
    public static void require(String... programs) {
        List<String> missing = missing(programs);
        if (!Files.isWritable(Path.of("/dev/net/tun"))) {
            missing.add("a writable /dev/net/tun");
        }
        if (!Command.exists("unshare") || !Command.of("unshare", "--net", "true").run().ok()) {
            missing.add("the privilege to make network namespaces (root)");
        }
        abortFor(missing);
    }

    private static List<String> missing(String... programs) {
        List<String> missing = new ArrayList<>();
        for (String program : programs) {
            if (!Command.exists(program)) {
                missing.add("the program " + program);
            }
        }
        return missing;
    }

    private static void abortFor(List<String> missing) {
        if (!missing.isEmpty()) {
            Assumptions.abort("missing here: " + String.join(", ", missing)
                    + "; ./cellgate test installs the programs");
        }
    }
}
