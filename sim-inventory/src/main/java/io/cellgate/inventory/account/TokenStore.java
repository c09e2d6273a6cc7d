package io.cellgate.inventory.account;

import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.store.PreparedQuery;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tables.Setting;
import io.cellgate.inventory.store.Tx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens. A secret is 256 random bits, so its plain SHA-256 suffices to keep it: there is nothing to guess that
 * a slow hash would protect. The database has the hash alone.
 */
public final class TokenStore implements AutoCloseable {
    private static final String WHAT = "token";
    private static final String PREFIX = "cg_";
    private static final String BOOTSTRAPPED = "bootstrap_token";
    /** How old the recorded last use may be before it is recorded again: reading must not become writing. */
    private static final Duration LAST_USED_PRECISION = Duration.ofMinutes(1);

    private final Database database;
    private final SecureRandom random = new SecureRandom();
    /** Each request asks it: written by jOOQ once, not each time. */
    private final PreparedQuery byHash;

    public TokenStore(Database database) {
        this.database = database;
        byHash = new PreparedQuery(database, database.read(sql -> TokenRows.select(sql)
                .where(Tables.Token.HASH.eq("")).getSQL()));
    }

    /**
     * Issues the operator's first token, at the first start of an instance.
     *
     * @return null if it was issued before
     */
    public @Nullable IssuedToken bootstrap() {
        return database.write(Actor.SYSTEM, tx -> {
            if (tx.sql().fetchExists(Setting.TABLE, Setting.NAME.eq(BOOTSTRAPPED))) {
                return null;
            }
            IssuedToken issued = insert(tx, null,
                    TokenSpec.of(Role.OPERATOR, "bootstrap", null));
            tx.sql().insertInto(Setting.TABLE).set(Setting.NAME, BOOTSTRAPPED)
                    .set(Setting.VALUE, issued.token().id()).execute();
            return issued;
        });
    }

    /** Issues a token of a built-in role, unrestricted; see {@link #issue(Actor, String, TokenSpec)}. */
    public Outcome<IssuedToken> issue(Actor actor, @Nullable String account, Role role, String name,
            @Nullable Instant expiresAt) {
        return issue(actor, account, TokenSpec.of(role, name, expiresAt));
    }

    /**
     * Issues a token.
     *
     * @param account the account that it gives access to, or null with {@link Role#OPERATOR} and only with it
     */
    public Outcome<IssuedToken> issue(Actor actor, @Nullable String account, TokenSpec spec) {
        return database.write(actor, tx -> {
            Faults faults = new Faults();
            faults.name("/name", spec.name(), 100);
            if ((account == null) != (spec.grant().role() == Role.OPERATOR)) {
                faults.add("/role", text(spec.grant().role()), account == null
                        ? "operator, for a token of no account"
                        : "admin, editor or viewer, for a token of an account");
            }
            Instant expiresAt = spec.expiresAt();
            if (expiresAt != null && !expiresAt.isAfter(tx.now())) {
                faults.add("/expires_at", expiresAt.toString(), "a time after " + tx.now());
            }
            if (faults.any()) {
                return faults.invalid();
            }
            if (account != null && !tx.sql().fetchExists(Tables.Account.TABLE,
                    Tables.Account.ID.eq(account))) {
                return new Outcome.Absent<>("account", account);
            }
            String user = spec.user();
            if (user != null && !tx.sql().fetchExists(Tables.AccessUser.TABLE,
                    Tables.AccessUser.ID.eq(user).and(Tables.AccessUser.ENABLED.isTrue()))) {
                return new Outcome.Absent<>("enabled user", user);
            }
            return Outcome.done(insert(tx, account, spec));
        });
    }

    private IssuedToken insert(Tx tx, @Nullable String account, TokenSpec spec) {
        byte[] bits = new byte[32];
        random.nextBytes(bits);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        String id = ObjectId.next("tok", tx.now());
        Instant expiresAt = spec.expiresAt();
        List<Permission> scopes = spec.customRole() == null ? spec.grant().scopes() : List.of();
        tx.sql().insertInto(Tables.Token.TABLE).set(Tables.Token.ID, id)
                .set(Tables.Token.ACCOUNT, account)
                .set(Tables.Token.ROLE, text(spec.grant().role()))
                .set(Tables.Token.CUSTOM_ROLE, spec.customRole())
                .set(Tables.Token.SCOPES, scopes.isEmpty() ? null : Json.write(texts(scopes)))
                .set(Tables.Token.NETWORKS,
                        spec.networks().isEmpty() ? null : Json.write(texts(spec.networks())))
                .set(Tables.Token.REQUESTS_PER_SECOND, spec.requestsPerSecond())
                .set(Tables.Token.USER_ID, spec.user()).set(Tables.Token.NAME, spec.name())
                .set(Tables.Token.HASH, hash(secret))
                .set(Tables.Token.CREATED_AT, tx.nowMillis())
                .set(Tables.Token.EXPIRES_AT, expiresAt == null ? null : expiresAt.toEpochMilli())
                .execute();
        Token token = Objects
                .requireNonNull(TokenRows.one(tx.sql(), Tables.Token.ID.eq(id)));
        tx.tell(account, "token.issued", id, null, told(token));
        return new IssuedToken(token, secret);
    }

    /** The valid token with this secret, or null: unknown, revoked and expired look the same to who presents it. */
    public @Nullable Token authenticate(String secret) {
        if (!secret.startsWith(PREFIX) || secret.length() > 100) {
            return null;
        }
        String hash = hash(secret);
        Token token = byHash.ask(statement -> statement.setString(1, hash),
                rows -> database.read(sql -> TokenRows.one(sql, rows)));
        Instant now = database.now();
        if (token == null || !token.isValidAt(now)) {
            return null;
        }
        Instant recorded = token.lastUsedAt();
        if (recorded == null || recorded.plus(LAST_USED_PRECISION).isBefore(now)) {
            database.write(Actor.SYSTEM, tx -> tx.sql().update(Tables.Token.TABLE)
                    .set(Tables.Token.LAST_USED_AT, now.toEpochMilli())
                    .where(Tables.Token.ID.eq(token.id())).execute());
        }
        return token;
    }

    public Outcome<Token> find(Scope scope, String id) {
        return database.read(sql -> {
            Token token = TokenRows.one(sql,
                    Tables.Token.ID.eq(id).and(scope.on(Tables.Token.ACCOUNT)));
            return token == null ? new Outcome.Absent<>(WHAT, id) : Outcome.done(token);
        });
    }

    /** The tokens in scope, revoked and expired ones too. */
    public Page<Token> list(Scope scope, PageRequest page) {
        return database.read(sql -> Page.of(
                TokenRows.select(sql).where(scope.on(Tables.Token.ACCOUNT))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : Tables.Token.ID.gt(page.afterKey()))
                        .orderBy(Tables.Token.ID).limit(page.fetch()).fetch(TokenRows::token),
                page, Token::id));
    }

    /** Ends a token for good. To revoke one that is revoked does nothing. */
    public Outcome<Token> revoke(Actor actor, Scope scope, String id) {
        return database.write(actor, tx -> find(scope, id).then(old -> {
            if (old.revokedAt() != null) {
                return Outcome.done(old);
            }
            tx.sql().update(Tables.Token.TABLE).set(Tables.Token.REVOKED_AT, tx.nowMillis())
                    .where(Tables.Token.ID.eq(id)).execute();
            Token revoked = Objects
                    .requireNonNull(TokenRows.one(tx.sql(), Tables.Token.ID.eq(id)));
            tx.tell(old.account(), "token.revoked", id, told(old), told(revoked));
            return Outcome.done(revoked);
        }));
    }

    /** Ends the sessions of a user, within the change that takes its access away. */
    static void revokeAllOf(Tx tx, String user) {
        tx.sql().update(Tables.Token.TABLE).set(Tables.Token.REVOKED_AT, tx.nowMillis())
                .where(Tables.Token.USER_ID.eq(user)).and(Tables.Token.REVOKED_AT.isNull())
                .execute();
    }

    @Override
    public void close() {
        byHash.close();
    }

    private static String hash(String secret) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String text(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    static List<String> texts(List<?> values) {
        return values.stream().map(Object::toString).toList();
    }

    private record Told(String name, String role, List<String> scopes, List<String> networks,
            @Nullable String user, @Nullable String expires_at, @Nullable String revoked_at) {}

    private static Told told(Token token) {
        return new Told(token.name(),
                token.customRole() == null ? text(token.role()) : token.customRole(),
                texts(token.grant().scopes()), texts(token.networks()), token.user(),
                token.expiresAt() == null ? null : token.expiresAt().toString(),
                token.revokedAt() == null ? null : token.revokedAt().toString());
    }
}
