package io.cellgate.dataplane.io;

import static io.cellgate.dataplane.io.EbpfAssembler.R0;
import static io.cellgate.dataplane.io.EbpfAssembler.R1;
import static io.cellgate.dataplane.io.EbpfAssembler.R2;
import static io.cellgate.dataplane.io.EbpfAssembler.R3;
import static io.cellgate.dataplane.io.EbpfAssembler.R4;
import static io.cellgate.dataplane.io.EbpfAssembler.R6;
import static io.cellgate.dataplane.io.EbpfAssembler.R7;
import static io.cellgate.dataplane.io.EbpfAssembler.R8;
import static io.cellgate.dataplane.io.EbpfAssembler.R9;

import io.cellgate.dataplane.io.EbpfAssembler.Condition;
import io.cellgate.dataplane.io.EbpfAssembler.Operation;
import io.cellgate.dataplane.io.EbpfAssembler.Width;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The XDP programs that choose what our sockets get, and forward by {@link KernelForwarding} what needs no worker; everything else
 * goes to the kernel as if they were not there.
 *
 * <p>The access side takes UDP to our GTP-U address and port, without IP options and not in fragments: those the kernel
 * reassembles and hands to the plain socket. The core side takes IP packets for devices that need nothing of the
 * kernel: no IPv4 options, and a TTL that lasts one more hop.
 */
final class XdpFilter {
    private static final int CONTEXT_DATA = 0;
    private static final int CONTEXT_DATA_END = 4;
    private static final int CONTEXT_RX_QUEUE = 16;
    private static final int ETHERTYPE_AT = 12;
    private static final int IP_AT = 14;
    private static final int IPV4_UDP_END = IP_AT + 20 + 8;
    private static final int IPV6_UDP_END = IP_AT + 40 + 8;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int VERSION_4_WITHOUT_OPTIONS = 0x45;
    private static final int MORE_FRAGMENTS_OR_OFFSET = 0x3fff;
    private static final int UDP = 17;
    private static final int UDP_OCTETS = 8;
    private static final int TEID_AT = 4;
    private static final int WORD_OCTETS = 4;

    private XdpFilter() {}

    /**
     * Takes GTP-U for these addresses, at most one of each IP version, for the worker that the TEID names.
     *
     * @param forwarding what forwards without a worker; null: nothing does
     */
    static EbpfAssembler access(List<InetSocketAddress> gtpu,
            @Nullable KernelForwarding forwarding, int socketMap, int workers) {
        EbpfAssembler a = begin();
        boolean ipv4 = gtpu.stream().anyMatch(at -> at.getAddress().getAddress().length == 4);
        boolean ipv6 = gtpu.stream().anyMatch(at -> at.getAddress().getAddress().length == 16);
        a.load(Width.HALF, R4, R2, ETHERTYPE_AT).swap(R4, 16);
        if (ipv4) {
            a.jumpIf(Condition.EQUAL, R4, ETHERTYPE_IPV4, "ipv4");
        }
        if (ipv6) {
            a.jumpIf(Condition.EQUAL, R4, ETHERTYPE_IPV6, "ipv6");
        }
        a.jump("pass");
        for (InetSocketAddress local : gtpu) {
            byte[] address = local.getAddress().getAddress();
            int udpAt;
            if (address.length == 4) {
                a.label("ipv4");
                reach(a, IPV4_UDP_END);
                a.load(Width.BYTE, R4, R2, IP_AT).jumpIf(Condition.NOT_EQUAL, R4,
                        VERSION_4_WITHOUT_OPTIONS, "pass");
                a.load(Width.HALF, R4, R2, IP_AT + 6).swap(R4, 16)
                        .jumpIf(Condition.ANY_BIT, R4, MORE_FRAGMENTS_OR_OFFSET, "pass");
                a.load(Width.BYTE, R4, R2, IP_AT + 9).jumpIf(Condition.NOT_EQUAL, R4, UDP,
                        "pass");
                match(a, address, 32, IP_AT + 16, "pass");
                udpAt = IP_AT + 20;
            } else {
                a.label("ipv6");
                reach(a, IPV6_UDP_END);
                a.load(Width.BYTE, R4, R2, IP_AT + 6).jumpIf(Condition.NOT_EQUAL, R4, UDP,
                        "pass");
                match(a, address, 128, IP_AT + 24, "pass");
                udpAt = IP_AT + 40;
            }
            a.load(Width.HALF, R4, R2, udpAt + 2).swap(R4, 16)
                    .jumpIf(Condition.NOT_EQUAL, R4, local.getPort(), "pass");
            if (address.length == 4 && forwarding != null) {
                forwarding.uplink(a);
            }
            spread(a, udpAt + UDP_OCTETS + TEID_AT, workers);
        }
        return end(a, socketMap, workers);
    }

    /**
     * Takes packets for devices, whose addresses have these prefixes, for the worker that the address' end names.
     *
     * @param forwarding what forwards without a worker; null: nothing does
     */
    static EbpfAssembler core(List<IpPrefix> devices, @Nullable KernelForwarding forwarding,
            int socketMap, int workers) {
        EbpfAssembler a = begin();
        a.load(Width.HALF, R4, R2, ETHERTYPE_AT).swap(R4, 16)
                .jumpIf(Condition.EQUAL, R4, ETHERTYPE_IPV4, "ipv4")
                .jumpIf(Condition.EQUAL, R4, ETHERTYPE_IPV6, "ipv6").jump("pass");
        a.label("ipv4");
        reach(a, IP_AT + 20);
        a.load(Width.BYTE, R4, R2, IP_AT).jumpIf(Condition.NOT_EQUAL, R4,
                VERSION_4_WITHOUT_OPTIONS, "pass");
        a.load(Width.BYTE, R4, R2, IP_AT + 8).jumpIf(Condition.NOT_GREATER, R4, 1, "pass");
        int next = 0;
        for (IpPrefix prefix : devices) {
            if (isIpv4(prefix)) {
                match(a, octets(prefix), prefix.bits() - 96, IP_AT + 16, "next" + next);
                a.jump("device").label("next" + next++);
            }
        }
        a.jump("pass");
        if (next > 0) {
            a.label("device");
            if (forwarding != null) {
                forwarding.downlink(a);
            }
            spread(a, IP_AT + 16, workers);
        }
        a.label("ipv6");
        reach(a, IP_AT + 40);
        a.load(Width.BYTE, R4, R2, IP_AT + 7).jumpIf(Condition.NOT_GREATER, R4, 1, "pass");
        for (IpPrefix prefix : devices) {
            if (!isIpv4(prefix)) {
                match(a, octets(prefix), prefix.bits(), IP_AT + 24, "next" + next);
                spread(a, IP_AT + 28, workers);
                a.label("next" + next++);
            }
        }
        a.jump("pass");
        return end(a, socketMap, workers);
    }

    private static boolean isIpv4(IpPrefix prefix) {
        return prefix.bits() >= 96 && IpAddresses.isIpv4(prefix.hi(), prefix.lo());
    }

    private static byte[] octets(IpPrefix prefix) {
        return isIpv4(prefix)
                ? ByteBuffer.allocate(4).putInt((int) prefix.lo()).array()
                : ByteBuffer.allocate(16).putLong(prefix.hi()).putLong(prefix.lo()).array();
    }

    /** R6: the context; R2 and R3: where the frame begins and ends; R9: the first worker. */
    private static EbpfAssembler begin() {
        EbpfAssembler a = new EbpfAssembler();
        a.copy(R6, R1).load(Width.WORD, R2, R6, CONTEXT_DATA).load(Width.WORD, R3, R6,
                CONTEXT_DATA_END).move(R9, 0);
        reach(a, IP_AT);
        return a;
    }

    private static void reach(EbpfAssembler a, int octets) {
        a.copy(R7, R2).add(R7, octets).jumpIfRegister(Condition.GREATER, R7, R3, "pass");
    }

    /** Compares the first bits of an address in the frame, 32 at a time. */
    private static void match(EbpfAssembler a, byte[] address, int bits, int at, String otherwise) {
        ByteBuffer words = ByteBuffer.wrap(address).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; 32 * i < bits; i++) {
            int here = Math.min(32, bits - 32 * i);
            int mask = Integer.reverseBytes(here == 32 ? -1 : -1 << 32 - here);
            a.load(Width.WORD, R4, R2, at + 4 * i);
            // immediates are widened with their sign: bring both to 32 bits
            a.operate(Operation.AND, R4, mask).operate(Operation.SHIFT_LEFT, R4, 32)
                    .move(R8, words.getInt(4 * i) & mask)
                    .operate(Operation.SHIFT_LEFT, R8, 32)
                    .jumpIfRegister(Condition.NOT_EQUAL, R4, R8, otherwise);
        }
    }

    /** Goes to "take" with the worker in R9 that the word here names; the first one where the frame ends before. */
    private static void spread(EbpfAssembler a, int at, int workers) {
        if (workers > 1) {
            a.copy(R7, R2).add(R7, at + WORD_OCTETS)
                    .jumpIfRegister(Condition.GREATER, R7, R3, "take")
                    .load(Width.WORD, R9, R2, at).swap(R9, 32)
                    .operate(Operation.MODULO, R9, workers);
        }
        a.jump("take");
    }

    /** Takes what came to "take" if the worker in R9 has a socket for its queue: its key is queue * workers + worker. */
    private static EbpfAssembler end(EbpfAssembler a, int socketMap, int workers) {
        return a.label("take").load(Width.WORD, R2, R6, CONTEXT_RX_QUEUE)
                .operate(Operation.MULTIPLY, R2, workers)
                .operateRegister(Operation.ADD, R2, R9).map(R1, socketMap)
                .move(R3, Ebpf.XDP_PASS).call(Ebpf.REDIRECT_MAP).exit().label("pass")
                .move(R0, Ebpf.XDP_PASS).exit();
    }
}
