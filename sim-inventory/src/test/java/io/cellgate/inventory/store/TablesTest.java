package io.cellgate.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.Field;
import org.jooq.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
    @TempDir
    Path folder;

    @Test
    void tables_areThoseOfTheMigratedSchema_columnByColumn() throws Exception {
        Path file = folder.resolve("schema.db");
        Database.open(file, InstantSource.system()).close();

        Map<String, String> written = new TreeMap<>();
        for (Class<?> holder : Tables.class.getDeclaredClasses()) {
            String table = ((Table<?>) holder.getField("TABLE").get(null)).getName();
            for (java.lang.reflect.Field constant : holder.getFields()) {
                if (constant.get(null) instanceof Field<?> field) {
                    assertThat(field.getQualifiedName().first()).isEqualTo(table);
                    written.put(table + "." + field.getName(), switch (field.getType().getName()) {
                        case "java.lang.String" -> "text";
                        case "java.lang.Long" -> "bigint";
                        default -> "boolean";
                    });
                }
            }
        }
        assertThat(written).isEqualTo(migrated(file));
    }

    private static Map<String, String> migrated(Path file) throws SQLException {
        Map<String, String> columns = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                ResultSet row = connection.createStatement().executeQuery("""
                        select m.name, c.name, lower(c.type)
                          from sqlite_master m, pragma_table_info(m.name) c
                         where m.type = 'table' and m.name not like 'flyway%'""")) {
            while (row.next()) {
                columns.put(row.getString(1) + "." + row.getString(2), row.getString(3));
            }
        }
        return columns;
    }
}
