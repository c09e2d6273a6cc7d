package io.cellgate.control.log;

import io.cellgate.inventory.page.PageRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The logs on disk: appended to by one thread, read by any, bounded in octets and in age. */
public final class LogStore implements AutoCloseable {
    private static final long RETENTION_MILLIS = 1000;

    private final Map<LogKind, LogChain> chains = new EnumMap<>(LogKind.class);
    private final LogRetention retention;
    private final InstantSource clock;
    private long retainedAtMillis;

    /**
     * Part of a log.
     *
     * @param next   the line after which the next page begins; null at the end
     * @param lost   how many lines were lost, of whomsoever, in the time that was asked for
     */
    public record Lines(List<LogEntry> lines, @Nullable Long next, long lost) {
        public Lines {
            lines = List.copyOf(lines);
        }
    }

    private LogStore(LogRetention retention, InstantSource clock) {
        this.retention = retention;
        this.clock = clock;
    }

    /** Opens the logs in this folder, which is made where it is missing. */
    public static LogStore open(Path folder, LogRetention retention, InstantSource clock) {
        LogStore store = new LogStore(retention, clock);
        for (LogKind kind : LogKind.values()) {
            store.chains.put(kind, LogChain.open(folder.resolve(kind.text()),
                    kind.octetsOf(retention.octets()), retention.age().toMillis()));
        }
        return store;
    }

    /**
     * How logs are that may be in use.
     *
     * @param faults what is wrong with files of theirs, each named
     */
    public record Health(int files, long octets, List<String> faults) {
        public Health {
            faults = List.copyOf(faults);
        }
    }

    /** Looks through all files of the logs in a folder, and changes nothing. */
    public static Health examine(Path folder) {
        int files = 0;
        long octets = 0;
        List<String> faults = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                octets += Files.size(file);
                String name = file.getFileName().toString();
                if (name.endsWith(".torn")) {
                    faults.add(file + " was torn and put aside");
                } else if (name.endsWith(LogSegment.SUFFIX)) {
                    files++;
                    String fault = LogSegment.fault(file);
                    if (fault != null) {
                        faults.add(file + ": " + fault);
                    }
                }
            }
        } catch (IOException | UncheckedIOException unreadable) {
            faults.add(folder + " cannot be read: " + unreadable.getMessage());
        }
        return new Health(files, octets, faults);
    }

    private LogChain chain(LogKind kind) {
        LogChain chain = chains.get(kind);
        if (chain == null) {
            throw new IllegalStateException("no log of " + kind);
        }
        return chain;
    }

    /** Appends lines, all or none; they are found from then on. One thread. */
    void append(LogKind kind, List<LogEntry> lines, long lost) throws SQLException {
        Instant now = clock.instant();
        chain(kind).append(lines, lost,
                now.getEpochSecond() * 1_000_000 + now.getNano() / 1000);
    }

    /** Removes what is too old or too much; at most once a second. The thread that appends. */
    void retain() throws IOException {
        long now = clock.millis();
        if (now - retainedAtMillis < RETENTION_MILLIS) {
            return;
        }
        retainedAtMillis = now;
        for (LogChain chain : chains.values()) {
            chain.retain(now);
        }
    }

    /** A page of a log. What is older than may be kept does not show, though its file may be there yet. */
    public Lines page(LogKind kind, LogQuery query, PageRequest page) {
        LogQuery within = query.notBefore(clock.instant().minus(retention.age()));
        try {
            LogChain.Found found = chain(kind).read(within, after(page), page.fetch());
            List<LogEntry> lines = found.lines();
            Long next = found.searchedTo();
            if (lines.size() > page.limit()) {
                lines = lines.subList(0, page.limit());
                next = lines.getLast().id();
            }
            return new Lines(lines, next, lost(kind, within));
        } catch (SQLException e) {
            throw unreadable(kind, e);
        }
    }

    private static @Nullable Long after(PageRequest page) {
        String key = page.afterKey();
        return key == null ? null : Long.parseLong(key);
    }

    private long lost(LogKind kind, LogQuery query) throws SQLException {
        return chain(kind).lost(query.since() == null ? 0 : query.since().toEpochMilli(),
                query.until() == null ? Long.MAX_VALUE : query.until().toEpochMilli());
    }

    /** The line of this number, or null where there is none. */
    public @Nullable LogEntry find(LogKind kind, long id) {
        try {
            LogEntry line = chain(kind).find(id);
            return line == null || line.atMillis() < clock.millis() - retention.age().toMillis()
                    ? null
                    : line;
        } catch (SQLException e) {
            throw unreadable(kind, e);
        }
    }

    private static UncheckedIOException unreadable(LogKind kind, SQLException e) {
        return new UncheckedIOException(
                new IOException("the log of " + kind.text() + " cannot be read", e));
    }

    /** Octets on disk. */
    public long octets(LogKind kind) {
        return chain(kind).octets();
    }

    /** Files that could not be read and were put aside since the start. */
    public long torn(LogKind kind) {
        return chain(kind).torn();
    }

    @Override
    public void close() {
        chains.values().forEach(LogChain::close);
    }
}
