package io.cellgate.control.log;

import io.cellgate.control.log.LogEntry.Decider;
import io.cellgate.control.log.LogEntry.Owner;
import io.cellgate.control.log.LogEntry.Traffic;
import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.gateway.Gateway;
import io.cellgate.dataplane.signalling.SignallingEvent;
import io.cellgate.inventory.subscriber.SubscriberStore;
import io.cellgate.policy.subject.Imsi;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of records from the gateway's threads into the {@link LogStore}: a bounded queue that nobody waits at, and
 * one thread that writes what is in it by the batch. What finds the queue full, or the disk, is lost and counted;
 * how many were lost and when is written into the log itself.
 */
public final class TrafficLogs implements Gateway.Listener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TrafficLogs.class);
    /** Room for the ends of 100 000 sessions of a peer that restarts. */
    private static final int QUEUE = 131_072;
    private static final int MOST_AT_ONCE = 8192;
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long FAULT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LogStore store;
    private final SubscriberStore subscribers;
    private final RecordedFacts facts;
    private final ManyToOneConcurrentArrayQueue<Object> queue;
    private final Map<LogKind, Counts> counts = new EnumMap<>(LogKind.class);
    private final AtomicLong offered = new AtomicLong();
    private final Thread thread;
    private volatile LongSupplier lostBefore = () -> 0;
    private final AtomicLong settled = new AtomicLong();
    private volatile boolean closing;
    private long lostBeforeSeen;
    private long faultToldNanos = System.nanoTime() - FAULT_NANOS;

    /** Of a kind of record. */
    private static final class Counts {
        final AtomicLong written = new AtomicLong();
        final AtomicLong lost = new AtomicLong();
        /** Of those lost, how many the log itself tells of. */
        long told;
    }

    /**
     * @param subscribers whose the lines of signalling are
     * @param atlas       by which addresses and names are judged
     */
    public TrafficLogs(LogStore store, SubscriberStore subscribers, LiveAtlas atlas) {
        this(store, subscribers, atlas, QUEUE);
    }

    TrafficLogs(LogStore store, SubscriberStore subscribers, LiveAtlas atlas, int capacity) {
        this.store = store;
        facts = new RecordedFacts(atlas);
        this.subscribers = subscribers;
        queue = new ManyToOneConcurrentArrayQueue<>(capacity);
        for (LogKind kind : LogKind.values()) {
            counts.put(kind, new Counts());
        }
        thread = Thread.ofPlatform().name("cellgate-logs").daemon().start(this::run);
    }

    @Override
    public void on(FlowRecord flow) {
        offer(flow, kind(flow));
    }

    @Override
    public void on(SignallingEvent event) {
        offer(event, LogKind.SIGNALLING);
    }

    private static LogKind kind(FlowRecord flow) {
        return flow.event() == FlowRecord.Event.DNS ? LogKind.DNS_QUERIES : LogKind.FLOWS;
    }

    private void offer(Object record, LogKind kind) {
        if (queue.offer(record)) {
            long _ = offered.incrementAndGet();
        } else {
            long _ = of(kind).lost.incrementAndGet();
        }
    }

    private Counts of(LogKind kind) {
        Counts known = counts.get(kind);
        if (known == null) {
            throw new IllegalStateException("no counts of " + kind);
        }
        return known;
    }

    /** Counts what is lost on the way to here too: a total of flows and queries, asked for now and then. */
    public void countAlso(LongSupplier lost) {
        lostBefore = lost;
    }

    /** Records that were written since the start. */
    public long written(LogKind kind) {
        return of(kind).written.get();
    }

    /** Records that were lost since the start. */
    public long lost(LogKind kind) {
        return of(kind).lost.get();
    }

    /** The logs, with all in them that has been handed over until now, if the disk follows within two seconds. */
    public LogStore upToDate() {
        long target = offered.get();
        long deadline = System.nanoTime() + FLUSH_NANOS;
        while (settled.get() < target && System.nanoTime() < deadline && thread.isAlive()) {
            LockSupport.unpark(thread);
            LockSupport.parkNanos(this, 200_000);
        }
        return store;
    }

    private void run() {
        List<Object> batch = new ArrayList<>(MOST_AT_ONCE);
        while (true) {
            boolean last = closing;
            int _ = queue.drainTo(batch, MOST_AT_ONCE);
            try {
                settle(batch);
                store.retain();
            } catch (Exception e) {
                fault(e);
            }
            long _ = settled.addAndGet(batch.size());
            boolean idle = batch.size() < MOST_AT_ONCE;
            batch.clear();
            if (last && queue.isEmpty()) {
                return;
            }
            if (idle && !last) {
                LockSupport.parkNanos(this, IDLE_NANOS);
            }
        }
    }

    private void settle(List<Object> batch) {
        Map<LogKind, List<LogEntry>> lines = new EnumMap<>(LogKind.class);
        LogOwners known = new LogOwners(subscribers);
        for (Object record : batch) {
            if (record instanceof FlowRecord flow) {
                add(lines, kind(flow), line(flow));
            } else if (record instanceof SignallingEvent event) {
                add(lines, LogKind.SIGNALLING, line(event, known));
            }
        }
        countLostBefore();
        for (LogKind kind : LogKind.values()) {
            write(kind, lines.getOrDefault(kind, List.of()));
        }
    }

    private static void add(Map<LogKind, List<LogEntry>> lines, LogKind kind, LogEntry line) {
        lines.computeIfAbsent(kind, _ -> new ArrayList<>()).add(line);
    }

    /** It is not known of which kind they were: either log may lack them. */
    private void countLostBefore() {
        long now = lostBefore.getAsLong();
        if (now > lostBeforeSeen) {
            long _ = of(LogKind.FLOWS).lost.addAndGet(now - lostBeforeSeen);
            long _ = of(LogKind.DNS_QUERIES).lost.addAndGet(now - lostBeforeSeen);
            lostBeforeSeen = now;
        }
    }

    private void write(LogKind kind, List<LogEntry> lines) {
        Counts of = of(kind);
        long lost = of.lost.get();
        if (lines.isEmpty() && lost == of.told) {
            return;
        }
        try {
            store.append(kind, lines, lost - of.told);
            of.told = lost;
            long _ = of.written.addAndGet(lines.size());
        } catch (Exception e) {
            long _ = of.lost.addAndGet(lines.size());
            fault(e);
        }
    }

    private void fault(Exception e) {
        if (System.nanoTime() - faultToldNanos >= FAULT_NANOS) {
            faultToldNanos = System.nanoTime();
            log.error("the logs cannot be written", e);
        }
    }

    private LogEntry line(FlowRecord flow) {
        var sim = flow.subscriber();
        Set<String> names = new LinkedHashSet<>();
        if (flow.name() != null) {
            names.add(flow.name());
        }
        names.addAll(flow.names());
        return new LogEntry(0, flow.epochMillis(),
                new Owner(sim.account(), sim.iccid().digits(), sim.imsi().digits()),
                flow.event().name().toLowerCase(Locale.ROOT), flow.verdict().text(),
                new Decider(flow.rule(), flow.policy(), flow.policyRevision()),
                flow.dropReason() == null
                        ? null
                        : flow.dropReason().name().toLowerCase(Locale.ROOT),
                0, flow.remote(), flow.remotePort(), List.copyOf(names), flow.detail(),
                new Traffic(flow.upward(), flow.toDevice(), flow.protocol(), flow.device(),
                        flow.devicePort(), flow.startedMillis(), flow.bytesUp(),
                        flow.packetsUp(), flow.bytesDown(), flow.packetsDown()),
                facts.ofSession(flow.session()), facts.ofFlow(flow), shadow(flow));
    }

    private static @Nullable String shadow(FlowRecord flow) {
        FlowRecord.Shadow shadow = flow.shadow();
        return shadow == null
                ? null
                : new JsonObject().put("phase", shadow.phase())
                        .put("instead_of", shadow.insteadOf()).put("action", shadow.action())
                        .put("rule", shadow.rule()).put("policy", shadow.policy())
                        .put("revision", shadow.policyRevision()).encode();
    }

    private static LogEntry line(SignallingEvent event, LogOwners known) {
        Imsi imsi = event.imsi();
        return new LogEntry(0, event.at().toEpochMilli(),
                imsi == null ? new Owner(null, null, null) : known.of(imsi, event.at()),
                event.message(), event.outcome().text(), Decider.NONE,
                event.reason().isEmpty() ? null : event.reason(), event.cause(), event.peer(), 0,
                List.of(), event.detail(), null, null, null, null);
    }

    /** Writes what is there, then ends. Whoever hands over records must have ended. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
