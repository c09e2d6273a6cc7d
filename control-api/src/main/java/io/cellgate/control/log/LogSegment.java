package io.cellgate.control.log;

import io.cellgate.control.log.LogEntry.Decider;
import io.cellgate.control.log.LogEntry.Owner;
import io.cellgate.control.log.LogEntry.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * A file of a log: an SQLite database of lines with consecutive numbers. Texts that many lines share stand in it once
 * ({@link WordTable}), which makes a line of a flow about 110 octets, and lets a search skip a file that has never
 * seen what is searched for. Lines are found by their number, SIM and account by index, by all else by scan.
 *
 * <p>One thread appends, any read. Commits do not wait for the disk ({@code synchronous=normal}): a process that is
 * killed loses none, a machine that loses power the last ones, and neither leaves half a line.
 */
final class LogSegment implements AutoCloseable {
    static final String SUFFIX = ".db";
    private static final int MOST_IDLE_READERS = 4;
    private static final String SCHEMA = """
            create table if not exists text (id integer primary key, value text not null unique);
            create table if not exists line (
                id integer primary key, at integer not null, account integer, sim integer,
                imsi integer, event integer, verdict integer, rule integer, policy integer,
                revision integer, reason integer, cause integer, remote blob, remote_port integer,
                names integer, detail text, session integer, facts text, shadow text,
                marks integer, protocol integer, device blob, device_port integer, started integer,
                octets_up integer, packets_up integer, octets_down integer, packets_down integer);
            create index if not exists line_sim on line (sim);
            create index if not exists line_account on line (account);
            create table if not exists loss (at integer not null, lines integer not null)""";
    private static final String INSERT = """
            insert into line values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                                     ?, ?, ?, ?, ?, ?, ?)""";
    private static final String SELECT = """
            select line.id, line.at, account.value, sim.value, imsi.value, event.value,
                   verdict.value, rule.value, policy.value, line.revision, reason.value,
                   line.cause, line.remote, line.remote_port, names.value, line.detail,
                   session.value, line.facts, line.shadow, line.marks, line.protocol, line.device,
                   line.device_port, line.started, line.octets_up, line.packets_up,
                   line.octets_down, line.packets_down
              from line
              left join text account on account.id = line.account
              left join text sim on sim.id = line.sim
              left join text imsi on imsi.id = line.imsi
              left join text event on event.id = line.event
              left join text verdict on verdict.id = line.verdict
              left join text rule on rule.id = line.rule
              left join text policy on policy.id = line.policy
              left join text reason on reason.id = line.reason
              left join text names on names.id = line.names
              left join text session on session.id = line.session
            """;
    private static final int UPWARD = 1;
    private static final int TO_DEVICE = 2;

    private final Path file;
    private final long firstId;
    private final ConcurrentLinkedQueue<Connection> idle = new ConcurrentLinkedQueue<>();
    private volatile long lastId;
    private volatile boolean closed;
    private @Nullable Connection writer;
    private @Nullable WordTable words;

    private LogSegment(Path file, long firstId) {
        this.file = file;
        this.firstId = firstId;
    }

    /** Makes a file whose first line will have this number. */
    static LogSegment create(Path folder, long firstId) throws SQLException {
        Path file = folder.resolve("%019d".formatted(firstId) + SUFFIX);
        try {
            Files.createFile(file, PosixFilePermissions
                    .asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new SQLException("cannot make " + file, e);
        }
        LogSegment segment = new LogSegment(file, firstId);
        segment.lastId = firstId - 1;
        segment.writer();
        return segment;
    }

    /**
     * Opens a file that is there; where it was not closed in order, it is looked through first.
     *
     * @throws SQLException where it is no such file, or torn
     */
    static LogSegment open(Path file) throws SQLException {
        String name = file.getFileName().toString();
        LogSegment segment = new LogSegment(file,
                Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
        boolean wasCut = Files.exists(Path.of(file + "-wal"));
        try {
            segment.lastId = segment.reading(reader -> {
                try (Statement statement = reader.createStatement()) {
                    if (wasCut) {
                        requireSound(statement);
                    }
                    try (ResultSet row = statement.executeQuery(
                            "select coalesce(max(id), 0) from line")) {
                        return row.next() ? row.getLong(1) : 0;
                    }
                }
            });
            segment.lastId = Math.max(segment.lastId, segment.firstId - 1);
            return segment;
        } catch (SQLException torn) {
            segment.close();
            throw torn;
        }
    }

    /** What is wrong with a file that may be in use; null: nothing. */
    static @Nullable String fault(Path file) {
        SQLiteConfig reading = new SQLiteConfig();
        reading.setReadOnly(true);
        // what nobody writes can be read without the files that writers and readers share, and
        // leaves none behind
        String mode = Files.exists(Path.of(file + "-wal")) ? "" : "?immutable=1";
        try (Connection connection = reading
                .createConnection("jdbc:sqlite:" + file.toUri() + mode);
                Statement statement = connection.createStatement()) {
            requireSound(statement);
            return null;
        } catch (SQLException broken) {
            return broken.getMessage();
        }
    }

    private static void requireSound(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("pragma quick_check(1)")) {
            String said = row.next() ? row.getString(1) : "nothing";
            if (!said.equals("ok")) {
                throw new SQLException("the file is torn: " + said);
            }
        }
    }

    long firstId() {
        return firstId;
    }

    /** The number of its last line; one less than the first where it has none. */
    long lastId() {
        return lastId;
    }

    Path file() {
        return file;
    }

    /** Octets on disk. */
    long octets() {
        return file.toFile().length() + Path.of(file + "-wal").toFile().length();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private Connection writer() throws SQLException {
        Connection open = writer;
        if (open == null) {
            open = connect();
            try (Statement statement = open.createStatement()) {
                statement.execute("pragma page_size = 8192");
                statement.execute("pragma journal_mode = wal");
                statement.execute("pragma synchronous = normal");
                statement.execute("pragma cache_size = -8000");
                for (String part : SCHEMA.split(";", -1)) {
                    statement.execute(part);
                }
            } catch (SQLException e) {
                open.close();
                throw e;
            }
            open.setAutoCommit(false);
            writer = open;
            words = new WordTable(open);
        }
        return open;
    }

    /**
     * Appends lines, which have their numbers, all or none, and how many were lost before them.
     *
     * @param nowMillis when they were
     */
    void append(List<LogEntry> lines, long lost, long nowMillis) throws SQLException {
        Connection connection = writer();
        WordTable table = words == null ? new WordTable(connection) : words;
        try {
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                for (LogEntry line : lines) {
                    bind(insert, line, table);
                    insert.addBatch();
                }
                int[] _ = insert.executeBatch();
            }
            if (lost > 0) {
                try (PreparedStatement insert = connection
                        .prepareStatement("insert into loss values (?, ?)")) {
                    insert.setLong(1, nowMillis);
                    insert.setLong(2, lost);
                    int _ = insert.executeUpdate();
                }
            }
            connection.commit();
        } catch (SQLException e) {
            words = null; // what it remembers of this batch is not there
            writer = null;
            try (connection) {
                connection.rollback();
            }
            throw e;
        }
        if (!lines.isEmpty()) {
            lastId = lines.getLast().id();
        }
    }

    private static void bind(PreparedStatement to, LogEntry line, WordTable words)
            throws SQLException {
        to.setLong(1, line.id());
        to.setLong(2, line.atMillis());
        word(to, 3, line.owner().account(), words);
        word(to, 4, line.owner().sim(), words);
        word(to, 5, line.owner().imsi(), words);
        word(to, 6, line.event(), words);
        word(to, 7, line.verdict(), words);
        word(to, 8, line.decider().rule(), words);
        word(to, 9, line.decider().policy(), words);
        to.setLong(10, line.decider().revision());
        word(to, 11, line.reason(), words);
        to.setInt(12, line.cause());
        to.setBytes(13, line.remote() == null ? null : line.remote().getAddress());
        to.setInt(14, line.remotePort());
        word(to, 15, line.names().isEmpty() ? null : String.join(" ", line.names()), words);
        to.setString(16, line.detail());
        word(to, 17, line.session(), words);
        to.setString(18, line.facts());
        to.setString(19, line.shadow());
        Traffic traffic = line.traffic();
        if (traffic == null) {
            for (int column = 20; column <= 28; column++) {
                to.setObject(column, null);
            }
            return;
        }
        to.setInt(20, (traffic.upward() ? UPWARD : 0) | (traffic.toDevice() ? TO_DEVICE : 0));
        to.setInt(21, traffic.protocol());
        to.setBytes(22, traffic.device().getAddress());
        to.setInt(23, traffic.devicePort());
        to.setLong(24, traffic.startedMillis());
        to.setLong(25, traffic.octetsUp());
        to.setLong(26, traffic.packetsUp());
        to.setLong(27, traffic.octetsDown());
        to.setLong(28, traffic.packetsDown());
    }

    private static void word(PreparedStatement to, int column, @Nullable String text,
            WordTable words) throws SQLException {
        if (text == null) {
            to.setObject(column, null);
        } else {
            to.setLong(column, words.idOf(text));
        }
    }

    /**
     * Lines that the query wants, in its order.
     *
     * @param after the line after which they begin in that order; null: at the end where they begin
     */
    List<LogEntry> read(LogQuery query, @Nullable Long after, int limit) throws SQLException {
        return reading(reader -> {
            LineSearch search = LineSearch.of(query, after, reader);
            return search == null
                    ? List.of()
                    : search.run(reader, SELECT, limit, LogSegment::line);
        });
    }

    /** The line of this number, or null. */
    @Nullable
    LogEntry find(long id) throws SQLException {
        return reading(reader -> {
            try (PreparedStatement statement = reader
                    .prepareStatement(SELECT + " where line.id = ?")) {
                statement.setLong(1, id);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? line(row) : null;
                }
            }
        });
    }

    /** How many lines were lost in a time. */
    long lost(long sinceMillis, long untilMillis) throws SQLException {
        return reading(reader -> {
            try (PreparedStatement statement = reader.prepareStatement(
                    "select coalesce(sum(lines), 0) from loss where at >= ? and at < ?")) {
                statement.setLong(1, sinceMillis);
                statement.setLong(2, untilMillis);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? row.getLong(1) : 0L;
                }
            }
        });
    }

    private static LogEntry line(ResultSet row) throws SQLException {
        String names = row.getString(15);
        byte[] device = row.getBytes(22);
        int marks = row.getInt(20);
        Traffic traffic = device == null
                ? null
                : new Traffic((marks & UPWARD) != 0, (marks & TO_DEVICE) != 0, row.getInt(21),
                        address(device), row.getInt(23), row.getLong(24), row.getLong(25),
                        row.getLong(26), row.getLong(27), row.getLong(28));
        byte[] remote = row.getBytes(13);
        return new LogEntry(row.getLong(1), row.getLong(2),
                new Owner(row.getString(3), row.getString(4), row.getString(5)), row.getString(6),
                row.getString(7),
                new Decider(row.getString(8), row.getString(9), row.getLong(10)),
                row.getString(11), row.getInt(12), remote == null ? null : address(remote),
                row.getInt(14), names == null ? List.of() : List.of(names.split(" ")),
                row.getString(16), traffic, row.getString(17), row.getString(18),
                row.getString(19));
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException notAnAddress) {
            throw new UncheckedIOException(notAnAddress);
        }
    }

    /** Something that is read from the file. */
    private interface Reading<T extends @Nullable Object> {
        T from(Connection reader) throws SQLException;
    }

    private <T extends @Nullable Object> T reading(Reading<T> reading) throws SQLException {
        Connection reader = idle.poll();
        if (reader == null) {
            reader = connect();
            try (Statement statement = reader.createStatement()) {
                statement.execute("pragma query_only = on");
            }
        }
        boolean usable = false;
        try {
            T result = reading.from(reader);
            usable = true;
            return result;
        } finally {
            if (usable && !closed && idle.size() < MOST_IDLE_READERS) {
                idle.add(reader);
            } else {
                reader.close();
            }
        }
    }

    /** Closes what the appending thread holds; it is read on. */
    void seal() throws SQLException {
        Connection open = writer;
        writer = null;
        words = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            seal();
            for (Connection reader = idle.poll(); reader != null; reader = idle.poll()) {
                reader.close();
            }
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("cannot close " + file, e));
        }
    }

    /** Closes it and removes its files; who reads it just now reads to the end. */
    void delete() throws IOException {
        close();
        for (String suffix : List.of("", "-wal", "-shm")) {
            boolean _ = Files.deleteIfExists(Path.of(file + suffix));
        }
    }

    /** Puts a torn file aside: it is looked at no more, and counts for nothing. */
    static void putAside(Path file) throws IOException {
        Path _ = Files.move(file, Path.of(file + ".torn"));
        for (String suffix : List.of("-wal", "-shm")) {
            boolean _ = Files.deleteIfExists(Path.of(file + suffix));
        }
    }

    static List<Path> filesIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return new ArrayList<>(files.filter(file -> file.getFileName().toString()
                    .matches("[0-9]{19}" + SUFFIX.replace(".", "\\."))).sorted().toList());
        }
    }
}
