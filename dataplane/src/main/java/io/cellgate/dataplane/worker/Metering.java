package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.session.Allowance;
import io.cellgate.dataplane.usage.UsageFeed;
import java.time.LocalDate;
import java.time.temporal.ChronoField;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what each SIM sends and receives, holds it to its quota, and reports it.
 *
 * <p>A packet is asked for before it is forwarded ({@link #admits}) and counted once it is. Sessions that forwarded
 * something since their last report form a list; every {@value #REPORT_MILLIS} ms it is emptied into the
 * {@link UsageFeed}. A session whose hour, place or owner changes, or that ends, is reported at once, so that each
 * report is of one hour, one place and one owner.
 *
 * <p>A SIM's meter is the truth of what it has used while it is here; the store's figures, which are behind it, are
 * taken only where there is none. It therefore stays after the SIM's last session until all of its reports have been
 * confirmed, and {@value #KEEP_SECONDS} s longer: an attach that is under way may have asked the store before.
 */
final class Metering {
    static final long REPORT_MILLIS = 250;
    private static final int KEEP_SECONDS = 60;

    private final WorkerState state;
    private final UsageFeed feed;
    private final Long2ObjectHashMap<SimMeter> meters = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<PacketCapture> captures = new Long2ObjectHashMap<>();
    private final ArrayDeque<SimMeter> ended = new ArrayDeque<>();
    private @Nullable DeviceSession unreported;
    private long nextReportNanos;
    private long hour;
    private int day = Integer.MIN_VALUE;
    private int month;

    Metering(WorkerState state, UsageFeed feed) {
        this.state = state;
        this.feed = feed;
        time();
    }

    /** Follows the worker's clock. */
    void time() {
        hour = Math.floorDiv(state.nowEpochMillis, 3_600_000L);
        int today = (int) Math.floorDiv(hour, 24L);
        if (today != day) {
            day = today;
            month = monthOf(today);
        }
    }

    private static int monthOf(long day) {
        return (int) LocalDate.ofEpochDay(day).getLong(ChronoField.PROLEPTIC_MONTH);
    }

    /** A session has begun, or is told anew what holds for its SIM. */
    void install(DeviceSession session) {
        Allowance allowance = session.origin.subscriber().allowance();
        long imsi = Long.parseLong(session.origin.subscriber().imsi().digits());
        SimMeter meter = meters.get(imsi);
        if (meter == null) {
            meter = new SimMeter(imsi, allowance, day, month, monthOf(allowance.day()));
            meter.capture = captures.get(imsi);
            meters.put(imsi, meter);
        } else {
            boolean had = meter.quota != null;
            meter.quota(allowance.quota());
            if (!had && meter.quota != null && meter.sessions > 0) {
                state.offload.endAll();
            }
        }
        if (session.meter != meter) {
            leave(session);
            session.meter = meter;
            meter.sessions++;
        }
    }

    /** The SIM's packets go to this capture from now on; null: to none. */
    void capture(long imsi, @Nullable PacketCapture to) {
        if (to == null) {
            captures.remove(imsi);
        } else {
            captures.put(imsi, to);
        }
        SimMeter meter = meters.get(imsi);
        if (meter != null) {
            meter.capture = to;
            state.offload.endAll();
        }
    }

    /** A session has ended; it has been reported. */
    void leave(DeviceSession session) {
        SimMeter meter = session.meter;
        if (meter != null && --meter.sessions == 0) {
            meter.endedSecond = state.nowSeconds;
            ended.add(meter);
        }
        session.meter = null;
    }

    /** Whether the session may have a packet of this length forwarded, either way. */
    boolean admits(DeviceSession session, int octets) {
        SimMeter meter = session.meter();
        meter.period(day, month);
        QuotaGate quota = meter.quota;
        return quota == null
                || quota.admits(meter.bytesDay + octets, meter.bytesMonth + octets)
                || beyond(session, quota, octets);
    }

    private boolean beyond(DeviceSession session, QuotaGate quota, int octets) {
        boolean first = quota.exceed(state.nowNanos);
        if (first) {
            report(session, feed.claimInAnyCase(), true);
        }
        return quota.passesSlowly(octets, state.nowNanos);
    }

    /** Counts a packet that the device sent and that was taken. */
    void countUp(DeviceSession session, int octets) {
        touch(session);
        session.packetsUp++;
        session.bytesUp += octets;
        session.meter().count(octets);
        state.counters.add(WorkerCounters.PACKETS_UP, 1);
        state.counters.add(WorkerCounters.BYTES_UP, octets);
    }

    /** Counts a packet that goes to the device. */
    void countDown(DeviceSession session, int octets) {
        touch(session);
        session.packetsDown++;
        session.bytesDown += octets;
        session.meter().count(octets);
        state.counters.add(WorkerCounters.PACKETS_DOWN, 1);
        state.counters.add(WorkerCounters.BYTES_DOWN, octets);
    }

    /** Counts what the kernel forwarded without us; what it does in all, it counts itself. */
    void countInKernel(DeviceSession session, long packetsUp, long bytesUp, long packetsDown,
            long bytesDown) {
        touch(session);
        session.packetsUp += packetsUp;
        session.bytesUp += bytesUp;
        session.packetsDown += packetsDown;
        session.bytesDown += bytesDown;
        SimMeter meter = session.meter();
        meter.period(day, month);
        meter.count(bytesUp + bytesDown);
    }

    private void touch(DeviceSession session) {
        if (session.isUnreported) {
            if (session.unreportedHour == hour) {
                return;
            }
            report(session, feed.claimInAnyCase(), false);
        } else {
            session.isUnreported = true;
            session.nextUnreported = unreported;
            unreported = session;
        }
        session.unreportedHour = hour;
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
        session.report(entry);
        entry.hour = session.isUnreported ? session.unreportedHour : hour;
        entry.quotaExceeded = quotaExceeded;
        session.meter().lastReport = feed.publish(entry);
    }

    /** Reports what is due; forgets meters that are not needed any more. */
    void reportDue() {
        if (state.nowNanos - nextReportNanos < 0) {
            return;
        }
        nextReportNanos = state.nowNanos + TimeUnit.MILLISECONDS.toNanos(REPORT_MILLIS);
        if (feed.flush()) {
            reportAll(false);
        }
        SimMeter oldest = ended.peek();
        while (oldest != null && state.nowSeconds - oldest.endedSecond > KEEP_SECONDS
                && (oldest.sessions > 0 || oldest.lastReport <= feed.confirmed())) {
            ended.remove();
            if (oldest.sessions == 0 && meters.get(oldest.imsi) == oldest) {
                meters.remove(oldest.imsi);
            }
            oldest = ended.peek();
        }
    }

    /** Reports everything that is left: the worker ends. */
    void reportLast() {
        reportAll(true);
    }

    private void reportAll(boolean inAnyCase) {
        for (DeviceSession session = unreported; session != null; session = unreported) {
            if (session.hasUnreportedPackets()) {
                UsageFeed.Entry entry = inAnyCase ? feed.claimInAnyCase() : feed.claim();
                if (entry == null) {
                    return;
                }
                report(session, entry, false);
            }
            unreported = session.nextUnreported;
            session.nextUnreported = null;
            session.isUnreported = false;
        }
    }

    /** How long the worker may rest: until the next report, if there is something to report. */
    long restNanos(long atMostNanos) {
        return unreported == null
                ? atMostNanos
                : Math.clamp(nextReportNanos - state.nowNanos, 0, atMostNanos);
    }
}
