package io.cellgate.control.backup;

import io.cellgate.inventory.store.DatabaseLocation;
import io.cellgate.inventory.vault.MasterKey;
import io.cellgate.inventory.vault.MasterKeyFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes backups of data folders, and data folders of backups. */
public final class Backups {
    private static final String DATABASE = "cellgate.db";
    private static final String KEY = "master.key";
    private static final int FORMAT = 1;
    private static final String SQLITE = "sqlite";
    private static final String POSTGRESQL = "postgresql";

    private Backups() {}

    /** What a backup holds. */
    public record Made(long sims, long events, long octets) {}

    /** @param former where the store is that was there before; null: there was none */
    public record Restored(String madeAt, @Nullable Path former) {}

    /**
     * Copies the store of a data folder, which may be in use, into a file.
     *
     * @param database where the store is
     */
    public static Made make(Path data, DatabaseLocation database, Path file) {
        if (database instanceof DatabaseLocation.SqliteFile(Path there) && !Files.exists(there)) {
            throw new IllegalArgumentException("--data: got " + data
                    + ", expected the data folder of a gateway that has run before");
        }
        Path copy = file.resolveSibling(file.getFileName() + ".copy");
        try {
            Files.deleteIfExists(copy);
            // made by us, so that it is nobody else's even while it grows
            Files.createFile(copy, PosixFilePermissions
                    .asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            JsonObject manifest = switch (database) {
                case DatabaseLocation.SqliteFile(Path there) -> {
                    SqliteCopy.copy(there, copy);
                    refuse(copy, SqliteCopy.faults(copy));
                    yield SqliteCopy.describe(copy).put("database", SQLITE);
                }
                case DatabaseLocation.PostgreSql there ->
                    PostgresCopy.copy(there, copy).put("database", POSTGRESQL);
            };
            Archive.write(file, copy, manifest.put("format", FORMAT).put("made_at",
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
            return new Made(manifest.getLong("sims"), manifest.getLong("events"),
                    Files.size(file));
        } catch (SQLException broken) {
            throw new IllegalStateException(
                    "the store in " + database + " cannot be copied: " + broken.getMessage(),
                    broken);
        } catch (IOException e) {
            throw new UncheckedIOException("the backup cannot be written: " + e, e);
        } finally {
            delete(copy);
        }
    }

    /**
     * Fills a PostgreSQL database that has no tables with a backup's, and gives the data folder the key. What it began
     * and could not end is taken away again.
     *
     * @param key  null: the one that the folder has
     * @param open opens a data folder as the gateway does, and closes it: throws where it could not start
     */
    public static Restored restore(Path file, Path data, DatabaseLocation.PostgreSql database,
            @Nullable Path key, Consumer<Path> open) {
        Path wanted = data.resolve(KEY);
        Path folder = data.toAbsolutePath().normalize();
        Path making = folder.resolveSibling(folder.getFileName() + ".restoring");
        boolean filling = false;
        boolean filled = false;
        try {
            if (key != null && Files.exists(wanted) && Files.mismatch(key, wanted) >= 0) {
                throw new IllegalArgumentException("--data: got " + data
                        + ", which holds another master key, expected none, or this one");
            }
            requireKey(key == null ? wanted : key, key);
            if (PostgresCopy.isUsed(database)) {
                throw new IllegalArgumentException("--database: got " + database
                        + ", which has tables, expected one without: nothing is overwritten; make one (createdb)");
            }
            JsonObject manifest = unpack(file, making, POSTGRESQL);
            copyKey(key == null ? wanted : key, making);
            filling = true;
            PostgresCopy.fill(database, making.resolve(DATABASE), manifest.getString("schema"));
            open.accept(making);
            if (!Files.exists(wanted)) {
                Files.createDirectories(folder, PosixFilePermissions
                        .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                Files.move(making.resolve(KEY), wanted, StandardCopyOption.ATOMIC_MOVE);
            }
            filled = true;
            return new Restored(manifest.getString("made_at"), null);
        } catch (SQLException broken) {
            throw new IllegalStateException(
                    "nothing was restored to " + database + ": " + broken.getMessage(), broken);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing was restored: " + e, e);
        } finally {
            deleteAll(making);
            if (filling && !filled) {
                emptyAgain(database);
            }
        }
    }

    private static void emptyAgain(DatabaseLocation.PostgreSql database) {
        try {
            PostgresCopy.empty(database);
        } catch (SQLException broken) {
            throw new IllegalStateException("what was begun in " + database
                    + " could not be taken away: " + broken.getMessage(), broken);
        }
    }

    /**
     * Makes a data folder of a backup. It is made beside and checked, and only then takes the folder's name.
     *
     * @param key     null: the one that the folder has
     * @param replace whether a store that is there is put aside
     * @param open    opens a data folder as the gateway does, and closes it: throws where it could not start
     */
    public static Restored restore(Path file, Path data, @Nullable Path key, boolean replace,
            Consumer<Path> open) {
        Path folder = data.toAbsolutePath().normalize();
        boolean present = Files.exists(folder.resolve(DATABASE));
        if (present && !replace) {
            throw new IllegalArgumentException("--data: got " + data
                    + ", which holds a store, expected none, or --replace to put it aside");
        }
        requireKey(key == null ? folder.resolve(KEY) : key, key);
        Path making = folder.resolveSibling(folder.getFileName() + ".restoring");
        try {
            requireUnused(folder);
            JsonObject manifest = unpack(file, making, SQLITE);
            refuse(file, SqliteCopy.faults(making.resolve(DATABASE)));
            copyKey(fitting(manifest, folder, key), making);
            open.accept(making);
            Path former = present || Files.exists(folder) ? putAside(folder) : null;
            Files.move(making, folder, StandardCopyOption.ATOMIC_MOVE);
            return new Restored(manifest.getString("made_at"), former);
        } catch (SQLException broken) {
            throw new IllegalArgumentException(
                    file + ": the database in it cannot be read: " + broken.getMessage(), broken);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing was restored: " + e, e);
        } finally {
            deleteAll(making);
        }
    }

    private static void requireKey(Path wanted, @Nullable Path asked) {
        if (!Files.isReadable(wanted)) {
            throw new IllegalArgumentException("--key: got " + (asked == null ? "none" : asked)
                    + ", expected the file of the master key that the backup belongs to");
        }
    }

    /**
     * The key that a backup's secrets open with: the one that was named, else of the folder's keys, also those that were
     * replaced.
     */
    private static Path fitting(JsonObject manifest, Path folder, @Nullable Path key) {
        if (key != null) {
            return key;
        }
        MasterKeyFile keyFile = new MasterKeyFile(folder);
        JsonArray sealedWith = manifest.getJsonArray("master_keys", new JsonArray());
        return keyFile.formers().stream()
                .filter(former -> sealedWith.contains(MasterKey.open(former, false).id()))
                .findFirst().orElse(keyFile.path());
    }

    private static void copyKey(Path from, Path making) throws IOException {
        Files.copy(from, making.resolve(KEY));
        Files.setPosixFilePermissions(making.resolve(KEY),
                PosixFilePermissions.fromString("rw-------"));
    }

    /** Takes the database's copy out into a folder of its own; answers with the manifest. */
    private static JsonObject unpack(Path file, Path making, String kind) throws IOException {
        deleteAll(making);
        Files.createDirectories(making, PosixFilePermissions
                .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        JsonObject manifest = Archive.read(file, making.resolve(DATABASE));
        if (manifest.getInteger("format", 0) != FORMAT
                || !kind.equals(manifest.getString("database"))) {
            throw new IllegalArgumentException(file + ": got a backup of format "
                    + manifest.getValue("format") + " of a store in "
                    + manifest.getString("database") + ", expected format " + FORMAT + " and "
                    + kind);
        }
        return manifest;
    }

    private static void refuse(Path what, List<String> faults) {
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    what + ": got a damaged database, expected a sound one: " + faults);
        }
    }

    private static void requireUnused(Path folder) throws IOException {
        Path lock = folder.resolve("lock");
        if (!Files.exists(lock)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held == null) {
                throw inUse(folder);
            }
        } catch (OverlappingFileLockException sameProcess) {
            throw inUse(folder);
        }
    }

    private static IllegalArgumentException inUse(Path folder) {
        return new IllegalArgumentException(
                "--data: got " + folder + ", which a gateway uses, expected it stopped");
    }

    private static Path putAside(Path folder) throws IOException {
        String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
        return Files.move(folder, folder.resolveSibling(folder.getFileName() + ".before-" + time),
                StandardCopyOption.ATOMIC_MOVE);
    }

    private static void delete(Path file) {
        try {
            boolean _ = Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteAll(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(Backups::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
