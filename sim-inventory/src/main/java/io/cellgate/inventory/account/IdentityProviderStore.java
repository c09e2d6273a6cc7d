package io.cellgate.inventory.account;

import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tables.AccessUser;
import io.cellgate.inventory.store.Tx;
import io.cellgate.inventory.vault.Vault;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The instance's identity providers. A client secret is sealed and never read back but to log users in. */
public final class IdentityProviderStore {
    private static final String WHAT = "identity provider";

    private final Database database;
    private final Vault vault;

    public IdentityProviderStore(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    /**
     * What is to be known of a provider.
     *
     * @param clientSecret null: none, or in a replacement the one that is kept
     */
    public record Spec(String name, String issuer, String clientId, @Nullable String clientSecret,
            List<String> audiences, List<String> redirectUris, boolean emailsVerified) {}

    public Outcome<IdentityProvider> create(Actor actor, Spec spec) {
        return database.write(actor, tx -> check(tx, spec, "").then(right -> {
            String id = ObjectId.next("idp", tx.now());
            tx.sql().insertInto(Tables.IdentityProvider.TABLE)
                    .set(Tables.IdentityProvider.ID, id)
                    .set(Tables.IdentityProvider.NAME, right.name())
                    .set(Tables.IdentityProvider.ISSUER, right.issuer())
                    .set(Tables.IdentityProvider.CLIENT_ID, right.clientId())
                    .set(Tables.IdentityProvider.AUDIENCES, Json.write(right.audiences()))
                    .set(Tables.IdentityProvider.REDIRECT_URIS, Json.write(right.redirectUris()))
                    .set(Tables.IdentityProvider.EMAILS_VERIFIED, right.emailsVerified())
                    .set(Tables.IdentityProvider.CREATED_AT, tx.nowMillis())
                    .set(Tables.IdentityProvider.REVISION, 1L).execute();
            keep(tx, id, right.clientSecret());
            return find(tx.sql(), id).map(made -> {
                tx.tell(null, "identity_provider.created", id, null, told(made));
                return made;
            });
        }));
    }

    public Outcome<IdentityProvider> find(String id) {
        return database.read(sql -> find(sql, id));
    }

    /** The provider of this name or id. */
    public Outcome<IdentityProvider> named(String nameOrId) {
        return database.read(sql -> {
            Record row = sql.selectFrom(Tables.IdentityProvider.TABLE)
                    .where(Tables.IdentityProvider.ID.eq(nameOrId)).or(
                            Tables.IdentityProvider.NAME.eq(nameOrId))
                    .orderBy(Tables.IdentityProvider.ID.eq(nameOrId).desc()).limit(1).fetchOne();
            return row == null
                    ? new Outcome.Absent<>(WHAT, nameOrId)
                    : Outcome.done(provider(row));
        });
    }

    public Page<IdentityProvider> list(PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(Tables.IdentityProvider.TABLE)
                        .where(page.afterKey() == null
                                ? DSL.noCondition()
                                : Tables.IdentityProvider.ID.gt(page.afterKey()))
                        .orderBy(Tables.IdentityProvider.ID).limit(page.fetch())
                        .fetch(IdentityProviderStore::provider),
                page, IdentityProvider::id));
    }

    public Outcome<IdentityProvider> replace(Actor actor, String id, Spec spec,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> find(tx.sql(), id)
                .at(expectedRevision, IdentityProvider::revision).then(old -> {
                    if (!spec.issuer().equals(old.issuer()) && hasUsers(tx, old)) {
                        return Outcome.conflict(Reason.IN_USE,
                                "users log in at " + old.issuer()
                                        + "; expected none, or the same issuer");
                    }
                    return check(tx, spec, id).then(right -> {
                        tx.sql().update(Tables.IdentityProvider.TABLE)
                                .set(Tables.IdentityProvider.NAME, right.name())
                                .set(Tables.IdentityProvider.ISSUER, right.issuer())
                                .set(Tables.IdentityProvider.CLIENT_ID, right.clientId())
                                .set(Tables.IdentityProvider.AUDIENCES,
                                        Json.write(right.audiences()))
                                .set(Tables.IdentityProvider.REDIRECT_URIS,
                                        Json.write(right.redirectUris()))
                                .set(Tables.IdentityProvider.EMAILS_VERIFIED,
                                        right.emailsVerified())
                                .set(Tables.IdentityProvider.REVISION, old.revision() + 1)
                                .where(Tables.IdentityProvider.ID.eq(id)).execute();
                        keep(tx, id, right.clientSecret());
                        return find(tx.sql(), id).map(changed -> {
                            tx.tell(null, "identity_provider.changed", id, told(old),
                                    told(changed));
                            return changed;
                        });
                    });
                }));
    }

    /** Deletes a provider at which no user logs in. */
    public Outcome<IdentityProvider> delete(Actor actor, String id,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> find(tx.sql(), id)
                .at(expectedRevision, IdentityProvider::revision).then(provider -> {
                    if (hasUsers(tx, provider)) {
                        return Outcome.conflict(Reason.IN_USE,
                                "users log in at " + provider.issuer() + "; expected none");
                    }
                    tx.sql().deleteFrom(Tables.IdentityProvider.TABLE)
                            .where(Tables.IdentityProvider.ID.eq(id)).execute();
                    tx.tell(null, "identity_provider.deleted", id, told(provider), null);
                    return Outcome.done(provider);
                }));
    }

    /** The client secret, opened; null where none is kept. */
    public @Nullable String clientSecret(String id) {
        return database.read(sql -> {
            Record row = sql.selectFrom(Tables.IdentityProvider.TABLE)
                    .where(Tables.IdentityProvider.ID.eq(id)).fetchOne();
            String sealed = row == null ? null : row.get(Tables.IdentityProvider.CLIENT_SECRET);
            return row == null || sealed == null
                    ? null
                    : new String(vault.open(sql, row.get(Tables.IdentityProvider.DATA_KEY), id,
                            sealed), StandardCharsets.UTF_8);
        });
    }

    private void keep(Tx tx, String id, @Nullable String clientSecret) {
        if (clientSecret == null) {
            return;
        }
        String key = vault.newDataKey(tx);
        tx.sql().update(Tables.IdentityProvider.TABLE)
                .set(Tables.IdentityProvider.DATA_KEY, key)
                .set(Tables.IdentityProvider.CLIENT_SECRET,
                        vault.seal(tx.sql(), key, id,
                                clientSecret.getBytes(StandardCharsets.UTF_8)))
                .where(Tables.IdentityProvider.ID.eq(id)).execute();
    }

    private static boolean hasUsers(Tx tx, IdentityProvider provider) {
        return tx.sql().fetchExists(AccessUser.TABLE, AccessUser.ISSUER.eq(provider.issuer()));
    }

    private static Outcome<Spec> check(Tx tx, Spec spec, String self) {
        Faults faults = new Faults();
        faults.name("/name", spec.name(), 100);
        faults.name("/client_id", spec.clientId(), 255);
        address(faults, "/issuer", spec.issuer());
        for (int i = 0; i < spec.redirectUris().size(); i++) {
            address(faults, "/redirect_uris/" + i, spec.redirectUris().get(i));
        }
        if (faults.any()) {
            return faults.invalid();
        }
        Condition same = Tables.IdentityProvider.NAME.eq(spec.name())
                .or(Tables.IdentityProvider.ISSUER.eq(spec.issuer()));
        return tx.sql().fetchExists(Tables.IdentityProvider.TABLE,
                same.and(Tables.IdentityProvider.ID.ne(self)))
                        ? Outcome.conflict(Reason.TAKEN,
                                "got a name or issuer that another identity provider has")
                        : Outcome.done(spec);
    }

    /** What is sent there are log-ins: over TLS, or within this host. */
    private static void address(Faults faults, String pointer, String text) {
        URI uri = faults.read(pointer, text, "an https URL", URI::create);
        if (uri == null) {
            return;
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        boolean loopback = host != null && (host.equals("localhost") || host.equals("[::1]")
                || host.equals("127.0.0.1"));
        if (host == null || uri.getRawQuery() != null || uri.getRawFragment() != null
                || !(scheme.equals("https") || scheme.equals("http") && loopback)) {
            faults.add(pointer, Faults.shown(text),
                    "an https URL without query and fragment, or an http one of this host");
        }
    }

    private static Outcome<IdentityProvider> find(DSLContext sql, String id) {
        Record row = sql.selectFrom(Tables.IdentityProvider.TABLE)
                .where(Tables.IdentityProvider.ID.eq(id)).fetchOne();
        return row == null ? new Outcome.Absent<>(WHAT, id) : Outcome.done(provider(row));
    }

    private static IdentityProvider provider(Record row) {
        return new IdentityProvider(row.get(Tables.IdentityProvider.ID),
                row.get(Tables.IdentityProvider.NAME), row.get(Tables.IdentityProvider.ISSUER),
                row.get(Tables.IdentityProvider.CLIENT_ID),
                Json.strings(row.get(Tables.IdentityProvider.AUDIENCES)),
                Json.strings(row.get(Tables.IdentityProvider.REDIRECT_URIS)),
                row.get(Tables.IdentityProvider.EMAILS_VERIFIED),
                row.get(Tables.IdentityProvider.CLIENT_SECRET) != null,
                Instant.ofEpochMilli(row.get(Tables.IdentityProvider.CREATED_AT)),
                row.get(Tables.IdentityProvider.REVISION));
    }

    private record Told(String name, String issuer, String client_id, List<String> audiences,
            List<String> redirect_uris, boolean emails_verified) {}

    private static Told told(IdentityProvider provider) {
        return new Told(provider.name(), provider.issuer(), provider.clientId(),
                provider.audiences(), provider.redirectUris(), provider.emailsVerified());
    }
}
