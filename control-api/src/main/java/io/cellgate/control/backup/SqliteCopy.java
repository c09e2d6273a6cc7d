package io.cellgate.control.backup;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies of an SQLite database that may be in use: {@code VACUUM INTO} reads one snapshot (WAL), whatever is written
 * meanwhile, and leaves out what was deleted.
 */
public final class SqliteCopy {
    private SqliteCopy() {}

    /** Copies it to a file that is not there yet. */
    static void copy(Path database, Path to) throws SQLException {
        try (Connection connection = open(database);
                PreparedStatement copy = connection.prepareStatement("vacuum into ?")) {
            copy.setString(1, to.toString());
            boolean _ = copy.execute();
        }
    }

    private static Connection open(Path database) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + database);
    }

    /** What a copy holds, for the manifest. */
    static JsonObject describe(Path database) throws SQLException {
        try (Connection connection = open(database);
                Statement sql = connection.createStatement()) {
            return CopyFacts.describe(sql);
        }
    }

    /** What is wrong within the database; empty: nothing. */
    public static List<String> faults(Path database) throws SQLException {
        try (Connection connection = open(database);
                Statement sql = connection.createStatement()) {
            List<String> faults = new ArrayList<>(
                    CopyFacts.texts(sql, "pragma integrity_check(20)"));
            faults.removeIf(line -> line.equals("ok"));
            CopyFacts.texts(sql, "pragma foreign_key_check").stream().distinct().limit(20)
                    .forEach(table -> faults
                            .add("a row of " + table + " names another that is not there"));
            return faults;
        }
    }
}
