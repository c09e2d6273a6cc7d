package io.cellgate.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who moves what was committed to SQLite from its log into its file. */
class CheckpointsTest {
    private static final int MEGABYTE = 1_000_000;
    private static final int ROWS = 8;

    @TempDir
    private Path folder = Path.of(".");

    /** 8 MB are twice what has SQLite, left to itself, make a commit wait. */
    @Test
    void committedPages_areMovedByTheCheckpoint_andNotByTheCommit_andReadersSeeThemThroughout()
            throws Exception {
        Path file = folder.resolve("cellgate.db");
        SqliteEngine engine = new SqliteEngine(file);
        try (Connection writer = engine.openWriter();
                Connection reader = engine.readers().getConnection();
                Statement statement = writer.createStatement()) {
            statement.execute("create table t (content blob)");
            writer.setAutoCommit(false);
            try (PreparedStatement insert = writer.prepareStatement("insert into t values (?)")) {
                for (int i = 0; i < ROWS; i++) {
                    insert.setBytes(1, new byte[MEGABYTE]);
                    insert.execute();
                }
            }
            writer.commit();
            assertThat(Files.size(file)).as("octets of the file").isLessThan(MEGABYTE);
            assertThat(rows(reader)).isEqualTo(ROWS);
            try (Checkpoints checkpoints = new Checkpoints(engine.admin())) {
                checkpoints.move();
            }
            assertThat(Files.size(file)).as("octets of the file").isGreaterThan(ROWS * MEGABYTE);
            assertThat(rows(reader)).isEqualTo(ROWS);
        }
    }

    private static int rows(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from t")) {
            return rows.getInt(1);
        }
    }
}
