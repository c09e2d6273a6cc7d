package io.cellgate.dataplane.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.FqCsid;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.PcapFile;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.gtpc.Tshark;
import io.cellgate.dataplane.firewall.FirewallProfile;
import io.cellgate.dataplane.firewall.MessageClass;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SubscriberDirectory;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.policy.subject.Imsi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of a hostile or broken carrier in dialogues of both versions with a running gateway, most of them as they
 * should be, many with octets changed, cut, repeated or strung together; and what life does to sessions meanwhile. At
 * every moment the gateway answers, no datagram has met a bug, and the sessions of another carrier are what they were;
 * at the end nothing of the first is left, nor of the memory it took.
 *
 * <p>A few seconds of it are part of the build. For longer, or again with the same dialogues:
 *
 * <pre>
 *   mvn -pl dataplane -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest=DialogueFuzzTest \
 *       -Dcellgate.fuzz.seconds=3600 [-Dcellgate.seed=SEED] test
 * </pre>
 */
class DialogueFuzzTest {
    private static final int PORT = 32_000 + (int) (ProcessHandle.current().pid() % 12_000);
    private static final int GTP_C_PORT = 2123;
    private static final int VICTIMS = 40;
    private static final int CHECK_EVERY = 500;
    private static final int RECORDED = 3000;
    private static final long MEMORY_MAY_GROW_OCTETS = 24L << 20;

    private final long seconds = Long.getLong("cellgate.fuzz.seconds", 4);
    private final long seed = Long.getLong("cellgate.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final FakeUserPlane userPlane = new FakeUserPlane();
    private final PcapFile recording = new PcapFile();

    /** Rates that no fuzzing reaches: what is sent is to be read. */
    private static FirewallProfile unhurried() {
        FirewallProfile profile = FirewallProfile.defaults();
        FirewallProfile.Rate rate = new FirewallProfile.Rate(1_000_000, 1_000_000);
        for (MessageClass kind : MessageClass.values()) {
            profile = profile.withPeerRate(kind, rate).withCarrierRate(kind, rate);
        }
        return profile;
    }

    @Test
    void mutatedDialogues_leaveOthersAlone_andTheGatewayAsItWas() throws IOException {
        String run = "seed " + seed;
        System.out.println("fuzzing dialogues for " + seconds + " s, " + run);
        Carrier hostile = new Carrier(0, "hostile", "H", Set.of(Harness.GERMANY), Set.of())
                .with(unhurried());
        Carrier other = new Carrier(1, "other", "O", Set.of(Harness.USA), Set.of());
        FakeDirectory subscribers = new FakeDirectory();
        SubscriberDirectory directory = request -> CompletableFuture
                .completedFuture(random() % 16 == 0
                        ? new SubscriberDirectory.Admission.Refused(Refusal.IMEI_LOCKED, "fuzz")
                        : new SubscriberDirectory.Admission.Admitted(
                                subscribers.subscriber(request.imsi())));
        SignallingConfig config = SignallingConfig.defaults(17).at(Harness.address(31))
                .onPorts(PORT, PORT).withTimers(Duration.ofMillis(500), 3, Duration.ofSeconds(2));
        try (SignallingServer server = SignallingServer.start(config, DeviceConfig.defaults(),
                Harness.address(31), directory, userPlane, event -> {}, Clock.systemUTC());
                FuzzNode victim = node(34, other);
                FuzzNode first = node(32, hostile);
                FuzzNode second = node(33, hostile)) {
            Harness.await(server.publishPeers(
                    new PeerTable(List.of(new PeerTable.Entry(first.address, hostile),
                            new PeerTable.Entry(second.address, hostile),
                            new PeerTable.Entry(victim.address, other)))));
            attachVictims(victim);
            Map<Integer, UserPlaneSession> untouched = new HashMap<>(userPlane.sessions);
            assertThat(untouched).hasSize(VICTIMS);
            List<Integer> guessed = victim.teids();
            Thread.ofVirtual().start(victim::serveEchoes);
            long memory = 0;
            long begin = System.nanoTime();
            long end = begin + TimeUnit.SECONDS.toNanos(seconds);
            for (long round = 1; System.nanoTime() < end; round++) {
                FuzzNode node = random.nextBoolean() ? first : second;
                node.step(guessed);
                if (random.nextInt(200) == 0) {
                    Harness.await(server.endSessions(node.someImsi(), Refusal.SESSION_RESET));
                }
                if (random.nextInt(200) == 0) {
                    server.errorIndication(node.someUserTeid(userPlane, untouched));
                }
                if (round % CHECK_EVERY == 0) {
                    isAlive(node, run);
                    isUntouched(server, untouched, run);
                    if (memory == 0 && System.nanoTime() - begin > (end - begin) / 3) {
                        memory = usedOctets();
                    }
                }
            }
            isAlive(first, run);
            isAlive(second, run);
            Harness.await(server.publishPeers(
                    new PeerTable(List.of(new PeerTable.Entry(victim.address, other)))));
            Harness.until(() -> userPlane.sessions.size() == VICTIMS);
            isUntouched(server, untouched, run);
            assertThat(Harness.await(server.sessions())).as(run).hasSize(VICTIMS);
            assertThat(usedOctets() - memory).as("octets of memory that the later two thirds took, "
                    + run).isLessThan(MEMORY_MAY_GROW_OCTETS);
            System.out.println("datagrams " + (first.sent + second.sent) + ", sessions created "
                    + server.counters().created() + ", faults " + server.counters().faults());
        }
        dissect(run);
    }

    private synchronized int random() {
        return random.nextInt(1 << 20);
    }

    private FuzzNode node(int host, Carrier carrier) throws IOException {
        InetAddress address = Harness.address(host);
        return new FuzzNode(address, new InetSocketAddress(Harness.address(31), PORT),
                new Random(seed + host), carrier, this::record);
    }

    /** The first of what the gateway sends is for tshark. */
    private void record(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
        if (recording.count() < RECORDED) {
            recording.add(new InetSocketAddress(from.getAddress(), GTP_C_PORT),
                    new InetSocketAddress(to.getAddress(), GTP_C_PORT), datagram);
        }
    }

    private void attachVictims(FuzzNode victim) throws IOException {
        for (int i = 0; i < VICTIMS; i++) {
            Requests.Create create = new Requests.Create();
            create.imsi = new Imsi("3104100000%05d".formatted(i));
            create.serving = Harness.USA;
            create.mmeSets = FqCsid.of(new byte[]{10, 0, 0, 1}, 1);
            create.teidControl = 0x7000 + i;
            create.recovery = victim.recovery;
            int before = userPlane.sessions.size();
            do {
                // the inventory refuses one of sixteen
                victim.send(i % 2 == 0
                        ? create.v2(victim.address, victim.nextSequence())
                        : create.v1(victim.address, victim.nextSequence()));
                victim.takeOne();
            } while (userPlane.sessions.size() == before);
        }
    }

    private static void isAlive(FuzzNode node, String run) throws IOException {
        byte[] echo = Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, 0x7e_0001).toDatagram();
        assertThat(node.isAnswered(echo, Gtp2Type.ECHO_RESPONSE.code()))
                .as("the gateway answers an Echo Request, " + run).isTrue();
    }

    private void isUntouched(SignallingServer server, Map<Integer, UserPlaneSession> untouched,
            String run) {
        assertThat(server.counters().of(SignallingFault.SYSTEM_FAILURE)).as("bugs met, " + run)
                .isZero();
        List<UserPlaneSession> changed = untouched.values().stream().filter(
                session -> !session.equals(userPlane.sessions.get(session.localTeid()))).toList();
        assertThat(changed).as("another carrier's sessions that are not as they were, " + run)
                .isEmpty();
    }

    private static long usedOctets() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void dissect(String run) throws IOException {
        if (!Tshark.isThere()) {
            return;
        }
        Path file = Files.createTempFile("cellgate-fuzz-", ".pcap");
        recording.writeTo(file);
        Set<String> complaints = new HashSet<>(Tshark.complaints(file,
                "ip.src == " + Harness.address(31).getHostAddress()));
        assertThat(complaints).as("what tshark finds wrong with the gateway's answers, " + run)
                .isEmpty();
        Files.delete(file);
    }
}
