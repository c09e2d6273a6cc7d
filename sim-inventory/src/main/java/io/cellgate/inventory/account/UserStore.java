package io.cellgate.inventory.account;

import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.ObjectId;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tables.AccessRole;
import io.cellgate.inventory.store.Tables.AccessUser;
import io.cellgate.inventory.store.Tables.IdentityProvider;
import io.cellgate.inventory.store.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** People, each bound to who they are at an identity provider. */
public final class UserStore {
    private static final String WHAT = "user";
    private static final Duration LAST_LOGIN_PRECISION = Duration.ofMinutes(1);

    private final Database database;

    public UserStore(Database database) {
        this.database = database;
    }

    /**
     * What is to be known of a user.
     *
     * @param subject null: whoever first logs in with the e-mail address, where the provider vouches for it
     */
    public record Spec(String name, String email, String issuer, @Nullable String subject,
            Grant grant, @Nullable String customRole, boolean enabled) {}

    /** Which users are wanted; each part may be null: any. */
    public record Filter(@Nullable String email, @Nullable Boolean enabled) {
        private Condition condition() {
            Condition all = email == null
                    ? DSL.noCondition()
                    : AccessUser.EMAIL.eq(folded(email));
            return enabled == null ? all : all.and(AccessUser.ENABLED.eq(enabled));
        }
    }

    /** @param account null: one of the operator's people */
    public Outcome<User> create(Actor actor, @Nullable String account, Spec spec) {
        return database.write(actor, tx -> {
            if (account != null && !tx.sql().fetchExists(Tables.Account.TABLE,
                    Tables.Account.ID.eq(account))) {
                return new Outcome.Absent<>("account", account);
            }
            String id = ObjectId.next("usr", tx.now());
            Outcome<Spec> checked = check(tx, account, spec, "");
            return checked.then(right -> {
                tx.sql().insertInto(AccessUser.TABLE).set(AccessUser.ID, id)
                        .set(AccessUser.ACCOUNT, account).set(AccessUser.NAME, right.name())
                        .set(AccessUser.EMAIL, folded(right.email()))
                        .set(AccessUser.ISSUER, right.issuer())
                        .set(AccessUser.SUBJECT, right.subject())
                        .set(AccessUser.ROLE, TokenStore.text(right.grant().role()))
                        .set(AccessUser.CUSTOM_ROLE, right.customRole())
                        .set(AccessUser.ENABLED, right.enabled())
                        .set(AccessUser.CREATED_AT, tx.nowMillis()).set(AccessUser.REVISION, 1L)
                        .execute();
                return read(tx.sql(), new Scope(account), id).map(user -> {
                    tx.tell(account, "user.created", id, null, told(user));
                    return user;
                });
            });
        });
    }

    public Outcome<User> find(Scope scope, String id) {
        return database.read(sql -> read(sql, scope, id));
    }

    public Page<User> list(Scope scope, Filter filter, PageRequest page) {
        return database.read(sql -> Page.of(
                select(sql).where(scope.on(AccessUser.ACCOUNT)).and(filter.condition())
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : AccessUser.ID.gt(page.afterKey()))
                        .orderBy(AccessUser.ID).limit(page.fetch()).fetch(UserStore::user),
                page, User::id));
    }

    /**
     * Replaces what can be replaced of a user. Who is disabled, or becomes somebody else at the provider, loses every
     * session with it.
     */
    public Outcome<User> replace(Actor actor, Scope scope, String id, Spec spec,
            @Nullable Long expectedRevision) {
        return database.write(actor,
                tx -> read(tx.sql(), scope, id).at(expectedRevision, User::revision).then(old -> {
                    return check(tx, old.account(), spec, id).then(right -> {
                        tx.sql().update(AccessUser.TABLE).set(AccessUser.NAME, right.name())
                                .set(AccessUser.EMAIL, folded(right.email()))
                                .set(AccessUser.ISSUER, right.issuer())
                                .set(AccessUser.SUBJECT, right.subject())
                                .set(AccessUser.ROLE, TokenStore.text(right.grant().role()))
                                .set(AccessUser.CUSTOM_ROLE, right.customRole())
                                .set(AccessUser.ENABLED, right.enabled())
                                .set(AccessUser.REVISION, old.revision() + 1)
                                .where(AccessUser.ID.eq(id)).execute();
                        return read(tx.sql(), scope, id).map(user -> {
                            if (!user.enabled() || !user.issuer().equals(old.issuer())
                                    || !java.util.Objects.equals(user.subject(), old.subject())) {
                                TokenStore.revokeAllOf(tx, id);
                            }
                            tx.tell(old.account(), "user.changed", id, told(old), told(user));
                            return user;
                        });
                    });
                }));
    }

    /** Deletes a user and ends its sessions. */
    public Outcome<User> delete(Actor actor, Scope scope, String id,
            @Nullable Long expectedRevision) {
        return database.write(actor,
                tx -> read(tx.sql(), scope, id).at(expectedRevision, User::revision).map(user -> {
                    TokenStore.revokeAllOf(tx, id);
                    tx.sql().deleteFrom(AccessUser.TABLE).where(AccessUser.ID.eq(id)).execute();
                    tx.tell(user.account(), "user.deleted", id, told(user), null);
                    return user;
                }));
    }

    /**
     * The enabled user whom a provider vouches for, or null. One without a subject yet is bound to this subject, by an
     * e-mail address that the provider verified.
     *
     * @param verifiedEmail null where the provider does not vouch for one
     */
    public @Nullable User logIn(String issuer, String subject, @Nullable String verifiedEmail) {
        User known = database.read(sql -> one(sql,
                AccessUser.ISSUER.eq(issuer).and(AccessUser.SUBJECT.eq(subject))));
        Instant now = database.now();
        if (known != null) {
            if (!known.enabled()) {
                return null;
            }
            Instant last = known.lastLoginAt();
            if (last == null || last.plus(LAST_LOGIN_PRECISION).isBefore(now)) {
                database.write(Actor.SYSTEM,
                        tx -> tx.sql().update(AccessUser.TABLE)
                                .set(AccessUser.LAST_LOGIN_AT, now.toEpochMilli())
                                .where(AccessUser.ID.eq(known.id())).execute());
            }
            return known;
        }
        return verifiedEmail == null ? null : bind(issuer, subject, verifiedEmail);
    }

    private @Nullable User bind(String issuer, String subject, String email) {
        return database.write(Actor.SYSTEM, tx -> {
            User user = one(tx.sql(), AccessUser.ISSUER.eq(issuer)
                    .and(AccessUser.EMAIL.eq(folded(email))).and(AccessUser.SUBJECT.isNull()));
            if (user == null || !user.enabled()) {
                return null;
            }
            tx.sql().update(AccessUser.TABLE).set(AccessUser.SUBJECT, subject)
                    .set(AccessUser.LAST_LOGIN_AT, tx.nowMillis())
                    .set(AccessUser.REVISION, user.revision() + 1)
                    .where(AccessUser.ID.eq(user.id())).execute();
            User bound = one(tx.sql(), AccessUser.ID.eq(user.id()));
            tx.tell(user.account(), "user.bound", user.id(), told(user),
                    bound == null ? null : told(bound));
            return bound;
        });
    }

    private static Outcome<Spec> check(Tx tx, @Nullable String account, Spec spec, String self) {
        Faults faults = new Faults();
        faults.name("/name", spec.name(), 100);
        if (!spec.email().matches("[^\\s@\\p{Cntrl}]{1,100}@[^\\s@\\p{Cntrl}]{1,100}")) {
            faults.add("/email", Faults.shown(spec.email()), "an e-mail address");
        }
        if (spec.subject() != null) {
            faults.name("/subject", spec.subject(), 255);
        }
        if ((account == null) != (spec.grant().role() == Role.OPERATOR)) {
            faults.add("/role", TokenStore.text(spec.grant().role()), account == null
                    ? "operator, for a user of no account"
                    : "admin, editor or viewer, for a user of an account");
        }
        if (!tx.sql().fetchExists(IdentityProvider.TABLE,
                IdentityProvider.ISSUER.eq(spec.issuer()))) {
            faults.add("/issuer", Faults.shown(spec.issuer()),
                    "the issuer of an identity provider of this instance");
        }
        if (faults.any()) {
            return faults.invalid();
        }
        Condition same = AccessUser.EMAIL.eq(folded(spec.email()));
        if (spec.subject() != null) {
            same = same.or(AccessUser.SUBJECT.eq(spec.subject()));
        }
        return tx.sql().fetchExists(AccessUser.TABLE,
                AccessUser.ISSUER.eq(spec.issuer()).and(same).and(AccessUser.ID.ne(self)))
                        ? Outcome.conflict(Reason.TAKEN,
                                "got an e-mail address or subject that another user of this issuer has")
                        : Outcome.done(spec);
    }

    private static String folded(String email) {
        return email.toLowerCase(Locale.ROOT);
    }

    private static org.jooq.SelectJoinStep<? extends Record> select(DSLContext sql) {
        return sql
                .select(AccessUser.ID, AccessUser.ACCOUNT, AccessUser.NAME, AccessUser.EMAIL,
                        AccessUser.ISSUER, AccessUser.SUBJECT, AccessUser.ROLE,
                        AccessUser.CUSTOM_ROLE, AccessUser.ENABLED, AccessUser.CREATED_AT,
                        AccessUser.LAST_LOGIN_AT, AccessUser.REVISION, AccessRole.BASE,
                        AccessRole.SCOPES)
                .from(AccessUser.TABLE).leftJoin(AccessRole.TABLE)
                .on(AccessRole.ID.eq(AccessUser.CUSTOM_ROLE));
    }

    private static Outcome<User> read(DSLContext sql, Scope scope, String id) {
        User user = one(sql, AccessUser.ID.eq(id).and(scope.on(AccessUser.ACCOUNT)));
        return user == null ? new Outcome.Absent<>(WHAT, id) : Outcome.done(user);
    }

    private static @Nullable User one(DSLContext sql, Condition condition) {
        Record row = select(sql).where(condition).fetchOne();
        return row == null ? null : user(row);
    }

    private static User user(Record row) {
        String customRole = row.get(AccessUser.CUSTOM_ROLE);
        return new User(row.get(AccessUser.ID), row.get(AccessUser.ACCOUNT),
                row.get(AccessUser.NAME), row.get(AccessUser.EMAIL), row.get(AccessUser.ISSUER),
                row.get(AccessUser.SUBJECT),
                TokenRows.grant(row.get(customRole == null ? AccessUser.ROLE : AccessRole.BASE),
                        row.get(AccessRole.SCOPES)),
                customRole, row.get(AccessUser.ENABLED),
                Instant.ofEpochMilli(row.get(AccessUser.CREATED_AT)),
                TokenRows.instant(row.get(AccessUser.LAST_LOGIN_AT)),
                row.get(AccessUser.REVISION));
    }

    private record Told(String name, String email, String issuer, @Nullable String subject,
            String role, boolean enabled) {}

    private static Told told(User user) {
        return new Told(user.name(), user.email(), user.issuer(), user.subject(),
                user.customRole() == null
                        ? TokenStore.text(user.grant().role())
                        : user.customRole(),
                user.enabled());
    }
}
