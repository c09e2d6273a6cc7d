package io.cellgate.control.doctor;

import io.cellgate.control.log.LogStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks at the logs of traffic in a data folder, also while a gateway writes them; changes nothing there. */
public final class LogExam {
    private LogExam() {}

    public static Finding examine(Path data) {
        Path logs = data.resolve("logs");
        if (!Files.isDirectory(logs)) {
            return Finding.ok("logs", "none in " + logs + " yet; the first start makes them");
        }
        LogStore.Health health = LogStore.examine(logs);
        List<String> faults = health.faults();
        return faults.isEmpty()
                ? Finding.ok("logs", health.files() + " files, " + (health.octets() >> 20)
                        + " MiB, all can be read")
                : Finding.warn("logs", String.join("; ", faults), "files that can be read",
                        "look at them with sqlite3, or remove them: the gateway puts a torn file aside and goes on");
    }
}
