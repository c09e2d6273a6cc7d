package io.cellgate.inventory.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * A question that is asked so often that its statement stays prepared, on connections of its own, without jOOQ between.
 * Any thread may ask.
 */
public final class PreparedQuery implements AutoCloseable {
    /** More at once than processors gain nothing: a look-up does not wait for the disk as a rule. */
    private static final int MAX_CONNECTIONS = 16;

    private final Database database;
    private final String sql;
    private final Semaphore permits = new Semaphore(MAX_CONNECTIONS);
    private final ConcurrentLinkedQueue<Lookup> idle = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    public PreparedQuery(Database database, String sql) {
        this.database = database;
        this.sql = sql;
    }

    /** Sets the parameters of a question. */
    @FunctionalInterface
    public interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    /** Reads the answer. */
    @FunctionalInterface
    public interface Answer<T extends @Nullable Object> {
        T read(ResultSet rows) throws SQLException;
    }

    /** A connection with the statement prepared on it. Used by one thread at a time. */
    private record Lookup(Connection connection, PreparedStatement statement) {
        void close() throws SQLException {
            connection.close();
        }
    }

    /** Asks what is committed now. */
    public <T extends @Nullable Object> T ask(Parameters parameters, Answer<T> answer) {
        permits.acquireUninterruptibly();
        try {
            return askNow(parameters, answer);
        } finally {
            permits.release();
        }
    }

    /** A connection that was idle may be one that the server has ended meanwhile: then all idle ones are suspect. */
    private <T extends @Nullable Object> T askNow(Parameters parameters, Answer<T> answer) {
        Lookup known = idle.poll();
        if (known != null) {
            try {
                return ask(known, parameters, answer);
            } catch (SQLException broken) {
                closeIdle();
            }
        }
        try {
            Connection connection = database.newReader();
            return ask(new Lookup(connection, connection.prepareStatement(sql)), parameters,
                    answer);
        } catch (SQLException e) {
            throw new DataAccessException("cannot ask: " + sql, e);
        }
    }

    private <T extends @Nullable Object> T ask(Lookup lookup, Parameters parameters,
            Answer<T> answer) throws SQLException {
        boolean usable = false;
        try {
            parameters.set(lookup.statement());
            T found;
            try (ResultSet rows = lookup.statement().executeQuery()) {
                found = answer.read(rows);
            }
            usable = true;
            return found;
        } finally {
            giveBack(lookup, usable);
        }
    }

    private void giveBack(Lookup lookup, boolean usable) {
        if (usable && !closed) {
            idle.add(lookup);
            return;
        }
        try {
            lookup.close();
        } catch (SQLException e) {
            throw new DataAccessException("cannot close a connection", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }

    private void closeIdle() {
        for (Lookup lookup = idle.poll(); lookup != null; lookup = idle.poll()) {
            giveBack(lookup, false);
        }
    }
}
