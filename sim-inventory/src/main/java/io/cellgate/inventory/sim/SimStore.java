package io.cellgate.inventory.sim;

import io.cellgate.inventory.account.AccountStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tables.Fleet;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The SIM cards: to find, to list, and to change as their owner wants. */
public final class SimStore {
    private static final int MAX_TAGS = 50;
    private static final int MAX_TAG_CHARS = 100;

    private final Database database;

    public SimStore(Database database) {
        this.database = database;
    }

    public Outcome<Sim> find(Scope scope, Iccid iccid) {
        return database.read(sql -> SimRows.read(sql, scope, iccid));
    }

    public Outcome<Sim> find(Scope scope, Imsi imsi) {
        return database.read(sql -> SimRows.read(sql, scope,
                Tables.Sim.IMSI.eq(imsi.digits()), imsi.digits()));
    }

    /** A page of SIMs by ICCID. */
    public Page<Sim> list(Scope scope, SimFilter filter, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(Tables.Sim.TABLE).where(scope.on(Tables.Sim.ACCOUNT))
                        .and(filter.condition())
                        .and(page.afterKey() == null
                                ? DSL.noCondition()
                                : Tables.Sim.ICCID.gt(page.afterKey()))
                        .orderBy(Tables.Sim.ICCID).limit(page.fetch()).fetch(SimRows::sim),
                page, sim -> sim.iccid().digits()));
    }

    public long count(Scope scope, SimFilter filter) {
        return database.read(sql -> (long) sql.fetchCount(sql.selectOne().from(Tables.Sim.TABLE)
                .where(scope.on(Tables.Sim.ACCOUNT)).and(filter.condition())));
    }

    /** How many SIMs there are in each state; a state without any is left out. */
    public Map<SimState, Integer> countByState(Scope scope) {
        return database.read(sql -> sql.select(Tables.Sim.STATE, DSL.count())
                .from(Tables.Sim.TABLE).where(scope.on(Tables.Sim.ACCOUNT))
                .groupBy(Tables.Sim.STATE)
                .fetchMap(row -> SimState.parse(row.value1()), row -> row.value2()));
    }

    /**
     * Does to a SIM what its owner asks. One that is where the action leads already is left as it is. A SIM that is to
     * be activated before it is delivered will be when it is: until then {@link Sim#intended} tells it.
     *
     * @param action           one of the owner's actions
     * @param expectedRevision the revision that the caller read, or null for whatever it is
     */
    public Outcome<Sim> act(Actor actor, Scope scope, Iccid iccid, SimAction action,
            @Nullable Long expectedRevision) {
        if (!action.isOwners()) {
            throw new IllegalArgumentException(action + " comes with an order");
        }
        return database.write(actor, tx -> readAt(tx, scope, iccid, expectedRevision)
                .then(sim -> act(tx, sim, action)));
    }

    private static Outcome<Sim> act(Tx tx, Sim sim, SimAction action) {
        if (sim.actual() == action.goal() && sim.intended() == action.goal()) {
            return Outcome.done(sim);
        }
        if (sim.actual() == SimState.ALLOCATED && action == SimAction.ACTIVATE) {
            return Outcome.done(sim.intended() == SimState.ACTIVE
                    ? sim
                    : SimRows.save(tx, "sim.activation_intended", sim,
                            SimRows.with(sim, SimState.ALLOCATED, SimState.ACTIVE)));
        }
        SimState next = sim.actual().after(action);
        if (next == null) {
            return Outcome.conflict(Reason.WRONG_STATE, "sim " + sim.iccid() + " is "
                    + sim.actual().text() + ": " + action + " leads nowhere from there");
        }
        if (next == SimState.TERMINATED && !mayTerminate(tx, sim.account())) {
            return Outcome.conflict(Reason.NOT_ENABLED,
                    "account " + sim.account() + " does not have termination enabled");
        }
        return Outcome.done(
                SimRows.save(tx, action.event(), sim, SimRows.with(sim, next, next)));
    }

    /** Changes what the owner sets of a SIM, given what is set. */
    public Outcome<Sim> change(Actor actor, Scope scope, Iccid iccid,
            @Nullable Long expectedRevision, UnaryOperator<SimSettings> change) {
        return database.write(actor, tx -> readAt(tx, scope, iccid, expectedRevision)
                .then(sim -> set(tx, "sim.changed", sim, change.apply(sim.settings()),
                        sim.boundImei())));
    }

    /**
     * Locks a SIM to one modem: that which the caller names, or else that of its first use.
     *
     * @param imei for a SIM that has no modem of first use: the modem it is in
     */
    public Outcome<Sim> lockImei(Actor actor, Scope scope, Iccid iccid, @Nullable Imei imei,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> readAt(tx, scope, iccid, expectedRevision).then(sim -> {
            Imei modem = imei == null ? sim.boundImei() : imei;
            if (modem == null) {
                return Outcome.conflict(Reason.WRONG_STATE, "sim " + iccid
                        + " was not seen in any modem yet; expected an IMEI to lock it to");
            }
            ImeiLock lock = new ImeiLock(ImeiLock.Mode.LIST, List.of(modem), false);
            return set(tx, "sim.imei_locked", sim, sim.settings().withImeiLock(lock),
                    sim.boundImei());
        }));
    }

    /** Ends a SIM's lock, its fleet's as well, and forgets the modem of its first use. */
    public Outcome<Sim> unlockImei(Actor actor, Scope scope, Iccid iccid,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> readAt(tx, scope, iccid, expectedRevision)
                .then(sim -> set(tx, "sim.imei_unlocked", sim,
                        sim.settings().withImeiLock(ImeiLock.OFF), null)));
    }

    /**
     * Moves a SIM to another account. Its policy and order stay behind, for they are the old account's; its tags, lock, fence and quota
     * go with it.
     *
     * @param fleet a fleet of that account, or null for none
     */
    public Outcome<Sim> move(Actor actor, Scope scope, Iccid iccid, String account,
            @Nullable String fleet, @Nullable Long expectedRevision) {
        return database.write(actor, tx -> readAt(tx, scope, iccid, expectedRevision).then(sim -> {
            if (!scope.sees(account) || !tx.sql().fetchExists(Tables.Account.TABLE,
                    Tables.Account.ID.eq(account))) {
                return new Outcome.Absent<>("account", account);
            }
            if (sim.account() == null || sim.actual() == SimState.TERMINATED) {
                return Outcome.conflict(Reason.WRONG_STATE, "sim " + iccid + " is "
                        + sim.actual().text() + ", expected one that an account has in use");
            }
            if (fleet != null && !hasFleet(tx, account, fleet)) {
                return new Outcome.Absent<>("fleet", fleet);
            }
            if (account.equals(sim.account())) {
                return set(tx, "sim.moved", sim, sim.settings().withFleet(fleet),
                        sim.boundImei());
            }
            if (sim.actual() == SimState.ALLOCATED) {
                return Outcome.conflict(Reason.WRONG_STATE,
                        "sim " + iccid + " is allocated, expected it delivered before it moves");
            }
            return Outcome.done(SimRows.move(tx, sim, SimRows.movedTo(sim, account, fleet)));
        }));
    }

    private static Outcome<Sim> set(Tx tx, String event, Sim sim, SimSettings settings,
            @Nullable Imei bound) {
        if (settings.equals(sim.settings()) && Objects.equals(bound, sim.boundImei())) {
            return Outcome.done(sim);
        }
        String account = sim.account();
        if (account == null || sim.actual() == SimState.TERMINATED) {
            return Outcome.conflict(Reason.WRONG_STATE, "sim " + sim.iccid() + " is "
                    + sim.actual().text() + ", expected one that an account has in use");
        }
        Faults faults = new Faults();
        String fleet = settings.fleet();
        if (fleet != null && !hasFleet(tx, account, fleet)) {
            faults.add("/fleet", Faults.shown(fleet), "a fleet of this account");
        }
        String policy = settings.policy();
        if (policy != null && !AccountStore.hasPolicy(tx, account, policy)) {
            faults.add("/policy", Faults.shown(policy), "a policy of this account");
        }
        checkTags(faults, settings.tags());
        return faults.any()
                ? faults.invalid()
                : Outcome.done(SimRows.save(tx, event, sim, SimRows.with(sim, settings, bound)));
    }

    private static void checkTags(Faults faults, Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            faults.add("/tags", tags.size() + " tags", "at most " + MAX_TAGS);
        }
        tags.forEach((tag, value) -> {
            String pointer = "/tags/" + tag.replace("~", "~0").replace("/", "~1");
            faults.name(pointer, tag, MAX_TAG_CHARS);
            faults.note(pointer, value, MAX_TAG_CHARS);
        });
    }

    private static boolean hasFleet(Tx tx, String account, String fleet) {
        return tx.sql().fetchExists(Fleet.TABLE,
                Fleet.ID.eq(fleet).and(Fleet.ACCOUNT.eq(account)));
    }

    private static boolean mayTerminate(Tx tx, @Nullable String account) {
        return account != null && tx.sql().fetchExists(Tables.Account.TABLE,
                Tables.Account.ID.eq(account).and(Tables.Account.TERMINATION_ENABLED.isTrue()));
    }

    private static Outcome<Sim> readAt(Tx tx, Scope scope, Iccid iccid,
            @Nullable Long expectedRevision) {
        return SimRows.read(tx.sql(), scope, iccid)
                .then(sim -> expectedRevision != null && expectedRevision != sim.revision()
                        ? new Outcome.Stale<>(expectedRevision, sim.revision())
                        : Outcome.done(sim));
    }
}
