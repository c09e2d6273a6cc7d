package io.cellgate.bench.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What a whole-gateway test needs of the machine. */
public final class Prerequisites {
    private Prerequisites() {}

    /** Aborts the test with a message that names what is missing, if anything is. */
    public static void require(String... programs) {
        List<String> missing = new ArrayList<>();
        for (String program : programs) {
            if (!Command.exists(program)) {
                missing.add("the program " + program);
            }
        }
        if (!Files.isWritable(Path.of("/dev/net/tun"))) {
            missing.add("a writable /dev/net/tun");
        }
        if (!Command.exists("unshare") || !Command.of("unshare", "--net", "true").run().ok()) {
            missing.add("the privilege to make network namespaces (root)");
        }
        if (!missing.isEmpty()) {
            Assumptions.abort("missing here: " + String.join(", ", missing)
                    + "; ./cellgate test installs the programs");
        }
    }
}
