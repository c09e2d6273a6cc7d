package io.cellgate.bench.load;

import static io.cellgate.dataplane.io.EbpfAssembler.R1;
import static io.cellgate.dataplane.io.EbpfAssembler.R2;
import static io.cellgate.dataplane.io.EbpfAssembler.R3;
import static io.cellgate.dataplane.io.EbpfAssembler.R4;

import io.cellgate.dataplane.io.Ebpf;
import io.cellgate.dataplane.io.EbpfAssembler;
import io.cellgate.dataplane.io.EbpfAssembler.Condition;
import io.cellgate.dataplane.io.EbpfAssembler.Width;
import java.io.IOException;

/**
 * Drops what a gateway forwards to an end as soon as the interface has counted it, before a socket buffer is made of it: the end
 * of a veth that takes what XDP programs redirect, at the least cost to whoever sends.
 */
final class Sink implements AutoCloseable {
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_DATA_END = 4;
    private static final int PROTOCOL_AT = 23;
    private static final int DESTINATION_PORT_AT = 36;
    private static final int UDP = 17;
    private static final int GTPU_PORT = 2152;

    private final Ebpf ebpf = new Ebpf();

    /** @param interfaceIndex of the interface, in the calling thread's network namespace */
    Sink(int interfaceIndex) throws IOException {
        try {
            ebpf.attach(ebpf.load(program()), interfaceIndex, Ebpf.Mode.NATIVE);
        } catch (IOException e) {
            ebpf.close();
            throw e;
        }
    }

    private static EbpfAssembler program() {
        EbpfAssembler a = new EbpfAssembler();
        a.load(Width.WORD, R2, R1, CONTEXT_DATA).load(Width.WORD, R3, R1, CONTEXT_DATA_END)
                .copy(R4, R2).add(R4, DESTINATION_PORT_AT + 2)
                .jumpIfRegister(Condition.GREATER, R4, R3, "pass");
        a.load(Width.BYTE, R4, R2, PROTOCOL_AT).jumpIf(Condition.NOT_EQUAL, R4, UDP, "pass");
        a.load(Width.HALF, R4, R2, DESTINATION_PORT_AT).swap(R4, 16)
                .jumpIf(Condition.EQUAL, R4, FrameSchedule.SERVER_PORT, "drop")
                .jumpIf(Condition.NOT_EQUAL, R4, GTPU_PORT, "pass");
        return a.label("drop").exit(Ebpf.XDP_DROP).label("pass").exit(Ebpf.XDP_PASS);
    }

    @Override
    public void close() {
        ebpf.close();
    }
}
