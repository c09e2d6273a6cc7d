package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.session.Allowance;
import io.cellgate.policy.subject.Quota;
import java.time.LocalDate;
import java.time.temporal.ChronoField;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one SIM has used in this day and this month, over all of its sessions, and how much more it may. Owned by the
 * worker that has the SIM's sessions.
 *
 * <p>Most SIMs have no quota, no rule asks what they have used, and nobody captures their packets. The meter is then not
 * looked at for a packet; what a session forwarded is added when the session is reported, for the hour that the report is of.
 * Where it matters at each packet the sessions say so ({@link SessionRecords#WATCHED}), and what they forward is added at once.
 */
final class SimMeter {
    final long imsi;
    private final Consumer<DeviceSession> takeBack;
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
    /** The sessions that the SIM has here, by {@link DeviceSession#nextOfSim}. */
    private @Nullable DeviceSession sessions;
    /** When the last one ended, and the last report of it. */
    int endedSecond;
    long lastReport;
    /** Whether its worker has it among those that are kept for some time, and since when. */
    boolean isKept;
    int keptSince;

    /** @param takeBack has no packet of a session pass unseen: before it matters at each packet */
    SimMeter(long imsi, Allowance allowance, int day, int month,
            Consumer<DeviceSession> takeBack) {
        this.imsi = imsi;
        this.takeBack = takeBack;
        this.day = day;
        this.month = month;
        bytesDay = allowance.day() == day ? allowance.bytesDay() : 0;
        bytesMonth = monthOf(allowance.day()) == month ? allowance.bytesMonth() : 0;
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

    /** Reads of what a report changes, so that it is in the cache; the value means nothing. */
    long touch() {
        return bytesDay;
    }

    boolean hasSessions() {
        return sessions != null;
    }

    /** A session of the SIM has begun. */
    void join(DeviceSession session) {
        session.meter = this;
        session.nextOfSim = sessions;
        sessions = session;
        watch();
    }

    /** A session of the SIM, one that it has, has ended. */
    void leave(DeviceSession session) {
        take(session);
        if (sessions == session) {
            sessions = session.nextOfSim;
        }
        for (DeviceSession each = sessions; each != null; each = each.nextOfSim) {
            if (each.nextOfSim == session) {
                each.nextOfSim = session.nextOfSim;
            }
        }
        session.nextOfSim = null;
        session.meter = null;
        session.watch(false);
        watch();
    }

    /** Has the sessions ask and tell at each packet, if that matters now. To be called whenever that may have changed. */
    void watch() {
        boolean matters = quota != null || capture != null;
        for (DeviceSession each = sessions; each != null; each = each.nextOfSim) {
            matters |= each.metered;
        }
        for (DeviceSession each = sessions; each != null; each = each.nextOfSim) {
            if (matters && !each.isWatched) {
                takeBack.accept(each);
            }
            take(each);
            each.watch(matters);
        }
    }

    /** Adds what a session forwarded since it was asked last: all of it within the hour that it was to be reported for. */
    void take(DeviceSession session) {
        long octets = session.takeUnmetered();
        if (octets == 0) {
            return;
        }
        int ofDay = Math.floorDiv(session.unreportedHour(), 24);
        if (ofDay > day) {
            period(ofDay, monthOf(ofDay));
        }
        if (ofDay == day) {
            bytesDay += octets;
            bytesMonth += octets;
        } else if (monthOf(ofDay) == month) { // another of its sessions is in a new day already
            bytesMonth += octets;
        }
    }

    /** The month of a day since 1970, by a number that grows by one a month. */
    static int monthOf(long day) {
        return (int) LocalDate.ofEpochDay(day).getLong(ChronoField.PROLEPTIC_MONTH);
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
