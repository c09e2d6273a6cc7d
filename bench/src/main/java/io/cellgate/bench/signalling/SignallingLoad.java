package io.cellgate.bench.signalling;

import static io.cellgate.bench.signalling.SignallingBenchMain.CHURNING;
import static io.cellgate.bench.signalling.SignallingBenchMain.FIRST_IMSI;
import static io.cellgate.bench.signalling.SignallingBenchMain.GATEWAY;
import static io.cellgate.bench.signalling.SignallingBenchMain.PEERS;
import static io.cellgate.bench.signalling.SignallingBenchMain.SERVER;
import static io.cellgate.bench.signalling.SignallingBenchMain.SERVER_PORT;
import static io.cellgate.bench.signalling.SignallingBenchMain.TALKING;

import io.cellgate.bench.carrier.LoadPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@link SignallingBenchMain} starts in the namespace: {@code SignallingLoad DATA SESSIONS} starts the gateway on its
 * core, plays the SGWs on its own, and prints what came of it.
 */
public final class SignallingLoad {
    private static final int WINDOW = 48;
    private static final int WARM_UP_SECONDS = 20;
    private static final int SECONDS = 15;
    private static final int HALF_RATE = 5000;
    private static final int CALM_RATE = 200;
    private static final int PACKETS_PER_SECOND = 500;
    private static final int CALM_SECONDS = 5;
    /** A deletion that gets no answer would hold up the whole run. */
    private static final long ESTABLISH_SECONDS = 240;
    private static final long RESTART_SECONDS = 60;
    private static final int LARGEST = 24;

    private final int sessions;
    private final LoadGateway gateway;
    private final Tally tally = new Tally();
    private final List<LoadPeer> peers = new ArrayList<>();
    private final LoadPeer talker;
    private int nextChurned;
    private volatile int left;

    private SignallingLoad(int sessions, LoadGateway gateway) throws IOException {
        this.sessions = sessions;
        this.gateway = gateway;
        List<InetAddress> addresses = SignallingBenchMain.peers();
        for (InetAddress address : addresses) {
            peers.add(new LoadPeer(address, InetAddress.ofLiteral(GATEWAY), FIRST_IMSI,
                    "iot.example", 7, tally));
        }
        talker = peers.removeLast();
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int sessions = Integer.parseInt(arguments[1]);
        try (LoadGateway gateway = LoadGateway.start(Path.of(arguments[0]))) {
            new SignallingLoad(sessions, gateway).run();
        }
    }

    private static void say(String what, Object... values) {
        System.err.printf(Locale.ROOT, what + "%n", values);
    }

    private static void row(String what, String figure) {
        System.out.printf(Locale.ROOT, "%-54s %s%n", what, figure);
    }

    /** What threads took of the core for some seconds. */
    private static void shares(Map<String, Long> before, Map<String, Long> after,
            double seconds) {
        after.forEach((thread, millis) -> {
            double percent = (millis - before.getOrDefault(thread, 0L)) / (10 * seconds);
            if (percent >= 1) {
                row("  of the core, threads " + thread, "%.0f %%".formatted(percent));
            }
        });
    }

    private void run() throws IOException, InterruptedException {
        say("attaching and detaching as fast as it answers ...");
        double _ = churn(WARM_UP_SECONDS, 0);
        Map<String, Long> cpuBefore = gateway.cpuMillis();
        double pairs = churn(SECONDS, 0);
        Map<String, Long> cpu = gateway.cpuMillis();
        long failedAtFull = tally.failed;
        say("attaching and detaching %d times a second ...", HALF_RATE);
        double _ = churn(3, HALF_RATE);
        double paced = churn(SECONDS, HALF_RATE);
        double p50 = tally.millis(0.5);
        double p99 = tally.millis(0.99);
        long failedAtHalf = tally.failed;
        row("Create + Delete as fast as answered, one core", "%,.0f a second".formatted(pairs));
        row("  requests that failed", "%d".formatted(failedAtFull));
        shares(cpuBefore, cpu, SECONDS);
        row("Create at " + HALF_RATE + " pairs a second",
                "p50 %.2f ms, p99 %.2f ms".formatted(p50, p99));
        row("  pairs a second answered / requests failed",
                "%,.0f / %d".formatted(paced, failedAtHalf));

        Map<String, Long> before = gateway.liveOctets();
        say("%d sessions ...", sessions);
        double attaches = establish();
        Map<String, Long> live = gateway.liveOctets();
        long resident = gateway.residentOctets();
        row("Create alone, SIMs never seen before, up to " + sessions,
                "%,.0f a second".formatted(attaches));
        long perSession = (total(live) - total(before)) / sessions;
        row("heap of a session", "%,d octets".formatted(perSession));
        live.replaceAll((type, octets) -> (octets - before.getOrDefault(type, 0L)) / sessions);
        live.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(LARGEST)
                .forEach(type -> row("  of it " + type.getKey(), "%d".formatted(type.getValue())));
        row("resident memory of the process with them", "%,d MiB".formatted(resident >> 20));

        restart(pairs, p99, perSession, resident);
    }

    private static long total(Map<String, Long> octets) {
        return octets.values().stream().mapToLong(Long::longValue).sum();
    }

    private void restart(double pairs, double p99, long perSession, long resident)
            throws IOException, InterruptedException {
        int gone = sessions / PEERS;
        say("peer %s restarts with %d sessions ...",
                peers.getFirst().address().getHostAddress(), gone);
        List<LoadPeer> others = peers.subList(1, PEERS);
        try (EchoTraffic traffic = talk()) {
            tally.clear();
            calm(others, traffic);
            double calm99 = tally.millis(0.99);
            double calmPackets99 = traffic.millis(0.99);
            int calmLost = traffic.lost();
            drain();
            tally.clear();
            traffic.clear();
            double seconds = restarted(gone, others, traffic);
            int lost = traffic.lost();
            row("restarted peer: " + gone + " sessions gone", "after %.2f s".formatted(seconds));
            row("  other peers' creates meanwhile, p99 (before)",
                    "%.2f ms (%.2f ms)".formatted(tally.millis(0.99), calm99));
            row("  another peer's packets there and back, p99 (before)",
                    "%.2f ms (%.2f ms)".formatted(traffic.millis(0.99), calmPackets99));
            row("  of them sent / lost (lost before)",
                    "%d / %d (%d)".formatted(traffic.sent(), lost, calmLost));
            row("log lines lost in the whole run", "%d".formatted(gateway.lostLogLines()));
            System.out.printf(Locale.ROOT,
                    "bytes_per_session=%d create_delete_per_s=%.0f create_p99_ms=%.2f restart_100k_s=%.2f"
                            + " sessions=%d resident_mib=%d resident_bytes_per_session=%d"
                            + " others_create_p99_ms=%.2f others_packets_lost=%d others_packets_p99_ms=%.2f%n",
                    perSession, pairs, p99, seconds * 100_000 / gone, sessions, resident >> 20,
                    resident / sessions, tally.millis(0.99), lost, traffic.millis(0.99));
        }
    }

    private void pollAll() throws IOException {
        for (LoadPeer peer : peers) {
            peer.poll();
        }
        talker.poll();
    }

    private int nextDevice() {
        nextChurned = nextChurned + 1 == CHURNING ? 0 : nextChurned + 1;
        return sessions + nextChurned;
    }

    /**
     * Creates and deletes sessions of the churning devices.
     *
     * @param rate creates a second; 0: as many as are answered
     * @return pairs a second
     */
    private double churn(int seconds, int rate) throws IOException {
        tally.clear();
        tally.churning = true;
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        long sent = 0;
        int turn = 0;
        for (long now = start; now < end; now = System.nanoTime()) {
            long due = rate == 0 ? Long.MAX_VALUE : (now - start) * rate / 1_000_000_000L;
            for (int i = 0; i < peers.size() * 4 && sent < due; i++) {
                LoadPeer peer = peers.get(turn++ % peers.size());
                if (rate != 0 || peer.underWay() < WINDOW) {
                    peer.create(nextDevice());
                    sent++;
                }
            }
            pollAll();
        }
        double pairs = tally.deleted * 1e9 / (System.nanoTime() - start);
        drain();
        tally.churning = false;
        return pairs;
    }

    private void drain() throws IOException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (peers.stream().anyMatch(peer -> peer.underWay() > 0)
                && System.nanoTime() < deadline) {
            pollAll();
        }
    }

    /** @return attaches a second */
    private double establish() throws IOException {
        tally.clear();
        long start = System.nanoTime();
        int next = 0;
        while (tally.created + tally.failed < sessions) {
            for (int i = 0; i < 4 * PEERS && next < sessions; i++) {
                LoadPeer peer = peers.get(next % PEERS);
                if (peer.underWay() >= WINDOW) {
                    break;
                }
                peer.create(next++);
            }
            pollAll();
            if (System.nanoTime() - start > ESTABLISH_SECONDS * 1_000_000_000L) {
                throw new IOException("only " + tally.created + " sessions of " + sessions
                        + " were made within " + ESTABLISH_SECONDS + " s");
            }
        }
        if (tally.failed > 0) {
            throw new IOException(tally.failed + " attaches failed, the last one with cause "
                    + tally.lastCause);
        }
        return sessions * 1e9 / (System.nanoTime() - start);
    }

    /** Attaches the devices that talk. */
    private EchoTraffic talk() throws IOException {
        tally.clear();
        tally.keeping = true;
        for (int i = 0; i < TALKING; i++) {
            talker.create(sessions + CHURNING + i);
        }
        while (tally.created + tally.failed < TALKING) {
            pollAll();
        }
        tally.keeping = false;
        if (tally.failed > 0) {
            throw new IOException("the talking devices got cause " + tally.lastCause);
        }
        return new EchoTraffic(talker.address(), InetAddress.ofLiteral(GATEWAY), tally.kept,
                InetAddress.ofLiteral(SERVER), SERVER_PORT);
    }

    /** What the other peers do all the time. */
    private final class Others {
        private final List<LoadPeer> others;
        private final EchoTraffic traffic;
        final long start = System.nanoTime();
        private long sent;

        Others(List<LoadPeer> others, EchoTraffic traffic) {
            this.others = others;
            this.traffic = traffic;
        }

        void poll() throws IOException {
            if ((System.nanoTime() - start) * CALM_RATE / 1_000_000_000L > sent) {
                others.get((int) (sent++ % others.size())).create(nextDevice());
            }
            traffic.poll(start, PACKETS_PER_SECOND);
            pollAll();
        }
    }

    private void calm(List<LoadPeer> others, EchoTraffic traffic) throws IOException {
        tally.churning = true;
        Others calm = new Others(others, traffic);
        while (System.nanoTime() - calm.start < CALM_SECONDS * 1_000_000_000L) {
            calm.poll();
        }
        tally.churning = false;
    }

    /** @return seconds until the gateway shows no session of the peer; the others go on for some seconds after that */
    private double restarted(int gone, List<LoadPeer> others, EchoTraffic traffic)
            throws IOException, InterruptedException {
        left = gateway.sessionsOf(peers.getFirst().address());
        if (left != gone) {
            throw new IOException("the peer has " + left + " sessions, expected " + gone);
        }
        tally.churning = true;
        Map<String, Long> before = gateway.cpuMillis();
        Map<String, Long> after = before;
        Others going = new Others(others, traffic);
        peers.getFirst().restart();
        // asked by another thread, so that waiting for its answer delays no peer
        Thread watch = Thread.ofPlatform().daemon().start(this::watch);
        double seconds = 0;
        while (seconds == 0
                || System.nanoTime() - going.start < (seconds + CALM_SECONDS) * 1e9) {
            going.poll();
            double now = (System.nanoTime() - going.start) / 1e9;
            if (seconds == 0 && left == 0) {
                seconds = now;
                after = gateway.cpuMillis();
            }
            if (seconds == 0 && now > RESTART_SECONDS) {
                throw new IOException("after " + RESTART_SECONDS + " s " + left
                        + " sessions of " + gone + " are there still");
            }
        }
        watch.interrupt();
        watch.join();
        drain();
        tally.churning = false;
        shares(before, after, seconds);
        return seconds;
    }

    private void watch() {
        try {
            while (true) {
                left = gateway.sessionsOf(peers.getFirst().address());
                Thread.sleep(50);
            }
        } catch (IOException e) {
            System.err.println("the gateway does not show its peers: " + e);
        } catch (InterruptedException enough) {
            Thread.currentThread().interrupt();
        }
    }
}
