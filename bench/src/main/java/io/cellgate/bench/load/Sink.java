package io.cellgate.bench.load;

import static io.cellgate.dataplane.io.EbpfAssembler.FRAME;
import static io.cellgate.dataplane.io.EbpfAssembler.R0;
import static io.cellgate.dataplane.io.EbpfAssembler.R1;
import static io.cellgate.dataplane.io.EbpfAssembler.R2;
import static io.cellgate.dataplane.io.EbpfAssembler.R3;
import static io.cellgate.dataplane.io.EbpfAssembler.R4;
import static io.cellgate.dataplane.io.EbpfAssembler.R6;

import io.cellgate.dataplane.io.Ebpf;
import io.cellgate.dataplane.io.EbpfAssembler;
import io.cellgate.dataplane.io.EbpfAssembler.Condition;
import io.cellgate.dataplane.io.EbpfAssembler.Operation;
import io.cellgate.dataplane.io.EbpfAssembler.Width;
import java.io.IOException;
import java.lang.foreign.ValueLayout;

/**
 * Counts what a gateway forwards to an end and drops it before a socket buffer is made of it: the end of a veth that takes what XDP
 * programs redirect, at the least cost to whoever sends. (The interface's own count of octets has the Ethernet header with some
 * frames and not with others.)
 */
final class Sink implements AutoCloseable {
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_DATA_END = 4;
    private static final int PROTOCOL_AT = 23;
    private static final int DESTINATION_PORT_AT = 36;
    private static final int UDP = 17;
    private static final int GTPU_PORT = 2152;
    /** Each has a place of its own to count in. */
    private static final int MOST_PROCESSORS = 256;
    private static final int LINE_OCTETS = 64;

    private final Ebpf ebpf = new Ebpf();
    private final Ebpf.ArrayMap counts;

    /** @param interfaceIndex of the interface, in the calling thread's network namespace */
    Sink(int interfaceIndex) throws IOException {
        try {
            counts = ebpf.array(LINE_OCTETS, MOST_PROCESSORS);
            ebpf.attach(ebpf.load(program(counts.fd())), interfaceIndex, Ebpf.Mode.NATIVE);
        } catch (IOException e) {
            ebpf.close();
            throw e;
        }
    }

    private static EbpfAssembler program(int counts) {
        EbpfAssembler a = new EbpfAssembler();
        a.load(Width.WORD, R2, R1, CONTEXT_DATA).load(Width.WORD, R3, R1, CONTEXT_DATA_END)
                .copy(R4, R2).add(R4, DESTINATION_PORT_AT + 2)
                .jumpIfRegister(Condition.GREATER, R4, R3, "pass");
        a.load(Width.BYTE, R4, R2, PROTOCOL_AT).jumpIf(Condition.NOT_EQUAL, R4, UDP, "pass");
        a.load(Width.HALF, R4, R2, DESTINATION_PORT_AT).swap(R4, 16)
                .jumpIf(Condition.EQUAL, R4, FrameSchedule.SERVER_PORT, "drop")
                .jumpIf(Condition.NOT_EQUAL, R4, GTPU_PORT, "pass");
        a.label("drop").copy(R6, R3).operateRegister(Operation.SUBTRACT, R6, R2);
        a.call(Ebpf.PROCESSOR_ID).store(Width.WORD, FRAME, -4, R0).map(R1, counts).copy(R2, FRAME)
                .add(R2, -4).call(Ebpf.MAP_LOOKUP).jumpIf(Condition.EQUAL, R0, 0, "uncounted")
                .load(Width.DOUBLE, R1, R0, 0).add(R1, 1).store(Width.DOUBLE, R0, 0, R1)
                .load(Width.DOUBLE, R1, R0, 8).operateRegister(Operation.ADD, R1, R6)
                .store(Width.DOUBLE, R0, 8, R1);
        return a.label("uncounted").exit(Ebpf.XDP_DROP).label("pass").exit(Ebpf.XDP_PASS);
    }

    /** How many frames so far. */
    long frames() {
        return sum(0);
    }

    /** And how many octets these had, their Ethernet headers included. */
    long octets() {
        return sum(1);
    }

    private long sum(int which) {
        long all = 0;
        for (int i = 0; i < MOST_PROCESSORS; i++) {
            all += counts.values().getAtIndex(ValueLayout.JAVA_LONG,
                    i * (LINE_OCTETS / 8L) + which);
        }
        return all;
    }

    @Override
    public void close() {
        ebpf.close();
    }
}
