package io.cellgate.inventory.esim;

import static io.cellgate.inventory.store.Tables.EsimProfile.CHANGED_AT;
import static io.cellgate.inventory.store.Tables.EsimProfile.DATA_KEY;
import static io.cellgate.inventory.store.Tables.EsimProfile.ICCID;
import static io.cellgate.inventory.store.Tables.EsimProfile.REVISION;
import static io.cellgate.inventory.store.Tables.EsimProfile.SEALED;
import static io.cellgate.inventory.store.Tables.EsimProfile.STATE;
import static io.cellgate.inventory.store.Tables.EsimProfile.TABLE;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.esim.ProfileState.Action;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.sim.SimChange;
import io.cellgate.inventory.sim.SimWork;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tx;
import io.cellgate.inventory.vault.SealedTable;
import io.cellgate.inventory.vault.Vault;
import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Iccid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectOnConditionStep;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The eSIM profiles: to find, to list, and to move on as the SM-DP+ tells. */
public final class EsimStore {
    private final Database database;
    private final Vault vault;

    public EsimStore(Database database, Vault vault) {
        this.database = database;
        this.vault = vault;
    }

    public Outcome<EsimProfile> find(Scope scope, Iccid iccid) {
        return database.read(sql -> read(sql, scope, iccid));
    }

    /** A page of profiles by ICCID. */
    public Page<EsimProfile> list(Scope scope, @Nullable ProfileState state, @Nullable Eid eid,
            @Nullable String order, PageRequest page) {
        Condition wanted = scope.on(Tables.Sim.ACCOUNT)
                .and(state == null ? DSL.noCondition() : STATE.eq(state.text()))
                .and(eid == null ? DSL.noCondition() : Tables.Sim.EID.eq(eid.digits()))
                .and(order == null ? DSL.noCondition() : Tables.Sim.ORDER_ID.eq(order))
                .and(page.afterKey() == null ? DSL.noCondition() : ICCID.gt(page.afterKey()));
        return database.read(sql -> Page.of(
                select(sql).where(wanted).orderBy(ICCID).limit(page.fetch())
                        .fetch(EsimStore::profile),
                page, profile -> profile.iccid().digits()));
    }

    /** What a device is told to download it. An account has it once the profile is released to it. */
    public Outcome<ActivationCode> activationCode(Scope scope, Iccid iccid) {
        return find(scope, iccid).then(profile -> profile.state() == ProfileState.AVAILABLE
                && scope.account() != null
                        ? Outcome.conflict(Reason.WRONG_STATE, "profile " + iccid
                                + " is available, expected it released: when its order is shipped")
                        : Outcome.done(database.read(sql -> {
                            var row = sql.select(DATA_KEY, SEALED).from(TABLE)
                                    .where(ICCID.eq(iccid.digits())).fetchSingle();
                            return ActivationCode.parse(new String(
                                    vault.open(sql, row.value1(),
                                            SealedTable.ESIM_PROFILE.context(iccid.digits()),
                                            row.value2()),
                                    StandardCharsets.US_ASCII));
                        })));
    }

    /**
     * Moves a profile on.
     *
     * @param eid with {@link Action#DOWNLOAD}, and only then: the eUICC that fetched it
     */
    public Outcome<EsimProfile> act(Actor actor, Iccid iccid, Action action, @Nullable Eid eid,
            @Nullable Long expectedRevision) {
        if ((action == Action.DOWNLOAD) != (eid != null)) {
            Faults faults = new Faults();
            faults.add("/eid", eid == null ? "null" : Faults.shown(eid.digits()),
                    eid == null ? "the eUICC that fetched it" : "none, except to download");
            return faults.invalid();
        }
        return database.write(actor, tx -> read(tx.sql(), Scope.OPERATOR, iccid)
                .at(expectedRevision, EsimProfile::revision).then(profile -> {
                    ProfileState next = profile.state().after(action);
                    if (next == null) {
                        return Outcome.conflict(Reason.WRONG_STATE, "profile " + iccid + ": got "
                                + action.text() + " in state " + profile.state().text()
                                + ", expected it "
                                + action.from());
                    }
                    if (action == Action.RELEASE && profile.account() == null) {
                        return Outcome.conflict(Reason.WRONG_STATE, "profile " + iccid
                                + " is in stock, expected it of an order");
                    }
                    return bind(tx, iccid, action, eid).map(_ -> moved(tx, profile, action, next));
                }));
    }

    /** An eUICC is bound by the download, and free again when the profile is not in it any more. */
    private static Outcome<Boolean> bind(Tx tx, Iccid iccid, Action action, @Nullable Eid eid) {
        return switch (action) {
            case DOWNLOAD, FAIL, DELETE -> SimWork.in(tx,
                    work -> work.change(Scope.OPERATOR, iccid, new SimChange.Euicc(eid))
                            .map(_ -> true));
            case RELEASE, INSTALL, ENABLE, DISABLE -> Outcome.done(true);
        };
    }

    private static EsimProfile moved(Tx tx, EsimProfile profile, Action action,
            ProfileState next) {
        tx.sql().update(TABLE).set(STATE, next.text()).set(CHANGED_AT, tx.nowMillis())
                .set(REVISION, profile.revision() + 1)
                .where(ICCID.eq(profile.iccid().digits())).execute();
        EsimProfile changed = read(tx.sql(), Scope.OPERATOR, profile.iccid()).require();
        tx.tell(profile.account(), action.event(), profile.iccid().digits(), told(profile),
                told(changed));
        return changed;
    }

    /** Releases the profiles of an order, within the transaction that ships it: their codes are the parcel. */
    public static void release(Tx tx, String order) {
        List<EsimProfile> profiles = select(tx.sql()).where(Tables.Sim.ORDER_ID.eq(order))
                .and(STATE.eq(ProfileState.AVAILABLE.text())).orderBy(ICCID)
                .fetch(EsimStore::profile);
        if (profiles.isEmpty()) {
            return;
        }
        tx.sql().update(TABLE).set(STATE, ProfileState.RELEASED.text())
                .set(CHANGED_AT, tx.nowMillis()).set(REVISION, REVISION.plus(1))
                .where(STATE.eq(ProfileState.AVAILABLE.text()))
                .and(ICCID.in(DSL.select(Tables.Sim.ICCID).from(Tables.Sim.TABLE)
                        .where(Tables.Sim.ORDER_ID.eq(order))))
                .execute();
        for (EsimProfile profile : profiles) {
            tx.tell(profile.account(), Action.RELEASE.event(), profile.iccid().digits(),
                    told(profile), new Told(ProfileState.RELEASED.text(), null));
        }
    }

    private static SelectOnConditionStep<?> select(DSLContext sql) {
        return sql.select(ICCID, STATE, CHANGED_AT, REVISION, Tables.Sim.ACCOUNT,
                Tables.Sim.ORDER_ID, Tables.Sim.EID).from(TABLE).join(Tables.Sim.TABLE)
                .on(Tables.Sim.ICCID.eq(ICCID));
    }

    private static Outcome<EsimProfile> read(DSLContext sql, Scope scope, Iccid iccid) {
        Record row = select(sql).where(ICCID.eq(iccid.digits())).and(scope.on(Tables.Sim.ACCOUNT))
                .fetchOne();
        return row == null
                ? new Outcome.Absent<>("eSIM profile", iccid.digits())
                : Outcome.done(profile(row));
    }

    private static EsimProfile profile(Record row) {
        String eid = row.get(Tables.Sim.EID);
        return new EsimProfile(new Iccid(row.get(ICCID)), row.get(Tables.Sim.ACCOUNT),
                row.get(Tables.Sim.ORDER_ID), ProfileState.parse(row.get(STATE)),
                eid == null ? null : new Eid(eid), Instant.ofEpochMilli(row.get(CHANGED_AT)),
                row.get(REVISION));
    }

    private record Told(String state, @Nullable String eid) {}

    private static Told told(EsimProfile profile) {
        Eid eid = profile.eid();
        return new Told(profile.state().text(), eid == null ? null : eid.digits());
    }
}
