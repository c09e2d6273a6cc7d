package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * An interface by a packet socket (packet(7)): a ring shared with the kernel, in which copies of all frames arrive
 * (TPACKET_V2, for V3 hands over whole blocks by a timer), and sends that skip the queueing discipline. It takes its own out
 * of what comes by the same conditions by which {@link IngressDrop} keeps the originals from the kernel.
 *
 * <pre>
 * tpacket2_hdr: status@0 length@4 captured@8 mac offset@12 net offset@14
 * sockaddr_ll, 20 octets: family@0 protocol@2 interface@4
 * tpacket_req, 16 octets: block size@0 blocks@4 frame size@8 frames@12
 * </pre>
 */
final class PacketSocketPort implements FramePort {
    /** Whether a frame is ours. */
    interface Choice {
        boolean takes(long address, int lengthOctets);
    }

    private static final int AF_PACKET = 17;
    static final int SOL_PACKET = 263;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_VERSION = 10;
    private static final int PACKET_RESERVE = 12;
    private static final int PACKET_QDISC_BYPASS = 20;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int TPACKET_V2 = 1;
    private static final short ETH_P_ALL = 3;
    private static final int USER = 1;
    private static final int FRAMES = 16_384;
    private static final int FRAME_OCTETS = 2048;
    private static final int LARGE_FRAME_OCTETS = 16_384;
    private static final int LARGE_FRAMES = 2048;
    private static final int BLOCK_OCTETS = 1 << 16;
    /** What the kernel puts before a frame, and our headroom. */
    private static final int BEFORE_OCTETS = 256;
    private static final int SEND_BUFFER_OCTETS = 16 << 20;
    private static final int SEND_BATCH = 256;
    private static final int MMSGHDR = 64;
    private static final int IOVEC = 16;
    private static final VarHandle STATUS = ValueLayout.JAVA_INT.varHandle();

    private final LinuxCalls calls;
    private final Choice choice;
    private final @Nullable IngressDrop originals;
    private final int fd;
    private final MemorySegment ring;
    private final int frameOctets;
    private final int frames;
    private final MemorySegment headers;
    private final MemorySegment vectors;
    private int next;
    /** Frames before the next one that are still ours. */
    private int held;
    private int queued;
    private int refused;

    /** Lets a socket share an interface with its sisters, of which it may be the first. */
    interface Joining {
        void join(int socket) throws IOException;
    }

    /**
     * @param drops   nftables rules that drop what the choice takes; null where another worker's port has set them up
     * @param joining called when the socket is bound
     */
    PacketSocketPort(LinuxCalls calls, Arena arena, HostInterface device, Choice choice,
            @Nullable String drops, Joining joining) throws IOException {
        this.calls = calls;
        this.choice = choice;
        boolean large = device.mtuOctets() + BEFORE_OCTETS + 18 > FRAME_OCTETS;
        frameOctets = large ? LARGE_FRAME_OCTETS : FRAME_OCTETS;
        frames = large ? LARGE_FRAMES : FRAMES;
        headers = arena.allocate((long) SEND_BATCH * MMSGHDR, 64);
        vectors = arena.allocate((long) SEND_BATCH * IOVEC, 64);
        for (int i = 0; i < SEND_BATCH; i++) {
            headers.set(JAVA_LONG, (long) i * MMSGHDR + 16, vectors.address() + (long) i * IOVEC);
            headers.set(JAVA_LONG, (long) i * MMSGHDR + 24, 1);
        }
        // no protocol until it is bound, or it would take frames of every interface
        fd = calls.socket(AF_PACKET, LinuxCalls.SOCK_RAW, 0);
        try (Arena scratch = Arena.ofConfined()) {
            require(PACKET_VERSION, TPACKET_V2);
            require(PACKET_RESERVE, Burst.HEADROOM_OCTETS);
            require(PACKET_IGNORE_OUTGOING, 1);
            require(PACKET_QDISC_BYPASS, 1);
            boolean _ = calls.trySetOption(fd, LinuxCalls.SOL_SOCKET,
                    LinuxCalls.SO_SNDBUFFORCE, SEND_BUFFER_OCTETS);
            MemorySegment request = scratch.allocate(16, 4);
            request.set(JAVA_INT, 0, BLOCK_OCTETS);
            request.set(JAVA_INT, 4, (int) ((long) frames * frameOctets / BLOCK_OCTETS));
            request.set(JAVA_INT, 8, frameOctets);
            request.set(JAVA_INT, 12, frames);
            calls.setOption(fd, SOL_PACKET, PACKET_RX_RING, request, "make a packet ring");
            ring = calls.map(fd, 0, (long) frames * frameOctets, arena, "a packet ring");
            MemorySegment name = scratch.allocate(20, 4);
            name.set(JAVA_SHORT, 0, (short) AF_PACKET);
            name.set(JAVA_SHORT, 2, Short.reverseBytes(ETH_P_ALL));
            name.set(JAVA_INT, 4, device.index());
            calls.bind(fd, name, "interface " + device.name());
            joining.join(fd);
            originals = drops == null ? null : new IngressDrop(device, drops);
        } catch (IOException | RuntimeException e) {
            calls.close(fd);
            throw e;
        }
    }

    private void require(int option, int value) throws IOException {
        if (!calls.trySetOption(fd, SOL_PACKET, option, value)) {
            throw new IOException(
                    "packet socket option " + option + ": errno " + calls.errno());
        }
    }

    @Override
    public void receive(Sink sink, int most) {
        for (; held > 0; held--) {
            int frame = next - held & frames - 1;
            STATUS.setRelease(ring, (long) frame * frameOctets, 0);
        }
        int taken = 0;
        // a look at as many as the ring holds: what is not ours must not stay in front of what is
        for (int looked = 0; taken < most && looked < frames / 2; looked++) {
            long at = (long) next * frameOctets;
            if (((int) STATUS.getAcquire(ring, at) & USER) == 0) {
                return;
            }
            next = next + 1 & frames - 1;
            held++;
            int captured = ring.get(JAVA_INT, at + 8);
            long address = ring.address() + at
                    + Short.toUnsignedInt(ring.get(JAVA_SHORT, at + 12));
            boolean whole = captured == ring.get(JAVA_INT, at + 4);
            if (whole && choice.takes(address, captured)) {
                taken++;
                sink.frame(address, captured);
            }
        }
    }

    @Override
    public boolean send(long address, int lengthOctets) {
        if (queued == SEND_BATCH) {
            drain();
        }
        vectors.set(JAVA_LONG, (long) queued * IOVEC, address);
        vectors.set(JAVA_LONG, (long) queued * IOVEC + 8, lengthOctets);
        queued++;
        return true;
    }

    @Override
    public int flush() {
        drain();
        int count = refused;
        refused = 0;
        return count;
    }

    private void drain() {
        int at = 0;
        while (at < queued) {
            int n = calls.sendMany(fd, headers.address() + (long) at * MMSGHDR, queued - at);
            if (n > 0) {
                at += n;
            } else if (calls.errno() == LinuxCalls.EAGAIN) {
                refused += queued - at;
                break;
            } else if (calls.errno() != LinuxCalls.EINTR) {
                refused++;
                at++;
            }
        }
        queued = 0;
    }

    @Override
    public int[] descriptors() {
        return new int[]{fd};
    }

    @Override
    public void close() {
        if (originals != null) {
            originals.close();
        }
        calls.close(fd);
    }
}
