package io.cellgate.control.backup;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A backup's file: a ZIP with the database's copy and {@code manifest.json}, which tells what it is and the copy's
 * SHA-256. The file is its owner's alone, and there whole or not at all.
 */
final class Archive {
    static final String MANIFEST = "manifest.json";
    static final String DATABASE = "database";
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private Archive() {}

    /** Writes the file from the database's copy; the manifest gets the copy's digest and length. */
    static void write(Path file, Path database, JsonObject manifest) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, OWNERS);
        MessageDigest digest = sha256();
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(part))) {
            zip.putNextEntry(new ZipEntry(DATABASE));
            try (InputStream in = new DigestInputStream(Files.newInputStream(database), digest)) {
                long _ = in.transferTo(zip);
            }
            zip.closeEntry();
            zip.putNextEntry(new ZipEntry(MANIFEST));
            zip.write(manifest.put("octets", Files.size(database))
                    .put("sha256", HexFormat.of().formatHex(digest.digest())).encodePrettily()
                    .getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        force(part);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Takes the database out, and answers with the manifest.
     *
     * @throws IllegalArgumentException if the file is no backup, or was altered
     */
    static JsonObject read(Path file, Path database) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry told = zip.getEntry(MANIFEST);
            ZipEntry kept = zip.getEntry(DATABASE);
            if (told == null || kept == null) {
                throw notOne(file);
            }
            JsonObject manifest;
            try (InputStream in = zip.getInputStream(told)) {
                manifest = new JsonObject(
                        new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8));
            }
            MessageDigest digest = sha256();
            Files.deleteIfExists(database);
            Files.createFile(database, OWNERS);
            try (InputStream in = zip.getInputStream(kept);
                    OutputStream out = new DigestOutputStream(Files.newOutputStream(database),
                            digest)) {
                long _ = in.transferTo(out);
            }
            String found = HexFormat.of().formatHex(digest.digest());
            if (!found.equals(manifest.getString("sha256"))) {
                throw new IllegalArgumentException(file + ": got a database whose SHA-256 is "
                        + found + ", expected " + manifest.getString("sha256"));
            }
            force(database);
            return manifest;
        } catch (ZipException | io.vertx.core.json.DecodeException broken) {
            throw notOne(file);
        }
    }

    private static IllegalArgumentException notOne(Path file) {
        return new IllegalArgumentException(
                "got " + file + ", expected a file that cellgate backup made");
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
