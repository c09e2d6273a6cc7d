package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.Refusal;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How sessions end. The user plane stops first; only then is whoever waits for it told, and only then does the address
 * go back to its pool.
 */
final class SessionEnds {
    private static final Logger LOG = LoggerFactory.getLogger(SessionEnds.class);

    private final SessionTable table;
    private final AddressPools pools;
    private final SessionTraffic traffic;
    private final EventExecutor loop;
    private final SignallingLog log;
    private final Farewell farewell;

    SessionEnds(SessionTable table, AddressPools pools, SessionTraffic traffic, EventExecutor loop,
            SignallingLog log, Farewell farewell) {
        this.table = table;
        this.pools = pools;
        this.traffic = traffic;
        this.loop = loop;
        this.log = log;
        this.farewell = farewell;
    }

    /** Ends a session; the future completes when nothing of it is forwarded any more. */
    CompletableFuture<Void> end(Session session) {
        CompletableFuture<Void> before = session.gone;
        if (before != null) {
            return before;
        }
        CompletableFuture<Void> gone = new CompletableFuture<>();
        session.gone = gone;
        table.remove(session);
        log.counters.countEnded();
        SessionGate.onLoop(loop, traffic.remove(session), (_, failure) -> {
            if (failure == null) {
                pools.giveBack(session.ipv4, session.ipv6Prefix);
                gone.complete(null);
            } else {
                LOG.error("the user plane did not drop the session of IMSI {}",
                        session.key.imsi(), failure);
                gone.completeExceptionally(failure);
            }
        });
        return gone;
    }

    /** Ends a session of our own will: traffic stops, then the carrier is told. */
    CompletableFuture<Void> endAndTell(Session session, @Nullable Refusal refusal, String reason,
            String detail) {
        return end(session).whenComplete(
                (_, _) -> farewell.tell(session, refusal, reason, detail));
    }

    /** Ends a session of which its peer knows, or can know, nothing any more. */
    void endSilently(Session session, String reason, String detail) {
        var _ = end(session);
        log.ended(session.control.address(), "session", session.key.imsi(), 0, reason, detail);
    }
}
