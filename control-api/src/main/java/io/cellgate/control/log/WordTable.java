package io.cellgate.control.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a file of a log and their numbers, as its writer knows them. It remembers a bounded number of them and
 * looks the others up, so that devices that make up names fill the disk's share and not the memory.
 */
final class WordTable {
    private static final int MOST_REMEMBERED = 50_000;

    private final Connection connection;
    private final Map<String, Long> ids = new HashMap<>();

    WordTable(Connection connection) {
        this.connection = connection;
    }

    long idOf(String text) throws SQLException {
        Long known = ids.get(text);
        if (known != null) {
            return known;
        }
        if (ids.size() >= MOST_REMEMBERED) {
            ids.clear();
        }
        Long id = find(connection, text);
        if (id == null) {
            id = insert(text);
        }
        ids.put(text, id);
        return id;
    }

    private long insert(String text) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("insert into text (value) values (?) returning id")) {
            statement.setString(1, text);
            try (ResultSet row = statement.executeQuery()) {
                boolean _ = row.next();
                return row.getLong(1);
            }
        }
    }

    /** The number of a text, or null where the file does not have it. */
    @Nullable
    static Long find(Connection connection, String text) throws SQLException {
        try (PreparedStatement statement = connection
                .prepareStatement("select id from text where value = ?")) {
            statement.setString(1, text);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : null;
            }
        }
    }
}
