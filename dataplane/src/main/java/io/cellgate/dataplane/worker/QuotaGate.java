package io.cellgate.dataplane.worker;

import io.cellgate.policy.subject.Quota;
import java.util.concurrent.TimeUnit;

/** Holds a SIM that has a quota to it, and beyond it to the rate at which packets still pass. One thread. */
final class QuotaGate {
    private static final long NANOS_TIMES_BITS = TimeUnit.SECONDS.toNanos(8);
    /** A slowed down SIM may save up this much at least: one packet of the largest size. */
    private static final long MIN_BURST_OCTETS = 9216;

    private final Quota quota;
    private final long dayLimit;
    private final long monthLimit;
    /** Whether a packet was refused or slowed down already, in this period. */
    private boolean exceeded;
    private long credit;
    private long creditNanos;

    QuotaGate(Quota quota) {
        this.quota = quota;
        Long ofDay = quota.bytesDay();
        Long ofMonth = quota.bytesMonth();
        dayLimit = ofDay == null ? Long.MAX_VALUE : ofDay;
        monthLimit = ofMonth == null ? Long.MAX_VALUE : ofMonth;
    }

    boolean isOf(Quota other) {
        return quota.equals(other);
    }

    /** Another day or month has begun. */
    void beginPeriod() {
        exceeded = false;
    }

    /** Whether what will then have been used is within the quota. Once it was not, it is not until another period. */
    boolean admits(long bytesDay, long bytesMonth) {
        return !exceeded && bytesDay <= dayLimit && bytesMonth <= monthLimit;
    }

    /** Notes that a packet was beyond the quota; whether it was the first. */
    boolean exceed(long nowNanos) {
        boolean first = !exceeded;
        if (first) {
            exceeded = true;
            credit = burst();
            creditNanos = nowNanos;
        }
        return first;
    }

    /** Whether a packet beyond the quota passes, by the rate at which such may. */
    boolean passesSlowly(int octets, long nowNanos) {
        long rateBps = quota.rateBps();
        if (rateBps == 0) {
            return false;
        }
        long elapsed = Math.min(nowNanos - creditNanos, TimeUnit.SECONDS.toNanos(1));
        long gained = elapsed * rateBps / NANOS_TIMES_BITS;
        if (gained > 0) {
            creditNanos = elapsed < TimeUnit.SECONDS.toNanos(1)
                    ? creditNanos + gained * NANOS_TIMES_BITS / rateBps
                    : nowNanos;
            credit = Math.min(burst(), credit + gained);
        }
        if (credit < octets) {
            return false;
        }
        credit -= octets;
        return true;
    }

    private long burst() {
        return Math.max(MIN_BURST_OCTETS, quota.rateBps() / 8);
    }
}
