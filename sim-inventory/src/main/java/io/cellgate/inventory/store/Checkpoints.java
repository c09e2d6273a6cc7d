package io.cellgate.inventory.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was committed from SQLite's write-ahead log into its file, on a thread of its own. Left to itself SQLite has
 * the commit that fills the log do so, which then waits for the disk to take the whole of it: one change in a hundred
 * or so took several times as long as the others. A passive checkpoint keeps neither readers nor the writer waiting.
 */
final class Checkpoints implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);
    private static final int SECONDS = 5;
    private static final int PATIENCE_SECONDS = 10;

    private final DataSource source;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cellgate-checkpoints").daemon().factory());

    Checkpoints(DataSource source) {
        this.source = source;
    }

    static Checkpoints start(DataSource source) {
        Checkpoints checkpoints = new Checkpoints(source);
        var _ = checkpoints.thread.scheduleWithFixedDelay(checkpoints::move, SECONDS, SECONDS,
                TimeUnit.SECONDS);
        return checkpoints;
    }

    void move() {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("pragma wal_checkpoint(passive)");
        } catch (SQLException failed) {
            log.warn("the write-ahead log was not copied into the database, next try in {} s: {}",
                    SECONDS, failed.getMessage());
        }
    }

    /** Returns when no checkpoint runs any more. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            boolean _ = thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
