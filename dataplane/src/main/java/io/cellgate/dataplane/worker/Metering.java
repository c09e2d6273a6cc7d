package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.session.Allowance;
import io.cellgate.dataplane.usage.UsageFeed;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.IntArrayQueue;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what each SIM sends and receives, holds it to its quota, and reports it.
 *
 * <p>A packet is asked for before it is forwarded ({@link #admits}) and counted once it is. Sessions that forwarded
 * something since their last report stand in a line; every {@value #REPORT_MILLIS} ms those that stand there are reported to the
 * {@link UsageFeed}, a few in each round of the worker, as many as it has room for: who has waited longest first. A session whose hour,
 * place or owner changes, or that ends, is reported at once, so that each report is of one hour, one place and one owner.
 *
 * <p>A SIM's meter is the truth of what it has used while it is here; the store's figures, which are behind it, are
 * taken only where there is none. It therefore stays after the SIM's last session until all of its reports have been
 * confirmed, and {@value #KEEP_SECONDS} s longer: an attach that is under way may have asked the store before.
 */
final class Metering {
    static final long REPORT_MILLIS = 250;
    private static final int KEEP_SECONDS = 60;
    /** Packets do not wait for more than so many reports. */
    private static final int REPORTS_PER_ROUND = 32;
    private static final int FORGOTTEN_PER_ROUND = 32;

    private final WorkerState state;
    private final SessionRecords records;
    private final UsageFeed feed;
    private final Long2ObjectHashMap<SimMeter> meters = new Long2ObjectHashMap<>();
    /** Of each SIM that is captured, the last that was begun; those that are over go within a second. */
    private final Long2ObjectHashMap<PacketCapture> captures = new Long2ObjectHashMap<>();
    private int capturesSeen;
    /**
     * Those whose last session has ended, each once, who was put here first at the head. One whose SIM comes and goes meanwhile
     * keeps its place, so that it keeps no others from being forgotten.
     */
    private final ArrayDeque<SimMeter> kept = new ArrayDeque<>();
    /** The slots of sessions that are to be reported; of one that has ended meanwhile it means nothing. */
    private final IntArrayQueue unreported = new IntArrayQueue();
    /** The first of the line: {@link #lookAhead}. */
    private final int[] next = new int[REPORTS_PER_ROUND];
    private int nextAt;
    private int nextCount;
    /** Means nothing; it is there so that what is read is needed. */
    @SuppressWarnings("unused")
    private long touched;
    /** How many of these are to be reported now. */
    private int due;
    private long nextReportNanos;
    private int hour;
    private int day = Integer.MIN_VALUE;
    private int month;

    Metering(WorkerState state, UsageFeed feed) {
        this.state = state;
        records = state.sessions.records();
        this.feed = feed;
        time();
    }

    /** Follows the worker's clock. */
    void time() {
        hour = (int) Math.floorDiv(state.nowEpochMillis, 3_600_000L);
        int today = Math.floorDiv(hour, 24);
        if (today != day) {
            day = today;
            month = SimMeter.monthOf(today);
        }
    }

    /** A session has begun, or is told anew what holds for its SIM. */
    void install(DeviceSession session) {
        Allowance allowance = session.origin.subscriber().allowance();
        long imsi = Long.parseLong(session.origin.subscriber().imsi().digits());
        SimMeter meter = meters.get(imsi);
        if (meter == null) {
            meter = new SimMeter(imsi, allowance, day, month,
                    state.offload::withdrawAll);
            meter.capture = captures.get(imsi);
            meters.put(imsi, meter);
        } else {
            meter.quota(allowance.quota());
        }
        if (session.meter == meter) {
            meter.watch();
        } else {
            leave(session);
            meter.join(session);
        }
    }

    /** The SIM's packets go to this capture from now on, until it is over. */
    void capture(long imsi, PacketCapture to) {
        captures.put(imsi, to);
        hand(imsi, to);
    }

    private void hand(long imsi, @Nullable PacketCapture to) {
        SimMeter meter = meters.get(imsi);
        if (meter != null) {
            meter.capture = to;
            meter.watch();
        }
    }

    private void forgetCaptures() {
        capturesSeen = state.nowSeconds;
        var each = captures.entrySet().iterator();
        while (each.hasNext()) {
            each.next();
            if (each.getValue().isOver()) {
                hand(each.getLongKey(), null);
                each.remove();
            }
        }
    }

    /** A session has ended; it has been reported. */
    void leave(DeviceSession session) {
        SimMeter meter = session.meter;
        if (meter != null) {
            meter.leave(session);
            if (!meter.hasSessions()) {
                meter.endedSecond = state.nowSeconds;
                if (!meter.isKept) {
                    keep(meter);
                }
            }
        }
    }

    private void keep(SimMeter meter) {
        meter.isKept = true;
        meter.keptSince = state.nowSeconds;
        kept.add(meter);
    }

    /** Whether the session may have a packet of this length forwarded, either way. */
    boolean admits(int slot, int octets) {
        return !records.has(slot, SessionRecords.WATCHED)
                || admits(state.sessions.of(slot), octets);
    }

    private boolean admits(DeviceSession session, int octets) {
        SimMeter meter = meterOfToday(session);
        QuotaGate quota = meter.quota;
        return quota == null
                || quota.admits(meter.bytesDay + octets, meter.bytesMonth + octets)
                || beyond(session, quota, octets);
    }

    /** The session's meter; what it says of a day and a month is of those that are now. */
    SimMeter meterOfToday(DeviceSession session) {
        SimMeter meter = session.meter();
        meter.period(day, month);
        return meter;
    }

    private boolean beyond(DeviceSession session, QuotaGate quota, int octets) {
        boolean first = quota.exceed(state.nowNanos);
        if (first) {
            report(session, feed.claimInAnyCase(), true);
        }
        return quota.passesSlowly(octets, state.nowNanos);
    }

    /** Counts a packet that the device sent and that was taken. */
    void countUp(int slot, int octets) {
        standInLine(slot);
        counted(slot, records.countUp(slot, octets));
        state.counters.add(WorkerCounters.PACKETS_UP, 1);
        state.counters.add(WorkerCounters.BYTES_UP, octets);
    }

    /** Counts a packet that goes to the device. */
    void countDown(int slot, int octets) {
        standInLine(slot);
        counted(slot, records.countDown(slot, octets));
        state.counters.add(WorkerCounters.PACKETS_DOWN, 1);
        state.counters.add(WorkerCounters.BYTES_DOWN, octets);
    }

    /** Counts packets of a session: those that the kernel forwarded without us, it counts for all itself. */
    void count(DeviceSession session, long packetsUp, long bytesUp, long packetsDown,
            long bytesDown) {
        standInLine(session.slot);
        session.count(packetsUp, bytesUp, packetsDown, bytesDown);
        counted(session.slot, false);
    }

    private void standInLine(int slot) {
        int unreportedHour = records.hour(slot);
        if (unreportedHour == hour) {
            return;
        }
        if (unreportedHour == SessionRecords.NO_HOUR) {
            unreported.addInt(slot);
        } else {
            report(state.sessions.of(slot), feed.claimInAnyCase(), false);
        }
        records.hour(slot, hour);
    }

    private void counted(int slot, boolean isMuch) {
        if (isMuch || records.has(slot, SessionRecords.WATCHED)) {
            DeviceSession session = state.sessions.of(slot);
            session.meter().take(session);
        }
    }

    void flowBegan(DeviceSession session) {
        session.meter().flowBegan(state.nowMinute);
    }

    /** Reports a session at once: something of it is about to change, or it ends. */
    void reportNow(DeviceSession session) {
        if (session.hasUnreportedPackets()) {
            report(session, feed.claimInAnyCase(), false);
        }
    }

    private void report(DeviceSession session, UsageFeed.Entry entry, boolean quotaExceeded) {
        session.meter().take(session);
        session.report(entry);
        int unreportedHour = session.unreportedHour();
        entry.hour = unreportedHour == SessionRecords.NO_HOUR ? hour : unreportedHour;
        entry.quotaExceeded = quotaExceeded;
        session.meter().lastReport = feed.publish(entry);
    }

    /** Reports some of what is due; forgets meters and captures that are not needed any more. */
    void reportDue() {
        if (due > 0) {
            reportSome(REPORTS_PER_ROUND, false);
        } else if (state.nowNanos - nextReportNanos >= 0) {
            nextReportNanos = state.nowNanos + TimeUnit.MILLISECONDS.toNanos(REPORT_MILLIS);
            due = feed.flush() ? waiting() : 0;
        }
        forgetEnded();
        if (!captures.isEmpty() && capturesSeen != state.nowSeconds) {
            forgetCaptures();
        }
    }

    private boolean hasKeptOneForLong() {
        SimMeter first = kept.peek();
        return first != null && isLongAgo(first.keptSince);
    }

    private boolean isLongAgo(int second) {
        return state.nowSeconds - second > KEEP_SECONDS;
    }

    private void forgetEnded() {
        for (int i = 0; i < FORGOTTEN_PER_ROUND && hasKeptOneForLong(); i++) {
            SimMeter meter = kept.remove();
            meter.isKept = false;
            if (meter.hasSessions()) {
                continue;
            }
            if (isLongAgo(meter.endedSecond) && meter.lastReport <= feed.confirmed()) {
                meters.remove(meter.imsi);
            } else {
                keep(meter);
            }
        }
    }

    /** How many SIMs' meters it has. */
    int size() {
        return meters.size();
    }

    /** Reports everything that is left: the worker ends. */
    void reportLast() {
        due = waiting();
        reportSome(due, true);
    }

    /** How many stand in the line. */
    private int waiting() {
        return unreported.size() + nextCount - nextAt;
    }

    private void reportSome(int atMost, boolean inAnyCase) {
        for (int i = 0; i < atMost && due > 0; i++) {
            if (nextAt == nextCount) {
                lookAhead();
            }
            DeviceSession session = state.sessions.bySlot(next[nextAt]);
            if (session != null && session.unreportedHour() != SessionRecords.NO_HOUR) {
                if (session.hasUnreportedPackets()) {
                    UsageFeed.Entry entry = inAnyCase ? feed.claimInAnyCase() : feed.claim();
                    if (entry == null) {
                        due = 0;
                        return;
                    }
                    report(session, entry, false);
                }
                records.hour(session.slot, SessionRecords.NO_HOUR);
            }
            nextAt++;
            due--;
        }
    }

    /** Brings what the next reports are of into the processor's cache: all of them take each step together, as packets do in {@link Lookahead}. */
    private void lookAhead() {
        nextAt = 0;
        nextCount = Math.min(next.length, unreported.size());
        long sum = 0;
        for (int i = 0; i < nextCount; i++) {
            next[i] = unreported.pollInt();
            sum += records.touch(next[i]) + (state.sessions.bySlot(next[i]) == null ? 0 : 1);
        }
        for (int i = 0; i < nextCount; i++) {
            DeviceSession session = state.sessions.bySlot(next[i]);
            sum += session == null ? 0 : session.touch();
        }
        for (int i = 0; i < nextCount; i++) {
            DeviceSession session = state.sessions.bySlot(next[i]);
            SimMeter meter = session == null ? null : session.meter;
            sum += meter == null ? 0 : meter.touch();
        }
        touched = sum;
    }

    /** How long the worker may rest: until the next report, if there is something to report. */
    long restNanos(long atMostNanos) {
        if (due > 0 || hasKeptOneForLong()) {
            return 0;
        }
        return waiting() == 0
                ? atMostNanos
                : Math.clamp(nextReportNanos - state.nowNanos, 0, atMostNanos);
    }
}
