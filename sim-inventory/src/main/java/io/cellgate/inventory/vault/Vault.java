package io.cellgate.inventory.vault;

import static io.cellgate.inventory.store.Tables.SimSecret.ICCID;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tables.DataKey;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Iccid;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * SIM secrets, sealed in an envelope: each batch has a data key that seals its SIMs' secrets, and the master key seals
 * the data keys. A new master key means to seal the data keys anew, not a million secrets. {@link KeyReplacement}
 * replaces either.
 */
public final class Vault {
    /** Data keys that are kept open; a batch, a webhook, a client of accounting has one each. */
    private static final int MOST_OPENED = 4096;

    private final Database database;
    private volatile MasterKey master;
    private final Cache<String, Sealer> opened = Caffeine.newBuilder().maximumSize(MOST_OPENED)
            .build();

    public Vault(Database database, MasterKey master) {
        this.database = database;
        this.master = master;
    }

    /** The id of the master key that a database is sealed with; null where nothing was ever sealed in it. */
    public static @Nullable String sealedWith(Database database) {
        return database.read(sql -> sql.select(DataKey.MASTER_KEY).from(DataKey.TABLE).limit(1)
                .fetchOne(DataKey.MASTER_KEY));
    }

    /** @throws IllegalStateException if the database was sealed with another master key */
    public void check() {
        String other = database.read(sql -> sql.select(DataKey.MASTER_KEY).from(DataKey.TABLE)
                .where(DataKey.MASTER_KEY.ne(master.id())).limit(1)
                .fetchOne(DataKey.MASTER_KEY));
        if (other != null) {
            throw new IllegalStateException("master key: got " + master.id() + ", expected "
                    + other + ", with which the database was sealed");
        }
    }

    MasterKey master() {
        return master;
    }

    /** What is sealed from now on is sealed with another master key, with which the data keys are sealed by now. */
    void use(MasterKey next) {
        master = next;
    }

    /**
     * Seals each data key with another master key, within a transaction.
     *
     * @return how many there are
     */
    int rewrap(Tx tx, MasterKey next) {
        var keys = tx.sql().select(DataKey.ID, DataKey.SEALED).from(DataKey.TABLE).fetch();
        for (var key : keys) {
            byte[] opened = master.sealer().open(key.value2(), key.value1());
            tx.sql().update(DataKey.TABLE).set(DataKey.MASTER_KEY, next.id())
                    .set(DataKey.SEALED, next.sealer().seal(opened, key.value1()))
                    .where(DataKey.ID.eq(key.value1())).execute();
        }
        return keys.size();
    }

    /** Makes a data key. */
    public String newDataKey(Tx tx) {
        byte[] key = new byte[Sealer.KEY_OCTETS];
        new SecureRandom().nextBytes(key);
        String id = ObjectId.next("key", tx.now());
        tx.sql().insertInto(DataKey.TABLE).set(DataKey.ID, id)
                .set(DataKey.MASTER_KEY, master.id())
                .set(DataKey.SEALED, master.sealer().seal(key, id))
                .set(DataKey.CREATED_AT, tx.nowMillis()).execute();
        return id;
    }

    /** Seals a SIM's secret with a data key. */
    public String seal(String dataKey, Iccid iccid, SimSecret secret) {
        return seal(dataKey, iccid.digits(), secret.octets());
    }

    /** Seals another secret than Ki and OPc with a data key, for a context that it opens in alone. */
    public String seal(String dataKey, String context, byte[] secret) {
        Sealer known = opened.getIfPresent(dataKey);
        Sealer sealer = known == null ? database.read(sql -> sealer(sql, dataKey)) : known;
        return sealer.seal(secret, context);
    }

    /** SHA-256 of what is too random to be guessed, to find it by. */
    public static String digest(byte[] secret) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Seals another secret than a SIM's with a data key.
     *
     * @param context what it is the secret of; it opens in no other's place
     */
    public String seal(DSLContext sql, String dataKey, String context, byte[] secret) {
        return sealer(sql, dataKey).seal(secret, context);
    }

    /** Opens what {@link #seal(DSLContext, String, String, byte[])} sealed. */
    public byte[] open(DSLContext sql, String dataKey, String context, String sealed) {
        return sealer(sql, dataKey).open(sealed, context);
    }

    /** The secret of a SIM, or null where none came with it. */
    public @Nullable SimSecret secretOf(Iccid iccid) {
        return database.read(
                sql -> secretsOf(sql, List.of(iccid.digits())).get(iccid.digits()));
    }

    /** The secrets of these SIMs, of those that have one; also within a transaction. */
    public Map<String, SimSecret> secretsOf(DSLContext sql, Collection<String> iccids) {
        Map<String, SimSecret> secrets = new HashMap<>();
        sql.select(ICCID, Tables.SimSecret.DATA_KEY, Tables.SimSecret.SEALED)
                .from(Tables.SimSecret.TABLE).where(ICCID.in(iccids))
                .forEach(row -> secrets.put(row.value1(), new SimSecret(
                        sealer(sql, row.value2()).open(row.value3(), row.value1()))));
        return secrets;
    }

    private Sealer sealer(DSLContext sql, String dataKey) {
        Sealer known = opened.getIfPresent(dataKey);
        if (known != null) {
            return known;
        }
        String sealed = sql.select(DataKey.SEALED).from(DataKey.TABLE)
                .where(DataKey.ID.eq(dataKey)).fetchSingle().value1();
        Sealer sealer = new Sealer(master.sealer().open(sealed, dataKey));
        opened.put(dataKey, sealer);
        return sealer;
    }
}
