package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dns.DnsAnswer;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What other threads ask of a worker, through its queue. */
sealed interface WorkerCommand {
    record Install(UserPlaneSession session,
            CompletableFuture<Void> done) implements WorkerCommand {}

    /** Sessions have ended, this worker's or others'. */
    final class Remove implements WorkerCommand {
        final int[] localTeids;
        final CompletableFuture<Void> done;

        Remove(int[] localTeids, CompletableFuture<Void> done) {
            this.localTeids = localTeids;
            this.done = done;
        }
    }

    record Peers(PeerTable table, CompletableFuture<Void> done) implements WorkerCommand {}

    record Usage(int localTeid,
            CompletableFuture<@Nullable SessionUsage> done) implements WorkerCommand {}

    /** A session of another worker has begun, or has other addresses. */
    record Foreign(int localTeid, int owner, @Nullable Inet4Address ipv4,
            @Nullable Inet6Address ipv6Prefix,
            CompletableFuture<Void> done) implements WorkerCommand {}

    /** An Error Indication came to another worker, and was about no session there. */
    record ErrorIndicated(int teid, long addressHi, long addressLo,
            int carrier) implements WorkerCommand {}

    /** A SIM's packets are to be captured, until the capture is over. */
    record Capture(long imsi, PacketCapture to,
            CompletableFuture<Void> done) implements WorkerCommand {}

    /** What no device may reach is now this, beyond what is always so. */
    record Protect(List<IpPrefix> prefixes,
            CompletableFuture<Void> done) implements WorkerCommand {}

    record Answered(DnsInterceptor.Pending query, DnsAnswer answer) implements WorkerCommand {}
}
