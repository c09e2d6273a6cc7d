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
    private static final String FIND = "select id from text where value = ?";

    private final PreparedStatement find;
    private final PreparedStatement insert;
    private final Map<String, Long> ids = new HashMap<>();

    /** @param connection the writer's, with which the statements that it prepares end */
    WordTable(Connection connection) throws SQLException {
        find = connection.prepareStatement(FIND);
        insert = connection.prepareStatement("insert into text (value) values (?) returning id");
    }

    long idOf(String text) throws SQLException {
        Long known = ids.get(text);
        if (known != null) {
            return known;
        }
        if (ids.size() >= MOST_REMEMBERED) {
            ids.clear();
        }
        Long id = ask(find, text);
        if (id == null) {
            id = ask(insert, text);
        }
        if (id == null) {
            throw new SQLException("a text that was inserted has no number");
        }
        ids.put(text, id);
        return id;
    }

    private static @Nullable Long ask(PreparedStatement statement, String text)
            throws SQLException {
        statement.setString(1, text);
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : null;
        }
    }

    /** The number of a text, or null where the file does not have it. */
    @Nullable
    static Long find(Connection connection, String text) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            return ask(statement, text);
        }
    }
}
