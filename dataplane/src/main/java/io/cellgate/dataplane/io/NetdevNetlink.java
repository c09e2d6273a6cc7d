package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a driver says of XDP, by the kernel's generic netlink family {@code netdev} (since Linux 6.3). A message is a header,
 * and attributes:
 *
 * <pre>
 * nlmsghdr   16: length@0 type@4 flags@6 sequence@8 port@12
 * genlmsghdr  4: command@0 version@1
 * nlattr      4: length@0 type@2, then the value, up to a multiple of 4
 * </pre>
 */
final class NetdevNetlink implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int NETLINK_GENERIC = 16;
    private static final int HEADERS_OCTETS = 20;
    private static final int BUFFER_OCTETS = 1 << 14;
    private static final int REQUEST = 1;
    private static final int NLMSG_ERROR = 2;
    private static final int FAMILY_CONTROL = 16;
    private static final int GET_FAMILY = 3;
    private static final int FAMILY_ID = 1;
    private static final int FAMILY_NAME = 2;
    private static final int DEV_GET = 1;
    private static final int DEV_IFINDEX = 1;
    private static final int DEV_XDP_FEATURES = 3;
    private static final int NDO_XMIT = 4;
    private static final int ANSWER_MILLIS = 2000;
    /** How many answers that nobody waits for any more are passed over. */
    private static final int MOST_LATE = 16;

    private final Arena arena = Arena.ofShared();
    private final LinuxCalls calls = new LinuxCalls(arena);
    private final MemorySegment buffer = arena.allocate(BUFFER_OCTETS, 8);
    private final MemorySegment poll = arena.allocate(8, 4);
    private final int socket;
    private final int family;
    private int sequence;

    /** Opens it in the calling thread's network namespace; then it is for one thread at a time. */
    NetdevNetlink() throws IOException {
        try {
            socket = calls.socket(AF_NETLINK, LinuxCalls.SOCK_RAW, NETLINK_GENERIC);
        } catch (IOException e) {
            arena.close();
            throw e;
        }
        try {
            byte[] name = "netdev\0".getBytes(StandardCharsets.US_ASCII);
            MemorySegment id = ask(FAMILY_CONTROL, GET_FAMILY, FAMILY_NAME,
                    MemorySegment.ofArray(name), FAMILY_ID);
            if (id == null || id.byteSize() < 2) {
                throw new IOException("this kernel does not tell what drivers take from XDP"
                        + " (no netlink family netdev)");
            }
            family = Short.toUnsignedInt(id.get(JAVA_SHORT, 0));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether the interface sends frames that an XDP program of another one redirects to it. */
    boolean takesRedirected(int interfaceIndex) throws IOException {
        MemorySegment features = ask(family, DEV_GET, DEV_IFINDEX,
                MemorySegment.ofArray(new int[]{interfaceIndex}), DEV_XDP_FEATURES);
        return features != null && features.byteSize() == 8
                && (features.get(JAVA_LONG_UNALIGNED, 0) & NDO_XMIT) != 0;
    }

    /** Asks with one attribute and returns the value of another one of the answer, or null where that has none. */
    private @Nullable MemorySegment ask(int type, int command, int attribute, MemorySegment value,
            int wanted) throws IOException {
        int octets = (int) value.byteSize();
        int length = HEADERS_OCTETS + 4 + (octets + 3 & ~3);
        buffer.asSlice(0, length).fill((byte) 0);
        buffer.set(JAVA_INT, 0, length);
        buffer.set(JAVA_SHORT, 4, (short) type);
        buffer.set(JAVA_SHORT, 6, (short) REQUEST);
        buffer.set(JAVA_INT, 8, ++sequence);
        buffer.set(JAVA_BYTE, 16, (byte) command);
        buffer.set(JAVA_BYTE, 17, (byte) 1);
        buffer.set(JAVA_SHORT, HEADERS_OCTETS, (short) (4 + octets));
        buffer.set(JAVA_SHORT, HEADERS_OCTETS + 2, (short) attribute);
        MemorySegment.copy(value, 0, buffer, HEADERS_OCTETS + 4, octets);
        if (calls.send(socket, buffer.asSlice(0, length)) != length) {
            throw new IOException("netlink: errno " + calls.errno());
        }
        long got = awaitAnswer();
        if (buffer.get(JAVA_SHORT, 4) == NLMSG_ERROR) {
            return null;
        }
        long end = Math.min(got, buffer.get(JAVA_INT, 0));
        long at = HEADERS_OCTETS;
        while (at + 4 <= end) {
            int size = Short.toUnsignedInt(buffer.get(JAVA_SHORT, at));
            if (size < 4 || at + size > end) {
                return null;
            }
            if (buffer.get(JAVA_SHORT, at + 2) == wanted) {
                return buffer.asSlice(at + 4, size - 4);
            }
            at += size + 3 & ~3;
        }
        return null;
    }

    /** Reads the answer to what was asked last into the buffer; returns its length. */
    private long awaitAnswer() throws IOException {
        poll.set(JAVA_INT, 0, socket);
        poll.set(JAVA_SHORT, 4, (short) LinuxCalls.POLLIN);
        for (int late = 0; late <= MOST_LATE; late++) {
            if (calls.poll(poll.address(), 1, ANSWER_MILLIS) <= 0) {
                break;
            }
            long got = calls.receive(socket, buffer);
            if (got < 0) {
                throw new IOException("netlink: errno " + calls.errno());
            }
            if (got >= HEADERS_OCTETS && buffer.get(JAVA_INT, 8) == sequence) {
                return got;
            }
        }
        throw new IOException("netlink: no answer");
    }

    @Override
    public void close() {
        calls.close(socket);
        arena.close();
    }
}
