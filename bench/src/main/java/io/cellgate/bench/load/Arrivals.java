package io.cellgate.bench.load;

import static io.cellgate.dataplane.io.EbpfAssembler.FRAME;
import static io.cellgate.dataplane.io.EbpfAssembler.R0;
import static io.cellgate.dataplane.io.EbpfAssembler.R1;
import static io.cellgate.dataplane.io.EbpfAssembler.R2;
import static io.cellgate.dataplane.io.EbpfAssembler.R3;
import static io.cellgate.dataplane.io.EbpfAssembler.R6;
import static io.cellgate.dataplane.io.EbpfAssembler.R7;
import static io.cellgate.dataplane.io.EbpfAssembler.R8;

import io.cellgate.dataplane.io.Ebpf;
import io.cellgate.dataplane.io.EbpfAssembler;
import io.cellgate.dataplane.io.EbpfAssembler.Condition;
import io.cellgate.dataplane.io.EbpfAssembler.Operation;
import io.cellgate.dataplane.io.EbpfAssembler.Width;
import java.io.IOException;
import java.lang.foreign.ValueLayout;

/**
 * Looks at each packet that reaches the internet's end, by an XDP program on its interface: how long ago the generator made
 * it, and when the last one of each device came. The packet then goes on to where it is counted and dropped. Every packet is
 * measured, at any rate, without a program in user space that would have to keep up.
 */
final class Arrivals implements AutoCloseable {
    /** About a microsecond each; the last one holds what took longer. */
    static final int BUCKETS = 65_536;
    static final int BUCKET_SHIFT = 10;
    private static final int DEVICES = 65_536;
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_DATA_END = 4;
    private static final int DESTINATION_PORT_AT = 36;
    private static final int SOURCE_LOW_HALF_AT = 28;

    private final Ebpf ebpf = new Ebpf();
    private final Ebpf.ArrayMap ages;
    private final Ebpf.ArrayMap lasts;

    /** @param interfaceIndex of the interface, in the calling thread's network namespace */
    Arrivals(int interfaceIndex) throws IOException {
        try {
            ages = ebpf.array(8, BUCKETS);
            lasts = ebpf.array(8, DEVICES);
            ebpf.attach(ebpf.load(program(ages.fd(), lasts.fd())), interfaceIndex,
                    Ebpf.Mode.NATIVE);
        } catch (IOException e) {
            ebpf.close();
            throw e;
        }
    }

    private static EbpfAssembler program(int ages, int lasts) {
        EbpfAssembler a = new EbpfAssembler();
        int stampAt = FrameSchedule.PLAIN_PAYLOAD_AT;
        a.load(Width.WORD, R2, R1, CONTEXT_DATA).load(Width.WORD, R3, R1, CONTEXT_DATA_END)
                .copy(R6, R2).add(R6, stampAt + 8)
                .jumpIfRegister(Condition.GREATER, R6, R3, "pass");
        a.load(Width.HALF, R6, R2, DESTINATION_PORT_AT).swap(R6, 16)
                .jumpIf(Condition.NOT_EQUAL, R6, FrameSchedule.SERVER_PORT, "pass");
        a.load(Width.DOUBLE, R7, R2, stampAt).load(Width.HALF, R8, R2, SOURCE_LOW_HALF_AT)
                .swap(R8, 16).call(Ebpf.KTIME_GET_NS).copy(R6, R0);
        a.store(Width.WORD, FRAME, -4, R8).map(R1, lasts).copy(R2, FRAME).add(R2, -4)
                .call(Ebpf.MAP_LOOKUP).jumpIf(Condition.EQUAL, R0, 0, "pass")
                .store(Width.DOUBLE, R0, 0, R6);
        a.operateRegister(Operation.SUBTRACT, R6, R7)
                .operate(Operation.SHIFT_RIGHT, R6, BUCKET_SHIFT)
                .jumpIf(Condition.LESS, R6, BUCKETS, "counted").move(R6, BUCKETS - 1)
                .label("counted").store(Width.WORD, FRAME, -4, R6).map(R1, ages).copy(R2, FRAME)
                .add(R2, -4).call(Ebpf.MAP_LOOKUP).jumpIf(Condition.EQUAL, R0, 0, "pass")
                .load(Width.DOUBLE, R1, R0, 0).add(R1, 1).store(Width.DOUBLE, R0, 0, R1);
        return a.label("pass").exit(Ebpf.XDP_PASS);
    }

    /** Forgets the ages of packets so far. */
    void reset() {
        ages.values().fill((byte) 0);
    }

    /** The age in nanoseconds that this share of the packets did not pass; 0 where none came. */
    long quantileNanos(double share) {
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            total += ages.values().getAtIndex(ValueLayout.JAVA_LONG, i);
        }
        long wanted = (long) Math.ceil(total * share);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += ages.values().getAtIndex(ValueLayout.JAVA_LONG, i);
            if (seen >= wanted && total > 0) {
                return (i + 1L) << BUCKET_SHIFT;
            }
        }
        return 0;
    }

    /** When the last packet of the device came whose address ends with these 16 bits, by System.nanoTime; 0: none. */
    long lastNanos(int addressLowHalf) {
        return lasts.values().getAtIndex(ValueLayout.JAVA_LONG, addressLowHalf);
    }

    @Override
    public void close() {
        ebpf.close();
    }
}
