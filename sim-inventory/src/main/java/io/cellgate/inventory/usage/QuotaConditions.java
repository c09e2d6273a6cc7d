package io.cellgate.inventory.usage;

import io.cellgate.inventory.condition.Condition;
import io.cellgate.inventory.condition.ConditionStore;
import io.cellgate.inventory.store.Actor;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.QuotaColumn;
import io.cellgate.inventory.store.Tables.Account;
import io.cellgate.inventory.store.Tables.Fleet;
import io.cellgate.inventory.store.Tables.Sim;
import io.cellgate.inventory.store.Tx;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Quota;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The rule of the condition {@link Condition#QUOTA_EXCEEDED}: it begins when the gateway refuses or slows down the first
 * packet for the SIM's quota, in the transaction that adds what the SIM used, and ends when another period has begun or
 * another quota holds of which something is left.
 */
public final class QuotaConditions {
    private final Database database;
    private final UsageStore usage;
    private final ConditionStore conditions;

    public QuotaConditions(Database database, UsageStore usage, ConditionStore conditions) {
        this.database = database;
        this.usage = usage;
        this.conditions = conditions;
    }

    /** A SIM as events tell its condition. */
    private record Told(String condition, QuotaColumn.@Nullable Stored quota, long octets_day,
            long octets_month) {}

    /**
     * Adds what was used, and sets the condition of SIMs of which a packet was beyond the quota: all of it or, on a
     * failure, nothing.
     */
    public void used(List<UsageEntry> entries, Collection<Iccid> exceeded) {
        usage.add(entries, tx -> exceeded.forEach(iccid -> begin(tx, iccid)));
    }

    private void begin(Tx tx, Iccid iccid) {
        Quota quota = quota(tx, iccid);
        QuotaColumn.Stored stored = QuotaColumn.stored(quota);
        if (stored != null) {
            boolean _ = conditions.begin(tx, iccid, Condition.QUOTA_EXCEEDED, stored,
                    () -> told(quota, usage.totals(iccid, tx.now())));
        }
    }

    private static Told told(@Nullable Quota quota, UsageTotals totals) {
        return new Told(Condition.QUOTA_EXCEEDED.text(), QuotaColumn.stored(quota),
                totals.octetsDay(), totals.octetsMonth());
    }

    /**
     * Looks at each SIM that has the condition, and ends it where a quota of which something is left holds now; where it is
     * another that is used up as well, the condition is of that from now on. To be asked when a period has begun, and when
     * quotas may have changed.
     *
     * @return how many it ended
     */
    public int review() {
        int ended = 0;
        for (Iccid iccid : conditions.having(Condition.QUOTA_EXCEEDED)) {
            ended += database.write(Actor.SYSTEM, tx -> review(tx, iccid)) ? 1 : 0;
        }
        return ended;
    }

    private boolean review(Tx tx, Iccid iccid) {
        ConditionStore.Held held = conditions.find(iccid, Condition.QUOTA_EXCEEDED);
        if (held == null) {
            return false;
        }
        Quota quota = quota(tx, iccid);
        UsageTotals totals = usage.totals(iccid, tx.now());
        boolean samePeriod = Interval.DAY.number(held.since()) == totals.day();
        boolean sameQuota = Objects.equals(held.detail(), QuotaColumn.write(quota));
        boolean used = quota != null
                && quota.isUsedUpBy(totals.octetsDay(), totals.octetsMonth());
        if (used && !sameQuota) {
            conditions.restate(tx, held, Objects.requireNonNull(QuotaColumn.stored(quota)),
                    told(QuotaColumn.read(held.detail()), totals), told(quota, totals));
        }
        return !used && !(samePeriod && sameQuota)
                && conditions.end(tx, iccid, Condition.QUOTA_EXCEEDED, told(quota, totals));
    }

    private static @Nullable Quota quota(Tx tx, Iccid iccid) {
        return tx.sql()
                .select(DSL.coalesce(Sim.QUOTA, Fleet.QUOTA, Account.QUOTA)).from(Sim.TABLE)
                .leftJoin(Fleet.TABLE).on(Fleet.ID.eq(Sim.FLEET))
                .leftJoin(Account.TABLE).on(Account.ID.eq(Sim.ACCOUNT))
                .where(Sim.ICCID.eq(iccid.digits()))
                .fetchOne(row -> QuotaColumn.read(row.value1()));
    }
}
