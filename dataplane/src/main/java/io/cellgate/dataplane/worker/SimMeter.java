package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.session.Allowance;
import io.cellgate.policy.subject.Quota;
import org.jspecify.annotations.Nullable;

/**
 * What one SIM has used in this day and this month, over all of its sessions, and how much more it may. Owned by the
 * worker that has the SIM's sessions.
 */
final class SimMeter {
    final long imsi;
    long bytesDay;
    long bytesMonth;
    private int day;
    private int month;
    private int minute;
    private int flowsThisMinute;
    /** Null: its owner has set no quota, as for most. */
    @Nullable
    QuotaGate quota;
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

    SimMeter(long imsi, Allowance allowance, int day, int month, int monthOfAllowance) {
        this.imsi = imsi;
        this.day = day;
        this.month = month;
        bytesDay = allowance.day() == day ? allowance.bytesDay() : 0;
        bytesMonth = monthOfAllowance == month ? allowance.bytesMonth() : 0;
        quota(allowance.quota());
    }

    /** What may be used from now on. The same quota again changes nothing, another one is judged anew. */
    void quota(@Nullable Quota now) {
        if (now == null) {
            quota = null;
        } else if (quota == null || !quota.isOf(now)) {
            quota = new QuotaGate(now);
        }
    }

    /** Begins another day, if it is one. */
    void period(int nowDay, int nowMonth) {
        if (nowDay != day) {
            day = nowDay;
            bytesDay = 0;
            if (nowMonth != month) {
                month = nowMonth;
                bytesMonth = 0;
            }
            if (quota != null) {
                quota.beginPeriod();
            }
        }
    }

    /** Reads from each part of it that a packet needs, so that it is in the cache; the value means nothing. */
    long touch() {
        return bytesDay + month + (capture == null ? 0 : 1);
    }

    void count(long octets) {
        bytesDay += octets;
        bytesMonth += octets;
    }

    void flowBegan(long nowMinute) {
        flowsThisMinute = flowsInMinute(nowMinute) + 1;
    }

    int flowsInMinute(long nowMinute) {
        if ((int) nowMinute != minute) {
            minute = (int) nowMinute;
            flowsThisMinute = 0;
        }
        return flowsThisMinute;
    }
}
