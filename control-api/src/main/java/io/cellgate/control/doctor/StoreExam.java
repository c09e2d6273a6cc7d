package io.cellgate.control.doctor;

import io.cellgate.control.backup.SqliteCopy;
import io.cellgate.inventory.store.DatabaseLocation;
import io.cellgate.inventory.vault.MasterKey;
import io.cellgate.inventory.vault.MasterKeyFile;
import io.cellgate.inventory.vault.SealExam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at a store, its key and its folder, also while a gateway uses them; changes nothing there. */
public final class StoreExam {
    private static final long NEEDED_OCTETS = 1L << 30;
    private static final int OLDEST_POSTGRESQL = 13;
    private static final Duration MOST_SKEW = Duration.ofSeconds(5);
    private static final String KEY_REMEDY = "put back the copy that was kept apart";
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path data;
    private final Set<String> known;
    private final List<Finding> findings = new ArrayList<>();

    private StoreExam(Path data, Set<String> known) {
        this.data = data;
        this.known = known;
    }

    /** @param known the versions of the schema that this Cellgate knows */
    public static List<Finding> examine(Path data, DatabaseLocation database, Set<String> known) {
        StoreExam exam = new StoreExam(data, known);
        exam.findings.add(exam.space());
        switch (database) {
            case DatabaseLocation.SqliteFile(Path file) -> exam.file(file);
            case DatabaseLocation.PostgreSql server -> exam.server(server);
        }
        return exam.findings;
    }

    private void file(Path file) {
        if (!Files.exists(file)) {
            findings.add(
                    Finding.ok("store", "none in " + data + " yet; the first start makes one"));
            return;
        }
        findings.add(mode("database file", file));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement sql = connection.createStatement()) {
            List<String> faults = SqliteCopy.faults(file);
            findings.add(faults.isEmpty()
                    ? Finding.ok("database", "sound")
                    : Finding.fail("database", String.join("; ", faults), "no faults",
                            "stop the gateway and cellgate restore the last backup"));
            contents(connection, sql);
        } catch (SQLException broken) {
            findings.add(Finding.fail("database", broken.getMessage() + "", "one that can be read",
                    "stop the gateway and cellgate restore the last backup"));
        }
    }

    private void server(DatabaseLocation.PostgreSql server) {
        try (Connection connection = server.connect();
                Statement sql = connection.createStatement()) {
            boolean _ = sql.execute("set default_transaction_read_only = on");
            int version = connection.getMetaData().getDatabaseMajorVersion();
            String encoding = one(sql, "show server_encoding");
            findings.add(version >= OLDEST_POSTGRESQL && encoding.equals("UTF8")
                    ? Finding.ok("database", server + " answers: PostgreSQL " + version + ", UTF8")
                    : Finding.fail("database", "PostgreSQL " + version + ", encoding " + encoding,
                            "PostgreSQL " + OLDEST_POSTGRESQL + " or newer, encoding UTF8",
                            "createdb --encoding=UTF8 --template=template0, on a newer server"));
            findings.add(one(sql,
                    "select coalesce(has_schema_privilege(current_schema(), 'create'), false)::text")
                    .equals("true")
                            ? Finding.ok("database rights", "tables may be made")
                            : Finding.fail("database rights", "no table may be made",
                                    "the right to make tables in the schema of the connection",
                                    "give the database to the user: alter database … owner to …"));
            findings.add(skew(Instant.ofEpochMilli(Long.parseLong(one(sql,
                    "select (extract(epoch from clock_timestamp()) * 1000)::bigint::text")))));
            if (one(sql, "select (to_regclass('flyway_schema_history') is null)::text")
                    .equals("true")) {
                findings.add(Finding.ok("store",
                        "none in " + server + " yet; the first start makes one"));
                return;
            }
            contents(connection, sql);
        } catch (SQLException unreachable) {
            findings.add(Finding.fail("database", server + ": " + unreachable.getMessage(),
                    "a server that takes this user",
                    "start it; or mend --database, CELLGATE_DATABASE_PASSWORD, ~/.pgpass or the server's pg_hba.conf"));
        }
    }

    private static Finding skew(Instant there) {
        Duration skew = Duration.between(there, Instant.now()).abs();
        return skew.compareTo(MOST_SKEW) <= 0
                ? Finding.ok("database clock", "as here")
                : Finding.warn("database clock", skew.toSeconds() + " s from this machine's",
                        "at most " + MOST_SKEW.toSeconds() + " s",
                        "synchronise both clocks by NTP");
    }

    /** What the two databases are asked alike. */
    private void contents(Connection connection, Statement sql) throws SQLException {
        findings.add(schema(sql));
        String sealedWith = null;
        try (ResultSet row = sql.executeQuery("select master_key from data_key limit 1")) {
            if (row.next()) {
                sealedWith = row.getString(1);
            }
        }
        MasterKeyFile keyFile = new MasterKeyFile(data);
        Finding key = key(keyFile, sealedWith);
        findings.add(key);
        formers(keyFile);
        if (key.grade() != Finding.Grade.FAIL && sealedWith != null && isPresent(sql)) {
            findings.add(secrets(SealExam.of(connection,
                    Objects.requireNonNull(keyFile.find(sealedWith))), sealedWith));
        }
    }

    /** @param sealedWith the id of the key that secrets were sealed with; null: none was */
    private static Finding key(MasterKeyFile keyFile, @Nullable String sealedWith) {
        Path file = keyFile.path();
        if (!Files.exists(file)) {
            return sealedWith == null
                    ? Finding.ok("master key", "none yet; the first start makes one")
                    : Finding.fail("master key", file + " is missing",
                            "the key that secrets are sealed with", KEY_REMEDY);
        }
        Finding mode = mode("master key", file);
        if (mode.grade() != Finding.Grade.OK) {
            return mode;
        }
        try {
            if (keyFile.isBetween(sealedWith)) {
                return Finding.warn("master key", "its replacement was broken off",
                        "the new key under its name",
                        "start the gateway, or cellgate rotate-key: either ends it");
            }
            String id = MasterKey.open(file, false).id();
            return sealedWith == null || sealedWith.equals(id)
                    ? Finding.ok("master key",
                            file + " is its owner's alone, and the store's: " + id)
                    : Finding.fail("master key", file + " is the key " + id,
                            "the key " + sealedWith + ", with which the store is sealed",
                            KEY_REMEDY);
        } catch (IllegalStateException | UncheckedIOException broken) {
            return Finding.fail("master key", broken.getMessage() + "", "a key that can be read",
                    KEY_REMEDY);
        }
    }

    /** Keys that were replaced: secrets of old backups are as safe as these. */
    private void formers(MasterKeyFile keyFile) {
        List<Path> formers = keyFile.formers();
        if (formers.isEmpty()) {
            return;
        }
        findings.add(formers.stream().map(each -> mode("former keys", each))
                .filter(mode -> mode.grade() != Finding.Grade.OK).findFirst()
                .map(wide -> Finding.warn(wide.what(), wide.found(), wide.expected(),
                        wide.remedy()))
                .orElseGet(() -> Finding.ok("former keys", formers.stream()
                        .map(each -> each.getFileName().toString())
                        .collect(Collectors.joining(", "))
                        + ": for backups that were made before; delete them with those")));
    }

    private static Finding secrets(SealExam exam, String sealedWith) {
        if (exam.unreadables() > 0) {
            return Finding.fail("secrets",
                    exam.unreadables() + " do not open: " + String.join(", ", exam.unreadable())
                            + (exam.unreadables() > exam.unreadable().size() ? " …" : ""),
                    "each opens with its data key, and that with the master key " + sealedWith,
                    "restore a backup of before, or give these secrets anew");
        }
        String all = exam.rows().isEmpty()
                ? "none"
                : exam.rows().entrySet().stream()
                        .map(each -> each.getValue() + " " + each.getKey().text())
                        .collect(Collectors.joining(", "));
        return exam.beingReplaced() == 0
                ? Finding.ok("secrets", all + "; all open, by " + exam.dataKeys()
                        + " data keys under the master key " + sealedWith)
                : Finding.warn("secrets",
                        all + "; all open, " + exam.old() + " with keys that are being replaced",
                        "none with those", "stop the gateway and cellgate rotate-key data");
    }

    /** Whether the schema is the present one. */
    private boolean isPresent(Statement sql) throws SQLException {
        return applied(sql).equals(known);
    }

    private Finding space() {
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

    private static Set<String> applied(Statement sql) throws SQLException {
        Set<String> present = new TreeSet<>();
        try (ResultSet rows = sql.executeQuery(
                "select version from flyway_schema_history where success and version is not null")) {
            while (rows.next()) {
                present.add(rows.getString(1));
            }
        }
        return present;
    }

    private Finding schema(Statement sql) throws SQLException {
        Set<String> present = applied(sql);
        Set<String> newer = new TreeSet<>(present);
        newer.removeAll(known);
        if (!newer.isEmpty()) {
            return Finding.fail("schema", "versions " + newer + " that this Cellgate does not know",
                    "at most " + new TreeSet<>(known),
                    "run the newer Cellgate, or restore a backup of before");
        }
        Set<String> lacking = new TreeSet<>(known);
        lacking.removeAll(present);
        return Finding.ok("schema", lacking.isEmpty()
                ? "up to date"
                : "versions " + lacking + " come at the next start");
    }

    private static String one(Statement sql, String query) throws SQLException {
        try (ResultSet row = sql.executeQuery(query)) {
            boolean _ = row.next();
            return String.valueOf(row.getString(1));
        }
    }
}
