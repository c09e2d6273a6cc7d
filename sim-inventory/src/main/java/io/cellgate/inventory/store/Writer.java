package io.cellgate.inventory.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jooq.DSLContext;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection that writes. One that its server ended, as where that was restarted, is opened anew before the next
 * write. Owned by who holds the write lock.
 */
final class Writer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    /** A connection that was used so lately is not asked again whether it lives. */
    private static final long TRUSTED_NANOS = 500_000_000;

    private final Engine engine;
    private final Settings settings;
    private Connection connection;
    private DSLContext sql;
    private boolean broken;
    private long usedNanos;

    /** @param connection with autocommit on, and no transaction begun */
    Writer(Engine engine, Settings settings, Connection connection) throws SQLException {
        this.engine = engine;
        this.settings = settings;
        this.connection = connection;
        connection.setAutoCommit(false);
        sql = DSL.using(connection, engine.dialect(), settings);
        usedNanos = System.nanoTime();
    }

    Connection connection() {
        return connection;
    }

    DSLContext sql() {
        return sql;
    }

    /**
     * Makes sure, between transactions, that the connection can be used.
     *
     * @return whether it is another one than before
     */
    boolean revive() throws SQLException {
        boolean trusted = !broken && System.nanoTime() - usedNanos < TRUSTED_NANOS;
        if (trusted || (!broken && engine.isAlive(connection))) {
            usedNanos = System.nanoTime();
            return false;
        }
        broken = true;
        abandon();
        connection = engine.openWriter();
        connection.setAutoCommit(false);
        sql = DSL.using(connection, engine.dialect(), settings);
        broken = false;
        usedNanos = System.nanoTime();
        LOG.info("the database is reached again");
        return true;
    }

    void commit() throws SQLException {
        try {
            connection.commit();
        } catch (SQLException failed) {
            broken = true;
            throw failed;
        }
    }

    /** Undoes the transaction. Where that cannot be said to the database, ending the connection says it. */
    void rollback() {
        try {
            connection.rollback();
        } catch (SQLException failed) {
            LOG.warn("the database's connection is lost: {}", failed.getMessage());
            broken = true;
        }
    }

    Savepoint savepoint() {
        try {
            return connection.setSavepoint();
        } catch (SQLException e) {
            throw new DataAccessException("no savepoint", e);
        }
    }

    void end(Savepoint savepoint, boolean keep) {
        try {
            if (!keep) {
                connection.rollback(savepoint);
            }
            connection.releaseSavepoint(savepoint);
        } catch (SQLException e) {
            throw new DataAccessException("a savepoint cannot be ended", e);
        }
    }

    private void abandon() {
        try {
            connection.close();
        } catch (SQLException closed) {
            LOG.debug("a lost connection did not close", closed);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
