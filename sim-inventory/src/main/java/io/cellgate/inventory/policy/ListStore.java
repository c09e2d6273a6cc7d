package io.cellgate.inventory.policy;

import static io.cellgate.inventory.store.Tables.NamedList.ACCOUNT;
import static io.cellgate.inventory.store.Tables.NamedList.CREATED_AT;
import static io.cellgate.inventory.store.Tables.NamedList.ENTRIES;
import static io.cellgate.inventory.store.Tables.NamedList.ID;
import static io.cellgate.inventory.store.Tables.NamedList.KIND;
import static io.cellgate.inventory.store.Tables.NamedList.NAME;
import static io.cellgate.inventory.store.Tables.NamedList.REVISION;
import static io.cellgate.inventory.store.Tables.NamedList.TABLE;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tables.ListEntry;
import io.cellgate.inventory.store.Tx;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Lists of names, addresses and strings, and their entries. */
public final class ListStore {
    public static final int MAX_LISTS = 100;
    public static final int MAX_ENTRIES = 1_000_000;
    private static final int MAX_FAULTS = 100;

    private final Database database;

    public ListStore(Database database) {
        this.database = database;
    }

    /**
     * Creates an empty list.
     *
     * @param account whose it is; null for the operator's
     * @param name    as policies write it after the dollar sign
     */
    public Outcome<NamedList> create(Actor actor, @Nullable String account, String name,
            ListKind kind) {
        Faults faults = new Faults();
        if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,63}")) {
            faults.add("/name", Faults.shown(name),
                    "a letter, then at most 63 letters, digits, '_' and '-'");
            return faults.invalid();
        }
        return database.write(actor, tx -> {
            if (account != null && !tx.sql().fetchExists(Tables.Account.TABLE,
                    Tables.Account.ID.eq(account))) {
                return new Outcome.Absent<>("account", account);
            }
            if (tx.sql().fetchExists(TABLE, owner(account).and(NAME.eq(name)))) {
                return Outcome.conflict(Reason.TAKEN, "a list is named " + name);
            }
            if (tx.sql().fetchCount(TABLE, owner(account)) >= MAX_LISTS) {
                return Outcome.conflict(Reason.LIMIT, "expected at most " + MAX_LISTS + " lists");
            }
            NamedList list = new NamedList(ObjectId.next("lst", tx.now()), account, name, kind, 0,
                    tx.now(), 1);
            tx.sql().insertInto(TABLE).set(ID, list.id()).set(ACCOUNT, account).set(NAME, name)
                    .set(KIND, kind.name().toLowerCase(Locale.ROOT)).set(ENTRIES, 0L)
                    .set(CREATED_AT, tx.nowMillis()).set(REVISION, 1L).execute();
            tx.tell(account, "list.created", list.id(), null, told(list));
            return Outcome.done(list);
        });
    }

    public Outcome<NamedList> find(Scope scope, String id) {
        return database.read(sql -> read(sql, scope, id));
    }

    public Page<NamedList> list(Scope scope, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(TABLE).where(scope.on(ACCOUNT))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : ID.gt(page.afterKey()))
                        .orderBy(ID).limit(page.fetch()).fetch(ListStore::list),
                page, NamedList::id));
    }

    /** The lists that an account's policies may name; of the operator's policies with null. */
    public List<NamedList> ofAccount(@Nullable String account) {
        return database.read(sql -> sql.selectFrom(TABLE).where(owner(account)).orderBy(NAME)
                .fetch(ListStore::list));
    }

    /** A page of entries, in the order of their text. */
    public Outcome<Page<String>> entries(Scope scope, String id, PageRequest page) {
        return database.read(sql -> read(sql, scope, id).map(list -> Page.of(
                sql.select(ListEntry.ENTRY).from(ListEntry.TABLE).where(ListEntry.LIST.eq(id))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : ListEntry.ENTRY.gt(page.afterKey()))
                        .orderBy(ListEntry.ENTRY).limit(page.fetch()).fetch(ListEntry.ENTRY),
                page, entry -> entry)));
    }

    /** All entries one by one, for a list that may have a million. */
    public void eachEntry(String id, Consumer<String> consumer) {
        database.read(sql -> {
            try (var cursor = sql.select(ListEntry.ENTRY).from(ListEntry.TABLE)
                    .where(ListEntry.LIST.eq(id)).orderBy(ListEntry.ENTRY).fetchLazy()) {
                cursor.forEach(row -> consumer.accept(row.value1()));
            }
            return id;
        });
    }

    /** Makes the entries these and no others. */
    public Outcome<NamedList> replace(Actor actor, Scope scope, String id,
            Collection<String> entries, @Nullable Long expectedRevision) {
        return database.write(actor, tx -> readAt(tx, scope, id, expectedRevision).then(old -> {
            Faults faults = new Faults();
            Set<String> wanted = canonical(faults, "/entries", old.kind(), entries);
            if (faults.any()) {
                return faults.invalid();
            }
            tx.sql().deleteFrom(ListEntry.TABLE).where(ListEntry.LIST.eq(id)).execute();
            insert(tx, id, wanted);
            return finish(tx, old, wanted.size(), new Delta(wanted.size(), old.entries()));
        }));
    }

    /** Adds and removes entries; an entry in both is removed. What is there or gone already is left as it is. */
    public Outcome<NamedList> update(Actor actor, Scope scope, String id, Collection<String> add,
            Collection<String> remove, @Nullable Long expectedRevision) {
        return database.write(actor, tx -> readAt(tx, scope, id, expectedRevision).then(old -> {
            Faults faults = new Faults();
            Set<String> added = canonical(faults, "/add", old.kind(), add);
            Set<String> removed = canonical(faults, "/remove", old.kind(), remove);
            if (faults.any()) {
                return faults.invalid();
            }
            added.removeAll(removed);
            int inserted = insert(tx, id, added);
            int deleted = delete(tx, id, removed);
            if (inserted == 0 && deleted == 0) {
                return Outcome.done(old);
            }
            return finish(tx, old, old.entries() + inserted - deleted,
                    new Delta(inserted, deleted));
        }));
    }

    /** Deletes a list with its entries. Whether a policy names it is for the caller to know. */
    public Outcome<NamedList> delete(Actor actor, Scope scope, String id,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedRevision, NamedList::revision).then(list -> {
                    tx.sql().deleteFrom(ListEntry.TABLE).where(ListEntry.LIST.eq(id)).execute();
                    tx.sql().deleteFrom(TABLE).where(ID.eq(id)).execute();
                    tx.tell(list.account(), "list.deleted", id, told(list), null);
                    return Outcome.done(list);
                }));
    }

    private static Outcome<NamedList> finish(Tx tx, NamedList old, long entries, Delta delta) {
        if (entries > MAX_ENTRIES) {
            return Outcome.conflict(Reason.LIMIT, "list " + old.name() + " would have " + entries
                    + " entries, expected at most " + MAX_ENTRIES);
        }
        NamedList changed = new NamedList(old.id(), old.account(), old.name(), old.kind(), entries,
                old.createdAt(), old.revision() + 1);
        tx.sql().update(TABLE).set(ENTRIES, entries).set(REVISION, changed.revision())
                .where(ID.eq(old.id())).execute();
        tx.tell(old.account(), "list.changed", old.id(), told(old),
                new ToldChange(old.name(), entries, changed.revision(), delta));
        return Outcome.done(changed);
    }

    private static int insert(Tx tx, String list, Set<String> entries) {
        if (entries.isEmpty()) {
            return 0;
        }
        var batch = tx.sql().batch(tx.sql()
                .insertInto(ListEntry.TABLE, ListEntry.LIST, ListEntry.ENTRY)
                .values((String) null, null).onConflictDoNothing());
        for (String entry : entries) {
            batch = batch.bind(list, entry);
        }
        return sum(batch.execute());
    }

    private static int delete(Tx tx, String list, Set<String> entries) {
        if (entries.isEmpty()) {
            return 0;
        }
        var batch = tx.sql().batch(tx.sql().deleteFrom(ListEntry.TABLE)
                .where(ListEntry.LIST.eq(DSL.param("list", String.class))
                        .and(ListEntry.ENTRY.eq(DSL.param("entry", String.class)))));
        for (String entry : entries) {
            batch = batch.bind(list, entry);
        }
        return sum(batch.execute());
    }

    private static int sum(int[] counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count;
        }
        return sum;
    }

    private static Set<String> canonical(Faults faults, String pointer, ListKind kind,
            Collection<String> entries) {
        Set<String> canonical = new LinkedHashSet<>();
        if (entries.size() > MAX_ENTRIES) {
            faults.add(pointer, entries.size() + " entries", "at most " + MAX_ENTRIES);
            return canonical;
        }
        int index = 0;
        int bad = 0;
        for (String entry : entries) {
            String text = faults.read(pointer + "/" + index, entry, kind.expected(),
                    kind::canonical);
            if (text != null) {
                canonical.add(text);
            } else if (++bad == MAX_FAULTS) {
                faults.add(pointer, "more like these", "fewer faults; the rest was not looked at");
                return canonical;
            }
            index++;
        }
        return canonical;
    }

    private static Outcome<NamedList> readAt(Tx tx, Scope scope, String id,
            @Nullable Long expectedRevision) {
        return read(tx.sql(), scope, id).at(expectedRevision, NamedList::revision);
    }

    private static Outcome<NamedList> read(DSLContext sql, Scope scope, String id) {
        Record row = sql.selectFrom(TABLE).where(ID.eq(id)).and(scope.on(ACCOUNT)).fetchOne();
        return row == null ? new Outcome.Absent<>("list", id) : Outcome.done(list(row));
    }

    private static org.jooq.Condition owner(@Nullable String account) {
        return account == null ? ACCOUNT.isNull() : ACCOUNT.eq(account);
    }

    private static NamedList list(Record row) {
        return new NamedList(row.get(ID), row.get(ACCOUNT), row.get(NAME),
                ListKind.valueOf(row.get(KIND).toUpperCase(Locale.ROOT)), row.get(ENTRIES),
                Instant.ofEpochMilli(row.get(CREATED_AT)), row.get(REVISION));
    }

    private record Delta(long added, long removed) {}

    private record Told(String name, long entries, long revision) {}

    private record ToldChange(String name, long entries, long revision, Delta delta) {}

    private static Told told(NamedList list) {
        return new Told(list.name(), list.entries(), list.revision());
    }
}
