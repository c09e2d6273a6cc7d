package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.LinkTestBed.SERVER;
import static io.cellgate.dataplane.worker.LinkTestBed.SERVER_IPV6;
import static io.cellgate.dataplane.worker.LinkTestBed.SERVER_PORT;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.REMOTE_TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.TEID;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.io.Burst;
import io.cellgate.dataplane.io.NetworkNamespace;
import io.cellgate.dataplane.io.PacketBackends.Backend;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.usage.UsageFeed;
import io.cellgate.dns.DnsForwarder;
import io.cellgate.dns.ForwarderConfig;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers on each packet I/O backend between real interfaces: several of them, what they allocate, path MTUs. */
class LinkTest {
    private static final int SIMS = 8;
    private static final int DEVICE_PORT = 4000;
    private static final int BURST = 50;
    private static final int WINDOWS = 20;
    private static final int WINDOW_PACKETS = 5000;
    /** For so many: what the measuring itself takes. */
    private static final long LITTLE_OCTETS = 1024;

    private static @Nullable LinkTestBed made;

    @BeforeAll
    static void makeNetwork() throws Exception {
        NetworkNamespace.assumePossible("ethtool", "sysctl", "ping", "nft");
        made = new LinkTestBed(0);
    }

    @AfterAll
    static void removeNetwork() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    private static LinkTestBed bed() {
        if (made == null) {
            throw new IllegalStateException("no network was made");
        }
        return made;
    }

    /** A user plane on these, with the sessions of some SIMs. */
    private static WorkerUserPlane userPlane(List<? extends PacketIo> ios, DnsForwarder resolver)
            throws Exception {
        WorkerUserPlane userPlane = WorkerUserPlane.start(bed().config, ios, _ -> {}, resolver,
                _ -> {}, _ -> {});
        userPlane.publishPeers(bed().peers()).toCompletableFuture().get(5, TimeUnit.SECONDS);
        for (int sim = 0; sim < SIMS; sim++) {
            userPlane.install(bed().session(TEID + sim, REMOTE_TEID + sim, device(sim),
                    "2001:db8:45:" + (10 + sim) + "::")).toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
        }
        // its sessions have IPv6, so each is advertised its prefix
        for (int sim = 0; sim < SIMS; sim++) {
            assertThat(bed().atCarrier()).hasSizeGreaterThan(8);
        }
        return userPlane;
    }

    /** Of half of them the end says another worker than their TEID. */
    private static String device(int sim) {
        return "10.45.0." + (11 + sim + (sim >= SIMS / 2 ? 1 : 0));
    }

    private static String deviceIpv6(int sim) {
        return "2001:db8:45:" + (10 + sim) + "::7";
    }

    private static DnsForwarder resolver() throws Exception {
        return new DnsForwarder(ForwarderConfig
                .of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53))));
    }

    /** A backend's packet I/O that looks at whether what a worker gets from the kernel is for this worker. */
    private static final class Watched implements PacketIo {
        private final PacketIo io;
        private final int worker;
        private final int workers;
        private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
        final AtomicLong got = new AtomicLong();
        final AtomicLong strayed = new AtomicLong();

        Watched(PacketIo io, int worker, int workers) {
            this.io = io;
            this.worker = worker;
            this.workers = workers;
        }

        /** @param wordAt where the word is that names the worker */
        private int look(Burst burst, int wordAt, int firstOctet) {
            for (int i = 0; i < burst.size(); i++) {
                view.wrap(burst.address(i), burst.length(i));
                if (view.getByte(0) == firstOctet) { // the kernel says things of its own, too
                    int word = view.getInt(wordAt, ByteOrder.BIG_ENDIAN);
                    got.incrementAndGet();
                    strayed.addAndGet(Integer.remainderUnsigned(word, workers) == worker ? 0 : 1);
                }
            }
            return burst.size();
        }

        @Override
        public int receiveAccess(Burst burst) {
            int _ = io.receiveAccess(burst);
            return look(burst, 4, 0x30);
        }

        @Override
        public int receiveCore(Burst burst) {
            int _ = io.receiveCore(burst);
            return look(burst, 16, 0x45);
        }

        @Override
        public int sendAccess(Burst burst) {
            return io.sendAccess(burst);
        }

        @Override
        public int sendCore(Burst burst) {
            return io.sendCore(burst);
        }

        @Override
        public void await(long timeoutNanos) {
            io.await(timeoutNanos);
        }

        @Override
        public void wake() {
            io.wake();
        }

        @Override
        public String describe() {
            return io.describe();
        }

        @Override
        public void close() {
            io.close();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void packetsOfManySims_overTwoWorkers_allPassBothWays_inOrder(Backend backend)
            throws Exception {
        int workers = 2;
        int each = 500;
        int total = SIMS * each;
        List<Watched> ios = new ArrayList<>();
        for (PacketIo io : bed().open(backend, workers)) {
            ios.add(new Watched(io, ios.size(), workers));
        }
        try (DnsForwarder resolver = resolver();
                WorkerUserPlane userPlane = userPlane(ios, resolver)) {
            Semaphore underWay = new Semaphore(96);
            CompletableFuture<Void> echoed = new CompletableFuture<>();
            CompletableFuture<Void> arrived = new CompletableFuture<>();
            Thread.ofPlatform().start(() -> finish(echoed, () -> echo(total)));
            Thread.ofPlatform().start(() -> finish(arrived, () -> atDevices(total, underWay)));
            for (int n = 0; n < total && !arrived.isDone(); n++) {
                int sim = n % SIMS;
                assertThat(underWay.tryAcquire(10, TimeUnit.SECONDS)).as("lost before %d", n)
                        .isTrue();
                bed().fromDevice(TEID + sim, Packets.udp(device(sim), DEVICE_PORT, SERVER,
                        SERVER_PORT, ByteBuffer.allocate(4).putInt(n / SIMS).array()));
            }
            echoed.get(10, TimeUnit.SECONDS);
            arrived.get(10, TimeUnit.SECONDS);
            UserPlaneCounters counters = userPlane.counters();
            assertThat(counters.packetsUp()).isEqualTo(total);
            assertThat(counters.packetsDown()).isEqualTo(total);
            assertThat(counters.dropped(DropReason.HANDOVER_FULL)
                    + counters.dropped(DropReason.SEND_REFUSED)).isZero();
            for (Watched io : ios) {
                assertThat(io.got.get()).as("received by each worker")
                        .isGreaterThanOrEqualTo(total);
                assertThat(io.strayed.get()).as("came to the wrong worker").isZero();
            }
        }
    }

    /** Something that may fail. */
    private interface Step {
        void run() throws Exception;
    }

    private static void finish(CompletableFuture<Void> done, Step step) {
        try {
            step.run();
            done.complete(null);
        } catch (Exception | AssertionError e) {
            done.completeExceptionally(e);
        }
    }

    /** Sends so many datagrams back to the devices they are from, which must come in their order. */
    private static void echo(int total) throws Exception {
        int[] next = new int[SIMS];
        for (int n = 0; n < total; n++) {
            DatagramPacket got = LinkTestBed.receive(bed().server);
            int sim = sim(got.getAddress());
            assertThat(ByteBuffer.wrap(got.getData()).getInt()).as("of SIM %d", sim)
                    .isEqualTo(next[sim]++);
            bed().server.send(got);
        }
    }

    private static int sim(InetAddress address) {
        for (int sim = 0; sim < SIMS; sim++) {
            if (device(sim).equals(address.getHostAddress())) {
                return sim;
            }
        }
        throw new AssertionError("no device's address: " + address);
    }

    /** Takes so many packets to the devices, which must come in their order. */
    private static void atDevices(int total, Semaphore underWay) throws Exception {
        int[] next = new int[SIMS];
        for (int n = 0; n < total; n++) {
            ByteBuffer message = ByteBuffer.wrap(bed().atCarrier());
            int sim = message.getInt(4) - REMOTE_TEID;
            assertThat(message.getInt(8 + 28)).as("to SIM %d", sim).isEqualTo(next[sim]++);
            underWay.release();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void packets_areTakenDecidedAndSent_withoutAllocation(Backend backend) throws Exception {
        List<? extends PacketIo> ios = bed().open(backend, 1);
        CompletableFuture<Void> end = new CompletableFuture<>();
        List<Thread> senders = List.of(
                Thread.ofPlatform().start(() -> finish(end, () -> sendUp(end))),
                Thread.ofPlatform().start(() -> finish(end, () -> sendDown(end))));
        try (PacketIo io = ios.getFirst(); FlowLog log = new FlowLog(64, "test", _ -> {})) {
            Worker worker = UserPlaneTestBed.worker(bed().config, io, log, new UsageFeed(),
                    LinkTestBed.CARRIER, bed().session(TEID, REMOTE_TEID, device(0), null));
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long allocated = Long.MAX_VALUE;
            // the first ones bring classes with them, and link the calls
            for (int i = 0; i < WINDOWS && allocated > LITTLE_OCTETS; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                drive(worker, WINDOW_PACKETS);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).as("octets for %d packets", WINDOW_PACKETS)
                    .isLessThanOrEqualTo(LITTLE_OCTETS);
            UserPlaneCounters counters = worker.counters().snapshot(0);
            // how the two share the windows is not said
            assertThat(counters.packetsUp()).isGreaterThan(WINDOW_PACKETS / 10);
            assertThat(counters.packetsDown()).isGreaterThan(WINDOW_PACKETS / 10);
        } finally {
            boolean _ = end.complete(null);
            for (Thread sender : senders) {
                sender.join();
            }
            drain();
        }
    }

    /** The path MTU of the tunnel is the sender's to learn (RFC 1191, RFC 8201), whose kernel then cuts what it sends. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void senderInTheInternet_learnsWhatTheTunnelTakes(Backend backend) throws Exception {
        int tunnel = bed().config.tunnelMtuOctets();
        int payload = 1400;
        try (DnsForwarder resolver = resolver();
                WorkerUserPlane userPlane = userPlane(bed().open(backend, 1), resolver)) {
            int sim = SIMS - 1 - backend.ordinal(); // another address each time: the kernel
                                                    // remembers
            for (String[] ends : new String[][]{{device(sim), SERVER},
                    {deviceIpv6(sim), SERVER_IPV6}}) {
                bed().fromDevice(TEID + sim,
                        Packets.udp(ends[0], DEVICE_PORT, ends[1], SERVER_PORT));
                DatagramPacket _ = LinkTestBed.receive(bed().server);
                bed().server.send(toDevice(ends[0], payload));
                assertThat(bed().internetLearns(ends[0], "mtu " + tunnel)).as(ends[0]).isTrue();
                bed().server.send(toDevice(ends[0], payload));
                int headers = ends[0].contains(":") ? 40 + 8 : 20;
                int got = 0;
                while (got < payload + 8) {
                    int inner = bed().atCarrier().length - 8;
                    assertThat(inner).isLessThanOrEqualTo(tunnel);
                    got += inner - headers;
                }
                assertThat(got).isEqualTo(payload + 8);
            }
            assertThat(userPlane.counters().dropped(DropReason.TOO_BIG)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void device_learnsWhatTheWayToTheInternetTakes(Backend backend) throws Exception {
        bed().gatewaySpace.run("ip", "link", "set", "sgi", "mtu", "1300");
        try (DnsForwarder resolver = resolver();
                WorkerUserPlane _ = userPlane(bed().open(backend, 1), resolver)) {
            byte[] payload = new byte[1300];
            bed().fromDevice(TEID, Packets.whole(
                    Packets.udp(device(0), DEVICE_PORT, SERVER, SERVER_PORT, payload)));
            ByteBuffer error = ByteBuffer.wrap(bed().atCarrier()).position(8).slice();
            assertThat(error.get(9)).as("ICMP").isEqualTo((byte) 1);
            assertThat(error.getShort(20)).as("fragmentation needed").isEqualTo((short) 0x0304);
            assertThat(error.getShort(26)).isEqualTo((short) 1300);

            bed().fromDevice(TEID, Packets.udp(deviceIpv6(0), DEVICE_PORT, SERVER_IPV6,
                    SERVER_PORT, payload));
            error = ByteBuffer.wrap(bed().atCarrier()).position(8).slice();
            assertThat(error.get(6)).as("ICMPv6").isEqualTo((byte) 58);
            assertThat(error.get(40)).as("packet too big").isEqualTo((byte) 2);
            assertThat(error.getInt(44)).isEqualTo(1300);
        } finally {
            bed().gatewaySpace.run("ip", "link", "set", "sgi", "mtu", "1500");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void packetThatTheTunnelTakes_reachesTheCarrierWhole_whereItsNetworkTakesLess(Backend backend)
            throws Exception {
        bed().gatewaySpace.run("ip", "link", "set", "s8", "mtu", "1300");
        try (DnsForwarder resolver = resolver();
                WorkerUserPlane _ = userPlane(bed().open(backend, 1), resolver)) {
            bed().fromDevice(TEID, Packets.udp(device(0), DEVICE_PORT, SERVER, SERVER_PORT));
            DatagramPacket _ = LinkTestBed.receive(bed().server);
            for (int octets : new int[]{1300, 100, 1300}) {
                bed().server.send(toDevice(device(0), octets));
                assertThat(bed().atCarrier()).hasSize(8 + 28 + octets);
            }
        } finally {
            bed().gatewaySpace.run("ip", "link", "set", "s8", "mtu", "1500");
        }
    }

    /** Lets the worker go round until it has had so many packets. */
    private static void drive(Worker worker, int packets) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        int done = 0;
        while (done < packets) {
            long now = System.nanoTime();
            if (now - deadline > 0) {
                throw new AssertionError(done + " packets have come");
            }
            done += worker.round(now, 1_800_000_000_000L);
        }
    }

    private static void sendUp(CompletableFuture<Void> end) throws Exception {
        byte[] packet = Packets.udp(device(0), DEVICE_PORT, SERVER, SERVER_PORT);
        while (!end.isDone()) {
            for (int i = 0; i < BURST; i++) {
                bed().fromDevice(TEID, packet);
            }
            Thread.sleep(1);
        }
    }

    private static void sendDown(CompletableFuture<Void> end) throws Exception {
        while (!end.isDone()) {
            for (int i = 0; i < BURST; i++) {
                bed().server.send(toDevice(device(0), 100));
            }
            Thread.sleep(1);
        }
    }

    private static DatagramPacket toDevice(String address, int octets) {
        return new DatagramPacket(new byte[octets], octets,
                new InetSocketAddress(InetAddress.ofLiteral(address), DEVICE_PORT));
    }

    /** Forgets what came meanwhile. */
    private static void drain() throws Exception {
        for (DatagramSocket socket : List.of(bed().carrier, bed().server)) {
            int timeout = socket.getSoTimeout();
            socket.setSoTimeout(50);
            try {
                while (true) {
                    socket.receive(new DatagramPacket(new byte[1], 1));
                }
            } catch (SocketTimeoutException empty) {
                socket.setSoTimeout(timeout);
            }
        }
    }
}
