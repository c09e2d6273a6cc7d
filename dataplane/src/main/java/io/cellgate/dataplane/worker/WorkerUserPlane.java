package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.io.KernelFlows;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.io.ReservedCores;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.usage.UsageFeed;
import io.cellgate.dataplane.usage.UsageRecord;
import io.cellgate.dataplane.usage.UsageReporter;
import io.cellgate.dns.DnsForwarder;
import io.cellgate.policy.subject.Imsi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user plane of a gateway: its workers, each on a thread and with packet I/O of its own, and what the other halves
 * may ask of them. A session is its worker's alone; see {@link Colleagues} for which one that is.
 */
public final class WorkerUserPlane implements UserPlane, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WorkerUserPlane.class);

    private final List<PacketIo> ios;
    private final List<Worker> workers;
    private final List<Thread> threads = new ArrayList<>();
    private final List<FlowLog> flowLogs;
    private final UsageReporter usage;
    private final ReservedCores cores;

    private WorkerUserPlane(List<PacketIo> ios, List<Worker> workers, List<FlowLog> flowLogs,
            UsageReporter usage, ReservedCores cores) {
        this.ios = ios;
        this.workers = workers;
        this.flowLogs = flowLogs;
        this.usage = usage;
        this.cores = cores;
    }

    private void startWorkers() throws IOException {
        for (int i = 0; i < workers.size(); i++) {
            threads.add(cores.start(i, "cellgate-worker-" + i, workers.get(i)));
        }
    }

    /**
     * Starts it. There is no session and no peer yet.
     *
     * @param ios      one for each worker; owned by the user plane from now on, unless it does not start
     * @param resolver whom devices' queries go to; stays the caller's to close, afterwards
     * @param flows    gets the flow log, one line at a time, on threads of its own; it may block
     * @param usage    gets what SIMs use, on a thread of its own; it may block
     */
    public static WorkerUserPlane start(UserPlaneConfig config, List<? extends PacketIo> ios,
            Events events, DnsForwarder resolver, Consumer<FlowRecord> flows,
            UsageRecord.Listener usage) {
        int count = ios.size();
        ReservedCores cores = reserved(config, count);
        Consumer<FlowRecord> oneAtATime = oneAtATime(flows);
        Worker[] all = new Worker[count];
        @Nullable
        Handover[][] rings = new Handover[count][count];
        for (int i = 0; i < count * count; i++) {
            if (i / count != i % count) {
                rings[i / count][i % count] = new Handover();
            }
        }
        List<FlowLog> logs = new ArrayList<>();
        List<UsageFeed> feeds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            logs.add(new FlowLog(config.flowLogEntries(), "cellgate-flow-log-" + i, oneAtATime));
            feeds.add(new UsageFeed());
            all[i] = new Worker(config, ios.get(i), events, resolver::resolve, logs.get(i),
                    feeds.get(i), new Colleagues(i, all, rings), new SecureRandom().nextLong());
        }
        log.info("user plane of {} on {}", count == 1 ? "one worker" : count + " workers",
                ios.getFirst().describe());
        WorkerUserPlane userPlane = new WorkerUserPlane(List.copyOf(ios), List.of(all), logs,
                new UsageReporter(feeds, usage), cores);
        try {
            userPlane.startWorkers();
        } catch (IOException e) {
            userPlane.stop();
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return userPlane;
    }

    private static ReservedCores reserved(UserPlaneConfig config, int workers) {
        try {
            return config.cores().reserve(workers);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the workers' cores cannot be cleared: " + e.getMessage(), e);
        }
    }

    private static Consumer<FlowRecord> oneAtATime(Consumer<FlowRecord> flows) {
        ReentrantLock lock = new ReentrantLock();
        return flow -> {
            lock.lock();
            try {
                flows.accept(flow);
            } finally {
                lock.unlock();
            }
        };
    }

    @Override
    public boolean suits(Imsi imsi, int localTeid) {
        return Colleagues.ownerOf(imsi, workers.size()) == Colleagues.ownerOf(localTeid,
                workers.size());
    }

    @Override
    public CompletionStage<Void> install(UserPlaneSession session) {
        int owner = Colleagues.ownerOf(session.localTeid(), workers.size());
        Inet4Address ipv4 = session.ipv4();
        Inet6Address ipv6 = session.ipv6Prefix();
        return toAll(owner, done -> new WorkerCommand.Install(session, done),
                done -> new WorkerCommand.Foreign(session.localTeid(), owner, ipv4, ipv6, done));
    }

    @Override
    public CompletionStage<Void> remove(int... localTeids) {
        return toAll(done -> new WorkerCommand.Remove(localTeids, done));
    }

    /** Replaces the carriers and their peers. */
    public CompletionStage<Void> publishPeers(PeerTable table) {
        return toAll(done -> new WorkerCommand.Peers(table, done));
    }

    /** Has a SIM's packets go to a capture until it is over; completes when the worker has followed. */
    public CompletionStage<Void> capture(Imsi imsi, PacketCapture to) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        offer(workers.get(Colleagues.ownerOf(imsi, workers.size())),
                new WorkerCommand.Capture(Long.parseLong(imsi.digits()), to, done), done);
        return done;
    }

    /** Replaces what no device may reach beyond what was configured: the host's own addresses change as it runs. */
    public CompletionStage<Void> protect(List<IpPrefix> prefixes) {
        return toAll(done -> new WorkerCommand.Protect(prefixes, done));
    }

    private CompletionStage<Void> toAll(Function<CompletableFuture<Void>, WorkerCommand> command) {
        return toAll(0, command, command);
    }

    /** Hands a command to one worker and another one to all others; completes when all have carried it out. */
    private CompletionStage<Void> toAll(int owner,
            Function<CompletableFuture<Void>, WorkerCommand> command,
            Function<CompletableFuture<Void>, WorkerCommand> toOthers) {
        List<CompletableFuture<Void>> all = new ArrayList<>(workers.size());
        for (int i = 0; i < workers.size(); i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            offer(workers.get(i), (i == owner ? command : toOthers).apply(done), done);
            all.add(done);
        }
        return all.size() == 1
                ? all.getFirst()
                : CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    /** What a session has used; null where there is none of this TEID. */
    public CompletionStage<@Nullable SessionUsage> usage(int localTeid) {
        CompletableFuture<@Nullable SessionUsage> done = new CompletableFuture<>();
        offer(workers.get(Colleagues.ownerOf(localTeid, workers.size())),
                new WorkerCommand.Usage(localTeid, done), done);
        return done;
    }

    private static void offer(Worker worker, WorkerCommand command, CompletableFuture<?> done) {
        if (!worker.offer(command)) {
            done.completeExceptionally(
                    new IllegalStateException("the worker's command queue is full"));
        }
    }

    public UserPlaneCounters counters() {
        UserPlaneCounters sum = counters(0);
        for (int i = 1; i < workers.size(); i++) {
            sum = sum.plus(counters(i));
        }
        KernelFlows kernel = ios.getFirst().kernelFlows();
        return kernel == null ? sum : sum.plus(kernel.forwarded());
    }

    private UserPlaneCounters counters(int i) {
        return workers.get(i).counters().snapshot(flowLogs.get(i).lost());
    }

    /** Stops forwarding, ends the threads and closes the packet I/O. */
    @Override
    public void close() {
        stop();
        ios.forEach(PacketIo::close);
    }

    private void stop() {
        workers.forEach(Worker::stop);
        // where not all could be started, the others give back here what they hold
        workers.subList(threads.size(), workers.size()).forEach(Worker::run);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        flowLogs.forEach(FlowLog::close);
        usage.close();
        cores.close();
    }
}
