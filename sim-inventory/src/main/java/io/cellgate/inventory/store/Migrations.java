package io.cellgate.inventory.store;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.sqlite.SQLiteDataSource;

/** The steps of the schema that this version has. */
public final class Migrations {
    static final String FOLDER = "classpath:io/cellgate/inventory/migration";

    private Migrations() {}

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
