package io.cellgate.inventory.vault;

import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Tables.Batch;
import io.cellgate.inventory.store.Tables.DataKey;
import io.cellgate.inventory.store.Tx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jooq.BatchBindStep;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record;
import org.jooq.UpdateSetMoreStep;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the keys that secrets are sealed with, where nothing else uses the store.
 *
 * <p>The master key: {@link MasterKeyFile} says how file and database change together; secrets are not touched.
 *
 * <p>The data keys: each gets a successor, all in one transaction, by which batches go on at once. Then what the old ones
 * sealed is opened and sealed with the successors, {@value #CHUNK} rows in a transaction, each row with its key's id
 * beside it; so at any moment every secret opens, and a replacement that was broken off goes on from what is left.
 * At the end the keys with which nothing is sealed any more are deleted.
 */
public final class KeyReplacement {
    private static final int CHUNK = 1000;
    private static final int MOST_NAMED = 20;

    private final Database database;
    private final Vault vault;
    private final MasterKeyFile file;

    public KeyReplacement(Database database, Vault vault, MasterKeyFile file) {
        this.database = database;
        this.vault = vault;
        this.file = file;
    }

    /**
     * A new master key is in use.
     *
     * @param former   the file of the one before, which opens the backups of before
     * @param dataKeys how many are sealed with it
     */
    public record NewMaster(String id, String formerId, Path former, int dataKeys) {}

    /**
     * New data keys are in use.
     *
     * @param keys       that were replaced
     * @param secrets    rows that were sealed anew, by this run
     * @param unreadable secrets that do not open with their key, and so were left with it: the first of them by name
     * @param unreadables how many those are
     */
    public record NewDataKeys(long keys, long secrets, List<String> unreadable, long unreadables) {}

    /** Replaces the master key. */
    public NewMaster replaceMasterKey() {
        MasterKey former = vault.master();
        MasterKey next = file.prepare();
        int dataKeys = database.write(Actor.SYSTEM, tx -> {
            int wrapped = vault.rewrap(tx, next);
            tx.tell(null, "master_key.replaced", next.id(), Map.of("master_key", former.id()),
                    Map.of("master_key", next.id(), "data_keys", wrapped));
            return wrapped;
        });
        vault.use(next);
        file.putInPlace();
        return new NewMaster(next.id(), former.id(), file.former(former.id()), dataKeys);
    }

    /**
     * Replaces the data keys, or goes on with a replacement that was broken off.
     *
     * @param progress hears how many secrets are sealed anew so far, each time that some are durable
     */
    public NewDataKeys replaceDataKeys(LongConsumer progress) {
        Map<String, String> successors = database.write(Actor.SYSTEM, this::successors);
        long secrets = 0;
        List<String> unreadable = new ArrayList<>();
        for (SealedTable table : SealedTable.values()) {
            Chunk chunk = new Chunk("", 0, List.of());
            do {
                String after = chunk.last();
                chunk = database.write(Actor.SYSTEM,
                        tx -> reseal(tx, table, successors, after));
                secrets += chunk.sealed();
                unreadable.addAll(chunk.unreadable());
                progress.accept(secrets);
            } while (!chunk.last().isEmpty());
        }
        NewDataKeys replaced = new NewDataKeys(successors.size(), secrets,
                unreadable.subList(0, Math.min(unreadable.size(), MOST_NAMED)),
                unreadable.size());
        Boolean _ = database.write(Actor.SYSTEM, tx -> {
            forgetUnused(tx);
            tx.tell(null, "data_keys.replaced", vault.master().id(), null,
                    Map.of("data_keys", replaced.keys(), "secrets", replaced.secrets(),
                            "unreadable", replaced.unreadables()));
            return true;
        });
        return replaced;
    }

    /** The successor of each key that is being replaced; where none is, all are from now on. */
    private Map<String, String> successors(Tx tx) {
        Map<String, String> known = tx.sql().select(DataKey.ID, DataKey.REPLACED_BY)
                .from(DataKey.TABLE).where(DataKey.REPLACED_BY.isNotNull())
                .fetchMap(DataKey.ID, DataKey.REPLACED_BY);
        if (!known.isEmpty()) {
            return known;
        }
        Map<String, String> made = new HashMap<>();
        for (String old : tx.sql().select(DataKey.ID).from(DataKey.TABLE).fetch(DataKey.ID)) {
            String successor = vault.newDataKey(tx);
            tx.sql().update(DataKey.TABLE).set(DataKey.REPLACED_BY, successor)
                    .where(DataKey.ID.eq(old)).execute();
            tx.sql().update(Batch.TABLE).set(Batch.DATA_KEY, successor)
                    .where(Batch.DATA_KEY.eq(old)).execute();
            made.put(old, successor);
        }
        return made;
    }

    /** @param last the id of its last row; empty: there were none */
    private record Chunk(String last, long sealed, List<String> unreadable) {}

    private Chunk reseal(Tx tx, SealedTable table, Map<String, String> successors, String after) {
        List<Field<?>> columns = new ArrayList<>(List.of(table.id(), table.dataKey()));
        columns.addAll(table.sealed());
        List<Record> rows = tx.sql().select(columns).from(table.table())
                .where(table.id().gt(after)).and(table.dataKey().in(tx.sql().select(DataKey.ID)
                        .from(DataKey.TABLE).where(DataKey.REPLACED_BY.isNotNull())))
                .orderBy(table.id()).limit(CHUNK).fetch();
        if (rows.isEmpty()) {
            return new Chunk("", 0, List.of());
        }
        BatchBindStep updates = tx.sql().batch(update(tx, table));
        List<String> unreadable = new ArrayList<>();
        for (Record row : rows) {
            String id = row.get(table.id());
            String old = row.get(table.dataKey());
            String successor = successors.get(old);
            if (successor == null) {
                throw new IllegalStateException("no key takes over what " + old + " sealed");
            }
            try {
                updates = updates.bind(resealed(tx, table, row, old, successor));
            } catch (SealBroken broken) {
                unreadable.add(table.text() + ' ' + id);
            }
        }
        if (updates.size() > 0) {
            int[] _ = updates.execute();
        }
        return new Chunk(rows.getLast().get(table.id()), rows.size() - (long) unreadable.size(),
                unreadable);
    }

    private static Query update(Tx tx, SealedTable table) {
        UpdateSetMoreStep<Record> update = tx.sql().update(table.table()).set(table.dataKey(), "");
        for (Field<String> column : table.sealed()) {
            update = update.set(column, "");
        }
        return update.where(table.id().eq(""));
    }

    /** What {@link #update} binds, in its order. */
    private @Nullable Object[] resealed(Tx tx, SealedTable table, Record row, String old,
            String successor) {
        String id = row.get(table.id());
        String context = table.context(id);
        List<@Nullable Object> values = new ArrayList<>();
        values.add(successor);
        for (Field<String> column : table.sealed()) {
            String sealed = row.get(column);
            values.add(sealed == null
                    ? null
                    : vault.seal(tx.sql(), successor, context,
                            vault.open(tx.sql(), old, context, sealed)));
        }
        values.add(id);
        return values.toArray(@Nullable Object[]::new);
    }

    /** Deletes the keys with which nothing is sealed, nor will be: those that were replaced, and those of what is gone. */
    private static void forgetUnused(Tx tx) {
        Set<String> used = new HashSet<>(tx.sql().selectDistinct(Batch.DATA_KEY).from(Batch.TABLE)
                .fetch(Batch.DATA_KEY));
        for (SealedTable table : SealedTable.values()) {
            used.addAll(tx.sql().selectDistinct(table.dataKey()).from(table.table())
                    .where(table.dataKey().isNotNull()).fetch(table.dataKey()));
        }
        for (String key : tx.sql().select(DataKey.ID).from(DataKey.TABLE).fetch(DataKey.ID)) {
            if (!used.contains(key)) {
                tx.sql().deleteFrom(DataKey.TABLE).where(DataKey.ID.eq(key)).execute();
            }
        }
    }
}
