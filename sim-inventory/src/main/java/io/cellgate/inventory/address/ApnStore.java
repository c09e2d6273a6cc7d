package io.cellgate.inventory.address;

import static io.cellgate.inventory.store.Tables.Apn.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Apn.NAME;
import static io.cellgate.inventory.store.Tables.Apn.TABLE;

import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Tables;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** The access points that the gateway serves. Where there is none, it serves whatever is asked for. */
public final class ApnStore {
    static final String EXPECTED = "a network identifier like \"iot.example\": labels of lower-case letters, digits"
            + " and hyphens with dots between, at most 63 characters";
    private static final int MAX_CHARACTERS = 63;
    /** TS 23.003 §9.1.1. */
    private static final Pattern LABELS = Pattern
            .compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

    private final Database database;

    public ApnStore(Database database) {
        this.database = database;
    }

    static boolean isApn(String text) {
        return text.length() <= MAX_CHARACTERS && LABELS.matcher(text).matches();
    }

    public Outcome<Apn> create(Actor actor, String name) {
        return database.write(actor, tx -> {
            if (!isApn(name)) {
                Faults faults = new Faults();
                faults.add("/name", Faults.shown(name), EXPECTED);
                return faults.invalid();
            }
            if (tx.sql().fetchExists(TABLE, NAME.eq(name))) {
                return Outcome.conflict(Reason.TAKEN, "an APN is named \"" + name + "\"");
            }
            tx.sql().insertInto(TABLE).set(NAME, name).set(CREATED_AT, tx.nowMillis()).execute();
            tx.tell(null, "apn.created", name, null, new Told(name));
            return Outcome.done(new Apn(name, tx.now()));
        });
    }

    public Outcome<Apn> find(String name) {
        return database.read(sql -> {
            Record row = sql.selectFrom(TABLE).where(NAME.eq(name)).fetchOne();
            return row == null ? new Outcome.Absent<>("apn", name) : Outcome.done(apn(row));
        });
    }

    public Page<Apn> list(PageRequest page) {
        return database.read(sql -> Page.of(sql.selectFrom(TABLE)
                .where(page.afterKey() == null ? DSL.noCondition() : NAME.gt(page.afterKey()))
                .orderBy(NAME).limit(page.fetch()).fetch(ApnStore::apn), page, Apn::name));
    }

    /** All their names, for the gateway. */
    public Set<String> all() {
        return database.read(sql -> new HashSet<>(sql.select(NAME).from(TABLE).fetch(NAME)));
    }

    /** Deletes an access point of which no pool is. */
    public Outcome<Apn> delete(Actor actor, String name) {
        return database.write(actor, tx -> {
            String key = name.toLowerCase(Locale.ROOT);
            Record row = tx.sql().selectFrom(TABLE).where(NAME.eq(key)).fetchOne();
            if (row == null) {
                return new Outcome.Absent<>("apn", name);
            }
            if (tx.sql().fetchExists(Tables.Pool.TABLE, Tables.Pool.APN.eq(key))) {
                return Outcome.conflict(Reason.IN_USE, "a pool is for the APN \"" + key + "\"");
            }
            tx.sql().deleteFrom(TABLE).where(NAME.eq(key)).execute();
            tx.tell(null, "apn.deleted", key, new Told(key), null);
            return Outcome.done(apn(row));
        });
    }

    private static Apn apn(Record row) {
        return new Apn(row.get(NAME), Instant.ofEpochMilli(row.get(CREATED_AT)));
    }

    private record Told(String name) {}
}
