package io.cellgate.inventory.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.sqlite.SQLiteDataSource;

/** The steps of the schema that this version has. */
public final class Migrations {
    static final String FOLDER = "classpath:io/cellgate/inventory/migration";
    /** The last of them. */
    static final int NEWEST = 11;

    private Migrations() {}

    /** Takes a database as far as this version goes. */
    static void bringUpToDate(Engine engine, Connection connection) {
        // to start the tool costs a second, which is time without a gateway
        if (!isUpToDate(connection)) {
            int _ = Flyway.configure().dataSource(engine.admin()).locations(FOLDER).load()
                    .migrate().migrationsExecuted;
        }
    }

    /** Whether the history says that each step was taken once, none failed and there are none of a later version. */
    private static boolean isUpToDate(Connection connection) {
        try (Statement statement = connection.createStatement();
                ResultSet steps = statement.executeQuery("select version, success from"
                        + " flyway_schema_history where version is not null"
                        + " order by installed_rank")) {
            int taken = 0;
            while (steps.next()) {
                taken++;
                if (!steps.getBoolean(2) || !steps.getString(1).equals(String.valueOf(taken))) {
                    return false;
                }
            }
            return taken == NEWEST;
        } catch (SQLException noHistory) {
            return false;
        }
    }

    /** Takes a database without tables as far as a version, as an older Cellgate had left it. */
    public static void bring(DatabaseLocation location, String version) {
        int _ = Flyway.configure().dataSource(Engine.of(location).admin())
                .locations(FOLDER).target(version).load().migrate().migrationsExecuted;
    }

    /** Their versions, such as 1 and 5. */
    public static Set<String> versions() {
        SQLiteDataSource none = new SQLiteDataSource();
        none.setUrl("jdbc:sqlite::memory:");
        MigrationInfo[] all = Flyway.configure().dataSource(none)
                .locations(FOLDER).load().info().all();
        return Arrays.stream(all).map(step -> String.valueOf(step.getVersion()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
