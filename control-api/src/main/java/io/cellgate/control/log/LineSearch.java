package io.cellgate.control.log;

import io.cellgate.dataplane.packet.IpPrefix;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A query in the words of one file: conditions on its columns, texts replaced by the numbers that they have there.
 * Where the file lacks a text that is asked for, nothing in it fits, and it is not searched.
 */
final class LineSearch {
    /** Lines are numbered by the microsecond when they were written, which is at most this much after they were. */
    private static final long MOST_DELAY_MILLIS = 600_000;

    private final Connection file;
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();
    private final boolean newestFirst;
    private boolean hopeless;

    /** Makes something of a row. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private LineSearch(Connection file, boolean newestFirst) {
        this.file = file;
        this.newestFirst = newestFirst;
    }

    /** The search, or null where nothing of the file can fit. */
    static @Nullable LineSearch of(LogQuery query, @Nullable Long after, Connection file)
            throws SQLException {
        LineSearch search = new LineSearch(file,
                query.order() == LogQuery.Order.NEWEST_FIRST);
        search.add(query, after);
        return search.hopeless ? null : search;
    }

    private void add(LogQuery query, @Nullable Long after) throws SQLException {
        if (after != null) {
            where(newestFirst ? "line.id < ?" : "line.id > ?", after);
        }
        word("line.sim = ?", query.sim());
        // where the SIM is given its index leads to fewer lines than the account's
        word(query.sim() == null ? "line.account = ?" : "+line.account = ?", query.account());
        word("line.imsi = ?", query.imsi());
        word("line.verdict = ?", query.verdict());
        word("line.rule = ?", query.rule());
        word("line.policy = ?", query.policy());
        anyWord("line.event", query.events());
        if (query.since() != null) {
            where("line.at >= ?", query.since().toEpochMilli());
            where("line.id >= ?", micros(query.since().toEpochMilli()));
        }
        if (query.until() != null) {
            where("line.at < ?", query.until().toEpochMilli());
            where("line.id < ?", micros(query.until().toEpochMilli() + MOST_DELAY_MILLIS));
        }
        if (query.port() != null) {
            where("line.remote_port = ?", query.port());
        }
        if (query.protocol() != null) {
            where("line.protocol = ?", query.protocol());
        }
        if (query.remote() != null) {
            prefix(query.remote());
        }
        if (query.name() != null) {
            String name = query.name().toLowerCase(Locale.ROOT);
            like("line.names", "(' ' || value || ' ') like ? escape '\\'"
                    + " or (' ' || value || ' ') like ? escape '\\'",
                    "% " + escaped(name) + " %", "%." + escaped(name) + " %");
        }
        if (query.fleet() != null) {
            like("line.session", "value like ? escape '\\'",
                    "%\"sim.fleet\":\"" + escaped(query.fleet()) + "\"%");
        }
    }

    private static long micros(long millis) {
        return millis > Long.MAX_VALUE / 1000
                ? Long.MAX_VALUE
                : Math.max(0, millis) * 1000;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    private void where(String condition, Object... bound) {
        conditions.add(condition);
        values.addAll(List.of(bound));
    }

    private void word(String condition, @Nullable String text) throws SQLException {
        if (text != null && !hopeless) {
            Long id = WordTable.find(file, text);
            if (id == null) {
                hopeless = true;
            } else {
                where(condition, id);
            }
        }
    }

    private void anyWord(String column, List<String> texts) throws SQLException {
        List<String> ids = new ArrayList<>();
        for (String text : texts) {
            Long id = WordTable.find(file, text);
            if (id != null) {
                ids.add(id.toString());
            }
        }
        if (!ids.isEmpty()) {
            where(column + " in (" + String.join(", ", ids) + ")");
        } else {
            hopeless |= !texts.isEmpty();
        }
    }

    private void like(String column, String condition, Object... patterns) throws SQLException {
        if (hopeless) {
            return;
        }
        try (PreparedStatement statement = file.prepareStatement(
                "select 1 from text where " + condition + " limit 1")) {
            bind(statement, List.of(patterns));
            try (ResultSet row = statement.executeQuery()) {
                hopeless = !row.next();
            }
        }
        where(column + " in (select id from text where " + condition + ")", patterns);
    }

    private void prefix(IpPrefix prefix) {
        byte[] first = prefix.first().getAddress();
        where("length(line.remote) = ? and line.remote >= ? and line.remote <= ?", first.length,
                first, prefix.last().getAddress());
    }

    <T> List<T> run(Connection reader, String select, int limit, RowReader<T> to)
            throws SQLException {
        String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
        try (PreparedStatement statement = reader.prepareStatement(select + where
                + " order by line.id " + (newestFirst ? "desc" : "asc") + " limit ?")) {
            bind(statement, values);
            statement.setInt(values.size() + 1, limit);
            List<T> found = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(to.read(row));
                }
            }
            return found;
        }
    }

    private static void bind(PreparedStatement statement, List<?> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof byte[] octets) {
                statement.setBytes(i + 1, octets);
            } else {
                statement.setObject(i + 1, values.get(i));
            }
        }
    }
}
