package io.cellgate.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backend that is right everywhere: UDP sockets to the carriers, a TUN device to the host, which routes, NATs,
 * computes checksums and fragments. Needs CAP_NET_ADMIN, or a persistent device made for this user by
 * {@code ip tuntap add}, whose addresses (and accept_local, see below) are then the operator's to set.
 */
public final class TunPacketIo implements PacketIo {
    private static final Logger log = LoggerFactory.getLogger(TunPacketIo.class);
    private static final int BATCH = 64;
    private static final int POLL_FD = 8;

    private final Arena arena = Arena.ofShared();
    private final LinuxCalls calls = new LinuxCalls(arena);
    private final LinuxCalls wakerCalls = new LinuxCalls(arena);
    private final List<AccessSocket> sockets = new ArrayList<>();
    private final int tun;
    private final List<Integer> plain = new ArrayList<>();
    private final long plainSlots;
    private final @Nullable PlainRoutes plainRoutes;
    private int firstPlain;
    private final int event;
    private MemorySegment pollFds;
    private final MemorySegment eventValue;
    private final MemorySegment wakeValue;
    private final long coreSlots;
    private final int coreSlotOctets = Burst.HEADROOM_OCTETS + MAX_PACKET_OCTETS;
    private final String description;
    private boolean closed;

    /**
     * What to open.
     *
     * @param gtpu         where to listen: at most one IPv4 and one IPv6 address, port 2152
     * @param device       the TUN device, 1 to 15 characters
     * @param addresses    what to give the device, as {@code 10.45.0.1/16}: the pools are reached by these prefixes.
     *                     Empty: the device has been set up by the operator
     * @param mtuOctets    of the device; packets above the tunnel's MTU are answered by the worker
     * @param bufferOctets socket buffers asked of the kernel
     * @param plain        links to carriers' routers
     */
    public record Config(List<InetSocketAddress> gtpu, String device, List<String> addresses,
            int mtuOctets, int bufferOctets, List<PlainLink> plain) {
        public Config {
            plain = List.copyOf(plain);
            gtpu = List.copyOf(gtpu);
            addresses = List.copyOf(addresses);
            if (gtpu.isEmpty() || gtpu.size() > 2) {
                throw new IllegalArgumentException("GTP-U addresses: got " + gtpu
                        + ", expected one IPv4 address, one IPv6 address, or both");
            }
            if (mtuOctets < 1280 || mtuOctets > MAX_PACKET_OCTETS) {
                throw new IllegalArgumentException("TUN MTU: got " + mtuOctets
                        + ", expected 1280 to " + MAX_PACKET_OCTETS + " octets");
            }
        }

        /** Without links to carriers' routers. */
        public Config(List<InetSocketAddress> gtpu, String device, List<String> addresses,
                int mtuOctets, int bufferOctets) {
            this(gtpu, device, addresses, mtuOctets, bufferOctets, List.of());
        }

        public static Config of(InetSocketAddress gtpu, String device, String... addresses) {
            return new Config(List.of(gtpu), device, List.of(addresses), 1500, 8 << 20);
        }
    }

    /** Opens sockets and device in the network namespace of the calling thread. */
    public TunPacketIo(Config config) throws IOException {
        this(config, false, true);
    }

    /**
     * Opens one for each of several workers: sockets of the same addresses, to which the kernel spreads datagrams by the
     * remainder of their TEID, and queues of one device, to which it spreads packets by the end of their destination.
     * With more than one needs CAP_BPF.
     */
    public static List<TunPacketIo> open(Config config, int workers) throws IOException {
        List<TunPacketIo> all = new ArrayList<>();
        try {
            for (int i = 0; i < workers; i++) {
                all.add(new TunPacketIo(config, workers > 1, i == 0));
            }
            if (workers > 1) {
                TunPacketIo first = all.getFirst();
                for (AccessSocket socket : first.sockets) {
                    Steering.spreadByTeid(first.calls, socket.fd, workers);
                }
                Steering.spreadByDestination(first.calls, first.tun, workers);
                for (int link : first.plain) {
                    Steering.spreadBySource(first.calls, link, workers);
                }
            }
            return all;
        } catch (IOException | RuntimeException e) {
            all.forEach(TunPacketIo::close);
            throw e;
        }
    }

    /** @param setsUp whether the devices' part of the host is this one's to set up: the first's of several */
    private TunPacketIo(Config config, boolean isOneOfSeveral, boolean setsUp)
            throws IOException {
        List<Integer> opened = new ArrayList<>();
        try {
            for (InetSocketAddress local : config.gtpu()) {
                AccessSocket socket = new AccessSocket(calls, arena, local, BATCH,
                        config.bufferOctets(), isOneOfSeveral);
                opened.add(socket.fd);
                sockets.add(socket);
            }
            tun = calls.openTun(config.device(), isOneOfSeveral);
            opened.add(tun);
            event = calls.eventFd();
            opened.add(event);
            for (PlainLink link : config.plain()) {
                int device = calls.openTun(link.device(), isOneOfSeveral);
                opened.add(device);
                plain.add(device);
            }
            if (setsUp && !config.addresses().isEmpty()) {
                configure(config);
            }
            plainRoutes = setsUp && !plain.isEmpty()
                    ? PlainRoutes.open(config.plain(), config.device(), config.mtuOctets())
                    : null;
        } catch (IOException | RuntimeException e) {
            opened.forEach(calls::close);
            arena.close();
            throw e;
        }
        pollFds = arena.allocate((long) (sockets.size() + plain.size() + 2) * POLL_FD, 8);
        int at = 0;
        for (AccessSocket socket : sockets) {
            pollFor(at++, socket.fd);
        }
        pollFor(at++, tun);
        for (int device : plain) {
            pollFor(at++, device);
        }
        pollFor(at, event);
        eventValue = arena.allocate(8, 8);
        wakeValue = arena.allocate(8, 8);
        wakeValue.set(JAVA_LONG, 0, 1);
        coreSlots = arena.allocate((long) BATCH * coreSlotOctets, 64).address();
        plainSlots = plain.isEmpty()
                ? 0
                : arena.allocate((long) BATCH * coreSlotOctets, 64).address();
        description = "tun: GTP-U " + config.gtpu() + ", device " + config.device() + " "
                + config.addresses() + ", MTU " + config.mtuOctets()
                + (plain.isEmpty() ? "" : ", plain links " + config.plain());
    }

    private void pollFor(int i, int fd) {
        pollFds.set(JAVA_INT, (long) i * POLL_FD, fd);
        pollFds.set(JAVA_SHORT, (long) i * POLL_FD + 4, (short) LinuxCalls.POLLIN);
    }

    private static void configure(Config config) throws IOException {
        for (String address : config.addresses()) {
            if (address.contains(":")) {
                HostCommand.run("ip", "address", "replace", address, "dev", config.device(),
                        "nodad");
            } else {
                HostCommand.run("ip", "address", "replace", address, "dev", config.device());
            }
        }
        HostCommand.run("ip", "link", "set", config.device(), "mtu",
                Integer.toString(config.mtuOctets()),
                "up");
        takeOwnErrors(config.device());
    }

    /**
     * Has the kernel route packets from the device that have the device's own IPv4 address: our ICMP errors to senders in the
     * internet. It takes them for forged otherwise, and senders would not learn the path's MTU.
     */
    private static void takeOwnErrors(String device) {
        try {
            Files.writeString(Path.of("/proc/sys/net/ipv4/conf", device, "accept_local"), "1");
        } catch (IOException e) {
            log.warn(
                    "senders in the internet are not told of IPv4 packets that are too large for the"
                            + " tunnel, as net.ipv4.conf.{}.accept_local cannot be set: {}",
                    device,
                    e.getMessage());
        }
    }

    @Override
    public int receiveAccess(Burst burst) {
        burst.clear();
        addAccess(burst);
        return burst.size();
    }

    @Override
    public int receiveCore(Burst burst) {
        burst.clear();
        addCore(burst);
        return burst.size();
    }

    /** Receives behind what is in the burst already. */
    void addAccess(Burst burst) {
        for (int i = 0; i < sockets.size(); i++) {
            sockets.get(i).receive(burst);
        }
    }

    /** Receives behind what is in the burst already. */
    void addCore(Burst burst) {
        int wanted = Math.min(BATCH, burst.capacity() - burst.size());
        for (int i = 0; i < wanted; i++) {
            long slot = coreSlots + (long) i * coreSlotOctets + Burst.HEADROOM_OCTETS;
            long length = calls.read(tun, slot, MAX_PACKET_OCTETS);
            if (length <= 0) {
                break;
            }
            burst.add(slot, (int) length);
        }
    }

    /** Takes from each link in turn first, so that none of them keeps the others out. */
    @Override
    public int receivePlain(Burst burst) {
        burst.clear();
        int wanted = Math.min(BATCH, burst.capacity());
        for (int i = 0; i < plain.size() && burst.size() < wanted; i++) {
            int link = (firstPlain + i) % plain.size();
            receivePlain(burst, link, wanted);
        }
        firstPlain = plain.isEmpty() ? 0 : (firstPlain + 1) % plain.size();
        return burst.size();
    }

    private void receivePlain(Burst burst, int link, int wanted) {
        while (burst.size() < wanted) {
            long slot = plainSlots + (long) burst.size() * coreSlotOctets + Burst.HEADROOM_OCTETS;
            long length = calls.read(plain.get(link), slot, MAX_PACKET_OCTETS);
            if (length <= 0) {
                return;
            }
            burst.addPlain(slot, (int) length, link);
        }
    }

    @Override
    public int sendPlain(Burst burst) {
        int sent = 0;
        for (int i = 0; i < burst.size(); i++) {
            if (calls.write(plain.get(burst.link(i)), burst.address(i),
                    burst.length(i)) == burst.length(i)) {
                sent++;
            }
        }
        return sent;
    }

    @Override
    public int sendAccess(Burst burst) {
        int sent = 0;
        for (int i = 0; i < sockets.size(); i++) {
            sent += sockets.get(i).send(burst);
        }
        return sent;
    }

    @Override
    public int sendCore(Burst burst) {
        int sent = 0;
        for (int i = 0; i < burst.size(); i++) {
            if (calls.write(tun, burst.address(i), burst.length(i)) == burst.length(i)) {
                sent++;
            }
        }
        return sent;
    }

    /** Has {@link #await} end for these descriptors, too. */
    void alsoAwait(int[] descriptors) {
        MemorySegment all = arena.allocate(pollFds.byteSize() + (long) descriptors.length * POLL_FD,
                8);
        all.copyFrom(pollFds);
        int before = (int) (pollFds.byteSize() / POLL_FD);
        pollFds = all;
        for (int i = 0; i < descriptors.length; i++) {
            pollFor(before + i, descriptors[i]);
        }
    }

    /** Undoes {@link #alsoAwait}: those descriptors are closed. */
    void awaitAlone() {
        pollFds = pollFds.asSlice(0, (long) (sockets.size() + plain.size() + 2) * POLL_FD);
    }

    @Override
    public void await(long timeoutNanos) {
        int millis = (int) Math.min(Integer.MAX_VALUE,
                TimeUnit.NANOSECONDS.toMillis(timeoutNanos + 999_999));
        int ready = calls.poll(pollFds.address(), (int) (pollFds.byteSize() / POLL_FD), millis);
        if (ready > 0) {
            long _ = calls.read(event, eventValue.address(), 8);
        }
    }

    @Override
    public synchronized void wake() {
        if (!closed) {
            long _ = wakerCalls.write(event, wakeValue.address(), 8);
        }
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            sockets.forEach(socket -> calls.close(socket.fd));
            if (plainRoutes != null) {
                plainRoutes.close();
            }
            plain.forEach(calls::close);
            calls.close(tun);
            calls.close(event);
            arena.close();
        }
    }
}
