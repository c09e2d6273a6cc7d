package io.cellgate.inventory.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.cellgate.inventory.outcome.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database: one writer, many readers.
 *
 * <p>Writes run one after the other, each in a transaction of the one connection that writes, which keeps every other
 * writer out as long as it lives ({@link Engine#openWriter}). So no write ever fails for another's sake, event numbers
 * have no gaps and no event becomes visible before one with a smaller number. SQLite could not do otherwise; on
 * PostgreSQL several writers at once would have to meet at the events' counter anyway. A write returns after its commit
 * has reached the disk and after the listeners have heard of it.
 *
 * <p>A write inside a write joins it, under a savepoint. A write that comes to an {@link Outcome} other than
 * {@link Outcome.Done}, or that throws, is undone whole. Where a server's connection broke off during a commit, whether
 * that was done is not known: the write throws, and once the server is back the listeners hear of it if it was.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final String EVENT_COUNTER = "event";
    private static final Settings SETTINGS = new Settings().withExecuteLogging(false);

    static {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
    }

    private final InstantSource clock;
    private final Engine engine;
    private final Writer writer;
    private final AutoCloseable upkeep;
    private final HikariDataSource readers;
    private final DSLContext readerSql;

    private final ReentrantLock writing = new ReentrantLock(true);
    private @Nullable Tx current;
    /** The last event that was committed, as far as the writer knows. */
    private long lastSeq;

    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final Queue<Event> undelivered = new ArrayDeque<>();
    private final ReentrantLock delivering = new ReentrantLock(true);

    private Database(InstantSource clock, Engine engine, Connection connection)
            throws SQLException {
        this.clock = clock;
        this.engine = engine;
        this.writer = new Writer(engine, SETTINGS, connection);
        HikariConfig config = new HikariConfig();
        config.setPoolName("inventory-readers");
        config.setDataSource(engine.readers());
        config.setMaximumPoolSize(engine.mostReaders());
        config.setConnectionInitSql(engine.queryOnly());
        this.readers = new HikariDataSource(config);
        this.readerSql = DSL.using(readers, engine.dialect(), SETTINGS);
        this.lastSeq = EventRows.head(readerSql);
        this.upkeep = engine.startUpkeep();
    }

    /**
     * Opens the database and brings its schema up to date.
     *
     * @throws IllegalStateException if another process has it open
     */
    public static Database open(DatabaseLocation location, InstantSource clock) {
        Engine engine = Engine.of(location);
        Connection writer = null;
        boolean opened = false;
        try {
            writer = engine.openWriter();
            Migrations.bringUpToDate(engine, writer);
            Database database = new Database(clock, engine, writer);
            opened = true;
            return database;
        } catch (SQLException e) {
            throw new DataAccessException("cannot open " + location + ": " + e.getMessage(), e);
        } finally {
            if (writer != null && !opened) {
                abandon(writer);
            }
        }
    }

    private static void abandon(Connection connection) {
        try {
            connection.close();
        } catch (SQLException closed) {
            LOG.debug("a connection did not close", closed);
        }
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
        boolean committed = false;
        try {
            if (writer.revive()) {
                catchUp();
            }
            Tx tx = new Tx(writer.sql(), now(), actor, Tx.noneTold());
            current = tx;
            T result = change.apply(tx);
            if (isUndone(result)) {
                return result;
            }
            List<Event> events = record(tx);
            writer.commit();
            committed = true;
            committed(events);
            return result;
        } catch (SQLException e) {
            throw new DataAccessException("a write was not committed", e);
        } finally {
            current = null;
            if (!committed) {
                writer.rollback();
            }
        }
    }

    /** What was committed without our hearing of it, before the connection broke off. */
    private void catchUp() {
        committed(EventRows.after(writer.sql(), lastSeq));
    }

    private void committed(List<Event> events) {
        if (!events.isEmpty()) {
            lastSeq = events.getLast().seq();
            synchronized (undelivered) {
                undelivered.addAll(events);
            }
        }
    }

    private <T extends @Nullable Object> T writeWithin(Tx outer, Actor actor,
            Function<Tx, T> change) {
        int toldBefore = outer.told().size();
        boolean keep = false;
        Savepoint savepoint = writer.savepoint();
        try {
            T result = change.apply(outer.by(actor));
            keep = !isUndone(result);
            return result;
        } finally {
            writer.end(savepoint, keep);
            if (!keep) {
                outer.told().subList(toldBefore, outer.told().size()).clear();
            }
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
        long last = Counters.add(tx, EVENT_COUNTER, tx.told().size());
        return EventRows.insert(writer.connection(), tx.told(), last - tx.told().size());
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
            Connection connection = engine.readers().getConnection();
            try (Statement statement = connection.createStatement()) {
                statement.execute(engine.queryOnly());
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
            upkeep.close();
            readers.close();
            writer.close();
        } catch (Exception e) {
            throw new DataAccessException("cannot close the database", e);
        } finally {
            writing.unlock();
        }
    }
}
