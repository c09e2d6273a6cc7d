package io.cellgate.inventory.subscriber;

import io.cellgate.inventory.sim.Fence;
import io.cellgate.inventory.sim.ImeiLock;
import io.cellgate.inventory.store.PreparedQuery;
import io.cellgate.inventory.store.QuotaColumn;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Json;
import io.cellgate.inventory.store.Tables.Sim;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.IpAddress;
import io.cellgate.policy.subject.Eid;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks SIMs up for the gateway. Each attach asks, so active SIMs are kept as long as no change makes them untrue
 * ({@link SubscriberCache}): a suspension holds from the moment it is acknowledged.
 */
public final class SubscriberStore implements AutoCloseable {
    private static final String QUERY = """
            select sim.iccid, sim.imsi, sim.msisdn, sim.state, sim.account, sim.fleet,
                   coalesce(sim.imei_lock, fleet.imei_lock), sim.bound_imei,
                   coalesce(sim.fence, own_place.fence, fleet.fence, fleet_place.fence,
                            account_place.fence),
                   coalesce(sim.policy, fleet.policy, account.default_policy), sim.tags,
                   coalesce(sim.quota, fleet.quota, account.quota), own.ipv4, own.ipv6,
                   sim.eid, sim.owned_since
              from sim
              left join fleet on fleet.id = sim.fleet
              left join account on account.id = sim.account
              left join static_address own on own.iccid = sim.iccid
              left join geofence own_place on own_place.id = sim.geofence
              left join geofence fleet_place on fleet_place.id = fleet.geofence
              left join geofence account_place on account_place.id = account.geofence
             where sim.imsi = ?""";

    private final Database database;
    private final SubscriberCache cache = new SubscriberCache();
    private final PreparedQuery query;

    public SubscriberStore(Database database) {
        this.database = database;
        query = new PreparedQuery(database, QUERY);
        database.listen(cache::heard);
    }

    /** The SIM with this IMSI as it is committed now, or null if there is none. */
    public @Nullable SubscriberRecord find(Imsi imsi) {
        SubscriberRecord known = cache.find(imsi);
        return known != null ? known : cache.read(imsi, this::read);
    }

    /** The same without waiting for the store: null, too, where it would have to be read. */
    public @Nullable SubscriberRecord findKnown(Imsi imsi) {
        return cache.find(imsi);
    }

    private @Nullable SubscriberRecord read(Imsi imsi) {
        return query.ask(statement -> statement.setString(1, imsi.digits()),
                rows -> rows.next() ? record(rows) : null);
    }

    private static SubscriberRecord record(ResultSet row) throws SQLException {
        ImeiLock lock = ImeiLock.read(row.getString(7));
        String bound = row.getString(8);
        String eid = row.getString(15);
        return new SubscriberRecord(new Iccid(row.getString(1)), new Imsi(row.getString(2)),
                row.getString(3), SimState.parse(row.getString(4)), row.getString(5),
                row.getString(6), lock == null ? ImeiLock.OFF : lock,
                bound == null ? null : new Imei(bound), Fence.read(row.getString(9)),
                QuotaColumn.read(row.getString(12)), row.getString(10), tags(row.getString(11)),
                address(row.getString(13)), address(row.getString(14)),
                eid == null ? null : new Eid(eid), Instant.ofEpochMilli(row.getLong(16)));
    }

    private static @Nullable IpAddress address(@Nullable String text) {
        return text == null ? null : IpAddress.parse(text);
    }

    private static Map<String, String> tags(@Nullable String json) {
        return json == null ? Map.of() : Json.map(json);
    }

    /**
     * Records the modem in which a SIM is first seen. Of two that come at once one is the first.
     *
     * @return the modem of its first use: this one, or that which came before; null if there is no such SIM or its lock
     *         does not go by first use
     */
    public @Nullable Imei bindFirstUse(Imsi imsi, Imei modem) {
        return database.write(Actor.GATEWAY, tx -> bind(tx, imsi, modem));
    }

    private @Nullable Imei bind(Tx tx, Imsi imsi, Imei modem) {
        var row = tx.sql().select(Sim.ICCID, Sim.ACCOUNT, Sim.BOUND_IMEI).from(Sim.TABLE)
                .where(Sim.IMSI.eq(imsi.digits())).fetchOne();
        if (row == null) {
            return null;
        }
        if (row.value3() != null) {
            return new Imei(row.value3());
        }
        SubscriberRecord sim = read(imsi);
        if (sim == null || sim.imeiLock().mode() != ImeiLock.Mode.FIRST_USE) {
            return null;
        }
        tx.sql().update(Sim.TABLE).set(Sim.BOUND_IMEI, modem.digits())
                .set(Sim.CHANGED_AT, tx.nowMillis()).set(Sim.REVISION, Sim.REVISION.plus(1))
                .where(Sim.ICCID.eq(row.value1())).execute();
        tx.tell(row.value2(), "sim.imei_bound", row.value1(), new Bound(null),
                new Bound(modem.digits()));
        return modem;
    }

    private record Bound(@Nullable String bound_imei) {}

    /**
     * Uses the one attach that a SIM has before it is activated. Of two that come at once one gets it.
     *
     * @return whether this one got it; false too where the SIM is not ready any more
     */
    public boolean useTestAttach(Imsi imsi) {
        return database.write(Actor.GATEWAY, tx -> {
            var row = tx.sql().select(Sim.ICCID, Sim.ACCOUNT).from(Sim.TABLE)
                    .where(Sim.IMSI.eq(imsi.digits()))
                    .and(Sim.STATE.eq(SimState.READY.text())).and(Sim.TEST_ATTACH_AT.isNull())
                    .fetchOne();
            if (row == null) {
                return false;
            }
            tx.sql().update(Sim.TABLE).set(Sim.TEST_ATTACH_AT, tx.nowMillis())
                    .set(Sim.CHANGED_AT, tx.nowMillis()).set(Sim.REVISION, Sim.REVISION.plus(1))
                    .where(Sim.ICCID.eq(row.value1())).execute();
            tx.tell(row.value2(), "sim.test_attached", row.value1(), null,
                    new TestAttach(tx.now().toString()));
            return true;
        });
    }

    /** The attach came to nothing: the SIM has it still. */
    public void giveBackTestAttach(Imsi imsi) {
        Void _ = database.write(Actor.GATEWAY, tx -> {
            var row = tx.sql().select(Sim.ICCID, Sim.ACCOUNT).from(Sim.TABLE)
                    .where(Sim.IMSI.eq(imsi.digits()))
                    .and(Sim.STATE.eq(SimState.READY.text())).and(Sim.TEST_ATTACH_AT.isNotNull())
                    .fetchOne();
            if (row != null) {
                tx.sql().update(Sim.TABLE).setNull(Sim.TEST_ATTACH_AT)
                        .set(Sim.CHANGED_AT, tx.nowMillis())
                        .set(Sim.REVISION, Sim.REVISION.plus(1))
                        .where(Sim.ICCID.eq(row.value1())).execute();
                tx.tell(row.value2(), "sim.test_attach_failed", row.value1(), null,
                        new TestAttach(null));
            }
            return null;
        });
    }

    private record TestAttach(@Nullable String test_attach_at) {}

    @Override
    public void close() {
        query.close();
    }
}
