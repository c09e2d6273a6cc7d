package io.cellgate.control.backup;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/** A backup of PostgreSQL as somebody makes it who wants more than a restore: its digest is right. */
public final class Forged {
    private Forged() {}

    /** The backup, whose first table has a column of that name. */
    public static Path archive(Path honest, Path forged, String column) throws IOException {
        Path rows = forged.resolveSibling("rows");
        JsonObject manifest = Archive.read(honest, rows);
        try (FileSystem zip = FileSystems.newFileSystem(rows)) {
            Path order = zip.getPath("tables.json");
            JsonArray tables = new JsonArray(Files.readString(order));
            tables.getJsonObject(0).getJsonArray("columns").set(0, column);
            Files.write(order, tables.encode().getBytes(StandardCharsets.UTF_8));
        }
        Archive.write(forged, rows, manifest);
        Files.delete(rows);
        return forged;
    }
}
