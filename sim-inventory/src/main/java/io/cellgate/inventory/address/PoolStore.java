package io.cellgate.inventory.address;

import static io.cellgate.inventory.store.Tables.Pool.APN;
import static io.cellgate.inventory.store.Tables.Pool.CARRIER;
import static io.cellgate.inventory.store.Tables.Pool.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Pool.ID;
import static io.cellgate.inventory.store.Tables.Pool.NAME;
import static io.cellgate.inventory.store.Tables.Pool.PREFIX;
import static io.cellgate.inventory.store.Tables.Pool.QUARANTINE_SECONDS;
import static io.cellgate.inventory.store.Tables.Pool.REVISION;
import static io.cellgate.inventory.store.Tables.Pool.TABLE;

import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.IpRange;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The pools of addresses. No two of them overlap. */
public final class PoolStore {
    /** Of every pool, so that a look through all of them is no work. */
    private static final int MAX_POOLS = 1000;
    private static final int MAX_QUARANTINE_SECONDS = 86_400;
    private static final int BITS = 128;
    private static final int IPV4_BITS = 96;

    private final Database database;

    public PoolStore(Database database) {
        this.database = database;
    }

    public Outcome<Pool> create(Actor actor, PoolDraft draft) {
        return database.write(actor, tx -> check(tx, "", draft).then(prefix -> {
            if (tx.sql().fetchCount(TABLE) >= MAX_POOLS) {
                return Outcome.conflict(Reason.LIMIT, "there are " + MAX_POOLS + " pools");
            }
            Pool pool = new Pool(ObjectId.next("pool", tx.now()), draft.name(), prefix,
                    draft.apn(), draft.carrier(), draft.quarantineSeconds(), tx.now(), 1);
            tx.sql().insertInto(TABLE).set(ID, pool.id()).set(NAME, pool.name())
                    .set(PREFIX, prefix.toString()).set(APN, pool.apn())
                    .set(CARRIER, pool.carrier())
                    .set(QUARANTINE_SECONDS, pool.quarantineSeconds())
                    .set(CREATED_AT, tx.nowMillis()).set(REVISION, 1L).execute();
            tx.tell(null, "pool.created", pool.id(), null, told(pool));
            return Outcome.done(pool);
        }));
    }

    public Outcome<Pool> find(String id) {
        return database.read(sql -> read(sql, id));
    }

    public Page<Pool> list(PageRequest page) {
        return database.read(sql -> Page.of(sql.selectFrom(TABLE)
                .where(page.afterKey() == null ? DSL.noCondition() : ID.gt(page.afterKey()))
                .orderBy(ID).limit(page.fetch()).fetch(PoolStore::pool), page, Pool::id));
    }

    /** All of them, for the gateway. */
    public List<Pool> all() {
        return database.read(sql -> sql.selectFrom(TABLE).orderBy(ID).fetch(PoolStore::pool));
    }

    /** Replaces a pool. Sessions keep the addresses that they have. */
    public Outcome<Pool> replace(Actor actor, String id, PoolDraft draft,
            @Nullable Long expectedRevision) {
        return database.write(actor,
                tx -> read(tx.sql(), id).at(expectedRevision, Pool::revision).then(old -> {
                    return check(tx, id, draft).then(prefix -> {
                        Pool changed = new Pool(id, draft.name(), prefix, draft.apn(),
                                draft.carrier(),
                                draft.quarantineSeconds(), old.createdAt(), old.revision() + 1);
                        tx.sql().update(TABLE).set(NAME, changed.name())
                                .set(PREFIX, prefix.toString())
                                .set(APN, changed.apn()).set(CARRIER, changed.carrier())
                                .set(QUARANTINE_SECONDS, changed.quarantineSeconds())
                                .set(REVISION, changed.revision()).where(ID.eq(id)).execute();
                        tx.tell(null, "pool.changed", id, told(old), told(changed));
                        return Outcome.done(changed);
                    });
                }));
    }

    /** Deletes a pool. Sessions keep the addresses that they have. */
    public Outcome<Pool> delete(Actor actor, String id, @Nullable Long expectedRevision) {
        return database.write(actor,
                tx -> read(tx.sql(), id).at(expectedRevision, Pool::revision).then(pool -> {
                    tx.sql().deleteFrom(TABLE).where(ID.eq(id)).execute();
                    tx.tell(null, "pool.deleted", id, told(pool), null);
                    return Outcome.done(pool);
                }));
    }

    private static Outcome<IpRange> check(Tx tx, String id, PoolDraft draft) {
        Faults faults = new Faults();
        faults.name("/name", draft.name(), 100);
        faults.range("/quarantine_seconds", draft.quarantineSeconds(), 0, MAX_QUARANTINE_SECONDS);
        IpRange prefix = faults.read("/prefix", draft.prefix(),
                "a network like 10.64.0.0/16 (length 8 to 32) or 2001:db8::/48 (length 16 to 64)",
                PoolStore::network);
        String apn = draft.apn();
        if (apn != null && !ApnStore.isApn(apn)) {
            faults.add("/apn", Faults.shown(apn), ApnStore.EXPECTED);
        }
        if (prefix == null || faults.any()) {
            return faults.invalid();
        }
        String carrier = draft.carrier();
        if (carrier != null && !tx.sql().fetchExists(Tables.Carrier.TABLE,
                Tables.Carrier.ID.eq(carrier))) {
            return new Outcome.Absent<>("carrier", carrier);
        }
        if (apn != null && !tx.sql().fetchExists(Tables.Apn.TABLE, Tables.Apn.NAME.eq(apn))) {
            return new Outcome.Absent<>("apn", apn);
        }
        if (tx.sql().fetchExists(TABLE, NAME.eq(draft.name()).and(ID.ne(id)))) {
            return Outcome.conflict(Reason.TAKEN, "a pool is named \"" + draft.name() + "\"");
        }
        for (Record row : tx.sql().selectFrom(TABLE).where(ID.ne(id))) {
            Pool other = pool(row);
            if (other.prefix().overlaps(prefix)) {
                return Outcome.conflict(Reason.TAKEN, "got " + prefix
                        + ", expected a network that does not overlap " + other.prefix()
                        + " of pool " + other.id());
            }
        }
        return Outcome.done(prefix);
    }

    private static IpRange network(String text) {
        IpRange prefix = IpRange.parse(text);
        int slash = text.indexOf('/');
        int length = slash < 0 ? BITS : Integer.parseInt(text.substring(slash + 1));
        boolean fits = prefix.isIpv4()
                ? length >= 8 && length <= BITS - IPV4_BITS
                : length >= 16 && length <= 64;
        if (slash < 0 || !fits) {
            throw new IllegalArgumentException("a network of another length");
        }
        return prefix;
    }

    private static Outcome<Pool> read(DSLContext sql, String id) {
        Record row = sql.selectFrom(TABLE).where(ID.eq(id)).fetchOne();
        return row == null ? new Outcome.Absent<>("pool", id) : Outcome.done(pool(row));
    }

    private static Pool pool(Record row) {
        return new Pool(row.get(ID), row.get(NAME), IpRange.parse(row.get(PREFIX)), row.get(APN),
                row.get(CARRIER), row.get(QUARANTINE_SECONDS),
                Instant.ofEpochMilli(row.get(CREATED_AT)), row.get(REVISION));
    }

    private record Told(String name, String prefix, @Nullable String apn,
            @Nullable String carrier, long quarantine_seconds) {}

    private static Told told(Pool pool) {
        return new Told(pool.name(), pool.prefix().toString(), pool.apn(), pool.carrier(),
                pool.quarantineSeconds());
    }
}
