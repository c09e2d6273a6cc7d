package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.LinkTestBed.SERVER;
import static io.cellgate.dataplane.worker.LinkTestBed.SERVER_PORT;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.REMOTE_TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.TEID;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.io.NetworkNamespace;
import io.cellgate.dataplane.io.PacketBackends.Backend;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.Access;
import io.cellgate.dataplane.session.Allowance;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.usage.UsageRecord;
import io.cellgate.dns.DnsForwarder;
import io.cellgate.dns.ForwarderConfig;
import io.cellgate.policy.subject.Quota;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flows that the kernel forwards by itself, between real interfaces and sockets: they pass, they are counted to the octet,
 * and whatever changes what they rest on ends them before it is done. A packet that a worker forwarded, and not the kernel,
 * shows as one that is not among those of the kernel.
 */
class OffloadTest {
    private static final int DEVICE_PORT = 4000;
    private static final String DEVICE = "10.45.0.11";
    private static final int ATTEMPTS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int KERNEL_FLOWS = 4096;

    private static @Nullable LinkTestBed made;

    private final Queue<FlowRecord> records = new ConcurrentLinkedQueue<>();
    private final Queue<UsageRecord> used = new ConcurrentLinkedQueue<>();
    private DnsForwarder resolver;
    private WorkerUserPlane userPlane;

    @BeforeAll
    static void makeNetwork() throws Exception {
        NetworkNamespace.assumePossible("ethtool", "sysctl", "ping");
        made = new LinkTestBed(KERNEL_FLOWS);
        made.takeRedirected(true);
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

    @BeforeEach
    void start() throws Exception {
        start(1);
    }

    private void start(int workers) throws Exception {
        bed().publish("net.protocol == \"udp\"");
        resolver = new DnsForwarder(ForwarderConfig
                .of(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53))));
        userPlane = WorkerUserPlane.start(bed().config, bed().open(Backend.XDP, workers), _ -> {},
                resolver, records::add, used::addAll);
        await(userPlane.publishPeers(bed().peers()));
        install(session(TEID));
    }

    @AfterEach
    void stop() {
        userPlane.close();
        resolver.close();
    }

    private static UserPlaneSession session(int teid) throws IOException {
        return bed().session(teid, REMOTE_TEID + teid - TEID, device(teid), null);
    }

    private static String device(int teid) {
        return "10.45.0." + (11 + teid - TEID);
    }

    private void install(UserPlaneSession session) throws Exception {
        await(userPlane.install(session));
    }

    private static void await(CompletionStage<Void> done) throws Exception {
        done.toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    private long byKernel() {
        return userPlane.counters().kernelPackets();
    }

    private static byte[] payload(int n) {
        return ByteBuffer.allocate(12).putInt(n).putLong(0x0123_4567_89ab_cdefL).array();
    }

    /** Sends a packet from the device; what comes to the server must be it. */
    private static void up(int teid, int n) throws IOException {
        bed().fromDevice(teid,
                Packets.udp(device(teid), DEVICE_PORT, SERVER, SERVER_PORT, payload(n)));
        DatagramPacket got = LinkTestBed.receive(bed().server);
        assertThat(got.getAddress().getHostAddress()).isEqualTo(device(teid));
        assertThat(ByteBuffer.wrap(got.getData(), 0, got.getLength()))
                .isEqualTo(ByteBuffer.wrap(payload(n)));
    }

    /** Sends a packet to the device, and returns the TEID of the tunnel that it came in. */
    private static int down(int teid, int n) throws IOException {
        send(teid, n);
        ByteBuffer got = ByteBuffer.wrap(bed().atCarrier());
        assertThat(got.getShort(2)).as("GTP-U length").isEqualTo((short) (28 + 12));
        assertThat(got.get(8 + 8)).as("TTL").isEqualTo((byte) 63);
        assertThat(got.slice(8 + 28, 12)).isEqualTo(ByteBuffer.wrap(payload(n)));
        return got.getInt(4);
    }

    private static void send(int teid, int n) throws IOException {
        bed().server.send(new DatagramPacket(payload(n), 12, InetAddress.ofLiteral(device(teid)),
                DEVICE_PORT));
    }

    /** Has packets pass until the kernel forwards both ways. What interfaces take is looked at every 100 ms, a packet takes less than 1. */
    private void untilByKernel(int teid) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int n = 0; n < ATTEMPTS || System.nanoTime() < end; n++) {
            long before = byKernel();
            up(teid, n);
            int _ = down(teid, n);
            if (byKernel() == before + 2) {
                return;
            }
        }
        throw new AssertionError("the kernel forwards nothing: " + userPlane.counters());
    }

    /** The packet is dropped by a worker, for this reason; the kernel has forwarded nothing. */
    private void assertUpDropped(DropReason reason) throws Exception {
        long before = byKernel();
        long dropped = userPlane.counters().dropped(reason);
        bed().fromDevice(TEID, Packets.udp(DEVICE, DEVICE_PORT, SERVER, SERVER_PORT, payload(0)));
        awaitDropped(reason, dropped + 1);
        assertThat(byKernel()).isEqualTo(before);
        assertNothingAt(bed().server);
    }

    private void assertDownDropped(DropReason reason) throws Exception {
        long before = byKernel();
        long dropped = userPlane.counters().dropped(reason);
        send(TEID, 0);
        awaitDropped(reason, dropped + 1);
        assertThat(byKernel()).isEqualTo(before);
        assertNothingAt(bed().carrier);
    }

    /** The host says things of its own, too, which nobody asked for. */
    private void awaitDropped(DropReason reason, long least) throws Exception {
        for (int i = 0; i < ATTEMPTS && userPlane.counters().dropped(reason) < least; i++) {
            Thread.sleep(10);
        }
        assertThat(userPlane.counters().dropped(reason)).as("%s of %s", reason,
                userPlane.counters()).isGreaterThanOrEqualTo(least);
    }

    private static void assertNothingAt(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(20);
        try {
            socket.receive(new DatagramPacket(new byte[2000], 2000));
            throw new AssertionError("a packet came to " + socket.getLocalSocketAddress());
        } catch (SocketTimeoutException none) {
            socket.setSoTimeout(5000);
        }
    }

    /** No packet has to come to a worker for that. */
    private void assertGoesOnUnder(String... policies) throws Exception {
        for (int n = 0; n < 20; n++) {
            bed().publish(policies[n % policies.length]);
            long before = byKernel();
            up(TEID, 1);
            assertThat(byKernel()).isEqualTo(before + 1);
        }
    }

    @Test
    void decidedFlows_areForwardedByTheKernel_andCountedToTheOctet() throws Exception {
        stop();
        start(2);
        int pairs = 40;
        int sims = 4;
        for (int sim = 1; sim < sims; sim++) {
            install(session(TEID + sim));
        }
        for (int n = 0; n < pairs; n++) {
            for (int sim = 0; sim < sims; sim++) {
                up(TEID + sim, n);
                assertThat(down(TEID + sim, n)).isEqualTo(REMOTE_TEID + sim);
            }
        }
        int octets = 28 + 12;
        UserPlaneCounters counters = userPlane.counters();
        assertThat(counters.packetsUp()).isEqualTo((long) sims * pairs);
        assertThat(counters.bytesUp()).isEqualTo((long) sims * pairs * octets);
        assertThat(counters.packetsDown()).isEqualTo((long) sims * pairs);
        assertThat(counters.bytesDown()).isEqualTo((long) sims * pairs * octets);
        assertThat(counters.kernelFlows()).isEqualTo(sims);
        assertThat(counters.kernelPackets()).isGreaterThan((long) sims * pairs);
        for (int sim = 0; sim < sims; sim++) {
            assertThat(userPlane.usage(TEID + sim).toCompletableFuture().get(5,
                    TimeUnit.SECONDS)).isEqualTo(
                            new SessionUsage(TEID + sim, pairs, (long) pairs * octets, pairs,
                                    (long) pairs * octets, 1));
            await(userPlane.remove(TEID + sim));
        }
        assertThat(userPlane.counters().kernelFlows()).isZero();
        userPlane.close();
        assertThat(records).filteredOn(each -> each.event() == FlowRecord.Event.END).hasSize(sims)
                .allSatisfy(end -> {
                    assertThat(end.packetsUp()).isEqualTo(pairs);
                    assertThat(end.bytesUp()).isEqualTo((long) pairs * octets);
                    assertThat(end.packetsDown()).isEqualTo(pairs);
                    assertThat(end.bytesDown()).isEqualTo((long) pairs * octets);
                });
        assertThat(sum(UsageRecord::packetsUp)).isEqualTo((long) sims * pairs);
        assertThat(sum(UsageRecord::bytesDown)).isEqualTo((long) sims * pairs * octets);
        assertThat(userPlane.counters().packetsUp()).as("once it is closed")
                .isEqualTo((long) sims * pairs);
    }

    private long sum(ToLongFunction<UsageRecord> what) {
        return used.stream().mapToLong(what).sum();
    }

    /** A device with a thousand flows must not have the table to itself. */
    @Test
    void deviceOfManyFlows_getsNoMoreThanItsShareOfTheTable_andOthersTheirs() throws Exception {
        int share = KERNEL_FLOWS / 16;
        int flows = share + 40;
        for (int flow = 0; flow < flows; flow++) {
            for (int n = 0; n < 10; n++) {
                bed().fromDevice(TEID, Packets.udp(DEVICE, 20_000 + flow, SERVER, SERVER_PORT,
                        payload(n)));
                DatagramPacket _ = LinkTestBed.receive(bed().server);
            }
        }
        assertThat(userPlane.counters().flows()).isEqualTo(flows);
        assertThat(userPlane.counters().kernelFlows()).isBetween(share / 2L, (long) share);
        install(session(TEID + 1));
        untilByKernel(TEID + 1);
        await(userPlane.remove(TEID));
        assertThat(userPlane.counters().kernelFlows()).isEqualTo(1);
    }

    @Test
    void session_endsInTheKernel_beforeItsEndIsDone() throws Exception {
        untilByKernel(TEID);
        await(userPlane.remove(TEID));
        assertUpDropped(DropReason.TEID_UNKNOWN);
        assertThat(bed().atCarrier()[1]).as("Error Indication").isEqualTo((byte) 26);
        assertDownDropped(DropReason.DESTINATION_UNKNOWN);
    }

    @Test
    void policy_isObeyedByTheKernel_onceItIsPublished() throws Exception {
        untilByKernel(TEID);
        assertGoesOnUnder("net.protocol == \"udp\" and net.dst.port == 5000",
                "net.dst.port == 5000");
        bed().publish("net.dst.port == 5001");
        assertUpDropped(DropReason.POLICY_NETWORK);
        assertDownDropped(DropReason.POLICY_NETWORK);
    }

    @Test
    void policyThatAsksForWhatChangesByItself_orReadsRequests_leavesFlowsToWorkers()
            throws Exception {
        for (String when : List.of("net.protocol == \"udp\" and usage.bytes_day < 1000000000",
                "net.protocol == \"udp\" and time.weekday >= 0")) {
            bed().publish(when);
            assertStaysWithWorkers();
        }
        bed().publish(UserPlaneTestBed.allow("udp", "net.protocol == \"udp\""),
                UserPlaneTestBed.allowHttp("http", "http.method == \"GET\""));
        assertStaysWithWorkers();
    }

    private void assertStaysWithWorkers() throws Exception {
        for (int n = 0; n < 20; n++) {
            up(TEID, n);
            int _ = down(TEID, n);
        }
        assertThat(userPlane.counters().kernelPackets()).isZero();
    }

    @Test
    void deviceThatIsNotToBeReached_getsNothingByTheKernel() throws Exception {
        untilByKernel(TEID);
        UserPlaneSession usual = session(TEID);
        install(new UserPlaneSession(TEID, usual.access(), usual.carrierIndex(), usual.ipv4(),
                null, usual.subscriber(), usual.request(), null, null, true));
        assertDownDropped(DropReason.DOWNLINK_HELD);
    }

    @Test
    void handover_movesTheKernelsTunnel_beforeItIsDone() throws Exception {
        untilByKernel(TEID);
        UserPlaneSession usual = session(TEID);
        install(new UserPlaneSession(TEID,
                new Access.Tunnel(0x77, LinkTestBed.CARRIER), usual.carrierIndex(), usual.ipv4(),
                null, usual.subscriber(), usual.request(), null, null, false));
        long before = byKernel();
        assertThat(down(TEID, 1)).isEqualTo(0x77);
        assertThat(byKernel()).isEqualTo(before);
        assertThat(down(TEID, 2)).isEqualTo(0x77);
        assertThat(byKernel()).as("again by the kernel").isEqualTo(before + 1);
    }

    @Test
    void peersAndProtectedNetworks_areObeyedByTheKernel_onceTheyArePublished() throws Exception {
        untilByKernel(TEID);
        await(userPlane.protect(List.of(IpPrefix.parse("203.0.113.10/32"))));
        assertUpDropped(DropReason.INFRASTRUCTURE);
        await(userPlane.protect(List.of()));
        untilByKernel(TEID);
        await(userPlane.publishPeers(PeerTable.EMPTY));
        assertUpDropped(DropReason.PEER_UNKNOWN);
        // a packet from the other side gives the flow to nobody
        for (int n = 0; n < 10; n++) {
            int _ = down(TEID, n);
        }
        assertUpDropped(DropReason.PEER_UNKNOWN);
    }

    @Test
    void capture_seesEachPacket_fromWhenItBegan(@TempDir Path folder) throws Exception {
        install(session(TEID + 1));
        untilByKernel(TEID + 1);
        untilByKernel(TEID);
        PacketCapture capture = new PacketCapture(folder.resolve("c.pcapng"),
                PacketCapture.Layer.INNER,
                new PacketCapture.Limits(1 << 20, 1000, Duration.ofMinutes(1)),
                InetAddress.ofLiteral("192.0.2.1"));
        long before = byKernel();
        await(userPlane.capture(session(TEID).subscriber().imsi(), capture));
        for (int n = 0; n < 20; n++) {
            up(TEID, n);
            int _ = down(TEID, n);
        }
        assertThat(byKernel()).isEqualTo(before);
        up(TEID + 1, 1);
        assertThat(byKernel()).as("another SIM's goes on").isEqualTo(before + 1);
        capture.close();
        assertThat(Files.size(capture.file())).isGreaterThan(40L * 40);
        untilByKernel(TEID);
    }

    @Test
    void quota_isHeldTo_alsoWhereItComesWithAnotherSessionOfTheSim() throws Exception {
        untilByKernel(TEID);
        UserPlaneSession usual = session(TEID);
        Subscriber whose = usual.subscriber();
        Subscriber limited = new Subscriber(whose.iccid(), whose.imsi(), whose.msisdn(),
                whose.account(), whose.fleet(), whose.status(), whose.tags(), whose.policy(),
                whose.imeiChanged(), whose.inFence(),
                new Allowance(Quota.block(1L, null), 0, 0, 0), whose.own(), whose.eid());
        UserPlaneSession other = session(TEID + 1);
        install(new UserPlaneSession(TEID + 1, other.access(), other.carrierIndex(),
                other.ipv4(), null, limited, other.request(), null, null, false));
        assertUpDropped(DropReason.QUOTA_EXCEEDED);
        assertDownDropped(DropReason.QUOTA_EXCEEDED);
    }

    @Test
    void interfaceThatDoesNotTakeSuchFrames_getsThemByAWorker_untilItDoes() throws Exception {
        untilByKernel(TEID);
        bed().takeRedirected(false);
        try {
            // what was redirected before it was noticed is lost, as on a link that went down
            long byKernel = -1;
            for (int i = 0; i < ATTEMPTS && byKernel() != byKernel; i++) {
                byKernel = byKernel();
                send(TEID, 0);
                Thread.sleep(20);
            }
            drain();
            for (int n = 0; n < 20; n++) {
                up(TEID, n);
                int _ = down(TEID, n);
            }
            assertThat(byKernel()).isEqualTo(byKernel);
        } finally {
            bed().takeRedirected(true);
        }
        untilByKernel(TEID);
    }

    private static void drain() throws IOException {
        try {
            bed().carrier.setSoTimeout(200);
            while (true) {
                bed().carrier.receive(new DatagramPacket(new byte[2000], 2000));
            }
        } catch (SocketTimeoutException e) {
            bed().carrier.setSoTimeout(5000);
        }
    }

    @Test
    void nextHopOfAnotherHardwareAddress_isUsedByTheKernel() throws Exception {
        untilByKernel(TEID);
        bed().gatewaySpace.run("ip", "neigh", "replace", SERVER, "lladdr", "02:00:00:00:77:77",
                "dev", "sgi", "nud", "permanent");
        try {
            bed().internetSpace.run("ip", "link", "set", "eth0", "address",
                    "02:00:00:00:77:77");
            for (int i = 0; i < ATTEMPTS; i++) {
                bed().fromDevice(TEID,
                        Packets.udp(DEVICE, DEVICE_PORT, SERVER, SERVER_PORT, payload(0)));
                try {
                    bed().server.setSoTimeout(20);
                    bed().server.receive(new DatagramPacket(new byte[2000], 2000));
                    break;
                } catch (SocketTimeoutException notYet) {
                    // the kernel's news is on its way
                } finally {
                    bed().server.setSoTimeout(5000);
                }
            }
            untilByKernel(TEID);
        } finally {
            bed().gatewaySpace.run("ip", "neigh", "del", SERVER, "dev", "sgi");
            bed().gatewaySpace.run("ping", "-c", "1", "-W", "5", SERVER);
        }
    }

    /** Each packet that the kernel forwarded stands in one flow's record, whatever was taken back while it did. */
    @Test
    void whatIsForwarded_isInTheRecords_howeverOftenFlowsAreTakenBackMeanwhile()
            throws Exception {
        stop();
        start(2);
        int sims = 4;
        for (int sim = 1; sim < sims; sim++) {
            install(session(TEID + sim));
        }
        List<byte[]> packets = new ArrayList<>();
        for (int n = 0; n < 2 * sims; n++) {
            packets.add(Packets.udp(device(TEID + n % sims), DEVICE_PORT + n / sims, SERVER,
                    SERVER_PORT, payload(n)));
        }
        AtomicBoolean over = new AtomicBoolean();
        Thread sender = Thread.ofPlatform().start(() -> {
            try {
                for (int n = 0; !over.get(); n = (n + 1) % (2 * sims)) {
                    bed().fromDevice(TEID + n % sims, packets.get(n));
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try {
            // as many changes as it takes for much to have passed between them
            for (int i = 0; i < 60 || (byKernel() < 1000 && i < 1000); i++) {
                int teid = TEID + i % sims;
                switch (i / sims % 3) {
                    case 0 -> bed().publish("net.protocol == \"udp\" and net.dst.port != " + i);
                    case 1 -> install(session(teid));
                    default -> {
                        await(userPlane.remove(teid));
                        install(session(teid));
                    }
                }
                Thread.sleep(10);
            }
        } finally {
            over.set(true);
            sender.join();
        }
        for (int sim = 0; sim < sims; sim++) {
            await(userPlane.remove(TEID + sim));
        }
        userPlane.close();
        drainAll();
        UserPlaneCounters counters = userPlane.counters();
        assertThat(counters.flowLogLost()).isZero();
        assertThat(counters.kernelPackets()).isPositive();
        assertThat(records.stream().filter(each -> each.event() == FlowRecord.Event.END)
                .mapToLong(FlowRecord::packetsUp).sum()).isEqualTo(counters.packetsUp());
        assertThat(sum(UsageRecord::bytesUp)).isEqualTo(counters.bytesUp());
    }

    private static void drainAll() throws IOException {
        drain();
        try {
            bed().server.setSoTimeout(200);
            while (true) {
                bed().server.receive(new DatagramPacket(new byte[2000], 2000));
            }
        } catch (SocketTimeoutException e) {
            bed().server.setSoTimeout(5000);
        }
    }
}
