package io.cellgate.dataplane.io;

import static io.cellgate.dataplane.io.EbpfAssembler.R0;
import static io.cellgate.dataplane.io.EbpfAssembler.R1;
import static io.cellgate.dataplane.io.EbpfAssembler.R2;
import static io.cellgate.dataplane.io.EbpfAssembler.R3;
import static io.cellgate.dataplane.io.EbpfAssembler.R4;
import static io.cellgate.dataplane.io.EbpfAssembler.R5;
import static io.cellgate.dataplane.io.EbpfAssembler.R6;
import static io.cellgate.dataplane.io.EbpfAssembler.R7;
import static io.cellgate.dataplane.io.EbpfAssembler.R8;
import static io.cellgate.dataplane.io.EbpfAssembler.R9;

import io.cellgate.dataplane.io.EbpfAssembler.Condition;
import io.cellgate.dataplane.io.EbpfAssembler.Operation;
import io.cellgate.dataplane.io.EbpfAssembler.Width;
import io.cellgate.dataplane.gtpu.GtpuHeaderFlyweight;
import java.nio.ByteOrder;

/**
 * The part of our XDP programs that forwards packets of the flows in a {@link KernelTable} inside the kernel: takes them out of
 * the tunnel or puts them into it, and sends them out of the other interface.
 *
 * <p>It takes no packet that a worker would treat otherwise than by forwarding it: IPv4 in IPv4 without options or fragments,
 * with a TTL that lasts, all lengths in agreement, the outer header's checksum right, TCP with ACK alone or with PSH, UDP;
 * from the peer and in the tunnel that the flow's session has. What it makes of them is what {@link Frame} makes of them,
 * to the octet. It changes nothing before all is checked: whatever does not fit is left as it came, for a worker to judge.
 *
 * <pre>
 * from a carrier            0 Ethernet  14 IPv4  34 UDP  42 GTP-U  50 IPv4  70 ports
 * from the core, and after  0 Ethernet  14 IPv4  34 ports
 * </pre>
 *
 * R6 is the context and R9 0 before and after.
 */
final class KernelForwarding {
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_DATA_END = 4;
    private static final int IP_AT = 14;
    private static final int INNER_AT = 50;
    private static final int TUNNEL_OCTETS = INNER_AT - IP_AT;
    private static final int IPV4_OCTETS = 20;
    private static final int UDP_OCTETS = 8;
    private static final int TCP_OCTETS = 20;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int NOT_DONT_FRAGMENT = 0xbfff;
    private static final int VERSION_4_WITHOUT_OPTIONS = 0x45;
    private static final int TCP = 6;
    private static final int UDP = 17;
    /** More than the time of the last tick may lie behind a time that a worker read just before. */
    private static final int A_TICK_NANOS = 20_000_000;
    private static final int TCP_FIN_SYN_RST_ACK_URG = 0x37;
    private static final int TCP_ACK = 0x10;
    private static final int G_PDU_WITHOUT_OPTIONS = raw16(0x30ff);
    private static final int ENTRY_SHIFT = Integer.numberOfTrailingZeros(KernelTable.ENTRY_OCTETS);
    private static final int LINE_SHIFT = Integer.numberOfTrailingZeros(KernelTable.LINE_OCTETS);

    // on a program's stack
    private static final int PADDING = -8;
    private static final int ENTRY = -16;
    private static final int KEY_ADDRESSES = -24;
    private static final int KEY_PORTS = -32;
    private static final int NEXT_HOP = -40;
    private static final int TUNNEL = -48;

    private final KernelTable table;
    private final Frame.Tunnel local;
    private final int accessIndex;
    private final int coreIndex;
    private final long coreMac;
    private final boolean coreIsLocal;

    /**
     * @param local       our end of tunnels, of IPv4
     * @param coreIsLocal whether what comes from the core may have unfinished checksums
     */
    KernelForwarding(KernelTable table, Frame.Tunnel local, int accessIndex, int coreIndex,
            long coreMac, boolean coreIsLocal) {
        this.table = table;
        this.local = local;
        this.accessIndex = accessIndex;
        this.coreIndex = coreIndex;
        this.coreMac = coreMac;
        this.coreIsLocal = coreIsLocal;
    }

    private static int raw16(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
                ? value
                : Short.toUnsignedInt(Short.reverseBytes((short) value));
    }

    /** Forwards an uplink datagram to our address and port, of IPv4 without options, or goes on behind this. */
    void uplink(EbpfAssembler a) {
        begin(a, INNER_AT + IPV4_OCTETS + UDP_OCTETS);
        fetch(a, INNER_AT);
        // R8 = the frame's length, R4 = what each header says that is in it
        a.copy(R8, R3).operateRegister(Operation.SUBTRACT, R8, R2);
        word16(a, R4, IP_AT + 2);
        a.copy(R5, R4).add(R5, IP_AT).jumpIfRegister(Condition.NOT_EQUAL, R5, R8, "leave");
        a.load(Width.WORD, R0, R2, IP_AT);
        for (int at = 4; at < IPV4_OCTETS; at += 4) {
            a.load(Width.WORD, R5, R2, IP_AT + at).operateRegister(Operation.ADD, R0, R5);
        }
        fold(a, R0, R5);
        a.jumpIf(Condition.NOT_EQUAL, R0, 0xffff, "leave");
        word16(a, R5, IP_AT + IPV4_OCTETS + 4);
        a.add(R4, -IPV4_OCTETS).jumpIfRegister(Condition.NOT_EQUAL, R4, R5, "leave");
        a.load(Width.HALF, R5, R2, INNER_AT - 8)
                .jumpIf(Condition.NOT_EQUAL, R5, G_PDU_WITHOUT_OPTIONS, "leave");
        word16(a, R5, INNER_AT - 6);
        a.add(R4, -UDP_OCTETS - 8).jumpIfRegister(Condition.NOT_EQUAL, R4, R5, "leave");
        a.load(Width.BYTE, R5, R2, INNER_AT)
                .jumpIf(Condition.NOT_EQUAL, R5, VERSION_4_WITHOUT_OPTIONS, "leave");
        word16(a, R5, INNER_AT + 2);
        a.jumpIfRegister(Condition.NOT_EQUAL, R4, R5, "leave");
        inner(a, INNER_AT, false);
        find(a, KernelTable.CORE_LONGEST);
        a.load(Width.WORD, R0, R8, KernelTable.LOCAL_TEID).load(Width.WORD, R4, R2, INNER_AT - 4)
                .jumpIfRegister(Condition.NOT_EQUAL, R0, R4, "leave");
        a.load(Width.WORD, R0, R8, KernelTable.PEER).load(Width.WORD, R4, R2, IP_AT + 12)
                .jumpIfRegister(Condition.NOT_EQUAL, R0, R4, "leave");
        keep(a, KernelTable.CORE_MAC, NEXT_HOP);
        moveHead(a, TUNNEL_OCTETS, IP_AT + IPV4_OCTETS);
        count(a, KernelTable.COUNTED_UP, KernelTable.LINE_PACKETS_UP, KernelTable.LINE_BYTES_UP);
        ethernet(a, coreMac);
        hop(a, IP_AT);
        send(a, coreIndex);
    }

    /** Forwards a packet of the core side, of IPv4 without options, or goes on behind this. */
    void downlink(EbpfAssembler a) {
        begin(a, IP_AT + IPV4_OCTETS + UDP_OCTETS);
        fetch(a, IP_AT);
        a.copy(R8, R3).operateRegister(Operation.SUBTRACT, R8, R2).add(R8, -IP_AT);
        word16(a, R4, IP_AT + 2);
        a.jumpIfRegister(Condition.GREATER, R4, R8, "leave");
        // what Ethernet padded a short frame with goes; a longer rest is nothing that we know
        a.operateRegister(Operation.SUBTRACT, R8, R4)
                .jumpIf(Condition.GREATER, R8, 60 - IP_AT - IPV4_OCTETS - UDP_OCTETS, "leave")
                .store(Width.DOUBLE, EbpfAssembler.FRAME, PADDING, R8);
        a.jumpIf(Condition.LESS, R4, IPV4_OCTETS + UDP_OCTETS, "leave");
        inner(a, IP_AT, coreIsLocal);
        find(a, KernelTable.ACCESS_LONGEST);
        keep(a, KernelTable.ACCESS_MAC, NEXT_HOP);
        keep(a, KernelTable.PEER, TUNNEL);
        a.load(Width.DOUBLE, R4, EbpfAssembler.FRAME, PADDING)
                .jumpIf(Condition.EQUAL, R4, 0, "whole").move(R2, 0)
                .operateRegister(Operation.SUBTRACT, R2, R4).copy(R1, R6)
                .call(Ebpf.XDP_ADJUST_TAIL).jumpIf(Condition.NOT_EQUAL, R0, 0, "leave")
                .label("whole");
        moveHead(a, -TUNNEL_OCTETS, INNER_AT + IPV4_OCTETS);
        count(a, KernelTable.COUNTED_DOWN, KernelTable.LINE_PACKETS_DOWN,
                KernelTable.LINE_BYTES_DOWN);
        hop(a, INNER_AT);
        ethernet(a, local.fromMac());
        tunnel(a);
        send(a, accessIndex);
    }

    /**
     * Comes to the table: before anything is read of the frame, for an atomic operation waits for what was read before it.
     * Not without workers that are alive. R7 = this processor's line, R2 and R3 where the frame begins and ends, with so many octets in it at least.
     */
    private void begin(EbpfAssembler a, int octets) {
        a.call(Ebpf.KTIME_GET_COARSE_NS).mapValue(R7, table.commonFd(), 0)
                .load(Width.DOUBLE, R1, R7, KernelTable.ALIVE)
                .operateRegister(Operation.SUBTRACT, R0, R1).add(R0, A_TICK_NANOS)
                .operate(Operation.SHIFT_RIGHT, R0, KernelTable.LEASE_SHIFT)
                .jumpIf(Condition.GREATER, R0, KernelTable.LEASE, "worker");
        a.call(Ebpf.PROCESSOR_ID)
                .jumpIf(Condition.NOT_LESS, R0, table.possibleProcessors(), "worker")
                .operate(Operation.SHIFT_LEFT, R0, LINE_SHIFT)
                .mapValue(R7, table.commonFd(), KernelTable.LINES)
                .operateRegister(Operation.ADD, R7, R0);
        a.move(R1, 1).fetchAdd(R7, KernelTable.CAME, R1);
        frame(a, octets, "leave");
    }

    private static void frame(EbpfAssembler a, int octets, String otherwise) {
        a.load(Width.WORD, R2, R6, CONTEXT_DATA).load(Width.WORD, R3, R6, CONTEXT_DATA_END);
        reach(a, octets, otherwise);
    }

    private static void reach(EbpfAssembler a, int octets, String otherwise) {
        a.copy(R1, R2).add(R1, octets).jumpIfRegister(Condition.GREATER, R1, R3, otherwise);
    }

    private static void word16(EbpfAssembler a, int dst, int at) {
        a.load(Width.HALF, dst, R2, at).swap(dst, 16);
    }

    /** Adds the carries of a sum of 16 or 32-bit words, until it has 16 bits (RFC 1071). */
    private static void fold(EbpfAssembler a, int sum, int scratch) {
        for (int bits : new int[]{32, 16, 16, 16}) {
            a.copy(scratch, sum).operate(Operation.SHIFT_RIGHT, scratch, bits)
                    .operate(Operation.SHIFT_LEFT, sum, 64 - bits)
                    .operate(Operation.SHIFT_RIGHT, sum, 64 - bits)
                    .operateRegister(Operation.ADD, sum, scratch);
        }
    }

    /**
     * Looks at a device's packet of R4 octets. R9 = its length.
     *
     * @param mayBeUnfinished whether its checksum is to be looked at: one that is left to a network card is not for us
     */
    private static void inner(EbpfAssembler a, int at, boolean mayBeUnfinished) {
        word16(a, R5, at + 6);
        a.jumpIf(Condition.ANY_BIT, R5, NOT_DONT_FRAGMENT, "leave");
        a.load(Width.BYTE, R5, R2, at + 8).jumpIf(Condition.NOT_GREATER, R5, 1, "leave");
        a.copy(R9, R4).add(R4, -IPV4_OCTETS);
        a.load(Width.BYTE, R0, R2, at + 9).jumpIf(Condition.EQUAL, R0, TCP, "tcp")
                .jumpIf(Condition.NOT_EQUAL, R0, UDP, "leave");
        word16(a, R5, at + IPV4_OCTETS + 4);
        a.jumpIfRegister(Condition.NOT_EQUAL, R4, R5, "leave");
        if (mayBeUnfinished) {
            refuseUnfinished(a, at, 6);
        }
        a.jump("looked").label("tcp");
        reach(a, at + IPV4_OCTETS + TCP_OCTETS, "leave");
        a.load(Width.BYTE, R5, R2, at + IPV4_OCTETS + 12).operate(Operation.SHIFT_RIGHT, R5, 4)
                .operate(Operation.SHIFT_LEFT, R5, 2)
                .jumpIf(Condition.LESS, R5, TCP_OCTETS, "leave")
                .jumpIfRegister(Condition.GREATER, R5, R4, "leave");
        a.load(Width.BYTE, R5, R2, at + IPV4_OCTETS + 13)
                .operate(Operation.AND, R5, TCP_FIN_SYN_RST_ACK_URG)
                .jumpIf(Condition.NOT_EQUAL, R5, TCP_ACK, "leave");
        if (mayBeUnfinished) {
            refuseUnfinished(a, at, 16);
        }
        a.label("looked");
    }

    /**
     * Has the processor fetch the entry of the packet's key while the packet is looked at, for a line of a large table takes longer to
     * come than that. The key and where the entry is are kept on the stack.
     */
    private void fetch(EbpfAssembler a, int at) {
        a.load(Width.DOUBLE, R4, R2, at + 12).load(Width.WORD, R5, R2, at + IPV4_OCTETS)
                .load(Width.BYTE, R0, R2, at + 9);
        if (at == IP_AT) { // from the core: the device is the receiver
            a.copy(R1, R4).operate(Operation.SHIFT_RIGHT, R1, 32)
                    .operate(Operation.SHIFT_LEFT, R4, 32).operateRegister(Operation.OR, R4, R1);
            a.copy(R1, R5).operate(Operation.SHIFT_RIGHT, R1, 16)
                    .operate(Operation.SHIFT_LEFT, R5, 48)
                    .operate(Operation.SHIFT_RIGHT, R5, 32).operateRegister(Operation.OR, R5, R1);
        }
        a.operate(Operation.SHIFT_LEFT, R0, 32).operateRegister(Operation.OR, R5, R0)
                .store(Width.DOUBLE, EbpfAssembler.FRAME, KEY_ADDRESSES, R4)
                .store(Width.DOUBLE, EbpfAssembler.FRAME, KEY_PORTS, R5);
        a.copy(R0, R4).constant(R1, table.seed()).operateRegister(Operation.XOR, R0, R1)
                .constant(R1, KernelTable.MIX_1).operateRegister(Operation.MULTIPLY, R0, R1)
                .copy(R1, R0).operate(Operation.SHIFT_RIGHT, R1, 32)
                .operateRegister(Operation.XOR, R0, R1).operateRegister(Operation.ADD, R0, R5)
                .constant(R1, KernelTable.MIX_2).operateRegister(Operation.MULTIPLY, R0, R1)
                .operate(Operation.SHIFT_RIGHT, R0, 64 - table.bits())
                .operate(Operation.SHIFT_LEFT, R0, ENTRY_SHIFT)
                .mapValue(R1, table.entriesFd(), 0).operateRegister(Operation.ADD, R1, R0)
                .store(Width.DOUBLE, EbpfAssembler.FRAME, ENTRY, R1)
                .load(Width.DOUBLE, R0, R1, KernelTable.ADDRESSES);
    }

    /** An unfinished checksum is the sum of the pseudo-header. R0 = the protocol, R4 = the length behind the IP header. */
    private static void refuseUnfinished(EbpfAssembler a, int at, int checksumAt) {
        a.load(Width.WORD, R5, R2, at + 12).load(Width.WORD, R1, R2, at + 16)
                .operateRegister(Operation.ADD, R5, R1);
        a.copy(R1, R0).operateRegister(Operation.ADD, R1, R4).swap(R1, 16)
                .operateRegister(Operation.ADD, R5, R1);
        fold(a, R5, R1);
        a.load(Width.HALF, R1, R2, at + IPV4_OCTETS + checksumAt)
                .jumpIfRegister(Condition.EQUAL, R5, R1, "leave");
    }

    /**
     * R8 = the entry of the key, which counts and takes packets of R9 octets. Whether an entry counts is read before its key: only
     * one that counted then is not given to another flow before this run has left.
     */
    private void find(EbpfAssembler a, int longest) {
        a.load(Width.DOUBLE, R8, EbpfAssembler.FRAME, ENTRY)
                .load(Width.DOUBLE, R4, EbpfAssembler.FRAME, KEY_ADDRESSES)
                .load(Width.DOUBLE, R5, EbpfAssembler.FRAME, KEY_PORTS);
        a.mapValue(R1, table.commonFd(), 0).load(Width.WORD, R1, R1, 0);
        for (int way = 0; way < KernelTable.WAYS; way++) {
            int at = way * KernelTable.ENTRY_OCTETS;
            String next = "way" + (way + 1);
            String ended = "ended" + way;
            a.load(Width.WORD, R0, R8, at + KernelTable.GENERATION)
                    .jumpIfRegister(Condition.NOT_EQUAL, R0, R1, ended)
                    .load(Width.DOUBLE, R0, R8, at + KernelTable.ADDRESSES)
                    .jumpIfRegister(Condition.NOT_EQUAL, R0, R4, next)
                    .load(Width.DOUBLE, R0, R8, at + KernelTable.PORTS)
                    .jumpIfRegister(Condition.NOT_EQUAL, R0, R5, next)
                    .add(R8, at).jump("found");
            a.label(ended).load(Width.DOUBLE, R0, R8, at + KernelTable.ADDRESSES)
                    .jumpIf(Condition.EQUAL, R0, 0, "leave").label(next);
        }
        a.jump("leave").label("found").load(Width.HALF, R0, R8, longest)
                .jumpIfRegister(Condition.GREATER, R9, R0, "leave");
    }

    /** Cuts so many octets from the front of the frame, or makes room there. R2 and R3 = where it begins and ends now. */
    private static void moveHead(EbpfAssembler a, int octets, int reached) {
        a.copy(R1, R6).move(R2, octets).call(Ebpf.XDP_ADJUST_HEAD)
                .jumpIf(Condition.NOT_EQUAL, R0, 0, "leave");
        frame(a, reached, "broken");
    }

    /** Takes eight octets of the entry, for when the table is left. */
    private static void keep(EbpfAssembler a, int at, int onStack) {
        a.load(Width.DOUBLE, R0, R8, at).store(Width.DOUBLE, EbpfAssembler.FRAME, onStack, R0);
    }

    private static void ethernet(EbpfAssembler a, long fromMac) {
        a.load(Width.WORD, R0, EbpfAssembler.FRAME, NEXT_HOP).store(Width.WORD, R2, 0, R0)
                .load(Width.HALF, R0, EbpfAssembler.FRAME, NEXT_HOP + 4)
                .store(Width.HALF, R2, 4, R0)
                .storeValue(Width.HALF, R2, 6, raw16((int) (fromMac >>> 32)))
                .storeValue(Width.WORD, R2, 8, KernelTable.raw((int) fromMac))
                .storeValue(Width.HALF, R2, 12, raw16(ETHERTYPE_IPV4));
    }

    /** As {@link Frame#hop}: the checksum changes by the difference. */
    private static void hop(EbpfAssembler a, int at) {
        a.load(Width.BYTE, R0, R2, at + 8).add(R0, -1).store(Width.BYTE, R2, at + 8, R0);
        word16(a, R0, at + 10);
        a.add(R0, 0x100).jumpIf(Condition.LESS, R0, 0xffff, "summed").add(R0, 1)
                .label("summed").swap(R0, 16).store(Width.HALF, R2, at + 10, R0);
    }

    /** As {@link Frame#writeTunnel}, and the header of a G-PDU. */
    private void tunnel(EbpfAssembler a) {
        a.copy(R4, R9).add(R4, TUNNEL_OCTETS).swap(R4, 16);
        a.storeValue(Width.HALF, R2, IP_AT, raw16(0x4500)).store(Width.HALF, R2, IP_AT + 2, R4)
                .storeValue(Width.WORD, R2, IP_AT + 4, KernelTable.raw(0x4000))
                .storeValue(Width.HALF, R2, IP_AT + 8, raw16(64 << 8 | UDP));
        a.load(Width.WORD, R0, EbpfAssembler.FRAME, TUNNEL)
                .operateRegister(Operation.ADD, R0, R4)
                .add(R0, raw16(0x4500) + raw16(0x4000) + raw16(64 << 8 | UDP)
                        + halves((int) local.fromLo()));
        fold(a, R0, R5);
        a.operate(Operation.XOR, R0, 0xffff).store(Width.HALF, R2, IP_AT + 10, R0);
        a.storeValue(Width.WORD, R2, IP_AT + 12, KernelTable.raw((int) local.fromLo()))
                .load(Width.WORD, R0, EbpfAssembler.FRAME, TUNNEL)
                .store(Width.WORD, R2, IP_AT + 16, R0);
        int udpAt = IP_AT + IPV4_OCTETS;
        a.copy(R4, R9).add(R4, UDP_OCTETS + 8).swap(R4, 16);
        a.storeValue(Width.HALF, R2, udpAt, raw16(local.port()))
                .storeValue(Width.HALF, R2, udpAt + 2, raw16(GtpuHeaderFlyweight.PORT))
                .store(Width.HALF, R2, udpAt + 4, R4).storeValue(Width.HALF, R2, udpAt + 6, 0);
        a.copy(R4, R9).swap(R4, 16);
        a.storeValue(Width.HALF, R2, udpAt + 8, G_PDU_WITHOUT_OPTIONS)
                .store(Width.HALF, R2, udpAt + 10, R4)
                .load(Width.WORD, R0, EbpfAssembler.FRAME, TUNNEL + 4)
                .store(Width.WORD, R2, udpAt + 12, R0);
    }

    /** What an address adds to a sum of 16-bit words. */
    private static int halves(int address) {
        return raw16(address >>> 16) + raw16(address & 0xffff);
    }

    /**
     * Counts the packet and leaves the table. It is written to only afterwards: an atomic operation waits for all that was
     * stored before it, and the lines of a frame come from the processor that received it.
     */
    private static void count(EbpfAssembler a, int count, int linePackets, int lineBytes) {
        a.constant(R1, KernelTable.ONE_PACKET).operateRegister(Operation.ADD, R1, R9)
                .atomicAdd(R8, count, R1);
        a.load(Width.DOUBLE, R0, R7, linePackets).add(R0, 1)
                .store(Width.DOUBLE, R7, linePackets, R0);
        a.load(Width.DOUBLE, R0, R7, lineBytes).operateRegister(Operation.ADD, R0, R9)
                .store(Width.DOUBLE, R7, lineBytes, R0);
        a.move(R1, 1).fetchAdd(R7, KernelTable.LEFT, R1);
    }

    /** Sends the frame; behind this is where a packet comes to that is a worker's. */
    private static void send(EbpfAssembler a, int interfaceIndex) {
        a.move(R1, interfaceIndex).move(R2, 0).call(Ebpf.REDIRECT).exit();
        // not reached: who could move the head can reach the octets that were there before
        a.label("broken").move(R1, 1).fetchAdd(R7, KernelTable.LEFT, R1).exit(Ebpf.XDP_DROP);
        a.label("leave").move(R1, 1).fetchAdd(R7, KernelTable.LEFT, R1);
        a.label("worker").move(R9, 0).load(Width.WORD, R2, R6, CONTEXT_DATA)
                .load(Width.WORD, R3, R6, CONTEXT_DATA_END);
    }
}
