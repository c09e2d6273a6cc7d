package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.collections.Hashing;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Datagrams on their way out of a UDP socket, gathered into as few messages as order allows. Datagrams of one length to one
 * peer are one message that the kernel cuts (UDP_SEGMENT, udp(7)): it is routed and looked at once, which is most of what
 * sending costs.
 *
 * <p>Messages leave in the order in which they were begun, and a datagram may only join the newest message of its peer and
 * length. That alone would let it overtake earlier ones of its flow that went into a message begun later, so each tunnel
 * (TEID) has a newest message, too, and joins none before it:
 *
 * <pre>
 *   tunnel 1: 64 octets   → message 0 (64)
 *   tunnel 2: 128 octets  → message 1 (128)
 *   tunnel 2: 64 octets   → message 2 (64), since message 0 would leave before message 1
 *   tunnel 1: 64 octets   → message 2 (64), the newest of its length
 * </pre>
 *
 * One thread.
 *
 * <pre>
 * cmsghdr of UDP_SEGMENT, 24 octets: length@0 (18) level@8 (17) type@12 (103) octets@16
 * </pre>
 */
final class DatagramBatch {
    private static final int MMSGHDR = 64;
    private static final int IOVEC = 16;
    private static final int SOCKADDR = 32;
    private static final int CONTROL = 24;
    private static final int CONTROL_LENGTH = 18;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int EIO = 5;
    private static final int MAX_SEGMENTS = 64;
    private static final int MAX_MESSAGE_OCTETS = 65_000;
    /** Longer ones might have to be fragmented, which the kernel does not do to a message that it is to cut. */
    private static final int MAX_SEGMENT_OCTETS = 1400;
    private static final int SLOTS = 1024;
    private static final int TEID_AT = 4;
    private static final int GTPU_OCTETS = 8;
    private static final int NONE = -1;

    private final LinuxCalls calls;
    private final int fd;
    private final boolean ipv6;
    private final MemorySegment headers;
    private final MemorySegment vectors;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private boolean segments = true;

    private final int[] messageOf;
    private final int[] firstOf;
    private final int[] countOf;
    private final int[] newestOfPeer = new int[SLOTS];
    private final int[] newestOfTunnel = new int[SLOTS];
    private int messages;

    DatagramBatch(LinuxCalls calls, Arena arena, int fd, boolean ipv6, int capacity) {
        this.calls = calls;
        this.fd = fd;
        this.ipv6 = ipv6;
        headers = arena.allocate((long) capacity * MMSGHDR, 64);
        vectors = arena.allocate((long) capacity * IOVEC, 64);
        names = arena.allocate((long) capacity * SOCKADDR, 64);
        controls = arena.allocate((long) capacity * CONTROL, 64);
        messageOf = new int[capacity];
        firstOf = new int[capacity];
        countOf = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            headers.set(JAVA_LONG, (long) i * MMSGHDR, names.address() + (long) i * SOCKADDR);
            headers.set(JAVA_INT, (long) i * MMSGHDR + 8, ipv6 ? 28 : 16);
            controls.set(JAVA_LONG, (long) i * CONTROL, CONTROL_LENGTH);
            controls.set(JAVA_INT, (long) i * CONTROL + 8, SOL_UDP);
            controls.set(JAVA_INT, (long) i * CONTROL + 12, UDP_SEGMENT);
        }
    }

    /** Sends these of the burst, at most as many as the capacity; returns how many the kernel took. */
    int send(Burst burst, int[] which, int count) {
        gather(burst, which, count);
        layOut(burst, which, count);
        return flush();
    }

    private void gather(Burst burst, int[] which, int count) {
        Arrays.fill(newestOfPeer, NONE);
        Arrays.fill(newestOfTunnel, NONE);
        messages = 0;
        for (int i = 0; i < count; i++) {
            int n = which[i];
            int tunnel = tunnelSlot(burst, n);
            int peer = Hashing.hash(burst.peerLo(n) * 31 + burst.peerHi(n) * 37
                    + burst.length(n) * 0x1_0000_0001L + burst.peerPort(n)) & SLOTS - 1;
            int message = newestOfPeer[peer];
            if (message == NONE || message < newestOfTunnel[tunnel]
                    || !joins(burst, n, which[firstOf[message]], countOf[message])) {
                message = messages++;
                firstOf[message] = i;
                countOf[message] = 0;
                newestOfPeer[peer] = message;
            }
            countOf[message]++;
            messageOf[i] = message;
            newestOfTunnel[tunnel] = message;
        }
    }

    /** Tunnels that share a slot keep their order, too. What is no GTP-U message is kept in order with all such. */
    private int tunnelSlot(Burst burst, int n) {
        if (burst.length(n) < GTPU_OCTETS) {
            return 0;
        }
        view.wrap(burst.address(n), GTPU_OCTETS);
        return Hashing.hash(view.getInt(TEID_AT, ByteOrder.BIG_ENDIAN)) & SLOTS - 1;
    }

    private boolean joins(Burst burst, int n, int first, int count) {
        int length = burst.length(n);
        return segments && length == burst.length(first) && length <= MAX_SEGMENT_OCTETS
                && count < MAX_SEGMENTS && (count + 1) * length <= MAX_MESSAGE_OCTETS
                && burst.peerLo(n) == burst.peerLo(first)
                && burst.peerHi(n) == burst.peerHi(first)
                && burst.peerPort(n) == burst.peerPort(first);
    }

    private void layOut(Burst burst, int[] which, int count) {
        int at = 0;
        for (int message = 0; message < messages; message++) {
            int first = which[firstOf[message]];
            long header = (long) message * MMSGHDR;
            boolean cut = countOf[message] > 1;
            headers.set(JAVA_LONG, header + 16, vectors.address() + (long) at * IOVEC);
            headers.set(JAVA_LONG, header + 24, countOf[message]);
            headers.set(JAVA_LONG, header + 32,
                    cut ? controls.address() + (long) message * CONTROL : 0);
            headers.set(JAVA_LONG, header + 40, cut ? CONTROL : 0);
            controls.set(JAVA_SHORT, (long) message * CONTROL + 16, (short) burst.length(first));
            name(burst, first, message);
            // from here on: where the message's next datagram is put
            firstOf[message] = at;
            at += countOf[message];
        }
        for (int i = 0; i < count; i++) {
            long vector = (long) firstOf[messageOf[i]]++ * IOVEC;
            vectors.set(JAVA_LONG, vector, burst.address(which[i]));
            vectors.set(JAVA_LONG, vector + 8, burst.length(which[i]));
        }
    }

    private void name(Burst burst, int i, int message) {
        long name = (long) message * SOCKADDR;
        names.set(JAVA_SHORT, name + 2, Short.reverseBytes((short) burst.peerPort(i)));
        if (ipv6) {
            names.set(JAVA_SHORT, name, (short) LinuxCalls.AF_INET6);
            names.set(JAVA_INT, name + 4, 0);
            names.set(JAVA_LONG, name + 8, Long.reverseBytes(burst.peerHi(i)));
            names.set(JAVA_LONG, name + 16, Long.reverseBytes(burst.peerLo(i)));
            names.set(JAVA_INT, name + 24, 0);
        } else {
            names.set(JAVA_SHORT, name, (short) LinuxCalls.AF_INET);
            names.set(JAVA_INT, name + 4, Integer.reverseBytes((int) burst.peerLo(i)));
            names.set(JAVA_BYTE, name + 8, (byte) 0);
        }
    }

    /** A message that the kernel refuses (no route, too long) must not hold back those behind it. */
    private int flush() {
        int sent = 0;
        int at = 0;
        while (at < messages) {
            int n = calls.sendMany(fd, headers.address() + (long) at * MMSGHDR, messages - at);
            if (n > 0) {
                for (int i = 0; i < n; i++) {
                    sent += countOf[at + i];
                }
                at += n;
            } else if (calls.errno() == LinuxCalls.EAGAIN) {
                return sent;
            } else if (calls.errno() != LinuxCalls.EINTR) {
                sent += countOf[at] > 1 ? oneByOne(at) : 0;
                at++;
            }
        }
        return sent;
    }

    /** The kernel does not cut this message: the interface computes no checksums, or the path takes less. */
    private int oneByOne(int message) {
        if (calls.errno() == EIO) {
            segments = false;
        }
        long header = (long) message * MMSGHDR;
        long firstVector = headers.get(JAVA_LONG, header + 16);
        headers.set(JAVA_LONG, header + 24, 1);
        headers.set(JAVA_LONG, header + 32, 0);
        headers.set(JAVA_LONG, header + 40, 0);
        int sent = 0;
        for (int i = 0; i < countOf[message]; i++) {
            headers.set(JAVA_LONG, header + 16, firstVector + (long) i * IOVEC);
            sent += Math.max(0, calls.sendMany(fd, headers.address() + header, 1));
        }
        return sent;
    }
}
