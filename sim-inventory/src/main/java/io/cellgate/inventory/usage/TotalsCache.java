package io.cellgate.inventory.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cellgate.policy.subject.Iccid;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What SIMs used in their day and month, read once and kept current by what is added.
 *
 * <p>While an addition is being committed nobody can tell whether a reading has it already. So nothing is kept that was
 * read while one was under way or that one began or ended after: the count of beginnings and ends is odd during an
 * addition, and must be even and the same before and after a reading. What is kept is never wrong for it, only behind
 * by what is being committed, as the store itself is.
 */
final class TotalsCache {
    private static final int MOST = 1 << 20;

    private final Cache<Iccid, UsageTotals> known = Caffeine.newBuilder().maximumSize(MOST)
            .build();
    private final ReentrantLock adding = new ReentrantLock(true);
    private final ReentrantLock lock = new ReentrantLock();
    private volatile UsageTotals unused = new UsageTotals(0, 0, 0);
    private long turns;

    /** @param isNewest whether nothing is stored of later days, which these totals would lack */
    record Reading(UsageTotals totals, boolean isNewest) {}

    /** As of a day, or null where it would have to be read. */
    @Nullable
    UsageTotals find(Iccid iccid, long day) {
        UsageTotals totals = known.getIfPresent(iccid);
        return totals == null || totals.day() > day ? null : totals.on(day);
    }

    UsageTotals read(Iccid iccid, Supplier<Reading> reader) {
        long before = turns();
        Reading reading = reader.get();
        lock.lock();
        try {
            if (reading.isNewest() && turns == before && turns % 2 == 0) {
                known.put(iccid, shared(reading.totals()));
            }
        } finally {
            lock.unlock();
        }
        return reading.totals();
    }

    /** Most SIMs have used nothing yet: one object for all of them. */
    private UsageTotals shared(UsageTotals totals) {
        if (!totals.equals(unused)) {
            if (totals.octetsMonth() != 0) {
                return totals;
            }
            unused = totals;
        }
        return unused;
    }

    private long turns() {
        lock.lock();
        try {
            return turns;
        } finally {
            lock.unlock();
        }
    }

    /** Runs an addition to its commit, one at a time; of what failed it is not known whether it was stored. */
    void add(List<UsageEntry> entries, Runnable write) {
        adding.lock();
        turn();
        boolean stored = false;
        try {
            write.run();
            stored = true;
        } finally {
            for (UsageEntry entry : entries) {
                if (stored) {
                    UsageTotals _ = known.asMap().computeIfPresent(entry.iccid(),
                            (_, totals) -> totals.plus(dayOf(entry), octets(entry)));
                } else {
                    known.invalidate(entry.iccid());
                }
            }
            turn();
            adding.unlock();
        }
    }

    private void turn() {
        lock.lock();
        try {
            turns++;
        } finally {
            lock.unlock();
        }
    }

    private static long dayOf(UsageEntry entry) {
        return Interval.DAY.number(Interval.HOUR.start(entry.hour()));
    }

    private static long octets(UsageEntry entry) {
        return entry.amount().octetsUp() + entry.amount().octetsDown();
    }
}
