package io.cellgate.inventory.sim;

import io.cellgate.inventory.account.AccountStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.store.QuotaColumn;
import io.cellgate.inventory.store.Tables;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes of SIMs in one transaction: each is told of at once, and all are written by the batch at the end, so that many
 * SIMs cost few exchanges with the database. What SIMs refer to is looked up once. Owned by the transaction's thread.
 */
public final class SimWork {
    private static final String UPDATE = """
            update sim set state = ?, intended = ?, account = ?, order_id = ?, fleet = ?,
                   policy = ?, imei_lock = ?, fence = ?, geofence = ?, quota = ?, tags = ?,
                   bound_imei = ?, eid = ?, changed_at = ?, revision = ?,
                   owned_since = case when account = ? then owned_since else ? end
             where iccid = ?""";

    private final Tx tx;
    private final List<Change> pending = new ArrayList<>();
    private final Map<String, Boolean> known = new HashMap<>();

    private record Change(Sim before, Sim after) {}

    private SimWork(Tx tx) {
        this.tx = tx;
    }

    /** Does some work within a transaction, and writes it where it was done. */
    public static <T> Outcome<T> in(Tx tx, Function<SimWork, Outcome<T>> work) {
        SimWork changes = new SimWork(tx);
        Outcome<T> outcome = work.apply(changes);
        if (outcome instanceof Outcome.Done<T> && !changes.pending.isEmpty()) {
            tx.sql().connection(changes::write);
        }
        return outcome;
    }

    Tx tx() {
        return tx;
    }

    /** Those SIMs that there are and the scope sees. */
    public Map<Iccid, Sim> find(Scope scope, Collection<Iccid> iccids) {
        Map<Iccid, Sim> found = new HashMap<>();
        SimRows.select(tx.sql())
                .where(Tables.Sim.ICCID.in(iccids.stream().map(Iccid::digits).toList()))
                .and(scope.on(Tables.Sim.ACCOUNT)).fetch(SimRows::sim)
                .forEach(sim -> found.put(sim.iccid(), sim));
        return found;
    }

    /** Changes a SIM that the scope sees. */
    public Outcome<Sim> change(Scope scope, Iccid iccid, SimChange change) {
        return SimRows.read(tx.sql(), scope, iccid).then(sim -> change.apply(this, scope, sim));
    }

    /** Changes what of a SIM can change, and tells its account of it. */
    Sim save(String event, Sim old, Sim changed) {
        Sim saved = pend(old, changed);
        tx.tell(saved.account(), event, saved.iccid().digits(), told(old), told(saved));
        return saved;
    }

    /** Changes a SIM's hands. Each account is told of its own side alone: what was before is not the new one's to know. */
    Sim move(Sim old, Sim changed) {
        Sim saved = pend(old, changed);
        String iccid = saved.iccid().digits();
        tx.tell(old.account(), "sim.left", iccid, told(old), null);
        tx.tell(saved.account(), "sim.moved", iccid, null, told(saved));
        return saved;
    }

    private Sim pend(Sim old, Sim changed) {
        Sim saved = changed.changedAt(tx.now());
        pending.add(new Change(old, saved));
        return saved;
    }

    boolean hasFleet(String account, String fleet) {
        return known("fleet", account, fleet, () -> tx.sql().fetchExists(Tables.Fleet.TABLE,
                Tables.Fleet.ID.eq(fleet).and(Tables.Fleet.ACCOUNT.eq(account))));
    }

    boolean hasPolicy(String account, String policy) {
        return known("policy", account, policy, () -> AccountStore.hasPolicy(tx, account, policy));
    }

    boolean hasGeofence(String account, String geofence) {
        return known("geofence", account, geofence,
                () -> AccountStore.hasGeofence(tx, account, geofence));
    }

    boolean hasAccount(String account) {
        return known("account", account, "", () -> tx.sql().fetchExists(Tables.Account.TABLE,
                Tables.Account.ID.eq(account)));
    }

    boolean mayTerminate(String account) {
        return known("termination", account, "", () -> tx.sql().fetchExists(Tables.Account.TABLE,
                Tables.Account.ID.eq(account).and(Tables.Account.TERMINATION_ENABLED.isTrue())));
    }

    private boolean known(String what, String account, String id, BooleanSupplier lookUp) {
        return known.computeIfAbsent(what + ' ' + account + ' ' + id, _ -> lookUp.getAsBoolean());
    }

    private void write(Connection connection) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
            for (Change change : pending) {
                bind(update, change.after());
                update.addBatch();
            }
            int[] _ = update.executeBatch();
        }
        List<Change> tagged = pending.stream().filter(change -> !change.after().settings().tags()
                .equals(change.before().settings().tags())).toList();
        if (!tagged.isEmpty()) {
            writeTags(connection, tagged);
        }
    }

    private static void bind(PreparedStatement update, Sim sim) throws SQLException {
        SimSettings settings = sim.settings();
        Imei bound = sim.boundImei();
        Eid eid = sim.eid();
        @Nullable
        String[] texts = {sim.actual().text(), sim.intended().text(), sim.account(), sim.order(),
                settings.fleet(), settings.policy(), ImeiLock.write(settings.imeiLock()),
                Fence.write(settings.fence()), settings.geofence(),
                QuotaColumn.write(settings.quota()),
                settings.tags().isEmpty() ? null : Json.write(settings.tags()),
                bound == null ? null : bound.digits(), eid == null ? null : eid.digits()};
        for (int i = 0; i < texts.length; i++) {
            if (texts[i] == null) {
                update.setNull(i + 1, Types.VARCHAR);
            } else {
                update.setString(i + 1, texts[i]);
            }
        }
        update.setLong(14, sim.changedAt().toEpochMilli());
        update.setLong(15, sim.revision());
        update.setString(16, sim.account());
        update.setLong(17, sim.changedAt().toEpochMilli());
        update.setString(18, sim.iccid().digits());
    }

    private static void writeTags(Connection connection, List<Change> tagged) throws SQLException {
        try (PreparedStatement delete = connection
                .prepareStatement("delete from sim_tag where iccid = ?");
                PreparedStatement insert = connection.prepareStatement(
                        "insert into sim_tag (iccid, tag, tag_value) values (?, ?, ?)")) {
            boolean any = false;
            for (Change change : tagged) {
                String iccid = change.after().iccid().digits();
                delete.setString(1, iccid);
                delete.addBatch();
                for (Map.Entry<String, String> tag : change.after().settings().tags().entrySet()) {
                    insert.setString(1, iccid);
                    insert.setString(2, tag.getKey());
                    insert.setString(3, tag.getValue());
                    insert.addBatch();
                    any = true;
                }
            }
            int[] _ = delete.executeBatch();
            if (any) {
                int[] _ = insert.executeBatch();
            }
        }
    }

    /** A SIM as events tell it. */
    private record Told(String imsi, String state, String intended, @Nullable String account,
            @Nullable String order, @Nullable String fleet, @Nullable String policy,
            ImeiLock.@Nullable Stored imei_lock, @Nullable String bound_imei, @Nullable String eid,
            Fence.@Nullable Stored fence, @Nullable String geofence,
            QuotaColumn.@Nullable Stored quota, Map<String, String> tags) {}

    private static Told told(Sim sim) {
        SimSettings settings = sim.settings();
        ImeiLock lock = settings.imeiLock();
        Fence fence = settings.fence();
        Imei bound = sim.boundImei();
        Eid eid = sim.eid();
        return new Told(sim.imsi().digits(), sim.actual().text(), sim.intended().text(),
                sim.account(), sim.order(), settings.fleet(), settings.policy(),
                lock == null ? null : lock.stored(), bound == null ? null : bound.digits(),
                eid == null ? null : eid.digits(), fence == null ? null : fence.stored(),
                settings.geofence(), QuotaColumn.stored(settings.quota()), settings.tags());
    }
}
