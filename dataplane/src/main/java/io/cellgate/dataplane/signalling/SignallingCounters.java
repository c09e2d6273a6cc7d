package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.SignallingFault;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What signalling counts; any thread may read. */
public final class SignallingCounters {
    private final Map<SignallingFault, LongAdder> faults = new EnumMap<>(SignallingFault.class);
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder created = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder repeatedReplies = new LongAdder();
    private final LongAdder shadowDifferences = new LongAdder();

    SignallingCounters() {
        for (SignallingFault fault : SignallingFault.values()) {
            faults.put(fault, new LongAdder());
        }
    }

    private LongAdder adder(SignallingFault fault) {
        return Objects.requireNonNull(faults.get(fault));
    }

    void count(SignallingFault fault) {
        adder(fault).increment();
    }

    void countReceived() {
        received.increment();
    }

    void countSent() {
        sent.increment();
    }

    void countCreated() {
        created.increment();
    }

    void countRefused() {
        refused.increment();
    }

    void countEnded() {
        ended.increment();
    }

    void countShadowDifference() {
        shadowDifferences.increment();
    }

    void countRepeatedReply() {
        repeatedReplies.increment();
    }

    public long of(SignallingFault fault) {
        return adder(fault).sum();
    }

    /** Faults that were seen at least once. */
    public Map<SignallingFault, Long> faults() {
        Map<SignallingFault, Long> seen = new EnumMap<>(SignallingFault.class);
        for (SignallingFault fault : SignallingFault.values()) {
            if (of(fault) > 0) {
                seen.put(fault, of(fault));
            }
        }
        return seen;
    }

    /** Datagrams received, from whomever. */
    public long received() {
        return received.sum();
    }

    public long sent() {
        return sent.sum();
    }

    /** Sessions created. */
    public long created() {
        return created.sum();
    }

    /** Attaches and changes refused with a cause. */
    public long refused() {
        return refused.sum();
    }

    /** Sessions ended, for whatever reason. */
    public long ended() {
        return ended.sum();
    }

    /** Sessions of which a policy in shadow mode would have said otherwise. */
    public long shadowDifferences() {
        return shadowDifferences.sum();
    }

    /** Replies sent again to a repeated request. */
    public long repeatedReplies() {
        return repeatedReplies.sum();
    }
}
