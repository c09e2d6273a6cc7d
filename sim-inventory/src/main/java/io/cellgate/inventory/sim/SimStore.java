package io.cellgate.inventory.sim;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.PreparedQuery;
import io.cellgate.inventory.store.Tables;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The SIM cards: to find, to list, and to change as their owner wants. */
public final class SimStore implements AutoCloseable {
    private final Database database;
    /** The look-up that scripts do most. */
    private final PreparedQuery byIccid;

    public SimStore(Database database) {
        this.database = database;
        byIccid = new PreparedQuery(database, database.read(
                sql -> SimRows.select(sql).where(Tables.Sim.ICCID.eq("")).getSQL()));
    }

    public Outcome<Sim> find(Scope scope, Iccid iccid) {
        if (database.isWriting()) {
            return database.read(sql -> SimRows.read(sql, scope, iccid));
        }
        Sim sim = byIccid.ask(statement -> statement.setString(1, iccid.digits()),
                rows -> database.read(sql -> SimRows.one(sql, rows)));
        return sim == null || !scope.sees(sim.account())
                ? new Outcome.Absent<>("sim", iccid.digits())
                : Outcome.done(sim);
    }

    public Outcome<Sim> find(Scope scope, Imsi imsi) {
        return database.read(sql -> SimRows.read(sql, scope,
                Tables.Sim.IMSI.eq(imsi.digits()), imsi.digits()));
    }

    /** A page of SIMs by ICCID. */
    public Page<Sim> list(Scope scope, SimFilter filter, PageRequest page) {
        return database.read(sql -> Page.of(
                SimRows.select(sql).where(scope.on(Tables.Sim.ACCOUNT))
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
     * Does to a SIM what is wanted of it.
     *
     * @param expectedRevision the revision that the caller read, or null for whatever it is
     */
    public Outcome<Sim> apply(Actor actor, Scope scope, Iccid iccid, SimChange change,
            @Nullable Long expectedRevision) {
        return database.write(actor, tx -> SimWork.in(tx,
                work -> SimRows.read(tx.sql(), scope, iccid).at(expectedRevision, Sim::revision)
                        .then(sim -> change.apply(work, scope, sim))));
    }

    public Outcome<Sim> act(Actor actor, Scope scope, Iccid iccid, SimAction action,
            @Nullable Long expectedRevision) {
        return apply(actor, scope, iccid, new SimChange.Act(action), expectedRevision);
    }

    public Outcome<Sim> change(Actor actor, Scope scope, Iccid iccid,
            @Nullable Long expectedRevision, UnaryOperator<SimSettings> change) {
        return apply(actor, scope, iccid, new SimChange.Set(change), expectedRevision);
    }

    public Outcome<Sim> lockImei(Actor actor, Scope scope, Iccid iccid, @Nullable Imei imei,
            @Nullable Long expectedRevision) {
        return apply(actor, scope, iccid, new SimChange.LockImei(imei), expectedRevision);
    }

    public Outcome<Sim> unlockImei(Actor actor, Scope scope, Iccid iccid,
            @Nullable Long expectedRevision) {
        return apply(actor, scope, iccid, new SimChange.UnlockImei(), expectedRevision);
    }

    public Outcome<Sim> move(Actor actor, Scope scope, Iccid iccid, String account,
            @Nullable String fleet, @Nullable Long expectedRevision) {
        return apply(actor, scope, iccid, new SimChange.Move(account, fleet), expectedRevision);
    }

    @Override
    public void close() {
        byIccid.close();
    }
}
