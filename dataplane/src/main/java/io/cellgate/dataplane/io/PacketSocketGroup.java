package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The packet sockets of several workers on one interface: the kernel hands each frame to one of them, as a program says
 * (PACKET_FANOUT, packet(7)). The first one chooses the group's number.
 *
 * <pre>
 * PACKET_FANOUT's int: number of the group in 16 bits, mode and flags in 16
 * </pre>
 */
final class PacketSocketGroup {
    private static final int PACKET_FANOUT = 18;
    private static final int BY_PROGRAM = 6;
    private static final int FLAG_UNIQUE_NUMBER = 0x2000;
    /** In a group it is the group that ignores what goes out, not its sockets. */
    private static final int FLAG_IGNORE_OUTGOING = 0x4000;

    private final int workers;
    private final Program program;
    private int members;
    private int number;

    /** Sets the program of a socket's group. */
    interface Program {
        void attach(LinuxCalls calls, int socket, int workers) throws IOException;
    }

    PacketSocketGroup(int workers, Program program) {
        this.workers = workers;
        this.program = program;
    }

    boolean isEmpty() {
        return members == 0;
    }

    /** Takes in a socket, which is bound; a single worker's stays alone. */
    void join(LinuxCalls calls, int socket) throws IOException {
        boolean first = members++ == 0;
        if (workers == 1) {
            return;
        }
        int flags = BY_PROGRAM | FLAG_IGNORE_OUTGOING | (first ? FLAG_UNIQUE_NUMBER : 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            value.set(JAVA_INT, 0, number | flags << 16);
            calls.setOption(socket, PacketSocketPort.SOL_PACKET, PACKET_FANOUT, value,
                    "share an interface among packet sockets");
            if (first) {
                calls.option(socket, PacketSocketPort.SOL_PACKET, PACKET_FANOUT, value,
                        "number of a group of packet sockets");
                number = value.get(JAVA_INT, 0) & 0xffff;
                program.attach(calls, socket, workers);
            }
        }
    }
}
