package io.cellgate.control;

import io.cellgate.control.backup.Backups;
import io.cellgate.inventory.store.DatabaseLocation;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cellgate restore}: a data folder from a backup. */
@Command(name = "restore", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Makes a data folder from a backup, or fills a PostgreSQL database without tables, after the copy was checked: its digest, the database's",
        "integrity, that the key opens it, and that its schema can be brought up to date.", "",
        "What changed after the backup is not in it: tokens revoked since are valid again."})
final class RestoreCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final StoreOptions options = new StoreOptions();

    @Option(names = "--key", paramLabel = "FILE", description = "The master key that the backup's SIM secrets were sealed with (master.key of --data where that is there).")
    @Nullable
    private Path key;

    @Option(names = "--replace", description = "Where the folder holds a store, put that aside as DIR.before-TIME.")
    private boolean replace;

    @Parameters(paramLabel = "FILE", description = "The backup.")
    private Path file = Path.of("backup");

    @Override
    public Integer call() {
        Settings.Store store = options.store();
        Path data = store.data();
        Backups.Restored restored = switch (store.database()) {
            case DatabaseLocation.SqliteFile _ -> Backups.restore(file, data, key, replace,
                    folder -> Settings.Store.in(folder).open().close());
            case DatabaseLocation.PostgreSql database -> {
                if (replace) {
                    throw new IllegalArgumentException("--replace: got it with --database, expected"
                            + " a database without tables: what a server holds is not put aside");
                }
                yield Backups.restore(file, data, database, key,
                        folder -> new Settings.Store(folder, database).open().close());
            }
        };
        var out = spec.commandLine().getOut();
        out.println("Restored the store of " + restored.madeAt() + " to " + store.database() + ".");
        if (restored.former() != null) {
            out.println("What was there is in " + restored.former() + ".");
        }
        out.flush();
        return 0;
    }
}
