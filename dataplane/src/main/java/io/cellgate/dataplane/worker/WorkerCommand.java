package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dns.DnsAnswer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What other threads ask of a worker, through its queue. */
sealed interface WorkerCommand {
    record Install(UserPlaneSession session,
            CompletableFuture<Void> done) implements WorkerCommand {}

    record Remove(int localTeid, CompletableFuture<Void> done) implements WorkerCommand {}

    record Peers(PeerTable table, CompletableFuture<Void> done) implements WorkerCommand {}

    record Usage(int localTeid,
            CompletableFuture<@Nullable SessionUsage> done) implements WorkerCommand {}

    record Answered(DnsInterceptor.Pending query, DnsAnswer answer) implements WorkerCommand {}
}
