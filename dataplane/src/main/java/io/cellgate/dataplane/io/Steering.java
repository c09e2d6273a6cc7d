package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.cellgate.dataplane.io.EbpfAssembler.Condition;
import io.cellgate.dataplane.io.EbpfAssembler.Operation;
import io.cellgate.dataplane.io.EbpfAssembler.Width;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How the kernel spreads packets over workers: programs of its two virtual machines, which depend on nothing but the
 * packet, so that what is of one session always comes the same way. From a carrier it is the TEID that tells, from the core the
 * end of the destination: an IPv4 address, or the end of an IPv6 device's /64. {@link XdpFilter} does the same.
 *
 * <pre>
 * sockets of one address, classic BPF (SO_ATTACH_REUSEPORT_CBPF); offset 0 is the UDP payload
 *     A = word at 4 (TEID);  A %= workers;  return A
 * packet sockets of one interface, classic BPF (PACKET_FANOUT_CBPF); offset 0 is the IP header
 *     A = version;  A = word at one place if it is 6, else at another;  A %= workers;  return A
 * queues of a TUN device, eBPF (TUNSETSTEERINGEBPF); offset 0 is the IP header: the same, and for a plain link
 *     R0 = word at 12 (source, or the end of its /64);  R0 %= workers;  return R0
 * </pre>
 *
 * What is too short for its word goes to the first worker, which drops it.
 */
final class Steering {
    private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_FANOUT_DATA = 22;
    private static final long TUNSETSTEERINGEBPF = 0x800454e0L;
    private static final int LD_WORD = 0x20;
    private static final int LD_BYTE = 0x30;
    private static final int SHIFT_RIGHT_CONSTANT = 0x74;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_TRUE_SHIFT = 16;
    private static final int JUMP_IF_FALSE_SHIFT = 24;
    private static final int MOD_CONSTANT = 0x94;
    private static final int RETURN_A = 0x16;
    private static final int IPV4_DESTINATION = 16;
    private static final int IPV6_PREFIX_END = 28;
    /** Of IPv4 the address, of IPv6 the end of its /64. */
    private static final int SOURCE = 12;
    private static final int IPV4_TUNNEL_TEID = 20 + 8 + 4;
    private static final int IPV6_TUNNEL_TEID = 40 + 8 + 4;

    private Steering() {}

    /** Spreads the datagrams to this socket and its sisters, which are bound to the same address in their order. */
    static void spreadByTeid(LinuxCalls calls, int socket, int workers) throws IOException {
        attach(calls, socket, LinuxCalls.SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, workers,
                classic(LD_WORD, 4), classic(MOD_CONSTANT, workers), classic(RETURN_A, 0));
    }

    /** Spreads the frames of tunnels over the packet sockets of this one's group, in the order in which they joined. */
    static void spreadFramesByTeid(LinuxCalls calls, int socket, int workers) throws IOException {
        spreadFrames(calls, socket, workers, IPV4_TUNNEL_TEID, IPV6_TUNNEL_TEID);
    }

    /** Spreads the frames to devices likewise. */
    static void spreadFramesByDestination(LinuxCalls calls, int socket, int workers)
            throws IOException {
        spreadFrames(calls, socket, workers, IPV4_DESTINATION, IPV6_PREFIX_END);
    }

    private static void spreadFrames(LinuxCalls calls, int socket, int workers, int ofIpv4,
            int ofIpv6) throws IOException {
        attach(calls, socket, SOL_PACKET, PACKET_FANOUT_DATA, workers, classic(LD_BYTE, 0),
                classic(SHIFT_RIGHT_CONSTANT, 4),
                classic(JUMP_IF_EQUAL | 2 << JUMP_IF_TRUE_SHIFT | 0 << JUMP_IF_FALSE_SHIFT, 6),
                classic(LD_WORD, ofIpv4), classic(JUMP_IF_EQUAL | 1 << JUMP_IF_TRUE_SHIFT
                        | 1 << JUMP_IF_FALSE_SHIFT, 0),
                classic(LD_WORD, ofIpv6), classic(MOD_CONSTANT, workers), classic(RETURN_A, 0));
    }

    private static void attach(LinuxCalls calls, int socket, int level, int option, int workers,
            long... program) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocate(8L * program.length, 8);
            for (int i = 0; i < program.length; i++) {
                filter.set(JAVA_LONG, 8L * i, program[i]);
            }
            MemorySegment fprog = arena.allocate(16, 8);
            fprog.set(JAVA_SHORT, 0, (short) program.length);
            fprog.set(JAVA_LONG, 8, filter.address());
            calls.setOption(socket, level, option, fprog,
                    "spread packets over " + workers + " workers");
        }
    }

    /** {@code struct sock_filter}: code in 16 bits, two jumps in 8 each, constant in 32. */
    private static long classic(int codeAndJumps, int constant) {
        return Integer.toUnsignedLong(codeAndJumps) | (long) constant << 32;
    }

    /** Spreads the packets to devices over the queues of the TUN device. Needs CAP_BPF. */
    static void spreadByDestination(LinuxCalls calls, int tun, int workers) throws IOException {
        steer(calls, tun, new EbpfAssembler().copy(EbpfAssembler.R6, EbpfAssembler.R1)
                .loadPacket(Width.BYTE, 0).operate(Operation.SHIFT_RIGHT, EbpfAssembler.R0, 4)
                .jumpIf(Condition.EQUAL, EbpfAssembler.R0, 6, "ipv6")
                .loadPacket(Width.WORD, IPV4_DESTINATION).jump("spread").label("ipv6")
                .loadPacket(Width.WORD, IPV6_PREFIX_END).label("spread")
                .operate(Operation.MODULO, EbpfAssembler.R0, workers).exit());
    }

    /** Spreads the packets of devices over the queues of a plain link's TUN device likewise. */
    static void spreadBySource(LinuxCalls calls, int tun, int workers) throws IOException {
        steer(calls, tun,
                new EbpfAssembler().copy(EbpfAssembler.R6, EbpfAssembler.R1)
                        .loadPacket(Width.WORD, SOURCE)
                        .operate(Operation.MODULO, EbpfAssembler.R0, workers).exit());
    }

    private static void steer(LinuxCalls calls, int tun, EbpfAssembler program)
            throws IOException {
        try (Ebpf ebpf = new Ebpf(); Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocate(8, 8);
            argument.set(JAVA_INT, 0, ebpf.loadSocketFilter(program));
            if (!calls.tryIoctl(tun, TUNSETSTEERINGEBPF, argument)) {
                throw new IOException("TUNSETSTEERINGEBPF: errno " + calls.errno());
            }
            // the device holds the program from now on
        }
    }
}
