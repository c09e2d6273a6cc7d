package io.cellgate.inventory.carrier;

import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tables.AccountingBinding;
import io.cellgate.inventory.store.Tx;
import io.cellgate.inventory.vault.Vault;
import io.cellgate.policy.IpRange;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * Who may tell of sessions by RADIUS accounting. No two clients have a source in common, nor a device's address: an address
 * would be one SIM's by the one and another's by the other. They are the operator's.
 */
public final class AccountingClientStore {
    private static final int MOST = 200;
    private static final int MOST_PREFIXES = 100;
    private static final int MIN_TIMEOUT_SECONDS = 60;
    private static final int MAX_TIMEOUT_SECONDS = 31 * 86_400;
    private static final int MIN_SECRET = 16;
    private static final int MAX_SECRET = 128;
    private static final String WHAT = "accounting client";

    private final Database database;
    private final Vault vault;

    public AccountingClientStore(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /**
     * What the operator says of a client.
     *
     * @param secret null: as it is
     */
    public record Draft(String name, List<String> sources, List<String> ranges,
            long timeoutSeconds, @Nullable String secret) {
        @Override
        public String toString() {
            return "Draft[name=" + name + "]";
        }
    }

    /** A client with its secret, for the gateway. */
    public record Trusted(AccountingClient client, String secret) {
        @Override
        public String toString() {
            return "Trusted[client=" + client + "]";
        }
    }

    public Outcome<AccountingClient> create(Actor actor, String carrier, Draft draft) {
        return database.write(actor, tx -> {
            if (!tx.sql().fetchExists(Tables.Carrier.TABLE, Tables.Carrier.ID.eq(carrier))) {
                return new Outcome.Absent<>("carrier", carrier);
            }
            String secret = draft.secret();
            return check(tx, "", draft, true).then(prefixes -> {
                if (tx.sql().fetchCount(Tables.AccountingClient.TABLE) >= MOST) {
                    return Outcome.conflict(Reason.LIMIT, "there are " + MOST + " clients");
                }
                String id = ObjectId.next("acl", tx.now());
                String key = vault.newDataKey(tx);
                tx.sql().insertInto(Tables.AccountingClient.TABLE)
                        .set(Tables.AccountingClient.ID, id)
                        .set(Tables.AccountingClient.CARRIER, carrier)
                        .set(Tables.AccountingClient.NAME, draft.name())
                        .set(Tables.AccountingClient.SOURCES, texts(prefixes.sources()))
                        .set(Tables.AccountingClient.RANGES, texts(prefixes.ranges()))
                        .set(Tables.AccountingClient.TIMEOUT_SECONDS, draft.timeoutSeconds())
                        .set(Tables.AccountingClient.DATA_KEY, key)
                        .set(Tables.AccountingClient.SECRET,
                                sealed(tx, key, id, secret == null ? "" : secret))
                        .set(Tables.AccountingClient.CREATED_AT, tx.nowMillis())
                        .set(Tables.AccountingClient.REVISION, 1L).execute();
                return read(tx.sql(), carrier, id).map(client -> {
                    tx.tell(null, "accounting_client.created", id, null, told(client));
                    return client;
                });
            });
        });
    }

    private String sealed(Tx tx, String key, String id, String secret) {
        return vault.seal(tx.sql(), key, id, secret.getBytes(StandardCharsets.UTF_8));
    }

    public Outcome<AccountingClient> find(String carrier, String id) {
        return database.read(sql -> read(sql, carrier, id));
    }

    /** Those of one carrier; absent where there is no such carrier. */
    public Outcome<List<AccountingClient>> of(String carrier) {
        return database.read(sql -> sql.fetchExists(Tables.Carrier.TABLE,
                Tables.Carrier.ID.eq(carrier))
                        ? Outcome.done(sql.selectFrom(Tables.AccountingClient.TABLE)
                                .where(Tables.AccountingClient.CARRIER.eq(carrier))
                                .orderBy(Tables.AccountingClient.ID)
                                .fetch(AccountingClientStore::client))
                        : new Outcome.Absent<>("carrier", carrier));
    }

    /** All of them with their secrets, for the gateway. */
    public List<Trusted> all() {
        return database.read(sql -> sql.selectFrom(Tables.AccountingClient.TABLE)
                .orderBy(Tables.AccountingClient.ID)
                .fetch(row -> new Trusted(client(row), new String(
                        vault.open(sql, row.get(Tables.AccountingClient.DATA_KEY),
                                row.get(Tables.AccountingClient.ID),
                                row.get(Tables.AccountingClient.SECRET)),
                        StandardCharsets.UTF_8))));
    }

    public Outcome<AccountingClient> replace(Actor actor, String carrier, String id, Draft draft,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), carrier, id)
                .at(expectedRevision, AccountingClient::revision).then(old -> {
                    return check(tx, id, draft, false).then(prefixes -> {
                        tx.sql().update(Tables.AccountingClient.TABLE)
                                .set(Tables.AccountingClient.NAME, draft.name())
                                .set(Tables.AccountingClient.SOURCES, texts(prefixes.sources()))
                                .set(Tables.AccountingClient.RANGES, texts(prefixes.ranges()))
                                .set(Tables.AccountingClient.TIMEOUT_SECONDS,
                                        draft.timeoutSeconds())
                                .set(Tables.AccountingClient.REVISION, old.revision() + 1)
                                .where(Tables.AccountingClient.ID.eq(id)).execute();
                        String secret = draft.secret();
                        if (secret != null) {
                            String key = vault.newDataKey(tx);
                            tx.sql().update(Tables.AccountingClient.TABLE)
                                    .set(Tables.AccountingClient.DATA_KEY, key)
                                    .set(Tables.AccountingClient.SECRET,
                                            sealed(tx, key, id, secret))
                                    .where(Tables.AccountingClient.ID.eq(id)).execute();
                        }
                        return read(tx.sql(), carrier, id).map(changed -> {
                            tx.tell(null, "accounting_client.changed", id, told(old),
                                    told(changed));
                            return changed;
                        });
                    });
                }));
    }

    /** Deletes a client; what it told is not in force any more. */
    public Outcome<AccountingClient> delete(Actor actor, String carrier, String id,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), carrier, id)
                .at(expectedRevision, AccountingClient::revision).map(client -> {
                    delete(tx.sql(), id);
                    tx.tell(null, "accounting_client.deleted", id, told(client), null);
                    return client;
                }));
    }

    /** Deletes a carrier's, with what they told. */
    static void deleteOf(DSLContext sql, String carrier) {
        sql.select(Tables.AccountingClient.ID).from(Tables.AccountingClient.TABLE)
                .where(Tables.AccountingClient.CARRIER.eq(carrier))
                .fetch(Tables.AccountingClient.ID).forEach(id -> delete(sql, id));
    }

    private static void delete(DSLContext sql, String id) {
        sql.deleteFrom(AccountingBinding.TABLE).where(AccountingBinding.CLIENT.eq(id)).execute();
        sql.deleteFrom(Tables.AccountingClient.TABLE).where(Tables.AccountingClient.ID.eq(id))
                .execute();
    }

    private record Prefixes(List<IpRange> sources, List<IpRange> ranges) {}

    private static Outcome<Prefixes> check(Tx tx, String id, Draft draft, boolean isNew) {
        Faults faults = new Faults();
        faults.name("/name", draft.name(), 100);
        faults.range("/timeout_seconds", draft.timeoutSeconds(), MIN_TIMEOUT_SECONDS,
                MAX_TIMEOUT_SECONDS);
        String secret = draft.secret();
        if (secret == null ? isNew : !isSecret(secret)) {
            faults.add("/secret", secret == null ? "none" : secret.length() + " characters",
                    MIN_SECRET + " to " + MAX_SECRET + " printable characters of ASCII");
        }
        List<IpRange> sources = prefixes(faults, "/sources", draft.sources());
        List<IpRange> ranges = prefixes(faults, "/ranges", draft.ranges());
        if (faults.any()) {
            return faults.invalid();
        }
        if (tx.sql().fetchExists(Tables.AccountingClient.TABLE, Tables.AccountingClient.NAME
                .eq(draft.name()).and(Tables.AccountingClient.ID.ne(id)))) {
            return Outcome.conflict(Reason.TAKEN,
                    "an accounting client is named \"" + draft.name() + "\"");
        }
        for (Record row : tx.sql().selectFrom(Tables.AccountingClient.TABLE)
                .where(Tables.AccountingClient.ID.ne(id))) {
            AccountingClient other = client(row);
            String conflict = overlap(sources, other.sources(), "a source");
            conflict = conflict != null
                    ? conflict
                    : overlap(ranges, other.ranges(), "a range");
            if (conflict != null) {
                return Outcome.conflict(Reason.TAKEN,
                        conflict + " of accounting client " + other.id());
            }
        }
        for (Record row : tx.sql().selectFrom(Tables.Pool.TABLE)) {
            String conflict = overlap(ranges,
                    List.of(IpRange.parse(row.get(Tables.Pool.PREFIX))), "a range");
            if (conflict != null) {
                return Outcome.conflict(Reason.TAKEN,
                        conflict + " of pool " + row.get(Tables.Pool.ID));
            }
        }
        return Outcome.done(new Prefixes(sources, ranges));
    }

    private static boolean isSecret(String secret) {
        return secret.length() >= MIN_SECRET && secret.length() <= MAX_SECRET
                && secret.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static List<IpRange> prefixes(Faults faults, String pointer, List<String> texts) {
        List<IpRange> prefixes = new ArrayList<>();
        faults.range(pointer, texts.size(), 1, MOST_PREFIXES);
        for (int i = 0; i < texts.size(); i++) {
            IpRange prefix = faults.read(pointer + "/" + i, texts.get(i),
                    "a network like 10.50.0.0/16 or an address", IpRange::parse);
            if (prefix != null) {
                prefixes.add(prefix);
            }
        }
        return prefixes;
    }

    private static @Nullable String overlap(List<IpRange> mine, List<IpRange> theirs,
            String what) {
        for (IpRange one : mine) {
            for (IpRange other : theirs) {
                if (one.overlaps(other)) {
                    return "got " + one + ", expected " + what + " that does not overlap "
                            + other;
                }
            }
        }
        return null;
    }

    private static Outcome<AccountingClient> read(DSLContext sql, String carrier, String id) {
        Record row = sql.selectFrom(Tables.AccountingClient.TABLE)
                .where(Tables.AccountingClient.ID.eq(id)
                        .and(Tables.AccountingClient.CARRIER.eq(carrier)))
                .fetchOne();
        return row == null ? new Outcome.Absent<>(WHAT, id) : Outcome.done(client(row));
    }

    private static AccountingClient client(Record row) {
        return new AccountingClient(row.get(Tables.AccountingClient.ID),
                row.get(Tables.AccountingClient.CARRIER), row.get(Tables.AccountingClient.NAME),
                ranges(row.get(Tables.AccountingClient.SOURCES)),
                ranges(row.get(Tables.AccountingClient.RANGES)),
                row.get(Tables.AccountingClient.TIMEOUT_SECONDS),
                Instant.ofEpochMilli(row.get(Tables.AccountingClient.CREATED_AT)),
                row.get(Tables.AccountingClient.REVISION));
    }

    private static List<IpRange> ranges(String json) {
        return Json.strings(json).stream().map(IpRange::parse).toList();
    }

    private static String texts(List<IpRange> ranges) {
        return Json.write(shown(ranges));
    }

    private static List<String> shown(List<IpRange> ranges) {
        return ranges.stream().map(IpRange::toString).toList();
    }

    private record Told(String carrier, String name, List<String> sources, List<String> ranges,
            long timeout_seconds) {}

    private static Told told(AccountingClient client) {
        return new Told(client.carrier(), client.name(), shown(client.sources()),
                shown(client.ranges()), client.timeoutSeconds());
    }
}
