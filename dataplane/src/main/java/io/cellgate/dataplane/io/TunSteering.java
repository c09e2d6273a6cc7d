package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How the kernel spreads packets over workers: programs of its two virtual machines, which depend on nothing but the
 * packet, so that what is of one session always comes the same way.
 *
 * <pre>
 * sockets of one address, classic BPF (SO_ATTACH_REUSEPORT_CBPF); offset 0 is the UDP payload
 *     A = word at 4 (TEID);  A %= workers;  return A
 * queues of the TUN device, eBPF (TUNSETSTEERINGEBPF); offset 0 is the IP header
 *     R0 = version;  R0 = word at 28 if it is 6 (end of the /64) else word at 16 (destination);  return R0 % workers
 *     for a plain link: R0 = word at 12 (source, or the end of its /64);  return R0 % workers
 * </pre>
 *
 * What is too short for its word goes to the first worker, which drops it.
 */
final class TunSteering {
    private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
    private static final long TUNSETSTEERINGEBPF = 0x800454e0L;
    private static final int BPF_PROG_LOAD = 5;
    private static final int SOCKET_FILTER = 1;
    private static final int ATTRIBUTES_OCTETS = 128;
    private static final int LD_WORD = 0x20;
    private static final int LD_BYTE = 0x30;
    private static final int MOD_CONSTANT = 0x94;
    private static final int RETURN_A = 0x16;

    private TunSteering() {}

    /** Spreads the datagrams to this socket and its sisters, which are bound to the same address in their order. */
    static void spreadByTeid(LinuxCalls calls, int socket, int workers) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long[] program = {classic(LD_WORD, 4), classic(MOD_CONSTANT, workers),
                    classic(RETURN_A, 0)};
            MemorySegment filter = arena.allocate(8L * program.length, 8);
            for (int i = 0; i < program.length; i++) {
                filter.set(JAVA_LONG, 8L * i, program[i]);
            }
            MemorySegment fprog = arena.allocate(16, 8);
            fprog.set(JAVA_SHORT, 0, (short) program.length);
            fprog.set(JAVA_LONG, 8, filter.address());
            calls.setOption(socket, LinuxCalls.SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, fprog,
                    "spread datagrams over " + workers + " workers");
        }
    }

    /** {@code struct sock_filter}: code in 16 bits, no jumps, constant in 32. */
    private static long classic(int code, int constant) {
        return code | (long) constant << 32;
    }

    /** Spreads the packets of devices over the queues of a TUN device. Needs CAP_BPF. */
    static void spreadBySource(LinuxCalls calls, int tun, int workers) throws IOException {
        spread(calls, tun, workers, extended(0xbf, 6, 1, 0, 0), // R6 = R1, the packet
                extended(LD_WORD, 0, 0, 0, 12), // IPv4's source, or the end of the /64 of IPv6's
                extended(0x97, 0, 0, 0, workers), // R0 %= workers
                extended(0x95, 0, 0, 0, 0));
    }

    /** Spreads the packets to devices over the queues of the TUN device. Needs CAP_BPF. */
    static void spreadByDestination(LinuxCalls calls, int tun, int workers) throws IOException {
        spread(calls, tun, workers, extended(0xbf, 6, 1, 0, 0), // R6 = R1, the packet
                extended(LD_BYTE, 0, 0, 0, 0), // R0 = first octet
                extended(0x77, 0, 0, 0, 4), // R0 >>= 4
                extended(0x15, 0, 0, 2, 6), // IPv6: over the next two
                extended(LD_WORD, 0, 0, 0, 16), //
                extended(0x05, 0, 0, 1, 0), //
                extended(LD_WORD, 0, 0, 0, 28), //
                extended(0x97, 0, 0, 0, workers), // R0 %= workers
                extended(0x95, 0, 0, 0, 0));
    }

    private static void spread(LinuxCalls calls, int tun, int workers, long... program)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(8L * program.length, 8);
            for (int i = 0; i < program.length; i++) {
                code.set(JAVA_LONG_UNALIGNED, 8L * i, program[i]);
            }
            MemorySegment attributes = arena.allocate(ATTRIBUTES_OCTETS, 8);
            attributes.set(JAVA_INT, 0, SOCKET_FILTER);
            attributes.set(JAVA_INT, 4, program.length);
            attributes.set(JAVA_LONG, 8, code.address());
            attributes.set(JAVA_LONG, 16, arena.allocateFrom("none").address());
            int loaded = calls.bpf(BPF_PROG_LOAD, attributes);
            if (loaded < 0) {
                throw new IOException("spread packets over " + workers + " workers: errno "
                        + calls.errno() + ", expected CAP_BPF, or one worker");
            }
            MemorySegment argument = arena.allocate(8, 8);
            argument.set(JAVA_INT, 0, loaded);
            boolean set = calls.tryIoctl(tun, TUNSETSTEERINGEBPF, argument);
            int errno = calls.errno();
            calls.close(loaded); // the device holds it from now on
            if (!set) {
                throw new IOException("TUNSETSTEERINGEBPF: errno " + errno);
            }
        }
    }

    private static long extended(int code, int to, int from, int offset, int constant) {
        return code | (long) to << 8 | (long) from << 12 | (long) (offset & 0xffff) << 16
                | (long) constant << 32;
    }
}
