package io.cellgate.inventory.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;

/**
 * Inserts many rows at once and passes over each that conflicts with one that is there. The columns that differ from row
 * to row are texts, the first of them the key; the others are the same in all.
 *
 * <p>PostgreSQL gets the rows of one column as an array: one statement and one answer, however many they are. For
 * SQLite, which is in this process, a prepared statement for each row is the shortest way.
 */
public final class NewRows {
    private final String table;
    private final List<String> columns;
    private final List<String> sameColumns;
    private final List<Object> same;

    /**
     * Describes them.
     *
     * @param columns     names of those that differ, the key first
     * @param sameColumns names of those that are the same in all
     * @param same        their values: texts and numbers
     */
    public NewRows(String table, List<String> columns, List<String> sameColumns,
            List<Object> same) {
        this.table = table;
        this.columns = List.copyOf(columns);
        this.sameColumns = List.copyOf(sameColumns);
        this.same = List.copyOf(same);
    }

    /**
     * Inserts rows, no two of which conflict with each other.
     *
     * @return the keys of those that were inserted
     */
    public Set<String> insert(Tx tx, List<@Nullable String[]> rows) {
        boolean asArrays = tx.sql().dialect() == SQLDialect.POSTGRES;
        return tx.sql().connectionResult(connection -> asArrays
                ? insertArrays(connection, rows)
                : insertEach(connection, rows));
    }

    private String into() {
        List<String> all = new ArrayList<>(columns);
        all.addAll(sameColumns);
        return "insert into " + table + " (" + String.join(", ", all) + ") ";
    }

    private static String marks(int count, String mark) {
        return String.join(", ", Collections.nCopies(count, mark));
    }

    private Set<String> insertArrays(Connection connection, List<@Nullable String[]> rows)
            throws SQLException {
        String comma = sameColumns.isEmpty() ? "" : ", ";
        try (PreparedStatement insert = connection.prepareStatement(into() + "select fresh.*"
                + comma
                + marks(same.size(), "?") + " from unnest(" + marks(columns.size(), "?::text[]")
                + ") as fresh on conflict do nothing returning " + columns.getFirst())) {
            int index = bindSame(insert, 1);
            for (int column = 0; column < columns.size(); column++) {
                @Nullable
                String[] values = new String[rows.size()];
                for (int row = 0; row < values.length; row++) {
                    values[row] = rows.get(row)[column];
                }
                Array array = connection.createArrayOf("text", values);
                insert.setArray(index++, array);
            }
            Set<String> inserted = new HashSet<>(rows.size() * 2);
            try (ResultSet keys = insert.executeQuery()) {
                while (keys.next()) {
                    inserted.add(keys.getString(1));
                }
            }
            return inserted;
        }
    }

    private Set<String> insertEach(Connection connection, List<@Nullable String[]> rows)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(into() + "values ("
                + marks(columns.size() + same.size(), "?") + ") on conflict do nothing")) {
            Set<String> inserted = new HashSet<>(rows.size() * 2);
            for (@Nullable
            String[] row : rows) {
                for (int column = 0; column < row.length; column++) {
                    insert.setString(column + 1, row[column]);
                }
                int _ = bindSame(insert, row.length + 1);
                if (insert.executeUpdate() == 1) {
                    inserted.add(String.valueOf(row[0]));
                }
            }
            return inserted;
        }
    }

    private int bindSame(PreparedStatement insert, int first) throws SQLException {
        int index = first;
        for (Object value : same) {
            switch (value) {
                case Long number -> insert.setLong(index++, number);
                default -> insert.setString(index++, value.toString());
            }
        }
        return index;
    }
}
