package io.cellgate.inventory.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.cellgate.inventory.outcome.Outcome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The database: one writer, many readers.
 *
 * <p>Writes run one after the other, each in a transaction that begins with the write lock held. That is what SQLite
 * does anyway; made explicit here, no write ever fails for another's sake, event numbers have no gaps and no event
 * becomes visible before one with a smaller number. (On a server database the same holds by an advisory lock taken
 * first in each write transaction.) A write returns after its commit has reached the disk (WAL with
 * {@code synchronous=FULL}) and after the listeners have heard of it.
 *
 * <p>A write inside a write joins it, under a savepoint. A write that comes to an {@link Outcome} other than
 * {@link Outcome.Done}, or that throws, is undone whole.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int READERS = 4;
    private static final String QUERY_ONLY = "pragma query_only = on";
    private static final String EVENT_COUNTER = "event";
    private static final Settings SETTINGS = new Settings().withExecuteLogging(false);

    static {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
    }

    private final InstantSource clock;
    private final SQLiteDataSource readerSource;
    private final Connection writer;
    private final DSLContext writerSql;
    private final HikariDataSource readers;
    private final DSLContext readerSql;

    private final ReentrantLock writing = new ReentrantLock(true);
    private @Nullable Tx current;

    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final Queue<Event> undelivered = new ArrayDeque<>();
    private final ReentrantLock delivering = new ReentrantLock(true);

    private Database(InstantSource clock, SQLiteDataSource readerSource, Connection writer) {
        this.clock = clock;
        this.readerSource = readerSource;
        this.writer = writer;
        this.writerSql = DSL.using(writer, SQLDialect.SQLITE, SETTINGS);
        HikariConfig config = new HikariConfig();
        config.setPoolName("inventory-readers");
        config.setDataSource(readerSource);
        config.setMaximumPoolSize(READERS);
        config.setConnectionInitSql(QUERY_ONLY);
        this.readers = new HikariDataSource(config);
        this.readerSql = DSL.using(readers, SQLDialect.SQLITE, SETTINGS);
    }

    /** Opens the database file, made if absent, and brings its schema up to date. */
    public static Database open(Path file, InstantSource clock) {
        String url = "jdbc:sqlite:" + file;
        SQLiteDataSource writerSource = new SQLiteDataSource(config(65_536));
        writerSource.setUrl(url);
        Flyway.configure().dataSource(writerSource)
                .locations("classpath:io/cellgate/inventory/migration").load().migrate();
        SQLiteDataSource readerSource = new SQLiteDataSource(config(8_192));
        readerSource.setUrl(url);
        try {
            Connection writer = writerSource.getConnection();
            writer.setAutoCommit(false);
            return new Database(clock, readerSource, writer);
        } catch (SQLException e) {
            throw new DataAccessException("cannot open " + file, e);
        }
    }

    private static SQLiteConfig config(int cacheKib) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(10_000);
        config.enforceForeignKeys(true);
        config.setCacheSize(-cacheKib);
        return config;
    }

    /** Hears of each committed change, in order, before the write that made it returns. */
    public void listen(Consumer<Event> listener) {
        listeners.add(listener);
    }

    /** Runs a change and commits it. */
    public <T extends @Nullable Object> T write(Actor actor, Function<Tx, T> change) {
        writing.lock();
        try {
            Tx outer = current;
            return outer == null
                    ? writeOutermost(actor, change)
                    : writeWithin(outer, actor, change);
        } finally {
            writing.unlock();
            if (!writing.isHeldByCurrentThread()) {
                deliver();
            }
        }
    }

    private <T extends @Nullable Object> T writeOutermost(Actor actor, Function<Tx, T> change) {
        Tx tx = new Tx(writerSql, now(), actor, Tx.noneTold());
        boolean committed = false;
        current = tx;
        try {
            T result = change.apply(tx);
            if (isUndone(result)) {
                return result;
            }
            List<Event> events = record(tx);
            writer.commit();
            committed = true;
            synchronized (undelivered) {
                undelivered.addAll(events);
            }
            return result;
        } catch (SQLException e) {
            throw new DataAccessException("a write was not committed", e);
        } finally {
            current = null;
            if (!committed) {
                rollback();
            }
        }
    }

    private <T extends @Nullable Object> T writeWithin(Tx outer, Actor actor,
            Function<Tx, T> change) {
        int toldBefore = outer.told().size();
        boolean keep = false;
        Savepoint savepoint = null;
        try {
            savepoint = writer.setSavepoint();
            T result = change.apply(outer.by(actor));
            keep = !isUndone(result);
            return result;
        } catch (SQLException e) {
            throw new DataAccessException("no savepoint", e);
        } finally {
            if (savepoint != null) {
                end(savepoint, keep);
            }
            if (!keep) {
                outer.told().subList(toldBefore, outer.told().size()).clear();
            }
        }
    }

    private void end(Savepoint savepoint, boolean keep) {
        try {
            if (!keep) {
                writer.rollback(savepoint);
            }
            writer.releaseSavepoint(savepoint);
        } catch (SQLException e) {
            throw new DataAccessException("a savepoint cannot be ended", e);
        }
    }

    private void rollback() {
        try {
            writer.rollback();
        } catch (SQLException e) {
            throw new DataAccessException("a write cannot be undone", e);
        }
    }

    private static boolean isUndone(@Nullable Object result) {
        return result instanceof Outcome<?> outcome && !(outcome instanceof Outcome.Done<?>);
    }

    /** Numbers the events of a transaction and puts them into the outbox. */
    private List<Event> record(Tx tx) throws SQLException {
        if (tx.told().isEmpty()) {
            return List.of();
        }
        long seq = Counters.add(tx, EVENT_COUNTER, tx.told().size()) - tx.told().size();
        List<Event> events = new ArrayList<>(tx.told().size());
        try (PreparedStatement insert = writer.prepareStatement(
                "insert into event (seq, at, account, actor, kind, subject, before_json, after_json)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Event told : tx.told()) {
                seq++;
                insert.setLong(1, seq);
                insert.setLong(2, told.at().toEpochMilli());
                insert.setString(3, told.account());
                insert.setString(4, told.actor());
                insert.setString(5, told.kind());
                insert.setString(6, told.subject());
                insert.setString(7, told.before());
                insert.setString(8, told.after());
                insert.addBatch();
                events.add(new Event(seq, told.at(), told.account(), told.actor(), told.kind(),
                        told.subject(), told.before(), told.after()));
            }
            insert.executeBatch();
        }
        return events;
    }

    /**
     * Delivers what was committed. Whoever comes here leaves only when the events it committed are delivered, by
     * itself or by another thread; a listener that writes has its events delivered after the present one.
     */
    private void deliver() {
        if (delivering.isHeldByCurrentThread()) {
            return;
        }
        delivering.lock();
        try {
            for (Event event = poll(); event != null; event = poll()) {
                for (Consumer<Event> listener : listeners) {
                    try {
                        listener.accept(event);
                    } catch (RuntimeException e) {
                        LOG.error("a listener failed on event {} {} of {}", event.seq(),
                                event.kind(), event.subject(), e);
                    }
                }
            }
        } finally {
            delivering.unlock();
        }
    }

    private @Nullable Event poll() {
        synchronized (undelivered) {
            return undelivered.poll();
        }
    }

    /** Whether this thread is within a write. */
    public boolean isWriting() {
        return writing.isHeldByCurrentThread();
    }

    /** Runs a query over what is committed; inside a write, over what that write did as well. */
    public <T extends @Nullable Object> T read(Function<DSLContext, T> query) {
        if (writing.isHeldByCurrentThread()) {
            Tx tx = current;
            if (tx != null) {
                return query.apply(tx.sql());
            }
        }
        return query.apply(readerSql);
    }

    /** A connection of the caller's own for reading, with autocommit, to be closed by it before the database is. */
    public Connection newReader() {
        try {
            Connection connection = readerSource.getConnection();
            try (Statement statement = connection.createStatement()) {
                statement.execute(QUERY_ONLY);
            }
            return connection;
        } catch (SQLException e) {
            throw new DataAccessException("cannot open a reader", e);
        }
    }

    /** The time, as precise as the database keeps it. */
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void close() {
        writing.lock();
        try {
            readers.close();
            writer.close();
        } catch (SQLException e) {
            throw new DataAccessException("cannot close the database", e);
        } finally {
            writing.unlock();
        }
    }
}
