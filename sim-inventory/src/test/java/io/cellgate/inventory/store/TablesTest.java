package io.cellgate.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.inventory.TestStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.Field;
import org.jooq.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestStore.class)
class TablesTest {
    private final TestStore store;

    @TempDir
    Path folder;

    TablesTest(TestStore store) {
        this.store = store;
    }

    @Test
    void tables_areThoseOfTheMigratedSchema_columnByColumn() throws Exception {
        Database.open(store.location(folder), InstantSource.system()).close();

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
        assertThat(written).isEqualTo(migrated());
    }

    private Map<String, String> migrated() throws SQLException {
        Map<String, String> columns = new TreeMap<>();
        try (Connection connection = store.connect(folder);
                ResultSet row = connection.createStatement().executeQuery(switch (store) {
                    case SQLITE -> """
                            select m.name, c.name, lower(c.type)
                              from sqlite_master m, pragma_table_info(m.name) c
                             where m.type = 'table' and m.name not like 'flyway%'""";
                    case POSTGRESQL -> """
                            select table_name, column_name, data_type
                              from information_schema.columns
                             where table_schema = 'public' and table_name not like 'flyway%'""";
                })) {
            while (row.next()) {
                columns.put(row.getString(1) + "." + row.getString(2), row.getString(3));
            }
        }
        return columns;
    }
}
