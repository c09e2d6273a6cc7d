package io.cellgate.control.doctor;

import io.cellgate.control.backup.SqliteCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Looks at a data folder, also while a gateway uses it; changes nothing there. */
public final class StoreExam {
    private static final long NEEDED_OCTETS = 1L << 30;
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private StoreExam() {}

    /** @param known the versions of the schema that this Cellgate knows */
    public static List<Finding> examine(Path data, Set<String> known) {
        List<Finding> findings = new ArrayList<>();
        findings.add(space(data));
        Path database = data.resolve("cellgate.db");
        if (!Files.exists(database)) {
            findings.add(Finding.ok("store",
                    "none in " + data + " yet; the first start makes one"));
            return findings;
        }
        findings.add(mode("database file", database));
        Path key = data.resolve("master.key");
        if (Files.exists(key)) {
            findings.add(mode("master key", key));
        } else {
            findings.add(Finding.fail("master key", key + " is missing",
                    "the key that SIM secrets are sealed with",
                    "put back the copy that was kept apart"));
        }
        try {
            List<String> faults = SqliteCopy.faults(database);
            findings.add(faults.isEmpty()
                    ? Finding.ok("database", "sound")
                    : Finding.fail("database", String.join("; ", faults), "no faults",
                            "stop the gateway and cellgate restore the last backup"));
            findings.add(schema(database, known));
        } catch (SQLException broken) {
            findings.add(Finding.fail("database", broken.getMessage() + "", "one that can be read",
                    "stop the gateway and cellgate restore the last backup"));
        }
        return findings;
    }

    private static Finding space(Path data) {
        Path present = data.toAbsolutePath();
        while (present != null && !Files.exists(present)) {
            present = present.getParent();
        }
        try {
            long free = present == null ? 0 : Files.getFileStore(present).getUsableSpace();
            if (present == null || !Files.isWritable(present)) {
                return Finding.fail("data folder", data + " cannot be written to",
                        "a folder of the gateway's user", "chown it, or another --data");
            }
            return free >= NEEDED_OCTETS
                    ? Finding.ok("disk", (free >> 20) + " MiB free for " + data)
                    : Finding.warn("disk", (free >> 20) + " MiB free for " + data,
                            (NEEDED_OCTETS >> 20) + " MiB",
                            "make room, or less for logs: --log-octets");
        } catch (IOException e) {
            return Finding.fail("disk", e.toString(), "a folder that can be examined",
                    "another --data");
        }
    }

    private static Finding mode(String what, Path file) {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            return OWNERS.containsAll(mode)
                    ? Finding.ok(what, file + " is its owner's alone")
                    : Finding.fail(what,
                            file + " has permissions " + PosixFilePermissions.toString(mode),
                            "rw-------", "chmod 600 " + file);
        } catch (IOException e) {
            return Finding.fail(what, e.toString(), "a file that can be examined",
                    "run this as the gateway's user");
        }
    }

    private static Finding schema(Path database, Set<String> known) throws SQLException {
        Set<String> present = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery(
                        "select version from flyway_schema_history where success and version is not null")) {
            while (rows.next()) {
                present.add(rows.getString(1));
            }
        }
        Set<String> newer = new TreeSet<>(present);
        newer.removeAll(known);
        if (!newer.isEmpty()) {
            return Finding.fail("schema", "versions " + newer + " that this Cellgate does not know",
                    "at most " + known, "run the newer Cellgate, or restore a backup of before");
        }
        Set<String> lacking = new TreeSet<>(known);
        lacking.removeAll(present);
        return Finding.ok("schema", lacking.isEmpty()
                ? "up to date"
                : "versions " + lacking + " come at the next start");
    }
}
