package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.cellgate.dataplane.packet.IpPrefix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says of its routes and neighbours, by rtnetlink(7). A message is a header, a structure of its type,
 * and attributes:
 *
 * <pre>
 * nlmsghdr 16: length@0 type@4 flags@6 sequence@8 port@12
 * rtmsg    12: family@0 prefix length@1 source length@2 tos@3 table@4 protocol@5 scope@6 type@7 flags@8
 * ndmsg    12: family@0 interface@4 state@8 flags@10 type@11
 * rtattr    4: length@0 type@2, then the value, up to a multiple of 4
 * </pre>
 */
final class Netlink {
    private static final int AF_NETLINK = 16;
    private static final int HEADER_OCTETS = 16;
    private static final int BODY_OCTETS = 12;
    private static final int BUFFER_OCTETS = 1 << 16;
    private static final int RECEIVE_BUFFER_OCTETS = 4 << 20;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_GETROUTE = 26;
    private static final int RTM_NEWNEIGH = 28;
    private static final int RTM_GETNEIGH = 30;
    private static final int REQUEST_DUMP = 0x301;
    private static final int REQUEST = 1;
    private static final int GROUP_NEIGHBOURS = 0x4;
    private static final int GROUPS_ROUTES = 0x40 | 0x400;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_VIA = 18;
    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int RTN_UNICAST = 1;
    private static final int TABLE_MAIN = 254;
    private static final int TABLE_LOCAL = 255;
    private static final int NUD_STALE = 0x04;
    private static final int NUD_USABLE = 0x02 | NUD_STALE | 0x08 | 0x10 | 0x40 | 0x80;
    private static final int NTF_USE = 1;
    private static final int ANSWER_MILLIS = 2000;

    private final LinuxCalls calls;
    private final MemorySegment buffer;
    private final MemorySegment poll;
    private final int query;
    private final int events;
    private int sequence;

    Netlink(LinuxCalls calls, Arena arena) throws IOException {
        this.calls = calls;
        buffer = arena.allocate(BUFFER_OCTETS, 8);
        poll = arena.allocate(8, 4);
        query = calls.socket(AF_NETLINK, LinuxCalls.SOCK_RAW, 0);
        try {
            events = calls.socket(AF_NETLINK, LinuxCalls.SOCK_RAW, 0);
        } catch (IOException e) {
            calls.close(query);
            throw e;
        }
        boolean _ = calls.trySetOption(events, LinuxCalls.SOL_SOCKET,
                LinuxCalls.SO_RCVBUFFORCE, RECEIVE_BUFFER_OCTETS);
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment name = scratch.allocate(12, 4);
            name.set(JAVA_SHORT, 0, (short) AF_NETLINK);
            name.set(JAVA_INT, 8, GROUP_NEIGHBOURS | GROUPS_ROUTES);
            calls.bind(events, name, "the kernel's news of routes and neighbours");
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** A neighbour that can be reached. */
    record Neighbour(InetAddress address, long mac, boolean stale) {
        NextHops.Neighbour asNextHop() {
            IpPrefix host = IpPrefix.host(address);
            return new NextHops.Neighbour(host.hi(), host.lo(), mac);
        }
    }

    /** Waits for news, and swallows it; true where there was some. */
    boolean awaitNews(int millis) {
        poll.set(JAVA_INT, 0, events);
        poll.set(JAVA_SHORT, 4, (short) LinuxCalls.POLLIN);
        if (calls.poll(poll.address(), 1, millis) <= 0) {
            return false;
        }
        while (calls.receive(events, buffer) > 0) {
            // what changed is read anew as a whole
        }
        return true;
    }

    /** All routes, as they are to somebody who sends over this interface. */
    List<NextHops.Route> routes(int interfaceIndex) throws IOException {
        List<NextHops.Route> routes = new ArrayList<>();
        dump(RTM_GETROUTE, (type, body, attributes) -> {
            int table = body.get(4) & 0xff;
            if (type == RTM_NEWROUTE && (table == TABLE_MAIN || table == TABLE_LOCAL)) {
                routes.add(route(body, attributes, interfaceIndex));
            }
        });
        return routes;
    }

    private static NextHops.Route route(ByteBuffer body, Map<Integer, byte[]> attributes,
            int interfaceIndex) {
        int octets = body.get(0) == LinuxCalls.AF_INET ? 4 : 16;
        byte[] destination = attributes.getOrDefault(RTA_DST, new byte[octets]);
        byte[] gateway = attributes.get(RTA_GATEWAY);
        boolean ours = (body.get(7) & 0xff) == RTN_UNICAST
                && integer(attributes.get(RTA_OIF)) == interfaceIndex
                && !attributes.containsKey(RTA_MULTIPATH) && !attributes.containsKey(RTA_VIA);
        IpPrefix via = gateway == null ? new IpPrefix(0, 0, 128) : prefix(gateway, octets * 8);
        return new NextHops.Route(prefix(destination, body.get(1) & 0xff),
                integer(attributes.get(RTA_PRIORITY)), ours, via.hi(), via.lo());
    }

    /** The neighbours on this interface that can be reached. */
    List<Neighbour> neighbours(int interfaceIndex) throws IOException {
        List<Neighbour> neighbours = new ArrayList<>();
        dump(RTM_GETNEIGH, (type, body, attributes) -> {
            byte[] address = attributes.get(NDA_DST);
            byte[] mac = attributes.get(NDA_LLADDR);
            int state = body.getShort(8);
            if (type == RTM_NEWNEIGH && body.getInt(4) == interfaceIndex && address != null
                    && mac != null && mac.length == 6 && (state & NUD_USABLE) != 0) {
                long bits = 0;
                for (byte octet : mac) {
                    bits = bits << 8 | octet & 0xff;
                }
                neighbours.add(new Neighbour(inet(address), bits, state == NUD_STALE));
            }
        });
        return neighbours;
    }

    /** Has the kernel ask a neighbour again that it has not heard of for a while. */
    void confirm(int interfaceIndex, Neighbour neighbour) throws IOException {
        byte[] address = neighbour.address.getAddress();
        int octets = address.length;
        buffer.asSlice(0, HEADER_OCTETS + BODY_OCTETS + 4 + octets).fill((byte) 0);
        header(HEADER_OCTETS + BODY_OCTETS + 4 + octets, RTM_NEWNEIGH, REQUEST);
        buffer.set(JAVA_BYTE, HEADER_OCTETS,
                (byte) (octets == 4 ? LinuxCalls.AF_INET : LinuxCalls.AF_INET6));
        buffer.set(JAVA_INT, HEADER_OCTETS + 4, interfaceIndex);
        buffer.set(JAVA_BYTE, HEADER_OCTETS + 10, (byte) NTF_USE);
        buffer.set(JAVA_SHORT, HEADER_OCTETS + BODY_OCTETS, (short) (4 + octets));
        buffer.set(JAVA_SHORT, HEADER_OCTETS + BODY_OCTETS + 2, (short) NDA_DST);
        MemorySegment.copy(MemorySegment.ofArray(address), 0, buffer,
                HEADER_OCTETS + BODY_OCTETS + 4, octets);
        write(HEADER_OCTETS + BODY_OCTETS + 4 + octets);
    }

    /** Gets each message of an answer. */
    private interface Message {
        void take(int type, ByteBuffer body, Map<Integer, byte[]> attributes);
    }

    private void dump(int type, Message each) throws IOException {
        header(HEADER_OCTETS + BODY_OCTETS, type, REQUEST_DUMP);
        buffer.asSlice(HEADER_OCTETS, BODY_OCTETS).fill((byte) 0);
        write(HEADER_OCTETS + BODY_OCTETS);
        int asked = sequence;
        boolean done = false;
        while (!done) {
            poll.set(JAVA_INT, 0, query);
            poll.set(JAVA_SHORT, 4, (short) LinuxCalls.POLLIN);
            if (calls.poll(poll.address(), 1, ANSWER_MILLIS) <= 0) {
                throw new IOException("rtnetlink: no answer");
            }
            long got = calls.receive(query, buffer);
            if (got < 0) {
                throw new IOException("rtnetlink: errno " + calls.errno());
            }
            done = parse(buffer.asSlice(0, got).asByteBuffer().order(ByteOrder.nativeOrder()),
                    asked, each);
        }
    }

    /** Reads a datagram of messages; true after the last one of what was asked for, so that none of it is left for the next. */
    private static boolean parse(ByteBuffer datagram, int asked, Message each)
            throws IOException {
        int at = 0;
        while (at + HEADER_OCTETS <= datagram.limit()) {
            int length = datagram.getInt(at);
            int type = datagram.getShort(at + 4);
            boolean isIt = datagram.getInt(at + 8) == asked;
            if (length < HEADER_OCTETS || at + length > datagram.limit()) {
                throw new IOException("rtnetlink: a message of " + length + " octets where "
                        + (datagram.limit() - at) + " are left");
            }
            if (isIt && type == NLMSG_ERROR) {
                throw new IOException("rtnetlink: errno " + -datagram.getInt(at + HEADER_OCTETS));
            }
            if (isIt && type == NLMSG_DONE) {
                return true;
            }
            // what is not it says that a neighbour could not be confirmed, or came too late before
            if (isIt && length >= HEADER_OCTETS + BODY_OCTETS) {
                ByteBuffer body = datagram.slice(at + HEADER_OCTETS, length - HEADER_OCTETS)
                        .order(ByteOrder.nativeOrder());
                each.take(type, body, attributes(body));
            }
            at += length + 3 & ~3;
        }
        return false;
    }

    private static Map<Integer, byte[]> attributes(ByteBuffer body) {
        Map<Integer, byte[]> attributes = new HashMap<>();
        int at = BODY_OCTETS;
        while (at + 4 <= body.limit()) {
            int length = Short.toUnsignedInt(body.getShort(at));
            if (length < 4 || at + length > body.limit()) {
                break;
            }
            byte[] value = new byte[length - 4];
            body.get(at + 4, value);
            attributes.put((int) body.getShort(at + 2), value);
            at += length + 3 & ~3;
        }
        return attributes;
    }

    private void header(int length, int type, int flags) {
        buffer.set(JAVA_INT, 0, length);
        buffer.set(JAVA_SHORT, 4, (short) type);
        buffer.set(JAVA_SHORT, 6, (short) flags);
        buffer.set(JAVA_INT, 8, ++sequence);
        buffer.set(JAVA_INT, 12, 0);
    }

    private void write(int length) throws IOException {
        if (calls.send(query, buffer.asSlice(0, length)) != length) {
            throw new IOException("rtnetlink: errno " + calls.errno());
        }
    }

    private static int integer(byte @Nullable [] value) {
        return value == null || value.length != 4
                ? 0
                : ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt();
    }

    private static IpPrefix prefix(byte[] address, int bits) {
        return IpPrefix.of(inet(address), bits);
    }

    private static InetAddress inet(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "an address of " + octets.length + " octets, expected 4 or 16", e);
        }
    }

    void close() {
        calls.close(query);
        calls.close(events);
    }
}
