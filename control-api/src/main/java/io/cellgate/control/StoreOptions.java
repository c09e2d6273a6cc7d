package io.cellgate.control;

import io.cellgate.inventory.Inventory;
import io.cellgate.inventory.store.DatabaseLocation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that opens the store. */
final class StoreOptions {
    private static final String PASSWORD = "CELLGATE_DATABASE_PASSWORD";

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "./data", description = "Folder of the master key and, without --database, of the store; made where it is missing (${DEFAULT-VALUE}).")
    private Path data = Path.of("data");

    @Option(names = "--database", paramLabel = "URL", description = "A PostgreSQL database in place of the file in --data: jdbc:postgresql://HOST:PORT/DATABASE?user=USER. "
            + "Its password is taken from " + PASSWORD
            + " in the environment, or from ~/.pgpass.")
    @Nullable
    private String database;

    Settings.Store store() {
        return new Settings.Store(data, location());
    }

    /** The store, of a gateway that has made it: a command that works on one does not begin by making another. */
    Settings.Store presentStore() {
        if (!Inventory.isThere(data)) {
            throw new IllegalArgumentException("--data: got " + data
                    + ", expected the data folder of a gateway that has run before");
        }
        return store();
    }

    private DatabaseLocation location() {
        if (database == null) {
            return Inventory.fileIn(data);
        }
        try {
            return new DatabaseLocation.PostgreSql(database, System.getenv(PASSWORD));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("--database: " + wrong.getMessage(), wrong);
        }
    }
}
