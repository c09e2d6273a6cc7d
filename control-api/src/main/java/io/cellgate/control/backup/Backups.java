package io.cellgate.control.backup;

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

    private Backups() {}

    /** What a backup holds. */
    public record Made(long sims, long events, long octets) {}

    /** @param former where the store is that was there before; null: there was none */
    public record Restored(String madeAt, @Nullable Path former) {}

    /** Copies the store of a data folder, which may be in use, into a file. */
    public static Made make(Path data, Path file) {
        Path database = data.resolve(DATABASE);
        if (!Files.exists(database)) {
            throw new IllegalArgumentException("--data: got " + data
                    + ", expected the data folder of a gateway that has run before");
        }
        Path copy = file.resolveSibling(file.getFileName() + ".copy");
        try {
            Files.deleteIfExists(copy);
            // made by us, so that it is nobody else's even while it grows
            Files.createFile(copy, PosixFilePermissions
                    .asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            SqliteCopy.copy(database, copy);
            refuse(copy, SqliteCopy.faults(copy));
            JsonObject manifest = SqliteCopy.describe(copy).put("format", FORMAT)
                    .put("database", "sqlite")
                    .put("made_at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
            Archive.write(file, copy, manifest);
            return new Made(manifest.getLong("sims"), manifest.getLong("events"),
                    Files.size(file));
        } catch (SQLException broken) {
            throw new IllegalStateException("the store in " + data + " cannot be copied: "
                    + broken.getMessage(), broken);
        } catch (IOException e) {
            throw new UncheckedIOException("the backup cannot be written: " + e, e);
        } finally {
            delete(copy);
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
        Path wanted = key == null ? folder.resolve(KEY) : key;
        if (!Files.isReadable(wanted)) {
            throw new IllegalArgumentException("--key: got " + (key == null ? "none" : key)
                    + ", expected the file of the master key that the backup belongs to");
        }
        Path making = folder.resolveSibling(folder.getFileName() + ".restoring");
        try {
            requireUnused(folder);
            deleteAll(making);
            Files.createDirectories(making, PosixFilePermissions
                    .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            JsonObject manifest = Archive.read(file, making.resolve(DATABASE));
            if (manifest.getInteger("format", 0) != FORMAT) {
                throw new IllegalArgumentException(file + ": got a backup of format "
                        + manifest.getValue("format") + ", expected " + FORMAT);
            }
            refuse(file, SqliteCopy.faults(making.resolve(DATABASE)));
            Files.copy(wanted, making.resolve(KEY));
            Files.setPosixFilePermissions(making.resolve(KEY),
                    PosixFilePermissions.fromString("rw-------"));
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
