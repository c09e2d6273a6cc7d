package io.cellgate.inventory.policy;

import static io.cellgate.inventory.store.Tables.Policy.ACCOUNT;
import static io.cellgate.inventory.store.Tables.Policy.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Policy.HEAD;
import static io.cellgate.inventory.store.Tables.Policy.ID;
import static io.cellgate.inventory.store.Tables.Policy.NAME;
import static io.cellgate.inventory.store.Tables.Policy.TABLE;

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
import io.cellgate.inventory.store.Tables.Fleet;
import io.cellgate.inventory.store.Tables.Setting;
import io.cellgate.inventory.store.Tables.Sim;
import io.cellgate.inventory.store.Tx;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Policies and their revisions. The text is kept as it was written: whether it compiles is for the caller to know
 * before it comes here.
 */
public final class PolicyStore {
    /** 10 000 rules of 4 KiB do not fit; a document is limited as a whole as well. */
    public static final int MAX_DOCUMENT_CHARS = 16 << 20;
    private static final String WHAT = "policy";
    private static final String GUARD = "guard_policy";

    private final Database database;

    public PolicyStore(Database database) {
        this.database = database;
    }

    /** A policy with its revision in force. */
    public record Current(Policy policy, PolicyRevision head) {}

    /**
     * Creates a policy with its first revision.
     *
     * @param account whose it is; null for the operator's
     */
    public Outcome<Current> create(Actor actor, @Nullable String account, String name,
            String document, String message) {
        Faults faults = check(name, document, message);
        if (faults.any()) {
            return faults.invalid();
        }
        return database.write(actor, tx -> {
            if (account != null && !tx.sql().fetchExists(Tables.Account.TABLE,
                    Tables.Account.ID.eq(account))) {
                return new Outcome.Absent<>("account", account);
            }
            Policy policy = new Policy(ObjectId.next("pol", tx.now()), account, name, 1, tx.now());
            tx.sql().insertInto(TABLE).set(ID, policy.id()).set(ACCOUNT, account).set(NAME, name)
                    .set(HEAD, 1L).set(CREATED_AT, tx.nowMillis()).execute();
            PolicyRevision head = insert(tx, policy.id(), 1, document, message);
            tx.tell(account, "policy.created", policy.id(), null, new Told(name, 1, message));
            return Outcome.done(new Current(policy, head));
        });
    }

    public Outcome<Current> find(Scope scope, String id) {
        return database.read(sql -> read(sql, scope, id));
    }

    public Page<Policy> list(Scope scope, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(TABLE).where(scope.on(ACCOUNT))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : ID.gt(page.afterKey()))
                        .orderBy(ID).limit(page.fetch()).fetch(PolicyStore::policy),
                page, Policy::id));
    }

    /** Every policy with its revision in force, for the gateway to compile at its start. */
    public List<Current> allCurrent() {
        return database.read(sql -> sql.select().from(TABLE).join(Tables.PolicyRevision.TABLE)
                .on(Tables.PolicyRevision.POLICY.eq(ID), Tables.PolicyRevision.REVISION.eq(HEAD))
                .orderBy(ID).fetch(row -> new Current(policy(row), revision(row))));
    }

    /**
     * Puts a new revision in force.
     *
     * @param expectedHead the revision that the caller read, or null to go on from whatever is in force
     */
    public Outcome<Current> revise(Actor actor, Scope scope, String id, String name,
            String document, String message, @Nullable Long expectedHead) {
        Faults faults = check(name, document, message);
        if (faults.any()) {
            return faults.invalid();
        }
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedHead, old -> old.policy().head()).then(old -> {
                    return Outcome.done(advance(tx, old, name, document, message));
                }));
    }

    /** Puts an old revision's text in force again, as a new revision. */
    public Outcome<Current> rollBack(Actor actor, Scope scope, String id, long toRevision,
            @Nullable Long expectedHead) {
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedHead, old -> old.policy().head()).then(old -> {
                    return revision(scope, id, toRevision)
                            .map(to -> advance(tx, old, old.policy().name(),
                                    to.document(), "as revision " + toRevision));
                }));
    }

    private static Current advance(Tx tx, Current old, String name, String document,
            String message) {
        Policy was = old.policy();
        Policy policy = new Policy(was.id(), was.account(), name, was.head() + 1, was.createdAt());
        PolicyRevision head = insert(tx, policy.id(), policy.head(), document, message);
        tx.sql().update(TABLE).set(NAME, name).set(HEAD, policy.head()).where(ID.eq(policy.id()))
                .execute();
        tx.tell(policy.account(), "policy.revised", policy.id(),
                new Told(was.name(), was.head(), old.head().message()),
                new Told(name, policy.head(), message));
        return new Current(policy, head);
    }

    public Outcome<PolicyRevision> revision(Scope scope, String id, long revision) {
        return database.read(sql -> read(sql, scope, id).then(current -> {
            Record row = sql.selectFrom(Tables.PolicyRevision.TABLE)
                    .where(Tables.PolicyRevision.POLICY.eq(id)
                            .and(Tables.PolicyRevision.REVISION.eq(revision)))
                    .fetchOne();
            return row == null
                    ? new Outcome.Absent<>("policy revision", id + "/" + revision)
                    : Outcome.done(revision(row));
        }));
    }

    /** A policy's revisions, newest first. */
    public Outcome<Page<PolicyRevision>> revisions(Scope scope, String id, PageRequest page) {
        return database.read(sql -> read(sql, scope, id).map(current -> Page.of(
                sql.selectFrom(Tables.PolicyRevision.TABLE)
                        .where(Tables.PolicyRevision.POLICY.eq(id))
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : Tables.PolicyRevision.REVISION.lt(number(page.afterKey())))
                        .orderBy(Tables.PolicyRevision.REVISION.desc()).limit(page.fetch())
                        .fetch(PolicyStore::revision),
                page, revision -> Long.toString(revision.revision()))));
    }

    /** Deletes a policy that nothing uses, with all its revisions. */
    public Outcome<Policy> delete(Actor actor, Scope scope, String id,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> read(tx.sql(), scope, id)
                .at(expectedRevision, current -> current.policy().head()).then(current -> {
                    if (tx.sql().fetchExists(Sim.TABLE, Sim.POLICY.eq(id))
                            || tx.sql().fetchExists(Fleet.TABLE, Fleet.POLICY.eq(id))
                            || tx.sql().fetchExists(Tables.Account.TABLE,
                                    Tables.Account.DEFAULT_POLICY.eq(id))
                            || id.equals(guard())) {
                        return Outcome.conflict(Reason.IN_USE, "policy " + id
                                + " is used by a SIM, a fleet, an account or as guard; expected by none");
                    }
                    tx.sql().deleteFrom(Tables.PolicyRevision.TABLE)
                            .where(Tables.PolicyRevision.POLICY.eq(id)).execute();
                    tx.sql().deleteFrom(TABLE).where(ID.eq(id)).execute();
                    Policy policy = current.policy();
                    tx.tell(policy.account(), "policy.deleted", id,
                            new Told(policy.name(), policy.head(), current.head().message()), null);
                    return Outcome.done(policy);
                }));
    }

    /** The operator's guard, which every packet passes before its SIM's own policy; null: none. */
    public @Nullable String guard() {
        return database.read(sql -> sql.select(Setting.VALUE).from(Setting.TABLE)
                .where(Setting.NAME.eq(GUARD)).fetchOne(Setting.VALUE));
    }

    /** Makes a policy of the operator the guard, or with null has none. The answer is the guard's id, or empty. */
    public Outcome<String> setGuard(Actor actor, @Nullable String id) {
        return database.write(actor, tx -> {
            if (id != null && !tx.sql().fetchExists(TABLE, ID.eq(id).and(ACCOUNT.isNull()))) {
                return new Outcome.Absent<>(WHAT, id);
            }
            String old = guard();
            tx.sql().deleteFrom(Setting.TABLE).where(Setting.NAME.eq(GUARD)).execute();
            if (id != null) {
                tx.sql().insertInto(Setting.TABLE).set(Setting.NAME, GUARD).set(Setting.VALUE, id)
                        .execute();
            }
            tx.tell(null, "guard.changed", id == null ? "" : id, old, id);
            return Outcome.done(id == null ? "" : id);
        });
    }

    private static Faults check(String name, String document, String message) {
        Faults faults = new Faults();
        faults.name("/name", name, 100);
        faults.note("/message", message, 1000);
        if (document.length() > MAX_DOCUMENT_CHARS) {
            faults.add("/rules", document.length() + " characters",
                    "at most " + MAX_DOCUMENT_CHARS + " characters");
        }
        if (document.indexOf('\0') >= 0) {
            faults.add("/rules", "a NUL character", "JSON text");
        }
        return faults;
    }

    private static PolicyRevision insert(Tx tx, String policy, long number, String document,
            String message) {
        PolicyRevision revision = new PolicyRevision(policy, number, document, tx.actor().name(),
                message, tx.now());
        tx.sql().insertInto(Tables.PolicyRevision.TABLE).set(Tables.PolicyRevision.POLICY, policy)
                .set(Tables.PolicyRevision.REVISION, number)
                .set(Tables.PolicyRevision.DOCUMENT, document)
                .set(Tables.PolicyRevision.AUTHOR, revision.author())
                .set(Tables.PolicyRevision.MESSAGE, message)
                .set(Tables.PolicyRevision.CREATED_AT, tx.nowMillis()).execute();
        return revision;
    }

    private static Outcome<Current> read(DSLContext sql, Scope scope, String id) {
        Record row = sql.select().from(TABLE).join(Tables.PolicyRevision.TABLE)
                .on(Tables.PolicyRevision.POLICY.eq(ID), Tables.PolicyRevision.REVISION.eq(HEAD))
                .where(ID.eq(id)).and(scope.on(ACCOUNT)).fetchOne();
        return row == null
                ? new Outcome.Absent<>(WHAT, id)
                : Outcome.done(new Current(policy(row), revision(row)));
    }

    private static Policy policy(Record row) {
        return new Policy(row.get(ID), row.get(ACCOUNT), row.get(NAME), row.get(HEAD),
                Instant.ofEpochMilli(row.get(CREATED_AT)));
    }

    private static PolicyRevision revision(Record row) {
        return new PolicyRevision(row.get(Tables.PolicyRevision.POLICY),
                row.get(Tables.PolicyRevision.REVISION), row.get(Tables.PolicyRevision.DOCUMENT),
                row.get(Tables.PolicyRevision.AUTHOR), row.get(Tables.PolicyRevision.MESSAGE),
                Instant.ofEpochMilli(row.get(Tables.PolicyRevision.CREATED_AT)));
    }

    private static long number(String key) {
        try {
            return Long.parseLong(key);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private record Told(String name, long revision, String message) {}
}
