package io.cellgate.inventory.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * PostgreSQL, on a server. The writer's connection holds an advisory lock of its session as long as it lives: another
 * process that opens the same database is refused, and one that lost its connection cannot write beside the next. A lock
 * taken anew in each transaction would let two processes write in turn, each blind to what the other told its listeners.
 */
final class PostgresEngine implements Engine {
    /** "cellgate" in ASCII: the same for every process, unlike what others may lock in the same database. */
    private static final long LOCK = 0x63656c6c67617465L;
    /** For how long a killed process's connection may still hold the lock, while the server ends its last statement. */
    private static final long LOCK_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int CONNECT_SECONDS = 10;
    private static final int ALIVE_SECONDS = 5;
    private static final int READERS = 8;
    private static final String CANNOT = "the database cannot be reached";

    private final DatabaseLocation.PostgreSql location;
    private final PGSimpleDataSource source;

    PostgresEngine(DatabaseLocation.PostgreSql location) {
        this.location = location;
        source = new PGSimpleDataSource();
        source.setUrl(location.url());
        if (location.password() != null) {
            source.setPassword(location.password());
        }
        source.setApplicationName("cellgate");
        source.setTcpKeepAlive(true);
        source.setConnectTimeout(CONNECT_SECONDS);
    }

    @Override
    public SQLDialect dialect() {
        return SQLDialect.POSTGRES;
    }

    @Override
    public DataSource admin() {
        return source;
    }

    @Override
    public DataSource readers() {
        return source;
    }

    @Override
    public int mostReaders() {
        return READERS;
    }

    @Override
    public String queryOnly() {
        return "set session characteristics as transaction read only";
    }

    @Override
    public Connection openWriter() throws SQLException {
        Connection connection = source.getConnection();
        boolean opened = false;
        try {
            String encoding = one(connection, "show server_encoding");
            if (!encoding.equals("UTF8")) {
                throw new IllegalStateException("database " + location + ": got encoding "
                        + encoding + ", expected UTF8");
            }
            lock(connection);
            // an acknowledged change is on the disk, whatever the server's default is
            if (one(connection, "show synchronous_commit").equals("off")) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("set synchronous_commit = on");
                }
            }
            opened = true;
            return connection;
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    private void lock(Connection connection) throws SQLException {
        long deadlineNanos = System.nanoTime() + LOCK_PATIENCE_NANOS;
        while (!one(connection, "select pg_try_advisory_lock(" + LOCK + ")").equals("t")) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IllegalStateException("database " + location
                        + ": got it in use by another process, expected it free");
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(CANNOT, interrupted);
            }
        }
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            if (!row.next()) {
                throw new IllegalStateException(CANNOT);
            }
            return row.getString(1);
        }
    }

    @Override
    public AutoCloseable startUpkeep() {
        return () -> {
            // the server looks after itself
        };
    }

    @Override
    public boolean isAlive(Connection writer) throws SQLException {
        return writer.isValid(ALIVE_SECONDS);
    }
}
