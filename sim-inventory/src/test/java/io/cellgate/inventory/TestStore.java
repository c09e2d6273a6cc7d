package io.cellgate.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.DatabaseLocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The databases that every test of a store runs on: a class is parameterized by it, and opens its inventory here. */
public enum TestStore {
    SQLITE, POSTGRESQL;

    private static final String TEMPLATE = "migrated";
    private static byte @Nullable [] migrated;
    private static @Nullable PostgresServer server;
    /** The database of each folder. */
    private static final Map<Path, String> DATABASES = new HashMap<>();
    private static int made;

    /** The inventory of a folder: the same one when it is opened again. */
    public Inventory open(Path folder, InstantSource clock) {
        return Inventory.open(folder, location(folder), clock);
    }

    /** The database of a folder, with its schema; made the first time. */
    public DatabaseLocation location(Path folder) {
        return this == SQLITE ? file(folder) : server().location(database(folder));
    }

    /** The file of a folder that is there is a copy of one that was migrated: a test need not wait for it each time. */
    private static synchronized DatabaseLocation file(Path folder) {
        DatabaseLocation.SqliteFile location = Inventory.fileIn(folder);
        try {
            if (Files.isDirectory(folder) && !Files.exists(location.file())) {
                Files.write(location.file(), migrated());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return location;
    }

    private static byte[] migrated() throws IOException {
        byte[] known = migrated;
        if (known == null) {
            Path file = Files.createTempFile("cellgate-migrated", ".db");
            Database.open(new DatabaseLocation.SqliteFile(file), InstantSource.system()).close();
            known = Files.readAllBytes(file);
            Files.delete(file);
            migrated = known;
        }
        return known;
    }

    /** A database without any table. */
    public DatabaseLocation empty(Path folder) {
        return this == SQLITE ? Inventory.fileIn(folder) : server().location(create("template0"));
    }

    private static synchronized String database(Path folder) {
        String known = DATABASES.get(folder);
        if (known != null) {
            return known;
        }
        String name = create(TEMPLATE);
        DATABASES.put(folder, name);
        return name;
    }

    private static String create(String template) {
        // those of tests that are over
        DATABASES.entrySet().removeIf(each -> {
            boolean over = !Files.exists(each.getKey());
            if (over) {
                server().say("drop database if exists " + each.getValue() + " with (force)");
            }
            return over;
        });
        String name = "test" + made++;
        server().say("create database " + name + " template " + template);
        return name;
    }

    /** The server of this process, started when it is first asked for. */
    public static synchronized PostgresServer server() {
        assumeThat(PostgresServer.programs())
                .as("missing: initdb and postgres (Debian's postgresql)").isNotNull();
        PostgresServer running = server;
        if (running == null) {
            try {
                running = PostgresServer.start(false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(running::close));
            server = running;
            running.say("create database " + TEMPLATE);
            Database.open(running.location(TEMPLATE), InstantSource.system()).close();
        }
        return running;
    }

    /** All that the database of a folder holds: the octets of its files, or its dump. */
    public byte[] octets(Path folder) throws IOException {
        if (this == POSTGRESQL) {
            byte[] dump = server().dump(database(folder));
            assertThat(dump).as("a dump").hasSizeGreaterThan(10_000);
            return dump;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String file : new String[]{"cellgate.db", "cellgate.db-wal"}) {
            all.writeBytes(Files.readAllBytes(folder.resolve(file)));
        }
        return all.toByteArray();
    }

    /** A connection past the store, to see or change what it does not offer. */
    public Connection connect(Path folder) throws SQLException {
        return this == POSTGRESQL
                ? server().connect(database(folder))
                : DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cellgate.db"));
    }

    /** The first column of the first row. */
    public String one(Path folder, String query) throws SQLException {
        try (Connection connection = connect(folder);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}
