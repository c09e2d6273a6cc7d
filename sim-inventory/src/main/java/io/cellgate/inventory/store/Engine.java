package io.cellgate.inventory.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jooq.SQLDialect;

/** What differs between the databases that can hold the inventory. Thread-safe. */
interface Engine {
    static Engine of(DatabaseLocation location) {
        return switch (location) {
            case DatabaseLocation.SqliteFile(var file) -> new SqliteEngine(file);
            case DatabaseLocation.PostgreSql postgres -> new PostgresEngine(postgres);
        };
    }

    SQLDialect dialect();

    /** For who changes the schema. */
    DataSource admin();

    /** For readers, each of whose connections is to be told {@link #queryOnly}. */
    DataSource readers();

    /** How many readers at once gain anything. */
    int mostReaders();

    /** The statement after which a connection only reads. */
    String queryOnly();

    /**
     * The connection of the one writer, with autocommit on. While it is open no other process gets one.
     *
     * @throws IllegalStateException if another process has it
     */
    Connection openWriter() throws SQLException;

    /** Starts what looks after the database while it is open; to be closed before the writer is. */
    AutoCloseable startUpkeep();

    /** Whether a connection that was idle for a while can still be used. */
    boolean isAlive(Connection writer) throws SQLException;
}
