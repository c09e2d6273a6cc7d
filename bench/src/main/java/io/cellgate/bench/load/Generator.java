package io.cellgate.bench.load;

import static io.cellgate.dataplane.io.EbpfAssembler.FRAME;
import static io.cellgate.dataplane.io.EbpfAssembler.R0;
import static io.cellgate.dataplane.io.EbpfAssembler.R1;
import static io.cellgate.dataplane.io.EbpfAssembler.R2;
import static io.cellgate.dataplane.io.EbpfAssembler.R3;
import static io.cellgate.dataplane.io.EbpfAssembler.R4;
import static io.cellgate.dataplane.io.EbpfAssembler.R6;
import static io.cellgate.dataplane.io.EbpfAssembler.R7;
import static io.cellgate.dataplane.io.EbpfAssembler.R8;
import static io.cellgate.dataplane.io.EbpfAssembler.R9;

import io.cellgate.dataplane.io.Ebpf;
import io.cellgate.dataplane.io.EbpfAssembler;
import io.cellgate.dataplane.io.EbpfAssembler.Condition;
import io.cellgate.dataplane.io.EbpfAssembler.Width;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the frames of a schedule out of an interface, over and over. They are made inside the kernel: BPF_PROG_TEST_RUN with
 * live frames runs an XDP program on frames of its own, and the program writes the next header of the schedule over each,
 * cuts it to its length, puts the time into its payload (CLOCK_MONOTONIC, which System.nanoTime reads, too) and redirects
 * it to the interface. A core makes over a million a second, where sending from a program in user space stops at a
 * third of that. The interface's other end must be a veth with GRO or an XDP program, or it takes nothing.
 */
final class Generator implements AutoCloseable {
    private static final int LONGEST_FRAME = 1450;
    private static final int STATE_OCTETS = 8;
    private static final int MOST_OWED = 1024;
    private static final int FRAMES_PER_CALL = 32_768;
    /** The index of the loopback interface, in any network namespace. */
    private static final int LOOPBACK = 1;
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_DATA_END = 4;

    private final Ebpf ebpf = new Ebpf();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment frame = arena.allocate(LONGEST_FRAME, 8);
    private final int program;

    /** @param interfaceIndex of the interface, in the calling thread's network namespace */
    Generator(FrameSchedule schedule, int interfaceIndex) throws IOException {
        Ebpf.ArrayMap state = ebpf.array(STATE_OCTETS, 1);
        Ebpf.ArrayMap frames = ebpf.array(FrameSchedule.ENTRY_OCTETS, schedule.size());
        frames.values().copyFrom(MemorySegment.ofArray(schedule.entries().array()));
        program = ebpf.load(program(state.fd(), frames.fd(), schedule.size(),
                schedule.payloadAt(), interfaceIndex));
        // The kernel makes its jump to each XDP program that is in use a direct one: for a program
        // that is attached nowhere it
        // changes its code, and interrupts all processors for that, before and after each call.
        // Nothing comes by this interface.
        ebpf.attach(program, LOOPBACK, Ebpf.Mode.GENERIC);
    }

    private static EbpfAssembler program(int stateMap, int frameMap, int frames, int payloadAt,
            int interfaceIndex) {
        EbpfAssembler a = new EbpfAssembler();
        a.copy(R6, R1);
        // R7 = the entry's number; the next run takes the one after it
        a.storeValue(Width.WORD, FRAME, -4, 0).map(R1, stateMap).copy(R2, FRAME).add(R2, -4)
                .call(Ebpf.MAP_LOOKUP).jumpIf(Condition.EQUAL, R0, 0, "drop");
        a.load(Width.DOUBLE, R7, R0, 0).copy(R8, R7).add(R8, 1)
                .jumpIf(Condition.LESS, R8, frames, "kept").move(R8, 0).label("kept")
                .store(Width.DOUBLE, R0, 0, R8);
        a.store(Width.WORD, FRAME, -4, R7).map(R1, frameMap).copy(R2, FRAME).add(R2, -4)
                .call(Ebpf.MAP_LOOKUP).jumpIf(Condition.EQUAL, R0, 0, "drop").copy(R9, R0);
        // cut the frame to the entry's length
        a.load(Width.WORD, R2, R9, 0).add(R2, -LONGEST_FRAME).copy(R1, R6)
                .call(Ebpf.XDP_ADJUST_TAIL).jumpIf(Condition.NOT_EQUAL, R0, 0, "drop");
        a.call(Ebpf.KTIME_GET_NS).copy(R7, R0);
        a.load(Width.WORD, R1, R6, CONTEXT_DATA).load(Width.WORD, R2, R6, CONTEXT_DATA_END);
        int reached = Math.max(FrameSchedule.HEADER_OCTETS, payloadAt + 8);
        a.copy(R3, R1).add(R3, reached).jumpIfRegister(Condition.GREATER, R3, R2, "drop");
        int at = 0;
        for (Width width : new Width[]{Width.DOUBLE, Width.WORD, Width.HALF}) {
            for (; at + width.octets() <= FrameSchedule.HEADER_OCTETS; at += width.octets()) {
                a.load(width, R4, R9, FrameSchedule.HEADER_AT + at).store(width, R1, at, R4);
            }
        }
        a.store(Width.DOUBLE, R1, payloadAt, R7);
        a.move(R1, interfaceIndex).move(R2, 0).call(Ebpf.REDIRECT).exit();
        return a.label("drop").exit(Ebpf.XDP_DROP);
    }

    /** Sends as fast as it can for this long, or until it is interrupted; returns how many frames. */
    long flood(long nanos) throws IOException {
        long end = System.nanoTime() + nanos;
        long sent = 0;
        while (System.nanoTime() - end < 0 && !Thread.interrupted()) {
            ebpf.inject(program, frame, FRAMES_PER_CALL);
            sent += FRAMES_PER_CALL;
        }
        return sent;
    }

    /**
     * Sends so many frames at this rate, in groups of so many; returns how many before it was interrupted. A call into the kernel
     * takes about half a millisecond, whatever it makes: where that is too long for the rate, a group is all that is due. What a
     * generator that was held up owes beyond some milliseconds' worth it does not make up for: that would be a flood.
     */
    long send(long frames, long framesPerSecond, int group) throws IOException {
        long start = System.nanoTime();
        long sent = 0;
        while (sent < frames && !Thread.interrupted()) {
            long late = (System.nanoTime() - start) / 1000 * framesPerSecond / 1_000_000 - sent;
            if (late > MOST_OWED) {
                start += (late - MOST_OWED) * 1_000_000L / framesPerSecond * 1000;
                late = MOST_OWED;
            }
            int now = (int) Math.min(Math.clamp(late, group, FRAMES_PER_CALL), frames - sent);
            ebpf.inject(program, frame, now);
            sent += now;
            long due = start + sent * 1_000_000L / framesPerSecond * 1000;
            long wait = due - System.nanoTime();
            if (wait > 100_000) {
                LockSupport.parkNanos(wait - 60_000);
            }
            while (System.nanoTime() - due < 0) {
                Thread.onSpinWait();
            }
        }
        return sent;
    }

    @Override
    public void close() {
        ebpf.close();
        arena.close();
    }
}
