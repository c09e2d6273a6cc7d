package io.cellgate.inventory.vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the master key of a data folder is, and how another one takes its place.
 *
 * <p>File and database cannot change in one commit, so the database decides. The next key is on the disk, as
 * {@code master.key.next}, before the database is sealed with it in one transaction, and gets the name
 * {@code master.key} after that. Wherever a crash falls, one of the two files is the key of the database, which names it:
 *
 * <pre>
 *   master.key   master.key.next   the database is sealed with
 *   A            –                 A     before
 *   A            B                 A     nothing has changed: B was never used, another attempt takes it
 *   A            B                 B     the next opening gives B its name
 *   B            –                 B     after; A is kept as master.key.ID-OF-A, for backups of before open with A alone
 * </pre>
 */
public final class MasterKeyFile {
    private static final String NAME = "master.key";
    private static final String NEXT = ".next";

    private final Path file;

    public MasterKeyFile(Path folder) {
        file = folder.resolve(NAME);
    }

    public Path path() {
        return file;
    }

    private Path next() {
        return file.resolveSibling(NAME + NEXT);
    }

    /** Where a key is kept that was replaced. */
    Path former(String id) {
        return file.resolveSibling(NAME + '.' + id);
    }

    /**
     * The key that a database is sealed with, from wherever it is; where nothing is sealed yet, any that is there.
     *
     * @param sealedWith the id of that key; null: nothing is sealed yet
     * @return null where neither file is there
     */
    public @Nullable MasterKey find(@Nullable String sealedWith) {
        if (sealedWith != null && Files.exists(next())) {
            MasterKey next = MasterKey.read(next());
            if (next.id().equals(sealedWith)) {
                return next;
            }
        }
        return Files.exists(file) ? MasterKey.read(file) : null;
    }

    /** Whether the database took a key that does not have its name yet. */
    public boolean isBetween(@Nullable String sealedWith) {
        return sealedWith != null && Files.exists(next())
                && MasterKey.read(next()).id().equals(sealedWith);
    }

    /**
     * Opens the key, makes one where there is none and none may be missing, and brings a replacement to its end that was
     * broken off.
     *
     * @param sealedWith the id of the key that the database is sealed with; null: nothing is sealed yet
     */
    public MasterKey open(@Nullable String sealedWith) {
        if (isBetween(sealedWith)) {
            putInPlace();
        }
        return MasterKey.open(file, sealedWith == null);
    }

    /** The key that is to be the next one, on the disk already. */
    MasterKey prepare() {
        return MasterKey.open(next(), true);
    }

    /** Gives the next key its name. */
    void putInPlace() {
        try {
            if (Files.exists(file)) {
                Path kept = former(MasterKey.read(file).id());
                if (!Files.exists(kept)) {
                    MasterKey.write(kept, Files.readString(file));
                }
            }
            MasterKey.rename(next(), file);
        } catch (IOException e) {
            throw new UncheckedIOException("master key " + file, e);
        }
    }

    /** The files of keys that were replaced. */
    public List<Path> formers() {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.getFileName().toString()
                    .matches("master\\.key\\.[0-9a-f]{16}")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("data folder " + folder, e);
        }
    }
}
