package io.cellgate.bench.signalling;

import io.cellgate.bench.carrier.LoadPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How many attaches a second a gateway takes, how long it takes for one, how much memory a session needs, and how soon a
 * restarted peer's sessions are gone. The gateway is a process of its own on core 0 with a store of as many SIMs as
 * sessions and more; ten SGWs load it from core 1 through UDP sockets. Prints a table and, as its last line, the figures.
 *
 * <p>{@code bench/run signalling [SESSIONS]}; a million takes about ten minutes and needs root (a TUN device).
 */
public final class SignallingBenchMain {
    private static final int PEERS = 10;
    private static final int CHURNING = 50_000;
    private static final long FIRST_IMSI = 262_011_000_000_000L;
    private static final int WINDOW = 48;
    private static final int WARM_UP_SECONDS = 10;
    private static final int SECONDS = 15;
    private static final int HALF_RATE = 5000;
    private static final int CALM_RATE = 200;
    private static final String GATEWAY = "127.77.0.1";

    private final List<LoadPeer> peers = new ArrayList<>();
    private final int[] teids;
    private final Tally tally = new Tally();
    private final int sessions;
    private int nextChurned;
    private volatile long ended;

    /** Counts answers. A created session of the churning devices is deleted again at once. */
    private final class Tally implements LoadPeer.Listener {
        long created;
        long deleted;
        long failed;
        int lastCause;
        boolean churning;
        final long[] nanos = new long[4_000_000];
        int answers;

        @Override
        public void created(LoadPeer peer, int device, int teid, long took) {
            created++;
            teids[device] = teid;
            if (answers < nanos.length) {
                nanos[answers++] = took;
            }
            if (churning) {
                try {
                    peer.delete(device, teid);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void deleted(LoadPeer peer, int device, long took) {
            deleted++;
        }

        @Override
        public void failed(LoadPeer peer, int device, int cause) {
            failed++;
            lastCause = cause;
        }

        void clear() {
            created = 0;
            deleted = 0;
            failed = 0;
            answers = 0;
        }

        double millis(double part) {
            long[] sorted = Arrays.copyOf(nanos, answers);
            Arrays.sort(sorted);
            return answers == 0 ? 0 : sorted[(int) Math.min(answers - 1, part * answers)] / 1e6;
        }
    }

    private SignallingBenchMain(int sessions) {
        this.sessions = sessions;
        teids = new int[sessions + CHURNING];
    }

    public static void main(String[] arguments)
            throws IOException, SQLException, InterruptedException {
        int sessions = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("cellgate-signalling-");
        try {
            new SignallingBenchMain(sessions).run(folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run(Path folder) throws IOException, SQLException, InterruptedException {
        List<InetAddress> addresses = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            addresses.add(InetAddress.getByName("127.77.1." + (i + 1)));
        }
        say("%d SIMs into the store ...", sessions + CHURNING);
        String _ = LoadInventory.make(folder, addresses, FIRST_IMSI, sessions + CHURNING);
        try (LoadGateway gateway = LoadGateway.start(folder, GATEWAY, "3600m", "0")) {
            for (InetAddress address : addresses) {
                peers.add(new LoadPeer(address, InetAddress.getByName(GATEWAY), FIRST_IMSI,
                        "iot.example", 7, tally));
            }
            say("attaching and detaching as fast as it answers ...");
            churn(WARM_UP_SECONDS, 0, peers);
            double pairs = churn(SECONDS, 0, peers);
            say("attaching and detaching %d times a second ...", HALF_RATE);
            churn(3, HALF_RATE, peers);
            double paced = churn(SECONDS, HALF_RATE, peers);
            double p50 = tally.millis(0.5);
            double p99 = tally.millis(0.99);
            long failedAtHalf = tally.failed;

            long before = gateway.liveOctets();
            say("%d sessions ...", sessions);
            double attaches = establish();
            long live = gateway.liveOctets();
            List<String> largest = gateway.largest(14);
            long resident = gateway.residentOctets();

            int ofPeer = sessions / PEERS;
            say("peer %s restarts with %d sessions ...",
                    peers.getFirst().address().getHostAddress(), ofPeer);
            List<LoadPeer> others = peers.subList(1, PEERS);
            churn(3, CALM_RATE, others);
            double calm99 = tally.millis(0.99);
            tally.clear();
            double seconds = restart(gateway, ofPeer, others);
            double others99 = tally.millis(0.99);

            largest.forEach(System.out::println);
            row("Create + Delete, as fast as answered, one core",
                    "%,.0f a second".formatted(pairs));
            row("Create at " + HALF_RATE + " pairs a second",
                    "p50 %.2f ms, p99 %.2f ms".formatted(p50,
                            p99));
            row("  pairs a second answered / requests failed", "%,.0f / %d".formatted(paced,
                    failedAtHalf));
            row("Create alone up to " + sessions + " sessions",
                    "%,.0f a second".formatted(attaches));
            row("heap for a session", "%,d octets".formatted((live - before) / sessions));
            row("resident with all sessions", "%,d MiB".formatted(resident >> 20));
            row(ofPeer + " sessions of a restarted peer gone", "%.2f s".formatted(seconds));
            row("  Create p99 of other peers before / meanwhile", "%.2f / %.2f ms".formatted(calm99,
                    others99));
            row("  their requests that failed", "%d".formatted(tally.failed));
            System.out.printf(Locale.ROOT,
                    "bytes_per_session=%d create_delete_per_s=%.0f create_p99_ms=%.2f restart_100k_s=%.2f"
                            + " sessions=%d resident_mib=%d others_p99_ms=%.2f%n",
                    (live - before) / sessions, pairs, p99, seconds, sessions, resident >> 20,
                    others99);
        } finally {
            for (LoadPeer peer : peers) {
                peer.close();
            }
        }
    }

    private static void say(String what, Object... values) {
        System.err.printf(Locale.ROOT, what + "%n", values);
    }

    private static void row(String what, String figure) {
        System.out.printf(Locale.ROOT, "%-52s %s%n".formatted(what, figure));
    }

    private void pollAll() throws IOException {
        for (LoadPeer peer : peers) {
            peer.poll();
        }
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
    private double churn(int seconds, int rate, List<LoadPeer> by) throws IOException {
        tally.clear();
        tally.churning = true;
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        long sent = 0;
        int turn = 0;
        for (long now = start; now < end; now = System.nanoTime()) {
            long due = rate == 0 ? Long.MAX_VALUE : (now - start) * rate / 1_000_000_000L;
            for (int i = 0; i < by.size() * 4 && sent < due; i++) {
                LoadPeer peer = by.get(turn++ % by.size());
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
            for (LoadPeer peer : peers) {
                // device n is of peer n modulo PEERS
                if (next < sessions && peers.get(next % PEERS) == peer
                        && peer.underWay() < WINDOW) {
                    peer.create(next++);
                }
            }
            pollAll();
        }
        if (tally.failed > 0) {
            throw new IOException(tally.failed + " attaches failed, the last one with cause "
                    + tally.lastCause);
        }
        return sessions * 1e9 / (System.nanoTime() - start);
    }

    /** @return seconds until the gateway has counted as many ends */
    private double restart(LoadGateway gateway, int gone, List<LoadPeer> others)
            throws IOException, InterruptedException {
        long before = gateway.ended();
        long start = System.nanoTime();
        peers.getFirst().restart();
        tally.churning = true;
        // asked by another thread, so that waiting for its answer delays no peer
        Thread watch = Thread.ofVirtual().start(() -> watch(gateway, before));
        long sent = 0;
        int turn = 0;
        while (true) {
            long now = System.nanoTime();
            if ((now - start) * CALM_RATE / 1_000_000_000L > sent) {
                others.get(turn++ % others.size()).create(nextDevice());
                sent++;
            }
            pollAll();
            // what the other peers do ends sessions as well
            if (ended - tally.deleted >= gone) {
                double seconds = (System.nanoTime() - start) / 1e9;
                watch.interrupt();
                watch.join();
                drain();
                tally.churning = false;
                return seconds;
            }
            if (now - start > 60_000_000_000L) {
                throw new IOException("after 60 s only " + ended + " sessions of " + gone
                        + " have ended");
            }
        }
    }

    private void watch(LoadGateway gateway, long before) {
        try {
            while (true) {
                ended = gateway.ended() - before;
                Thread.sleep(50);
            }
        } catch (IOException e) {
            System.err.println("the gateway does not tell its counters: " + e);
        } catch (InterruptedException enough) {
            Thread.currentThread().interrupt();
        }
    }
}
