package io.cellgate.control.backup;

import io.cellgate.inventory.store.DatabaseLocation;
import io.cellgate.inventory.store.Migrations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Copies of a PostgreSQL database that may be in use: the rows of each table by {@code COPY}, all of one snapshot
 * (repeatable read). The schema is not in it, for it is ours: a restore makes that of the copy's version and fills it.
 * So neither programs of PostgreSQL nor their versions matter where a gateway runs.
 */
final class PostgresCopy {
    private static final String ORDER = "tables.json";
    private static final String HISTORY = "flyway_schema_history";
    private static final String TABLES = "select tablename from pg_tables where schemaname = current_schema() order by 1";

    private PostgresCopy() {}

    /** Copies it to a file, and tells what it holds. */
    static JsonObject copy(DatabaseLocation.PostgreSql database, Path to)
            throws SQLException, IOException {
        try (Connection connection = database.connect();
                Statement sql = connection.createStatement();
                ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(to))) {
            connection.setAutoCommit(false);
            boolean _ = sql.execute("set transaction isolation level repeatable read, read only");
            JsonArray tables = new JsonArray();
            CopyManager copier = connection.unwrap(PGConnection.class).getCopyAPI();
            for (String table : inOrder(sql)) {
                List<String> columns = columns(sql, table);
                zip.putNextEntry(new ZipEntry(table));
                long rows = copier.copyOut("copy " + named(table, columns) + " to stdout", zip);
                zip.closeEntry();
                tables.add(new JsonObject().put("table", table)
                        .put("columns", new JsonArray(columns)).put("rows", rows));
            }
            zip.putNextEntry(new ZipEntry(ORDER));
            zip.write(tables.encodePrettily().getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
            JsonObject facts = CopyFacts.describe(sql);
            connection.rollback();
            return facts;
        }
    }

    /** Each table after those that its rows name. */
    private static List<String> inOrder(Statement sql) throws SQLException {
        List<String> left = new ArrayList<>(CopyFacts.texts(sql, TABLES));
        left.remove(HISTORY);
        List<String> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            List<String> next = new ArrayList<>();
            for (String table : left) {
                List<String> named = CopyFacts.texts(sql,
                        "select confrelid::regclass::text from pg_constraint"
                                + " where contype = 'f' and conrelid = '" + quoted(table)
                                + "'::regclass");
                if (named.stream().allMatch(each -> each.equals(table)
                        || ordered.contains(each.replace("\"", "")))) {
                    next.add(table);
                }
            }
            if (next.isEmpty()) {
                throw new IllegalStateException(
                        "the tables " + left + " name each other in a circle");
            }
            ordered.addAll(next);
            left.removeAll(next);
        }
        return ordered;
    }

    private static List<String> columns(Statement sql, String table) throws SQLException {
        return CopyFacts.texts(sql,
                "select attname from pg_attribute where attrelid = '" + quoted(table)
                        + "'::regclass and attnum > 0 and not attisdropped order by attnum");
    }

    private static String named(String table, List<String> columns) {
        return quoted(table) + " ("
                + String.join(", ", columns.stream().map(PostgresCopy::quoted).toList()) + ")";
    }

    private static String quoted(String table) {
        return '"' + table.replace("\"", "\"\"") + '"';
    }

    /** Whether it has any table: such a one is not restored to. */
    static boolean isUsed(DatabaseLocation.PostgreSql database) throws SQLException {
        try (Connection connection = database.connect();
                Statement sql = connection.createStatement()) {
            return !CopyFacts.texts(sql, TABLES).isEmpty();
        }
    }

    /** Makes the copy's schema in a database without tables and fills it: all rows or none. */
    static void fill(DatabaseLocation.PostgreSql database, Path from, String schema)
            throws SQLException, IOException {
        if (!Migrations.versions().contains(schema)) {
            throw new IllegalArgumentException(
                    "got a backup of schema " + schema + ", expected one of "
                            + new TreeSet<>(Migrations.versions()) + ": a newer Cellgate made it");
        }
        Migrations.bring(database, schema);
        try (ZipFile zip = new ZipFile(from.toFile());
                Connection connection = database.connect();
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            JsonArray tables = new JsonArray(
                    new String(read(zip, ORDER).readAllBytes(), StandardCharsets.UTF_8));
            CopyManager copier = connection.unwrap(PGConnection.class).getCopyAPI();
            List<String> present = CopyFacts.texts(sql, TABLES);
            for (Object each : tables) {
                JsonObject table = (JsonObject) each;
                String name = table.getString("table");
                List<String> columns = table.getJsonArray("columns").stream().map(Object::toString)
                        .toList();
                // the file's words become part of a statement only where they are names that are
                // there
                if (!present.contains(name)
                        || !Set.copyOf(columns(sql, name)).equals(Set.copyOf(columns))) {
                    throw new IllegalArgumentException(
                            "got the table " + name + " with the columns " + columns
                                    + ", expected those of schema " + schema);
                }
                long rows = copier.copyIn("copy " + named(name, columns) + " from stdin",
                        read(zip, name));
                if (rows != table.getLong("rows")) {
                    throw new IllegalArgumentException(
                            "table " + name + ": got " + rows + " rows, expected "
                                    + table.getLong("rows"));
                }
            }
            connection.commit();
        }
    }

    private static InputStream read(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "got no rows of " + name + ", expected those of every table");
        }
        return zip.getInputStream(entry);
    }

    /** Takes away what a restore that failed has made in a database that had no tables. */
    static void empty(DatabaseLocation.PostgreSql database) throws SQLException {
        try (Connection connection = database.connect();
                Statement sql = connection.createStatement()) {
            for (String table : CopyFacts.texts(sql, TABLES)) {
                boolean _ = sql.execute("drop table " + quoted(table) + " cascade");
            }
        }
    }
}
