package io.cellgate.inventory.vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * The key that seals the keys that seal SIM secrets. It is in a file of its own that only its owner may read (0600),
 * beside the database and not in it: a copy of the database alone opens nothing. Without it the SIM secrets are lost,
 * so it must be backed up, elsewhere than the database is.
 */
public final class MasterKey {
    private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet
            .of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final String id;
    private final Sealer sealer;

    private MasterKey(byte[] key) {
        this.sealer = new Sealer(key);
        this.id = fingerprint(key);
    }

    /** Reads the key, or makes one where there is none and none may be missing. */
    public static MasterKey open(Path file, boolean mayMake) {
        if (!Files.exists(file)) {
            if (!mayMake) {
                throw new IllegalStateException("master key: got no file " + file
                        + ", expected the one that the database's SIM secrets were sealed with");
            }
            byte[] key = new byte[Sealer.KEY_OCTETS];
            new SecureRandom().nextBytes(key);
            write(file, HexFormat.of().formatHex(key) + "\n");
        }
        return read(file);
    }

    /** @throws IllegalStateException if others may read the file, or it holds no key */
    static MasterKey read(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(permissions)) {
                throw new IllegalStateException("master key: got permissions "
                        + PosixFilePermissions.toString(permissions) + " of " + file
                        + ", expected at most " + PosixFilePermissions.toString(OWNER_ONLY));
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            if (text.length() != 2 * Sealer.KEY_OCTETS
                    || !text.chars().allMatch(HexFormat::isHexDigit)) {
                throw new IllegalStateException("master key: got " + text.length()
                        + " characters in " + file + ", expected "
                        + 2 * Sealer.KEY_OCTETS + " hexadecimal digits");
            }
            return new MasterKey(HexFormat.of().parseHex(text));
        } catch (IOException e) {
            throw new UncheckedIOException("master key " + file, e);
        }
    }

    /** Writes a key so that after a crash there is either a whole one or none. */
    static void write(Path file, String text) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.deleteIfExists(part);
            try (FileChannel channel = FileChannel.open(part,
                    EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
                ByteBuffer octets = StandardCharsets.US_ASCII.encode(text);
                while (octets.hasRemaining()) {
                    channel.write(octets);
                }
                channel.force(true);
            }
            rename(part, file);
        } catch (IOException e) {
            throw new UncheckedIOException("master key " + file, e);
        }
    }

    /** Gives a key's file another name, durably; one that has it is replaced. */
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        Path folder = to.toAbsolutePath().getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Names the key without telling it. */
    public String id() {
        return id;
    }

    Sealer sealer() {
        return sealer;
    }

    private static String fingerprint(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("cellgate master key\n".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(key), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "MasterKey[" + id + "]";
    }
}
