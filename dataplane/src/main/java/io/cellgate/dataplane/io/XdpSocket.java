package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An AF_XDP socket on one queue of an interface: frames that an XDP program redirects to it, in a {@link Umem} that it may
 * share with others.
 *
 * <pre>
 * sockaddr_xdp, 16 octets: family@0 flags@2 interface@4 queue@8 shared descriptor@12
 * xdp_umem_reg, 32 octets: address@0 length@8 frame size@16 headroom@20 flags@24
 * </pre>
 */
final class XdpSocket {
    /** Of the rings of what is received: what comes while a collector has the worker wait (20 ms) finds room in them. */
    static final int RECEIVED = 16_384;
    /** Of the rings of what is sent. */
    static final int SENT = 8192;
    private static final int AF_XDP = 44;
    private static final int SOL_XDP = 283;
    private static final int XDP_MMAP_OFFSETS = 1;
    private static final int XDP_RX_RING = 2;
    private static final int XDP_TX_RING = 3;
    private static final int XDP_UMEM_REG = 4;
    private static final int XDP_FILL_RING = 5;
    private static final int XDP_COMPLETION_RING = 6;
    private static final int XDP_MAX_TX_SKB_BUDGET = 9;
    private static final long RX_MAP = 0;
    private static final long TX_MAP = 0x8000_0000L;
    private static final long FILL_MAP = 0x1_0000_0000L;
    private static final long COMPLETION_MAP = 0x1_8000_0000L;
    private static final int OFFSETS_OCTETS = 128;
    private static final short SHARED_UMEM = 1;
    private static final short USE_NEED_WAKEUP = 8;
    private static final int TX_BUDGET = 512;
    private static final int SEND_BUFFER_OCTETS = 16 << 20;
    private static final int KICKS = 16;

    final int fd;
    private final LinuxCalls calls;
    private final Umem umem;
    private final XdpRing rx;
    private final XdpRing tx;
    private final XdpExchange exchange;
    /** What the last receive handed out. */
    private final long[] handedOut = new long[RECEIVED];
    private int handedOutCount;
    private int queued;

    /**
     * @param first  the socket that registered the memory, or null where this one is to
     * @param sister another worker's socket on the same queue, or null where this is the first one there
     */
    XdpSocket(LinuxCalls calls, Arena arena, Umem umem, int interfaceIndex, int queue,
            @Nullable XdpSocket first, @Nullable XdpSocket sister) throws IOException {
        this.calls = calls;
        this.umem = umem;
        fd = calls.socket(AF_XDP, LinuxCalls.SOCK_RAW, 0);
        try (Arena scratch = Arena.ofConfined()) {
            if (first == null) {
                MemorySegment registration = scratch.allocate(32, 8);
                registration.set(JAVA_LONG, 0, umem.base());
                registration.set(JAVA_LONG, 8, umem.memory.byteSize());
                registration.set(JAVA_INT, 16, umem.frameOctets);
                calls.setOption(fd, SOL_XDP, XDP_UMEM_REG, registration,
                        "register " + (umem.memory.byteSize() >> 20)
                                + " MB with the kernel (errno 105: the limit of locked memory)");
            }
            makeRing(scratch, XDP_RX_RING, RECEIVED);
            makeRing(scratch, XDP_TX_RING, SENT);
            if (sister == null) {
                makeRing(scratch, XDP_FILL_RING, RECEIVED);
                makeRing(scratch, XDP_COMPLETION_RING, SENT);
            }
            MemorySegment offsets = scratch.allocate(OFFSETS_OCTETS, 8);
            calls.option(fd, SOL_XDP, XDP_MMAP_OFFSETS, offsets, "read AF_XDP's offsets");
            rx = ring(arena, offsets, 0, RX_MAP, XdpRing.DESCRIPTOR_OCTETS, RECEIVED);
            tx = ring(arena, offsets, 1, TX_MAP, XdpRing.DESCRIPTOR_OCTETS, SENT);
            exchange = sister != null
                    ? sister.exchange
                    : new XdpExchange(
                            ring(arena, offsets, 2, FILL_MAP, XdpRing.ADDRESS_OCTETS, RECEIVED),
                            ring(arena, offsets, 3, COMPLETION_MAP, XdpRing.ADDRESS_OCTETS, SENT));
            boolean _ = calls.trySetOption(fd, SOL_XDP, XDP_MAX_TX_SKB_BUDGET, TX_BUDGET);
            boolean _ = calls.trySetOption(fd, LinuxCalls.SOL_SOCKET,
                    LinuxCalls.SO_SNDBUFFORCE, SEND_BUFFER_OCTETS);
            boolean _ = exchange.refill(umem);
            MemorySegment name = scratch.allocate(16, 4);
            name.set(JAVA_SHORT, 0, (short) AF_XDP);
            // the kernel takes frames by copy where the driver offers no better
            XdpSocket other = sister == null ? first : sister;
            name.set(JAVA_SHORT, 2, other == null ? USE_NEED_WAKEUP : SHARED_UMEM);
            name.set(JAVA_INT, 4, interfaceIndex);
            name.set(JAVA_INT, 8, queue);
            name.set(JAVA_INT, 12, other == null ? 0 : other.fd);
            calls.bind(fd, name, "queue " + queue + " of interface " + interfaceIndex
                    + " for AF_XDP (errno 16: it is in use)");
        } catch (IOException | RuntimeException e) {
            calls.close(fd);
            throw e;
        }
    }

    private void makeRing(Arena scratch, int option, int entries) throws IOException {
        MemorySegment value = scratch.allocate(JAVA_INT);
        value.set(JAVA_INT, 0, entries);
        calls.setOption(fd, SOL_XDP, option, value, "make an AF_XDP ring");
    }

    private XdpRing ring(Arena arena, MemorySegment offsets, int which, long map,
            int entryOctets, int entries) throws IOException {
        long at = which * 32L;
        XdpRing.Offsets parts = new XdpRing.Offsets(offsets.get(JAVA_LONG, at),
                offsets.get(JAVA_LONG, at + 8), offsets.get(JAVA_LONG, at + 16),
                offsets.get(JAVA_LONG, at + 24));
        long octets = parts.entries() + (long) entries * entryOctets;
        return new XdpRing(calls.map(fd, map, octets, arena, "an AF_XDP ring"), parts,
                entryOctets, entries);
    }

    /** Takes back what it handed out before, and hands out so many frames at most; returns how many. */
    int receive(FramePort.Sink sink, int most) {
        for (int i = 0; i < handedOutCount; i++) {
            umem.releaseIfOurs(handedOut[i]);
        }
        handedOutCount = rx.available(Math.min(most, handedOut.length));
        for (int i = 0; i < handedOutCount; i++) {
            handedOut[i] = umem.received(rx.address(i));
        }
        for (int i = 0; i < handedOutCount; i++) {
            sink.frame(handedOut[i], rx.length(i));
        }
        if (handedOutCount > 0) {
            rx.consume(handedOutCount);
        }
        if (exchange.refill(umem)) {
            calls.receiveNothing(fd);
        }
        return handedOutCount;
    }

    /** Whether there is room for one more. */
    boolean hasRoom() {
        if (tx.room(queued + 1) > queued) {
            return true;
        }
        int _ = flush();
        return tx.room(1) > 0;
    }

    /** Takes a frame, whose memory is the kernel's already. */
    void send(long address, int length) {
        tx.put(queued++, address - umem.base(), length);
    }

    /** A frame of the shared memory to copy into, the kernel's from now on; its address, or 0 where there is none. */
    long scratch() {
        exchange.reap(umem);
        long offset = umem.takeForKernel();
        return offset < 0 ? 0 : umem.base() + offset;
    }

    /** Nothing is refused: what the interface does not take now stays in the ring. */
    int flush() {
        if (queued > 0) {
            tx.produce(queued);
            queued = 0;
        }
        for (int i = 0; i < KICKS && tx.waiting() > 0; i++) {
            if (calls.kick(fd) < 0 && calls.errno() != LinuxCalls.EAGAIN) {
                break;
            }
        }
        exchange.reap(umem);
        return 0;
    }
}
