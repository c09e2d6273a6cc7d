package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.packet.DropReason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.EnumMap;
import java.util.Map;

/**
 * A worker's counters: plain additions by the one thread that owns them, opaque reads by any other. The array has a
 * cache line's room at both ends, so that another thread's data next to it costs the worker nothing.
 */
final class WorkerCounters {
    static final int PACKETS_UP = 0;
    static final int BYTES_UP = 1;
    static final int PACKETS_DOWN = 2;
    static final int BYTES_DOWN = 3;
    static final int SESSIONS = 4;
    static final int FLOWS = 5;
    static final int FLOWS_STARTED = 6;
    static final int DNS_QUERIES = 7;
    static final int REQUESTS_JUDGED = 8;
    static final int SHADOW_DIFFERENCES = 9;
    static final int KERNEL_FLOWS = 10;
    private static final int OTHERS = 11;
    private static final int PADDING = 16;
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[PADDING + OTHERS + DropReason.count() + PADDING];

    void drop(DropReason reason) {
        add(OTHERS + reason.index(), 1);
    }

    void add(int counter, long amount) {
        int at = PADDING + counter;
        ELEMENT.setOpaque(values, at, values[at] + amount);
    }

    void set(int counter, long value) {
        ELEMENT.setOpaque(values, PADDING + counter, value);
    }

    long get(int counter) {
        return (long) ELEMENT.getOpaque(values, PADDING + counter);
    }

    UserPlaneCounters snapshot(long flowLogLost) {
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        for (int i = 0; i < DropReason.count(); i++) {
            drops.put(DropReason.of(i), get(OTHERS + i));
        }
        return new UserPlaneCounters(get(PACKETS_UP), get(BYTES_UP), get(PACKETS_DOWN),
                get(BYTES_DOWN), drops, get(SESSIONS), get(FLOWS), get(FLOWS_STARTED),
                get(DNS_QUERIES), get(REQUESTS_JUDGED), get(SHADOW_DIFFERENCES), flowLogLost,
                get(KERNEL_FLOWS), 0);
    }
}
