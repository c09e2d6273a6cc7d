package io.cellgate.inventory.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * SQLite, in this process: WAL with {@code synchronous=FULL}, so that a commit is on the disk when it returns. The lock
 * of the data folder keeps other processes out.
 */
final class SqliteEngine implements Engine {
    private static final int WRITER_CACHE_KIB = 65_536;
    private static final int READER_CACHE_KIB = 8_192;
    private static final int READERS = 4;
    /** Pages of the write-ahead log at which a commit moves them itself, where {@link Checkpoints} does not keep up: 64 MB. */
    private static final int LOG_PAGES = 16_000;

    private final DataSource writers;
    private final DataSource readers;

    SqliteEngine(Path file) {
        writers = source(file, WRITER_CACHE_KIB);
        readers = source(file, READER_CACHE_KIB);
    }

    private static DataSource source(Path file, int cacheKib) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(10_000);
        config.enforceForeignKeys(true);
        config.setCacheSize(-cacheKib);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    @Override
    public SQLDialect dialect() {
        return SQLDialect.SQLITE;
    }

    @Override
    public DataSource admin() {
        return writers;
    }

    @Override
    public DataSource readers() {
        return readers;
    }

    @Override
    public int mostReaders() {
        return READERS;
    }

    @Override
    public String queryOnly() {
        return "pragma query_only = on";
    }

    @Override
    public Connection openWriter() throws SQLException {
        Connection connection = writers.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma wal_autocheckpoint = " + LOG_PAGES);
        }
        return connection;
    }

    @Override
    public AutoCloseable startUpkeep() {
        return Checkpoints.start(writers);
    }

    @Override
    public boolean isAlive(Connection writer) {
        return true;
    }
}
