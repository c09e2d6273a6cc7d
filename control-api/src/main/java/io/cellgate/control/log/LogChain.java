package io.cellgate.control.log;

import io.cellgate.control.log.LogQuery.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log as a chain of files ({@link LogSegment}), the newest of which is written to. What is too old or too much goes
 * by the file, which costs nothing however many lines it has, and lets a lookup of the last hour read one file.
 *
 * <pre>
 *   flows/0001764104000000000.db   flows/0001764111200000000.db   flows/0001764118400000000.db
 *   oldest, next to go                                            appended to
 * </pre>
 *
 * <p>A line's number is the microsecond at which it was written, or one more than the number before if that is
 * greater: numbers grow over restarts too, whatever was deleted meanwhile. One thread appends, any read.
 */
final class LogChain implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogChain.class);
    /** Files of a full log: so much of it goes at a time. */
    private static final int FILES = 16;
    private static final long LEAST_FILE_OCTETS = 256 << 10;
    /** A page that has searched for so long without being full ends where it is. */
    private static final long SEARCH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Path folder;
    private final long mostOctets;
    private final long mostMillis;
    private final ConcurrentSkipListMap<Long, LogSegment> segments = new ConcurrentSkipListMap<>();
    private final AtomicLong torn = new AtomicLong();

    /**
     * Lines that were found.
     *
     * @param searchedTo where the search ended before it was through all; the next one begins there. Null where it is
     *                   through, or ended since it had found enough
     */
    record Found(List<LogEntry> lines, @Nullable Long searchedTo) {}

    private LogChain(Path folder, long mostOctets, long mostMillis) {
        this.folder = folder;
        this.mostOctets = mostOctets;
        this.mostMillis = mostMillis;
    }

    /** Opens a log; files that are torn are put aside. */
    static LogChain open(Path folder, long mostOctets, long mostMillis) {
        LogChain chain = new LogChain(folder, mostOctets, mostMillis);
        try {
            Path _ = Files.createDirectories(folder, PosixFilePermissions
                    .asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            for (Path file : LogSegment.filesIn(folder)) {
                chain.open(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the log in " + folder + " cannot be opened", e);
        }
        return chain;
    }

    private void open(Path file) throws IOException {
        try {
            LogSegment segment = LogSegment.open(file);
            segments.put(segment.firstId(), segment);
        } catch (SQLException broken) {
            log.warn("{} cannot be read and is put aside", file, broken);
            long _ = torn.incrementAndGet();
            LogSegment.putAside(file);
        }
    }

    /** Files that were put aside since the start. */
    long torn() {
        return torn.get();
    }

    long octets() {
        return segments.values().stream().mapToLong(LogSegment::octets).sum();
    }

    /** Appends lines, all or none, under the numbers that they get, and how many were lost before them. */
    void append(List<LogEntry> lines, long lost, long nowMicros) throws SQLException {
        long next = nowMicros;
        LogSegment newest = newest();
        if (newest != null) {
            next = Math.max(next, newest.lastId() + 1);
        }
        List<LogEntry> numbered = new ArrayList<>(lines.size());
        for (LogEntry line : lines) {
            numbered.add(new LogEntry(next++, line.atMillis(), line.owner(), line.event(),
                    line.verdict(), line.decider(), line.reason(), line.cause(), line.remote(),
                    line.remotePort(), line.names(), line.detail(), line.traffic(),
                    line.session(), line.facts(), line.shadow()));
        }
        LogSegment to = newest != null && !isFull(newest, nowMicros)
                ? newest
                : begin(newest, numbered.isEmpty() ? next : numbered.getFirst().id());
        to.append(numbered, lost, nowMicros / 1000);
    }

    private @Nullable LogSegment newest() {
        Map.Entry<Long, LogSegment> last = segments.lastEntry();
        return last == null ? null : last.getValue();
    }

    private boolean isFull(LogSegment segment, long nowMicros) {
        return segment.octets() >= Math.max(LEAST_FILE_OCTETS, mostOctets / FILES)
                || nowMicros - segment.firstId() > mostMillis * 1000 / FILES;
    }

    private LogSegment begin(@Nullable LogSegment before, long firstId) throws SQLException {
        if (before != null) {
            before.seal();
        }
        LogSegment segment = LogSegment.create(folder, firstId);
        segments.put(firstId, segment);
        return segment;
    }

    /** Removes what is too old or too much. */
    void retain(long nowMillis) throws IOException {
        long octets = octets();
        while (segments.size() > 1) {
            LogSegment oldest = segments.firstEntry().getValue();
            boolean tooOld = oldest.lastId() / 1000 < nowMillis - mostMillis;
            if (!tooOld && octets <= mostOctets) {
                return;
            }
            octets -= oldest.octets();
            LogSegment _ = segments.remove(oldest.firstId());
            oldest.delete();
        }
    }

    /**
     * Lines that the query wants, in its order. They are found even where the search takes long, by and by: it ends
     * after a while and says where to go on.
     *
     * @param after the line after which they begin in that order; null: at the end where they begin
     */
    Found read(LogQuery query, @Nullable Long after, int limit) throws SQLException {
        boolean newestFirst = query.order() == Order.NEWEST_FIRST;
        Collection<LogSegment> inOrder = newestFirst
                ? segments.descendingMap().values()
                : segments.values();
        long deadline = System.nanoTime() + SEARCH_NANOS;
        List<LogEntry> found = new ArrayList<>();
        for (LogSegment segment : inOrder) {
            if (after != null && (newestFirst
                    ? segment.firstId() >= after
                    : segment.lastId() <= after)) {
                continue;
            }
            if (query.since() != null
                    && segment.lastId() / 1000 < query.since().toEpochMilli()) {
                continue;
            }
            found.addAll(segment.read(query, after, limit - found.size()));
            if (found.size() >= limit) {
                return new Found(found, null);
            }
            if (System.nanoTime() > deadline) {
                return new Found(found, newestFirst ? segment.firstId() : segment.lastId());
            }
        }
        return new Found(found, null);
    }

    @Nullable
    LogEntry find(long id) throws SQLException {
        Map.Entry<Long, LogSegment> holder = segments.floorEntry(id);
        return holder == null ? null : holder.getValue().find(id);
    }

    long lost(long sinceMillis, long untilMillis) throws SQLException {
        long lost = 0;
        for (LogSegment segment : segments.values()) {
            lost += segment.lost(sinceMillis, untilMillis);
        }
        return lost;
    }

    @Override
    public void close() {
        segments.values().forEach(LogSegment::close);
    }
}
