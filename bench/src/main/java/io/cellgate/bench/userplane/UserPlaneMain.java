package io.cellgate.bench.userplane;

import io.cellgate.bench.load.Site;
import io.cellgate.dataplane.io.PacketBackends;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.io.TunPacketIo;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.usage.UsageRecord;
import io.cellgate.dataplane.worker.UserPlaneConfig;
import io.cellgate.dataplane.worker.UserPlaneCounters;
import io.cellgate.dataplane.worker.WorkerUserPlane;
import io.cellgate.dns.DnsForwarder;
import io.cellgate.dns.ForwarderConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * A user plane in its namespace: {@code UserPlaneMain BACKEND KERNEL-FLOWS}. Reads a command a line and answers each with a line; ends with its
 * input.
 *
 * <pre>
 * install FROM COUNT   → installed
 * remove FROM COUNT    → removed
 * kill FROM COUNT      → killed ACCEPTED..., by System.nanoTime; one after the other, 10 ms apart
 * publish              → published: the same policy as another revision
 * memory               → memory HEAP NATIVE, octets of live objects and of memory beside the heap
 * counters             → counters PACKETS-UP OCTETS-UP FLOWS FLOWS-STARTED RECORDS-LOST
 * </pre>
 */
public final class UserPlaneMain {
    private static final int PENDING = 4096;
    private static final int KILL_PAUSE_MILLIS = 10;

    private final LoadSessions sessions;
    private final WorkerUserPlane userPlane;

    private UserPlaneMain(LoadSessions sessions, WorkerUserPlane userPlane) {
        this.sessions = sessions;
        this.userPlane = userPlane;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        InetAddress gtpu = InetAddress.ofLiteral(Site.GATEWAY);
        InetAddress peer = InetAddress.ofLiteral(Site.CARRIER);
        List<IpPrefix> devices = List.of(IpPrefix.parse(LoadSessions.DEVICES));
        List<? extends PacketIo> ios = PacketBackends.open(
                new TunPacketIo.Config(List.of(new InetSocketAddress(gtpu, 2152)), "load0",
                        List.of("10.64.0.1/10"), 1500, 8 << 20),
                1, new PacketBackends.Wish(PacketBackends.Backend.of(arguments[0]), null,
                        Site.SGI_INTERFACE, false, Integer.parseInt(arguments[1])),
                devices, System.err::println);
        try (DnsForwarder resolver = new DnsForwarder(ForwarderConfig.of(
                List.of(new InetSocketAddress(Site.SERVER, 53))));
                WorkerUserPlane userPlane = WorkerUserPlane.start(
                        UserPlaneConfig.of(List.of(gtpu), devices, List.of(), null, null, null),
                        ios, _ -> {}, resolver, _ -> {}, UsageRecord.Listener.NONE)) {
            userPlane
                    .publishPeers(new PeerTable(
                            List.of(new PeerTable.Entry(peer, LoadSessions.CARRIER))))
                    .toCompletableFuture().join();
            System.out.println("ready");
            new UserPlaneMain(new LoadSessions(peer), userPlane).serve();
        }
    }

    private void serve() throws IOException, InterruptedException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(answer(line.split(" ", -1)));
            }
        }
    }

    private String answer(String[] words) throws IOException, InterruptedException {
        return switch (words[0]) {
            case "install" -> {
                each(words, n -> userPlane.install(sessions.session(n)).toCompletableFuture());
                yield "installed";
            }
            case "remove" -> {
                each(words, n -> userPlane.remove(n + 1).toCompletableFuture());
                yield "removed";
            }
            case "kill" -> kill(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "publish" -> {
                sessions.publish();
                yield "published";
            }
            case "memory" -> memory();
            case "counters" -> {
                UserPlaneCounters now = userPlane.counters();
                yield "counters " + now.packetsUp() + " " + now.bytesUp() + " " + now.flows() + " "
                        + now.flowsStarted() + " " + now.flowLogLost();
            }
            default -> "error got " + words[0];
        };
    }

    private interface Command {
        CompletableFuture<Void> give(int n);
    }

    private static void each(String[] words, Command command) {
        int from = Integer.parseInt(words[1]);
        Queue<CompletableFuture<Void>> pending = new ArrayDeque<>();
        for (int n = from; n < from + Integer.parseInt(words[2]); n++) {
            if (pending.size() == PENDING) {
                pending.remove().join();
            }
            pending.add(command.give(n));
        }
        pending.forEach(CompletableFuture::join);
    }

    private String kill(int from, int count) throws InterruptedException {
        StringBuilder answer = new StringBuilder("killed");
        for (int n = from; n < from + count; n++) {
            answer.append(' ').append(System.nanoTime());
            userPlane.remove(n + 1).toCompletableFuture().join();
            Thread.sleep(KILL_PAUSE_MILLIS);
        }
        return answer.toString();
    }

    /** The heap is all there from the start (AlwaysPreTouch), so what the process has beside it is native memory. */
    private static String memory() throws IOException {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("RssAnon:")) {
                long resident = 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                return "memory " + heap + " " + (resident - runtime.totalMemory());
            }
        }
        throw new IOException("the process' status has no RssAnon");
    }
}
