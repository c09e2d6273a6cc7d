package io.cellgate.inventory.store;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.sqlite.SQLiteDataSource;

/** The steps of the schema that this version has, without a database. */
public final class Migrations {
    private Migrations() {}

    /** Their versions, such as 1 and 5. */
    public static Set<String> versions() {
        SQLiteDataSource none = new SQLiteDataSource();
        none.setUrl("jdbc:sqlite::memory:");
        MigrationInfo[] all = Flyway.configure().dataSource(none)
                .locations("classpath:io/cellgate/inventory/migration").load().info().all();
        return Arrays.stream(all).map(step -> String.valueOf(step.getVersion()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
