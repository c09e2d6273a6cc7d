package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.session.Allowance;
import io.cellgate.policy.subject.Quota;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one SIM has used in this day and this month, over all of its sessions, and how much more it may. Owned by the
 * worker that has the SIM's sessions.
 */
final class SimMeter {
    private static final long NANOS_TIMES_BITS = TimeUnit.SECONDS.toNanos(8);
    /** A slowed down SIM may save up this much at least: one packet of the largest size. */
    private static final long MIN_BURST_OCTETS = 9216;

    final long imsi;
    long bytesDay;
    long bytesMonth;
    private long dayLimit = Long.MAX_VALUE;
    private long monthLimit = Long.MAX_VALUE;
    private long day;
    private long month;
    /** Whether a packet was refused or slowed down already, in this period and under this quota. */
    private boolean exceeded;
    private long rateBps;
    private long credit;
    private long creditNanos;
    private long minute;
    private int flowsThisMinute;
    private @Nullable Quota quota;
    /** Whoever captures its packets; null: nobody does. */
    @Nullable
    PacketCapture capture;
    /** What its sessions hold of what is for all: flows, connections that are read, memory for that, held packets. */
    int flows;
    int inspections;
    int readers;
    int heldPackets;
    /** How many sessions the SIM has here; when the last one ended, and the last report of it. */
    int sessions;
    int endedSecond;
    long lastReport;

    SimMeter(long imsi, Allowance allowance, long day, long month, long monthOfAllowance) {
        this.imsi = imsi;
        this.day = day;
        this.month = month;
        bytesDay = allowance.day() == day ? allowance.bytesDay() : 0;
        bytesMonth = monthOfAllowance == month ? allowance.bytesMonth() : 0;
        quota(allowance.quota());
    }

    /** What may be used from now on. The same quota again changes nothing, another one is judged anew. */
    void quota(@Nullable Quota now) {
        if (now == null ? quota == null : now.equals(quota)) {
            return;
        }
        Long ofDay = now == null ? null : now.bytesDay();
        Long ofMonth = now == null ? null : now.bytesMonth();
        quota = now;
        dayLimit = ofDay == null ? Long.MAX_VALUE : ofDay;
        monthLimit = ofMonth == null ? Long.MAX_VALUE : ofMonth;
        rateBps = now == null ? 0 : now.rateBps();
        exceeded = false;
    }

    /** Begins another day, if it is one. */
    void period(long nowDay, long nowMonth) {
        if (nowDay != day) {
            day = nowDay;
            bytesDay = 0;
            if (nowMonth != month) {
                month = nowMonth;
                bytesMonth = 0;
            }
            exceeded = false;
        }
    }

    /** Whether the packet is within the quota. Once one was not, none is until another period or quota. */
    boolean isWithin(int octets) {
        return !exceeded && bytesDay + octets <= dayLimit && bytesMonth + octets <= monthLimit;
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

    /** Reads from each part of it that a packet needs, so that it is in the cache; the value means nothing. */
    long touch() {
        return bytesDay + month + (capture == null ? 0 : 1);
    }

    private long burst() {
        return Math.max(MIN_BURST_OCTETS, rateBps / 8);
    }

    void count(int octets) {
        bytesDay += octets;
        bytesMonth += octets;
    }

    void flowBegan(long nowMinute) {
        flowsThisMinute = flowsInMinute(nowMinute) + 1;
    }

    int flowsInMinute(long nowMinute) {
        if (nowMinute != minute) {
            minute = nowMinute;
            flowsThisMinute = 0;
        }
        return flowsThisMinute;
    }
}
