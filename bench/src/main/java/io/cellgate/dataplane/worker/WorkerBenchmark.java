package io.cellgate.dataplane.worker;

import io.cellgate.bench.carrier.BulkAttach.Attached;
import io.cellgate.bench.load.FrameSchedule;
import io.cellgate.bench.load.Site;
import io.cellgate.bench.userplane.LoadSessions;
import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.io.LoopPacketIo;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.usage.UsageFeed;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a worker take for a packet of an established flow, without the kernel, and does it allocate? Four flows of each session, of a
 * million sessions one, in random order. Command: {@code bench/run micro}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED",
        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class WorkerBenchmark {
    private static final int BURST = 64;
    private static final int MANY = 1_000_000;
    private static final FrameSchedule.Link NOWHERE = new FrameSchedule.Link(0, 0,
            InetAddress.ofLiteral(Site.CARRIER), InetAddress.ofLiteral(Site.GATEWAY));

    @Param({"1", "10000", "1000000"})
    public int sessions;

    @Param({"uplink", "downlink"})
    public String direction = "";

    private @Nullable Worker worker;
    private @Nullable FlowLog log;
    private long now;

    /** Makes the worker, its sessions and their flows. */
    @Setup
    public void prepare() {
        InetAddress peer = InetAddress.ofLiteral(Site.CARRIER);
        List<Attached> devices = LoadSessions.attached(sessions);
        FrameSchedule.Traffic traffic = sessions < MANY
                ? FrameSchedule.Traffic.MIX
                : new FrameSchedule.Traffic(1, 0, 7);
        byte[][] up = FrameSchedule.uplink(NOWHERE, devices, Site.server(), traffic)
                .payloads(FrameSchedule.ACCESS_HEADER_OCTETS);
        byte[][] down = FrameSchedule.downlink(NOWHERE, devices, Site.server(), traffic)
                .payloads(FrameSchedule.CORE_HEADER_OCTETS);
        byte[][] none = {};
        FlowLog records = new FlowLog(16_384, "bench-flow-log", _ -> {});
        log = records;
        UserPlaneConfig config = UserPlaneConfig.of(List.of(InetAddress.ofLiteral(Site.GATEWAY)),
                List.of(IpPrefix.parse(LoadSessions.DEVICES)), List.of(), null, null, null);
        LoopPacketIo io = new LoopPacketIo(up, none, IpAddresses.lo(peer), BURST);
        Worker made = new Worker(config, io, _ -> {}, (_, _, _) -> false, records,
                new UsageFeed(), new Colleagues(), 1);
        boolean _ = made.offer(new WorkerCommand.Peers(
                new PeerTable(List.of(new PeerTable.Entry(peer, LoadSessions.CARRIER))),
                new CompletableFuture<>()));
        LoadSessions all = new LoadSessions(peer);
        now = System.nanoTime();
        for (int n = 0; n < sessions; n++) {
            if (!made.offer(
                    new WorkerCommand.Install(all.session(n), new CompletableFuture<>()))) {
                throw new IllegalStateException("the worker takes no more sessions");
            }
            int _ = made.round(now, 0);
        }
        worker = made;
        for (int i = 0; i < 2 * up.length / BURST + 2; i++) {
            int _ = made.round(now, 0);
        }
        if (direction.equals("downlink")) {
            io.replace(none, down);
        }
    }

    /** A burst of one side, 64 packets. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public int packet() {
        Worker its = worker;
        now += 100_000;
        return its == null ? 0 : its.round(now, now / 1_000_000);
    }

    /** Ends the log's thread. */
    @TearDown
    public void close() {
        FlowLog its = log;
        if (its != null) {
            its.close();
        }
    }
}
