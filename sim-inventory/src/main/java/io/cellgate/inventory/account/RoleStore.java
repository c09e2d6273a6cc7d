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
import io.cellgate.inventory.store.Tables.AccessRole;
import io.cellgate.inventory.store.Tables.AccessUser;
import io.cellgate.inventory.store.Tx;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Roles beside the built-in ones. A change acts on those who have the role with their next request. */
public final class RoleStore {
    private static final String WHAT = "role";

    private final Database database;

    public RoleStore(Database database) {
        this.database = database;
    }

    /** Makes a role; without an account it is the operator's, which every account may use. */
    public Outcome<CustomRole> create(Actor actor, @Nullable String account, String name,
            Grant grant) {
        return database.write(actor, tx -> {
            Faults faults = faults(name, account, grant);
            if (faults.any()) {
                return faults.invalid();
            }
            if (account != null && !tx.sql().fetchExists(Tables.Account.TABLE,
                    Tables.Account.ID.eq(account))) {
                return new Outcome.Absent<>("account", account);
            }
            if (isTaken(tx, account, name, "")) {
                return taken(name);
            }
            CustomRole role = new CustomRole(ObjectId.next("rol", tx.now()), account, name, grant,
                    tx.now(), 1);
            tx.sql().insertInto(AccessRole.TABLE).set(AccessRole.ID, role.id())
                    .set(AccessRole.ACCOUNT, account).set(AccessRole.NAME, name)
                    .set(AccessRole.BASE, TokenStore.text(grant.role()))
                    .set(AccessRole.SCOPES, Json.write(TokenStore.texts(grant.scopes())))
                    .set(AccessRole.CREATED_AT, tx.nowMillis()).set(AccessRole.REVISION, 1L)
                    .execute();
            tx.tell(account, "role.created", role.id(), null, told(role));
            return Outcome.done(role);
        });
    }

    /** A role that the scope may use: its own, or the operator's. */
    public Outcome<CustomRole> find(Scope scope, String id) {
        return database.read(sql -> read(sql, usable(scope), id));
    }

    /** The roles that the scope may use. */
    public Page<CustomRole> list(Scope scope, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(AccessRole.TABLE).where(usable(scope))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : AccessRole.ID.gt(page.afterKey()))
                        .orderBy(AccessRole.ID).limit(page.fetch()).fetch(RoleStore::role),
                page, CustomRole::id));
    }

    /** @param expectedRevision the revision that the caller read, or null to replace whatever is there */
    public Outcome<CustomRole> replace(Actor actor, Scope scope, String id, String name,
            Grant grant, @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), owned(scope), id)
                .at(expectedRevision, CustomRole::revision).then(old -> {
                    Faults faults = faults(name, old.account(), grant);
                    if (faults.any()) {
                        return faults.invalid();
                    }
                    if (isTaken(tx, old.account(), name, id)) {
                        return taken(name);
                    }
                    CustomRole changed = new CustomRole(id, old.account(), name, grant,
                            old.createdAt(),
                            old.revision() + 1);
                    tx.sql().update(AccessRole.TABLE).set(AccessRole.NAME, name)
                            .set(AccessRole.BASE, TokenStore.text(grant.role()))
                            .set(AccessRole.SCOPES, Json.write(TokenStore.texts(grant.scopes())))
                            .set(AccessRole.REVISION, changed.revision())
                            .where(AccessRole.ID.eq(id))
                            .execute();
                    tx.tell(old.account(), "role.changed", id, told(old), told(changed));
                    return Outcome.done(changed);
                }));
    }

    /** Deletes a role that no user and no token has. */
    public Outcome<CustomRole> delete(Actor actor, Scope scope, String id,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), owned(scope), id)
                .at(expectedRevision, CustomRole::revision).then(role -> {
                    if (tx.sql().fetchExists(AccessUser.TABLE, AccessUser.CUSTOM_ROLE.eq(id))
                            || tx.sql().fetchExists(Tables.Token.TABLE,
                                    Tables.Token.CUSTOM_ROLE.eq(id)
                                            .and(Tables.Token.REVOKED_AT.isNull()))) {
                        return Outcome.conflict(Reason.IN_USE,
                                "users or tokens have role " + id + ", expected none");
                    }
                    tx.sql().deleteFrom(AccessRole.TABLE).where(AccessRole.ID.eq(id)).execute();
                    tx.tell(role.account(), "role.deleted", id, told(role), null);
                    return Outcome.done(role);
                }));
    }

    private static Condition usable(Scope scope) {
        return scope.isOperator()
                ? DSL.noCondition()
                : owned(scope).or(AccessRole.ACCOUNT.isNull());
    }

    private static Condition owned(Scope scope) {
        return scope.on(AccessRole.ACCOUNT);
    }

    private static Faults faults(String name, @Nullable String account, Grant grant) {
        Faults faults = new Faults();
        faults.name("/name", name, 100);
        if (grant.role() == Role.OPERATOR && account != null) {
            faults.add("/base", "operator", "admin, editor or viewer, for a role of an account");
        }
        if (grant.scopes().isEmpty()) {
            faults.add("/scopes", "none", "at least one scope, such as sims:read");
        }
        return faults;
    }

    private static boolean isTaken(Tx tx, @Nullable String account, String name, String except) {
        return tx.sql().fetchExists(AccessRole.TABLE,
                (account == null ? AccessRole.ACCOUNT.isNull() : AccessRole.ACCOUNT.eq(account))
                        .and(AccessRole.NAME.eq(name)).and(AccessRole.ID.ne(except)));
    }

    private static <T> Outcome<T> taken(String name) {
        return Outcome.conflict(Reason.TAKEN,
                "got the name " + Faults.shown(name) + ", which another role has");
    }

    private static Outcome<CustomRole> read(DSLContext sql, Condition visible, String id) {
        Record row = sql.selectFrom(AccessRole.TABLE).where(AccessRole.ID.eq(id)).and(visible)
                .fetchOne();
        return row == null ? new Outcome.Absent<>(WHAT, id) : Outcome.done(role(row));
    }

    private static CustomRole role(Record row) {
        return new CustomRole(row.get(AccessRole.ID), row.get(AccessRole.ACCOUNT),
                row.get(AccessRole.NAME),
                TokenRows.grant(row.get(AccessRole.BASE), row.get(AccessRole.SCOPES)),
                Instant.ofEpochMilli(row.get(AccessRole.CREATED_AT)),
                row.get(AccessRole.REVISION));
    }

    private record Told(String name, String base, List<String> scopes) {}

    private static Told told(CustomRole role) {
        return new Told(role.name(), TokenStore.text(role.grant().role()),
                TokenStore.texts(role.grant().scopes()));
    }
}
