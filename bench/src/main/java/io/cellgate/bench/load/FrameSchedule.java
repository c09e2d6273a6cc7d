package io.cellgate.bench.load;

import io.cellgate.bench.carrier.BulkAttach.Attached;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The frames that a generator sends in turn, each the first octets of a frame and its length; what follows is zero. Flows
 * come in random order (a fixed seed), so that no two neighbours of the schedule share what a gateway keeps of them. The
 * sizes of the IP packets are 64, 128, 256, 576 and 1400 octets at 50, 25, 15, 5 and 5 %, unless one size is asked for.
 *
 * <pre>
 * length of the frame@0 (int, native order)  header@8 (78 octets)
 * </pre>
 */
public final class FrameSchedule {
    /** Up to the end of the UDP header inside of a tunnel. */
    static final int HEADER_OCTETS = 78;
    static final int HEADER_AT = 8;
    static final int ENTRY_OCTETS = 88;
    /** UDP payload that comes right after the header of a tunnelled frame, or after that of a plain one. */
    static final int TUNNELLED_PAYLOAD_AT = 78;
    static final int PLAIN_PAYLOAD_AT = 42;

    public static final int SERVER_PORT = 5000;
    public static final int DEVICE_PORT = 40_000;
    private static final int[] SIZES = {64, 128, 256, 576, 1400};
    private static final int[] UP_TO_PERCENT = {50, 75, 90, 95, 100};
    private static final int ETHERNET_OCTETS = 14;
    private static final int IPV4_OCTETS = 20;
    private static final int UDP_OCTETS = 8;
    private static final int GTPU_OCTETS = 8;
    private static final int GTPU_PORT = 2152;
    private static final int TUNNEL_OCTETS = IPV4_OCTETS + UDP_OCTETS + GTPU_OCTETS;
    private static final int PROTOCOL_UDP = 17;
    /** What is before a tunnel's datagram, and before a plain packet. */
    public static final int ACCESS_HEADER_OCTETS = ETHERNET_OCTETS + IPV4_OCTETS + UDP_OCTETS;
    public static final int CORE_HEADER_OCTETS = ETHERNET_OCTETS;

    private final ByteBuffer entries;
    private final boolean tunnelled;

    /** The two ends of a link: hardware addresses, 48 bits, and IPv4 addresses. */
    public record Link(long fromMac, long toMac, InetAddress from, InetAddress to) {}

    /** Which packets are sent: so many flows of each session, of one size or (0) of the mix. */
    public record Traffic(int flowsPerSession, int packetOctets, long seed) {
        public static final Traffic MIX = new Traffic(4, 0, 7);
    }

    private FrameSchedule(ByteBuffer entries, boolean tunnelled) {
        this.entries = entries;
        this.tunnelled = tunnelled;
    }

    /** G-PDUs from devices to the server, as a carrier sends them. */
    public static FrameSchedule uplink(Link link, List<Attached> sessions, InetAddress server,
            Traffic traffic) {
        return build(link, sessions, server, traffic, true, true);
    }

    /** The same packets without a tunnel. */
    public static FrameSchedule plainUplink(Link link, List<Attached> sessions, InetAddress server,
            Traffic traffic) {
        return build(link, sessions, server, traffic, true, false);
    }

    /** The server's answers to devices. */
    public static FrameSchedule downlink(Link link, List<Attached> sessions, InetAddress server,
            Traffic traffic) {
        return build(link, sessions, server, traffic, false, false);
    }

    private static FrameSchedule build(Link link, List<Attached> sessions, InetAddress server,
            Traffic traffic, boolean up, boolean tunnelled) {
        int flows = sessions.size() * traffic.flowsPerSession();
        int[] order = new int[flows];
        Random random = new Random(traffic.seed());
        for (int i = 0; i < flows; i++) {
            int at = random.nextInt(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        ByteBuffer entries = ByteBuffer.allocate(flows * ENTRY_OCTETS);
        for (int i = 0; i < flows; i++) {
            Attached session = sessions.get(order[i] / traffic.flowsPerSession());
            int port = DEVICE_PORT + order[i] % traffic.flowsPerSession();
            int size = traffic.packetOctets() > 0
                    ? traffic.packetOctets()
                    : size(random.nextInt(100));
            ByteBuffer frame = ByteBuffer.allocate(HEADER_OCTETS);
            mac(frame, link.toMac());
            mac(frame, link.fromMac());
            frame.putShort((short) 0x0800);
            if (tunnelled) {
                ipv4(frame, TUNNEL_OCTETS + size, link.from(), link.to());
                udp(frame, GTPU_PORT, GTPU_PORT, UDP_OCTETS + GTPU_OCTETS + size);
                frame.put((byte) 0x30).put((byte) 255).putShort((short) size)
                        .putInt(session.gatewayTeid());
            }
            if (up) {
                ipv4(frame, size, session.address(), server);
                udp(frame, port, SERVER_PORT, size - IPV4_OCTETS);
            } else {
                ipv4(frame, size, server, session.address());
                udp(frame, SERVER_PORT, port, size - IPV4_OCTETS);
            }
            int length = ETHERNET_OCTETS + (tunnelled ? TUNNEL_OCTETS : 0) + size;
            // the kernel's program reads it in the order of the machine
            entries.putInt(i * ENTRY_OCTETS, Integer.reverseBytes(length));
            entries.put(i * ENTRY_OCTETS + HEADER_AT, frame.array());
        }
        return new FrameSchedule(entries, tunnelled);
    }

    private static int size(int percent) {
        int i = 0;
        while (percent >= UP_TO_PERCENT[i]) {
            i++;
        }
        return SIZES[i];
    }

    private static void mac(ByteBuffer frame, long mac) {
        frame.putShort((short) (mac >>> 32)).putInt((int) mac);
    }

    private static void ipv4(ByteBuffer frame, int length, InetAddress from, InetAddress to) {
        int at = frame.position();
        frame.putShort((short) 0x4500).putShort((short) length).putInt(0).put((byte) 64)
                .put((byte) PROTOCOL_UDP).putShort((short) 0).put(from.getAddress())
                .put(to.getAddress());
        int sum = 0;
        for (int i = 0; i < IPV4_OCTETS; i += 2) {
            sum += frame.getShort(at + i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        frame.putShort(at + 10, (short) ~(sum + (sum >>> 16)));
    }

    /** Without checksum, as RFC 768 permits: no part of a gateway has to look at it. */
    private static void udp(ByteBuffer frame, int from, int to, int length) {
        frame.putShort((short) from).putShort((short) to).putShort((short) length)
                .putShort((short) 0);
    }

    public int size() {
        return entries.capacity() / ENTRY_OCTETS;
    }

    /** What follows the first octets of each frame: of {@link #ACCESS_HEADER_OCTETS} the datagrams of the access side. */
    public byte[][] payloads(int skippedOctets) {
        byte[][] all = new byte[size()][];
        for (int i = 0; i < all.length; i++) {
            int at = i * ENTRY_OCTETS;
            int length = Integer.reverseBytes(entries.getInt(at)) - skippedOctets;
            all[i] = new byte[length];
            entries.get(at + HEADER_AT + skippedOctets, all[i], 0,
                    Math.min(length, HEADER_OCTETS - skippedOctets));
        }
        return all;
    }

    /** Octets of the first so many IP packets of devices, gone through in turn. */
    public long packetOctets(long packets) {
        int around = ETHERNET_OCTETS + (tunnelled ? TUNNEL_OCTETS : 0);
        long all = 0;
        long rest = 0;
        for (int i = 0; i < size(); i++) {
            int octets = Integer.reverseBytes(entries.getInt(i * ENTRY_OCTETS)) - around;
            all += octets;
            rest += i < packets % size() ? octets : 0;
        }
        return packets / size() * all + rest;
    }

    /** Where a frame's payload begins. */
    int payloadAt() {
        return tunnelled ? TUNNELLED_PAYLOAD_AT : PLAIN_PAYLOAD_AT;
    }

    ByteBuffer entries() {
        return entries.duplicate();
    }

    void write(Path file) {
        try {
            Files.write(file, entries.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param payloadAt tells whether they are tunnelled */
    static FrameSchedule read(Path file, int payloadAt) throws IOException {
        return new FrameSchedule(ByteBuffer.wrap(Files.readAllBytes(file)),
                payloadAt == TUNNELLED_PAYLOAD_AT);
    }
}
