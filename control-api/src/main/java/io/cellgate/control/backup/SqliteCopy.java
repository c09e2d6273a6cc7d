package io.cellgate.control.backup;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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
            return new JsonObject()
                    .put("schema", texts(sql,
                            "select version from flyway_schema_history where success order by installed_rank")
                            .getLast())
                    .put("events", Long.parseLong(
                            texts(sql, "select coalesce(max(seq), 0) from event").getFirst()))
                    .put("sims", Long.parseLong(texts(sql, "select count(*) from sim").getFirst()))
                    .put("master_keys", new JsonArray(
                            texts(sql, "select distinct master_key from data_key order by 1")));
        }
    }

    /** What is wrong within the database; empty: nothing. */
    public static List<String> faults(Path database) throws SQLException {
        try (Connection connection = open(database);
                Statement sql = connection.createStatement()) {
            List<String> faults = new ArrayList<>(texts(sql, "pragma integrity_check(20)"));
            faults.removeIf(line -> line.equals("ok"));
            texts(sql, "pragma foreign_key_check").stream().distinct().limit(20)
                    .forEach(table -> faults
                            .add("a row of " + table + " names another that is not there"));
            return faults;
        }
    }

    private static List<String> texts(Statement sql, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = sql.executeQuery(query)) {
            while (rows.next()) {
                texts.add(String.valueOf(rows.getString(1)));
            }
        }
        return texts;
    }
}
