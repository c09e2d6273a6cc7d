package io.cellgate.inventory.usage;

import io.cellgate.inventory.store.QuotaColumn;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Tables.Account;
import io.cellgate.inventory.store.Tables.Fleet;
import io.cellgate.inventory.store.Tables.Sim;
import io.cellgate.inventory.store.Tables.SimCondition;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Quota;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The condition {@value #KIND} of SIMs: set when the gateway refuses or slows down the first packet for the SIM's quota,
 * cleared when another period has begun or another quota holds of which something is left. Both are events.
 */
public final class QuotaConditions {
    public static final String KIND = "quota_exceeded";

    private final Database database;
    private final UsageStore usage;

    public QuotaConditions(Database database, UsageStore usage) {
        this.database = database;
        this.usage = usage;
    }

    /** A SIM as events tell its condition. */
    private record Told(String condition, QuotaColumn.@Nullable Stored quota, long octets_day,
            long octets_month) {}

    /**
     * Adds what was used, and sets the condition of SIMs of which a packet was beyond the quota: all of it or, on a
     * failure, nothing.
     */
    public void used(List<UsageEntry> entries, Collection<Iccid> exceeded) {
        usage.add(entries, tx -> exceeded.forEach(iccid -> set(tx, iccid)));
    }

    private void set(Tx tx, Iccid iccid) {
        Quota quota = quota(tx, iccid);
        if (quota == null || has(tx, iccid)) {
            return;
        }
        tx.sql().insertInto(SimCondition.TABLE).set(SimCondition.ICCID, iccid.digits())
                .set(SimCondition.KIND, KIND).set(SimCondition.SINCE, tx.nowMillis())
                .set(SimCondition.DETAIL, QuotaColumn.write(quota)).execute();
        tx.tell(account(tx, iccid), "sim.quota_exceeded", iccid.digits(), null,
                told(iccid, quota));
    }

    private static boolean has(Tx tx, Iccid iccid) {
        return tx.sql().fetchExists(SimCondition.TABLE, SimCondition.ICCID.eq(iccid.digits())
                .and(SimCondition.KIND.eq(KIND)));
    }

    private Told told(Iccid iccid, @Nullable Quota quota) {
        UsageTotals totals = usage.totals(iccid, database.now());
        return new Told(KIND, QuotaColumn.stored(quota), totals.octetsDay(), totals.octetsMonth());
    }

    /** Whether the SIM has the condition. */
    public boolean isExceeded(Iccid iccid) {
        return database.read(sql -> sql.fetchExists(SimCondition.TABLE,
                SimCondition.ICCID.eq(iccid.digits()).and(SimCondition.KIND.eq(KIND))));
    }

    /**
     * Looks at each SIM that has the condition, and clears it where a quota of which something is left holds now; to be
     * asked when a period has begun, and when quotas may have changed.
     *
     * @return how many it cleared
     */
    public int review() {
        List<Iccid> all = database.read(sql -> sql.select(SimCondition.ICCID)
                .from(SimCondition.TABLE).where(SimCondition.KIND.eq(KIND))
                .fetch(row -> new Iccid(row.value1())));
        int cleared = 0;
        for (Iccid iccid : all) {
            cleared += database.write(Actor.SYSTEM, tx -> review(tx, iccid)) ? 1 : 0;
        }
        return cleared;
    }

    private boolean review(Tx tx, Iccid iccid) {
        if (!has(tx, iccid)) {
            return false;
        }
        Quota quota = quota(tx, iccid);
        UsageTotals totals = usage.totals(iccid, tx.now());
        var set = tx.sql().select(SimCondition.SINCE, SimCondition.DETAIL)
                .from(SimCondition.TABLE).where(SimCondition.ICCID.eq(iccid.digits()))
                .and(SimCondition.KIND.eq(KIND)).fetchSingle();
        boolean samePeriod = Interval.DAY
                .number(Instant.ofEpochMilli(set.value1())) == totals.day();
        boolean sameQuota = Objects.equals(set.value2(), QuotaColumn.write(quota));
        boolean used = quota != null
                && quota.isUsedUpBy(totals.octetsDay(), totals.octetsMonth());
        if (used || samePeriod && sameQuota) {
            return false;
        }
        tx.sql().deleteFrom(SimCondition.TABLE).where(SimCondition.ICCID.eq(iccid.digits()))
                .and(SimCondition.KIND.eq(KIND)).execute();
        tx.tell(account(tx, iccid), "sim.quota_restored", iccid.digits(), told(iccid, quota),
                null);
        return true;
    }

    private static @Nullable Quota quota(Tx tx, Iccid iccid) {
        return tx.sql()
                .select(DSL.coalesce(Sim.QUOTA, Fleet.QUOTA, Account.QUOTA)).from(Sim.TABLE)
                .leftJoin(Fleet.TABLE).on(Fleet.ID.eq(Sim.FLEET))
                .leftJoin(Account.TABLE).on(Account.ID.eq(Sim.ACCOUNT))
                .where(Sim.ICCID.eq(iccid.digits()))
                .fetchOne(row -> QuotaColumn.read(row.value1()));
    }

    private static @Nullable String account(Tx tx, Iccid iccid) {
        return tx.sql().select(Sim.ACCOUNT).from(Sim.TABLE)
                .where(Sim.ICCID.eq(iccid.digits())).fetchOne(Sim.ACCOUNT);
    }
}
