package io.cellgate.inventory.carrier;

import static io.cellgate.inventory.store.Tables.Carrier.CREATED_AT;
import static io.cellgate.inventory.store.Tables.Carrier.HOME_PLMNS;
import static io.cellgate.inventory.store.Tables.Carrier.ID;
import static io.cellgate.inventory.store.Tables.Carrier.NAME;
import static io.cellgate.inventory.store.Tables.Carrier.REVISION;
import static io.cellgate.inventory.store.Tables.Carrier.SERVING_PLMNS;

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
import io.cellgate.inventory.store.Tables.Firewall;
import io.cellgate.inventory.store.Tables.Path;
import io.cellgate.inventory.store.Tables.Peer;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Plmn;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The carriers and their peers. They are the operator's: no account sees them. */
public final class CarrierStore {
    private static final int MAX_PLMNS = 1000;

    private final Database database;

    public CarrierStore(Database database) {
        this.database = database;
    }

    public Outcome<Carrier> create(Actor actor, String name, Set<Plmn> homePlmns,
            Set<Plmn> servingPlmns) {
        return database.write(actor, tx -> {
            Outcome<Boolean> checked = check(tx, "", name, homePlmns, servingPlmns);
            return checked.then(_ -> {
                Carrier carrier = new Carrier(ObjectId.next("car", tx.now()), name, homePlmns,
                        servingPlmns, List.of(), tx.now(), 1);
                tx.sql().insertInto(Tables.Carrier.TABLE).set(ID, carrier.id()).set(NAME, name)
                        .set(HOME_PLMNS, text(homePlmns)).set(SERVING_PLMNS, text(servingPlmns))
                        .set(CREATED_AT, tx.nowMillis()).set(REVISION, 1L).execute();
                tx.tell(null, "carrier.created", carrier.id(), null, told(carrier));
                return Outcome.done(carrier);
            });
        });
    }

    public Outcome<Carrier> find(String id) {
        return database.read(sql -> read(sql, id));
    }

    /** @param name null: of any */
    public Page<Carrier> list(@Nullable String name, PageRequest page) {
        return database.read(sql -> Page.of(
                sql.selectFrom(Tables.Carrier.TABLE)
                        .where(page.afterKey() == null
                                ? DSL.noCondition()
                                : ID.gt(page.afterKey()))
                        .and(name == null ? DSL.noCondition() : NAME.eq(name))
                        .orderBy(ID).limit(page.fetch()).fetch(row -> carrier(sql, row)),
                page, Carrier::id));
    }

    /** All of them, for the gateway's peer table. */
    public List<Carrier> all() {
        return database.read(sql -> sql.selectFrom(Tables.Carrier.TABLE).orderBy(ID)
                .fetch(row -> carrier(sql, row)));
    }

    /** Replaces name and networks; the peers stay. */
    public Outcome<Carrier> replace(Actor actor, String id, String name, Set<Plmn> homePlmns,
            Set<Plmn> servingPlmns, @Nullable Long expectedRevision) {
        return database.write(actor,
                tx -> read(tx.sql(), id).at(expectedRevision, Carrier::revision).then(old -> {
                    Outcome<Boolean> checked = check(tx, id, name, homePlmns, servingPlmns);
                    return checked.then(_ -> {
                        Carrier changed = new Carrier(id, name, homePlmns, servingPlmns,
                                old.peers(),
                                old.createdAt(), old.revision() + 1);
                        tx.sql().update(Tables.Carrier.TABLE).set(NAME, name)
                                .set(HOME_PLMNS, text(homePlmns))
                                .set(SERVING_PLMNS, text(servingPlmns))
                                .set(REVISION, changed.revision()).where(ID.eq(id)).execute();
                        tx.tell(null, "carrier.changed", id, told(old), told(changed));
                        return Outcome.done(changed);
                    });
                }));
    }

    /** Deletes a carrier with its peers and accounting clients. */
    public Outcome<Carrier> delete(Actor actor, String id, @Nullable Long expectedRevision) {
        return database.write(actor,
                tx -> read(tx.sql(), id).at(expectedRevision, Carrier::revision).then(carrier -> {
                    if (tx.sql().fetchExists(Tables.Pool.TABLE, Tables.Pool.CARRIER.eq(id))) {
                        return Outcome.conflict(Reason.IN_USE, "a pool is for carrier " + id);
                    }
                    carrier.peers().forEach(address -> forgetPath(tx, address));
                    tx.sql().deleteFrom(Peer.TABLE).where(Peer.CARRIER.eq(id)).execute();
                    AccountingClientStore.deleteOf(tx.sql(), id);
                    tx.sql().deleteFrom(Firewall.TABLE).where(Firewall.SCOPE.eq(id)).execute();
                    tx.sql().deleteFrom(Tables.Carrier.TABLE).where(ID.eq(id)).execute();
                    tx.tell(null, "carrier.deleted", id, told(carrier), null);
                    return Outcome.done(carrier);
                }));
    }

    /** Adds an address, IPv4 or IPv6 as text. To add one that the carrier has does nothing. */
    public Outcome<Carrier> addPeer(Actor actor, String id, String address) {
        return database.write(actor, tx -> read(tx.sql(), id)
                .then(old -> peerAddress(address).then(canonical -> {
                    String owner = tx.sql().select(Peer.CARRIER).from(Peer.TABLE)
                            .where(Peer.ADDRESS.eq(canonical)).fetchOne(Peer.CARRIER);
                    if (id.equals(owner)) {
                        return Outcome.done(old);
                    }
                    if (owner != null) {
                        return Outcome.conflict(Reason.TAKEN,
                                "peer " + canonical + " belongs to carrier " + owner);
                    }
                    tx.sql().insertInto(Peer.TABLE).set(Peer.ADDRESS, canonical)
                            .set(Peer.CARRIER, id).set(Peer.CREATED_AT, tx.nowMillis()).execute();
                    return touched(tx, old);
                })));
    }

    public Outcome<Carrier> removePeer(Actor actor, String id, String address) {
        return database.write(actor, tx -> read(tx.sql(), id)
                .then(old -> peerAddress(address).then(canonical -> {
                    int deleted = tx.sql().deleteFrom(Peer.TABLE)
                            .where(Peer.ADDRESS.eq(canonical).and(Peer.CARRIER.eq(id))).execute();
                    if (deleted == 0) {
                        return new Outcome.Absent<>("peer", canonical);
                    }
                    forgetPath(tx, canonical);
                    return touched(tx, old);
                })));
    }

    /** A peer's address as {@link Carrier#peers} has it, whichever way it was written. */
    public static Outcome<String> peerAddress(String address) {
        Faults faults = new Faults();
        String canonical = faults.read("/address", address,
                "an IPv4 or IPv6 address of one host", CarrierStore::canonical);
        return canonical == null ? faults.invalid() : Outcome.done(canonical);
    }

    private static void forgetPath(Tx tx, String address) {
        tx.sql().deleteFrom(Path.TABLE).where(Path.ADDRESS.eq(address)).execute();
    }

    private static Outcome<Carrier> touched(Tx tx, Carrier old) {
        tx.sql().update(Tables.Carrier.TABLE).set(REVISION, old.revision() + 1)
                .where(ID.eq(old.id())).execute();
        return read(tx.sql(), old.id()).map(changed -> {
            tx.tell(null, "carrier.changed", old.id(), told(old), told(changed));
            return changed;
        });
    }

    private static Outcome<Boolean> check(Tx tx, String id, String name, Set<Plmn> homePlmns,
            Set<Plmn> servingPlmns) {
        Faults faults = new Faults();
        faults.name("/name", name, 100);
        faults.range("/home_plmns", homePlmns.size(), 0, MAX_PLMNS);
        faults.range("/serving_plmns", servingPlmns.size(), 0, MAX_PLMNS);
        if (faults.any()) {
            return faults.invalid();
        }
        if (tx.sql().fetchExists(Tables.Carrier.TABLE, NAME.eq(name).and(ID.ne(id)))) {
            return Outcome.conflict(Reason.TAKEN, "a carrier is named \"" + name + "\"");
        }
        return Outcome.done(true);
    }

    private static String canonical(String address) {
        InetAddress parsed = InetAddress.ofLiteral(address);
        boolean whole = address.indexOf(':') >= 0
                || address.chars().filter(c -> c == '.').count() == 3;
        if (!whole || parsed.isAnyLocalAddress() || parsed.isMulticastAddress()
                || address.indexOf('%') >= 0) {
            throw new IllegalArgumentException("not the address of one host");
        }
        return parsed.getHostAddress();
    }

    private static Outcome<Carrier> read(DSLContext sql, String id) {
        Record row = sql.selectFrom(Tables.Carrier.TABLE).where(ID.eq(id)).fetchOne();
        return row == null
                ? new Outcome.Absent<>("carrier", id)
                : Outcome.done(carrier(sql, row));
    }

    private static Carrier carrier(DSLContext sql, Record row) {
        List<String> peers = sql.select(Peer.ADDRESS).from(Peer.TABLE)
                .where(Peer.CARRIER.eq(row.get(ID))).orderBy(Peer.ADDRESS).fetch(Peer.ADDRESS);
        return new Carrier(row.get(ID), row.get(NAME), plmns(row.get(HOME_PLMNS)),
                plmns(row.get(SERVING_PLMNS)), peers, Instant.ofEpochMilli(row.get(CREATED_AT)),
                row.get(REVISION));
    }

    private static Set<Plmn> plmns(String json) {
        return Json.strings(json).stream().map(Plmn::parse).collect(Collectors.toSet());
    }

    private static String text(Set<Plmn> plmns) {
        return Json.write(sorted(plmns));
    }

    private static List<String> sorted(Set<Plmn> plmns) {
        return plmns.stream().map(Plmn::toString).sorted().toList();
    }

    private record Told(String name, List<String> home_plmns, List<String> serving_plmns,
            List<String> peers) {}

    private static Told told(Carrier carrier) {
        return new Told(carrier.name(), sorted(carrier.homePlmns()),
                sorted(carrier.servingPlmns()), carrier.peers());
    }
}
