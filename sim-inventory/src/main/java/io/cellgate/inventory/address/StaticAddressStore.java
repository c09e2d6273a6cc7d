package io.cellgate.inventory.address;

import static io.cellgate.inventory.store.Tables.StaticAddress.CREATED_AT;
import static io.cellgate.inventory.store.Tables.StaticAddress.ICCID;
import static io.cellgate.inventory.store.Tables.StaticAddress.IPV4;
import static io.cellgate.inventory.store.Tables.StaticAddress.IPV6;
import static io.cellgate.inventory.store.Tables.StaticAddress.TABLE;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.outcome.Faults;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Tables.Sim;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.IpAddress;
import io.cellgate.policy.subject.Iccid;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Addresses of single SIMs. An address belongs to one SIM at most. */
public final class StaticAddressStore {
    private final Database database;

    public StaticAddressStore(Database database) {
        this.database = database;
    }

    /** Gives a SIM its addresses, instead of those that it had. */
    public Outcome<StaticAddress> assign(Actor actor, Iccid iccid, @Nullable String ipv4,
            @Nullable String ipv6) {
        return database.write(actor, tx -> {
            if (!tx.sql().fetchExists(Sim.TABLE, Sim.ICCID.eq(iccid.digits()))) {
                return new Outcome.Absent<>("sim", iccid.digits());
            }
            Faults faults = new Faults();
            IpAddress v4 = ipv4 == null
                    ? null
                    : faults.read("/ipv4", ipv4, "an IPv4 address", StaticAddressStore::ipv4);
            IpAddress v6 = ipv6 == null
                    ? null
                    : faults.read("/ipv6", ipv6, "the first address of a /64, like 2001:db8:0:1::",
                            StaticAddressStore::ipv6);
            if (ipv4 == null && ipv6 == null) {
                faults.add("", "neither ipv4 nor ipv6", "at least one of them");
            }
            if (faults.any()) {
                return faults.invalid();
            }
            String holder = holder(tx, IPV4, v4, iccid);
            if (holder == null) {
                holder = holder(tx, IPV6, v6, iccid);
            }
            if (holder != null) {
                return Outcome.conflict(Reason.TAKEN, holder);
            }
            StaticAddress old = read(tx.sql(), iccid.digits());
            tx.sql().deleteFrom(TABLE).where(ICCID.eq(iccid.digits())).execute();
            tx.sql().insertInto(TABLE).set(ICCID, iccid.digits()).set(IPV4, text(v4))
                    .set(IPV6, text(v6)).set(CREATED_AT, tx.nowMillis()).execute();
            StaticAddress assigned = new StaticAddress(iccid, v4, v6, tx.now());
            tx.tell(null, "sim.address_assigned", iccid.digits(), old == null ? null : told(old),
                    told(assigned));
            return Outcome.done(assigned);
        });
    }

    private static @Nullable String holder(Tx tx, Field<String> column, @Nullable IpAddress address,
            Iccid wanting) {
        if (address == null) {
            return null;
        }
        String holder = tx.sql().select(ICCID).from(TABLE)
                .where(column.eq(address.toString()).and(ICCID.ne(wanting.digits())))
                .fetchOne(ICCID);
        return holder == null ? null : address + " belongs to SIM " + holder;
    }

    /** The addresses of a SIM; absent where it has none of its own. */
    public Outcome<StaticAddress> find(Scope scope, Iccid iccid) {
        return database.read(sql -> {
            String account = sql.select(Sim.ACCOUNT).from(Sim.TABLE)
                    .where(Sim.ICCID.eq(iccid.digits())).fetchOne(Sim.ACCOUNT);
            StaticAddress found = scope.sees(account) ? read(sql, iccid.digits()) : null;
            return found == null
                    ? new Outcome.Absent<>("static address", iccid.digits())
                    : Outcome.done(found);
        });
    }

    public Page<StaticAddress> list(PageRequest page) {
        return database.read(sql -> Page.of(sql.selectFrom(TABLE)
                .where(page.afterKey() == null ? DSL.noCondition() : ICCID.gt(page.afterKey()))
                .orderBy(ICCID).limit(page.fetch()).fetch(StaticAddressStore::address), page,
                address -> address.iccid().digits()));
    }

    /** All of them, for the gateway. */
    public List<StaticAddress> all() {
        return database.read(sql -> sql.selectFrom(TABLE).fetch(StaticAddressStore::address));
    }

    /** Takes a SIM's addresses from it: it gets some of a pool at its next attach. */
    public Outcome<StaticAddress> release(Actor actor, Iccid iccid) {
        return database.write(actor, tx -> {
            StaticAddress old = read(tx.sql(), iccid.digits());
            if (old == null) {
                return new Outcome.Absent<>("static address", iccid.digits());
            }
            tx.sql().deleteFrom(TABLE).where(ICCID.eq(iccid.digits())).execute();
            tx.tell(null, "sim.address_released", iccid.digits(), told(old), null);
            return Outcome.done(old);
        });
    }

    private static IpAddress ipv4(String text) {
        IpAddress address = IpAddress.parse(text);
        if (!address.isIpv4()) {
            throw new IllegalArgumentException("not IPv4");
        }
        return address;
    }

    private static IpAddress ipv6(String text) {
        IpAddress address = IpAddress.parse(text);
        if (address.isIpv4() || address.lo() != 0 || address.hi() == 0) {
            throw new IllegalArgumentException("not the first address of a /64");
        }
        return address;
    }

    private static @Nullable String text(@Nullable IpAddress address) {
        return address == null ? null : address.toString();
    }

    private static @Nullable StaticAddress read(DSLContext sql, String iccid) {
        Record row = sql.selectFrom(TABLE).where(ICCID.eq(iccid)).fetchOne();
        return row == null ? null : address(row);
    }

    private static StaticAddress address(Record row) {
        String v4 = row.get(IPV4);
        String v6 = row.get(IPV6);
        return new StaticAddress(new Iccid(row.get(ICCID)),
                v4 == null ? null : IpAddress.parse(v4), v6 == null ? null : IpAddress.parse(v6),
                Instant.ofEpochMilli(row.get(CREATED_AT)));
    }

    private record Told(@Nullable String ipv4, @Nullable String ipv6) {}

    private static Told told(StaticAddress address) {
        return new Told(text(address.ipv4()), text(address.ipv6()));
    }
}
