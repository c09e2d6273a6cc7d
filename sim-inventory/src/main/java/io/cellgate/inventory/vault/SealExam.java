package io.cellgate.inventory.vault;

import io.cellgate.inventory.store.Tables.DataKey;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * What a look at everything that is sealed has found: each secret was opened, and forgotten at once. It may be taken while
 * a gateway uses the store.
 *
 * @param dataKeys    how many seal secrets or will
 * @param beingReplaced those that have a successor already
 * @param rows        of each table, that hold secrets
 * @param old         rows among them whose key has a successor
 * @param unreadable  what does not open: the first of them by name
 * @param unreadables how many those are
 */
public record SealExam(long dataKeys, long beingReplaced, Map<SealedTable, Long> rows, long old,
        List<String> unreadable, long unreadables) {
    private static final int CHUNK = 5000;
    private static final int MOST_NAMED = 5;

    /** Looks at all of it in a database whose schema is the present one. */
    public static SealExam of(Connection connection, MasterKey master) {
        return new Looking(DSL.using(connection), master).result();
    }

    private static final class Looking {
        private final DSLContext sql;
        private final MasterKey master;
        private final Map<String, Sealer> keys = new HashMap<>();
        private final Map<String, Boolean> replaced = new HashMap<>();
        private final List<String> unreadable = new ArrayList<>();
        private final Map<SealedTable, Long> rows = new EnumMap<>(SealedTable.class);
        private long unreadables;
        private long old;

        Looking(DSLContext sql, MasterKey master) {
            this.sql = sql;
            this.master = master;
            load(DSL.noCondition());
        }

        private void load(Condition which) {
            sql.select(DataKey.ID, DataKey.SEALED, DataKey.REPLACED_BY).from(DataKey.TABLE)
                    .where(which).forEach(row -> {
                        replaced.put(row.value1(), row.value3() != null);
                        try {
                            keys.put(row.value1(), new Sealer(
                                    master.sealer().open(row.value2(), row.value1())));
                        } catch (SealBroken broken) {
                            broken("data_key " + row.value1());
                        }
                    });
        }

        /** The key, also one that was made since; null where there is none or it does not open. */
        private @Nullable Sealer sealer(String key) {
            if (!replaced.containsKey(key)) {
                load(DataKey.ID.eq(key));
            }
            return keys.get(key);
        }

        private void broken(String what) {
            unreadables++;
            if (unreadable.size() < MOST_NAMED) {
                unreadable.add(what);
            }
        }

        SealExam result() {
            for (SealedTable table : SealedTable.values()) {
                String last = look(table, "");
                while (!last.isEmpty()) {
                    last = look(table, last);
                }
            }
            return new SealExam(replaced.size(),
                    replaced.values().stream().filter(each -> each).count(), rows, old,
                    unreadable, unreadables);
        }

        /** Looks at some rows, and gives the id of the last; empty where there are none. */
        private String look(SealedTable table, String after) {
            List<Field<?>> columns = new ArrayList<>(List.of(table.id(), table.dataKey()));
            columns.addAll(table.sealed());
            String last = "";
            for (Record row : sql.select(columns).from(table.table())
                    .where(table.id().gt(after)).and(table.dataKey().isNotNull())
                    .orderBy(table.id()).limit(CHUNK).fetch()) {
                last = row.get(table.id());
                String key = row.get(table.dataKey());
                rows.merge(table, 1L, Long::sum);
                Sealer sealer = sealer(key);
                old += replaced.getOrDefault(key, false) ? 1 : 0;
                if (!opens(table, row, sealer)) {
                    broken(table.text() + ' ' + last);
                }
            }
            return last;
        }

        private static boolean opens(SealedTable table, Record row,
                @Nullable Sealer sealer) {
            if (sealer == null) {
                return false;
            }
            try {
                for (Field<String> column : table.sealed()) {
                    String sealed = row.get(column);
                    if (sealed != null) {
                        byte[] _ = sealer.open(sealed, table.context(row.get(table.id())));
                    }
                }
                return true;
            } catch (SealBroken broken) {
                return false;
            }
        }
    }
}
