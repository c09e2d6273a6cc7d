package io.cellgate.dataplane.flow;

import io.cellgate.dataplane.inspect.Application;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dns.DnsAnswer;
import io.cellgate.policy.Decision;
import io.cellgate.policy.DomainName;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.BitUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of flow records from a worker to a listener: a ring of entries made beforehand, one writer, one reader, no
 * lock. Where the listener is behind by the ring's length, records are lost and counted; the worker never waits.
 *
 * <p>The writer fills an entry that the reader does not look at, then publishes it by a release write of its
 * sequence; the reader copies it, then frees it by one of its own.
 */
public final class FlowLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FlowLog.class);
    private static final long IDLE_NANOS = 5_000_000;
    private static final VarHandle WRITTEN;
    private static final VarHandle READ;
    private static final VarHandle LOST;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WRITTEN = lookup.findVarHandle(FlowLog.class, "written", long.class);
            READ = lookup.findVarHandle(FlowLog.class, "read", long.class);
            LOST = lookup.findVarHandle(FlowLog.class, "lost", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Entry[] entries;
    private final Consumer<FlowRecord> listener;
    private final Thread reader;
    private volatile boolean closing;
    private long cachedRead;
    @SuppressWarnings("unused")
    private long written;
    @SuppressWarnings("unused")
    private long read;
    @SuppressWarnings("unused")
    private long lost;

    /**
     * An entry of the ring. The worker fills it; see {@link FlowRecord} for what the fields mean.
     *
     * <p>What is one of few is held by its index, and what a decision says is read from the decision: each reference to another
     * object that is written into an entry costs the worker a barrier of the garbage collector, which waits for all writes before it.
     */
    public static final class Entry {
        private int event;
        public long epochMillis;
        public long startedMillis;
        public @Nullable UserPlaneSession session;
        public boolean upward;
        public int protocol;
        public long deviceHi;
        public long deviceLo;
        public int devicePort;
        public long remoteHi;
        public long remoteLo;
        public int remotePort;
        /** Whether the remote address is another device's. */
        public boolean toDevice;
        public @Nullable String name;
        /** Whether the device said the name. */
        public boolean said;
        /** Names bound to the remote address, the first {@link #nameCount}. */
        public final @Nullable DomainName[] names = new DomainName[FlowRecord.MAX_NAMES];
        public int nameCount;
        /** The name that was bound when the flow began. */
        public @Nullable DomainName keptName;
        private int application;
        public @Nullable TlsOffer offer;
        /** Of a DNS query what it was answered with. */
        public @Nullable DnsAnswer answer;
        public @Nullable String detail;
        private int verdict = FlowVerdict.BLOCK.index();
        private int dropReason = FlowTable.NONE;
        public long bytesUp;
        public long packetsUp;
        public long bytesDown;
        public long packetsDown;
        private @Nullable Decision decision;
        /** What the shadow policy said instead; null but in an event of that kind. */
        public @Nullable Decision beside;

        public void event(FlowRecord.Event what) {
            event = what.index();
        }

        public void application(Application what) {
            application = what.index();
        }

        public void verdict(FlowVerdict what) {
            verdict = what.index();
        }

        /** @param reason null where it is allowed */
        public void dropReason(@Nullable DropReason reason) {
            dropReason = reason == null ? FlowTable.NONE : reason.index();
        }

        /** @param what decided; it is the same as of the entry's record before more often than not */
        public void decision(@Nullable Decision what) {
            if (decision != what) {
                decision = what;
            }
        }

        private FlowRecord toRecord() {
            UserPlaneSession whose = session;
            if (whose == null) {
                throw new IllegalStateException("a flow record without its session");
            }
            Decision decided = decision;
            return new FlowRecord(FlowRecord.Event.of(event), epochMillis, startedMillis, whose,
                    upward, protocol,
                    IpAddresses.toInetAddress(deviceHi, deviceLo), devicePort,
                    IpAddresses.toInetAddress(remoteHi, remoteLo), remotePort, toDevice, name, said,
                    boundNames(), detail, Application.of(application), offer, answer,
                    FlowVerdict.of(verdict), decided == null ? null : decided.ruleId(),
                    decided == null ? null : decided.policyName(),
                    decided == null ? 0 : decided.policyRevision(),
                    dropReason == FlowTable.NONE ? null : DropReason.of(dropReason), bytesUp,
                    packetsUp, bytesDown, packetsDown, shadow());
        }

        private List<String> boundNames() {
            if (keptName == null && nameCount == 0) {
                return List.of();
            }
            Set<String> all = new LinkedHashSet<>();
            if (keptName != null) {
                all.add(keptName.toString());
            }
            for (int i = 0; i < nameCount; i++) {
                all.add(String.valueOf(names[i]));
            }
            return List.copyOf(all);
        }

        private FlowRecord.@Nullable Shadow shadow() {
            Decision said = decision;
            Decision other = beside;
            return said == null || other == null ? null : FlowRecord.Shadow.of(said, other);
        }
    }

    /** Starts the reading thread. The listener may block; what it throws ends neither the thread nor the log. */
    public FlowLog(int capacity, String threadName, Consumer<FlowRecord> listener) {
        entries = new Entry[BitUtil.findNextPositivePowerOfTwo(capacity)];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new Entry();
        }
        this.listener = listener;
        reader = Thread.ofPlatform().name(threadName).daemon().start(this::run);
    }

    /** The next entry to fill, or null where the ring is full: the loss has been counted. Worker only. */
    public @Nullable Entry claim() {
        long next = (long) WRITTEN.get(this);
        if (next - cachedRead >= entries.length) {
            cachedRead = (long) READ.getAcquire(this);
            if (next - cachedRead >= entries.length) {
                LOST.setOpaque(this, (long) LOST.get(this) + 1);
                return null;
            }
        }
        return entries[(int) next & (entries.length - 1)];
    }

    /** Hands over the entry claimed last. Worker only. */
    public void publish() {
        WRITTEN.setRelease(this, (long) WRITTEN.get(this) + 1);
    }

    /** Records that were lost since the start. */
    public long lost() {
        return (long) LOST.getOpaque(this);
    }

    private void run() {
        long next = 0;
        while (true) {
            boolean last = closing;
            long end = (long) WRITTEN.getAcquire(this);
            if (next == end) {
                if (last) {
                    return;
                }
                LockSupport.parkNanos(this, IDLE_NANOS);
                continue;
            }
            while (next < end) {
                FlowRecord flow = entries[(int) next & (entries.length - 1)].toRecord();
                READ.setRelease(this, ++next);
                try {
                    listener.accept(flow);
                } catch (RuntimeException e) {
                    log.error("the flow log's listener failed", e);
                }
            }
        }
    }

    /** Ends the reading thread once it has handed over what is there. The worker must have ended. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(reader);
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
