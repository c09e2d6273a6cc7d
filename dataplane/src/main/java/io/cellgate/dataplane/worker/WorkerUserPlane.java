package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dns.DnsForwarder;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user plane of a gateway: its worker on a thread of its own, and what the other halves may ask of it. A session's
 * worker would be picked by its TEID; there is one.
 */
public final class WorkerUserPlane implements UserPlane, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WorkerUserPlane.class);

    private final PacketIo io;
    private final Worker worker;
    private final Thread thread;
    private final FlowLog flowLog;

    private WorkerUserPlane(PacketIo io, Worker worker, FlowLog flowLog) {
        this.io = io;
        this.worker = worker;
        this.flowLog = flowLog;
        thread = Thread.ofPlatform().name("cellgate-worker-0").start(worker);
    }

    /**
     * Starts it. There is no session and no peer yet.
     *
     * @param io       owned by the user plane from now on
     * @param resolver whom devices' queries go to; stays the caller's to close, afterwards
     * @param flows    gets the flow log, on a thread of its own; it may block
     */
    public static WorkerUserPlane start(UserPlaneConfig config, PacketIo io, Events events,
            DnsForwarder resolver, Consumer<FlowRecord> flows) {
        FlowLog flowLog = new FlowLog(config.flowLogEntries(), "cellgate-flow-log", flows);
        Worker worker = new Worker(config, io, events, resolver::resolve, flowLog,
                new SecureRandom().nextLong());
        log.info("user plane on {}", io.describe());
        return new WorkerUserPlane(io, worker, flowLog);
    }

    @Override
    public CompletionStage<Void> install(UserPlaneSession session) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        offer(new WorkerCommand.Install(session, done), done);
        return done;
    }

    @Override
    public CompletionStage<Void> remove(int localTeid) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        offer(new WorkerCommand.Remove(localTeid, done), done);
        return done;
    }

    /** Replaces the carriers and their peers. */
    public CompletionStage<Void> publishPeers(PeerTable table) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        offer(new WorkerCommand.Peers(table, done), done);
        return done;
    }

    /** What a session has used; null where there is none of this TEID. */
    public CompletionStage<@Nullable SessionUsage> usage(int localTeid) {
        CompletableFuture<@Nullable SessionUsage> done = new CompletableFuture<>();
        offer(new WorkerCommand.Usage(localTeid, done), done);
        return done;
    }

    private void offer(WorkerCommand command, CompletableFuture<?> done) {
        if (!worker.offer(command)) {
            done.completeExceptionally(
                    new IllegalStateException("the worker's command queue is full"));
        }
    }

    public UserPlaneCounters counters() {
        return worker.counters().snapshot(flowLog.lost());
    }

    /** Stops forwarding, ends the threads and closes the packet I/O. */
    @Override
    public void close() {
        worker.stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        flowLog.close();
        io.close();
    }
}
