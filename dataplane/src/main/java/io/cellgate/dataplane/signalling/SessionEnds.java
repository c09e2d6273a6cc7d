package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.OwnAddresses;
import io.cellgate.dataplane.session.Refusal;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How sessions end. The user plane stops first; only then is whoever waits for it told, and only then does the address
 * go back to its pool.
 */
final class SessionEnds {
    private static final Logger LOG = LoggerFactory.getLogger(SessionEnds.class);

    private static final int TOGETHER = 64;
    private static final int PARTS_AT_ONCE = 8;

    private final SessionTable table;
    private final AddressPools pools;
    private final SessionTraffic traffic;
    private final EventExecutor loop;
    private final SignallingLog log;
    private final Farewell farewell;
    /** SIMs' own addresses that sessions are about to give back. */
    private final Map<InetAddress, CompletableFuture<Void>> leaving = new HashMap<>();

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
        return before == null ? end(List.of(session)) : before;
    }

    /** Ends sessions that have not ended yet, together. */
    private CompletableFuture<Void> end(List<Session> sessions) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        for (Session session : sessions) {
            session.gone = gone;
            OwnAddresses own = session.subscriber.own();
            leaves(own.ipv4(), session.ipv4, gone);
            leaves(own.ipv6Prefix(), session.ipv6Prefix, gone);
            table.remove(session);
            log.counters.countEnded();
        }
        int[] teids = sessions.stream().mapToInt(session -> session.userTeid).toArray();
        SessionGate.onLoop(loop, traffic.remove(teids), (_, failure) -> {
            leaving.values().removeIf(gone::equals);
            if (failure == null) {
                sessions.forEach(each -> pools.giveBack(each.ipv4, each.ipv6Prefix));
                gone.complete(null);
            } else {
                LOG.error("the user plane did not drop {} sessions, the first of IMSI {}",
                        sessions.size(), sessions.getFirst().key.imsi(), failure);
                gone.completeExceptionally(failure);
            }
        });
        return gone;
    }

    private void leaves(@Nullable InetAddress own, @Nullable InetAddress address,
            CompletableFuture<Void> gone) {
        if (own != null && own.equals(address)) {
            leaving.put(own, gone);
        }
    }

    /** What completes when a session that is ending has given back one of these addresses; null where none does. */
    @Nullable
    CompletableFuture<Void> leaving(OwnAddresses own) {
        InetAddress v4 = own.ipv4();
        InetAddress v6 = own.ipv6Prefix();
        CompletableFuture<Void> first = v4 == null ? null : leaving.get(v4);
        return first != null || v6 == null ? first : leaving.get(v6);
    }

    /**
     * Ends a session whose traffic goes on as that of another one, TS 23.402 §8: its address and its tunnel stay in use.
     * The node that had it is told where it is not the one that takes over.
     */
    void handOver(Session session, CreateOrder to) {
        session.gone = CompletableFuture.completedFuture(null);
        table.remove(session);
        log.counters.countEnded();
        if (!session.control.equals(to.control())) {
            farewell.tellOfHandOver(session, to.request().rat());
        }
    }

    /** Ends a session of our own will: traffic stops, then the carrier is told. */
    CompletableFuture<Void> endAndTell(Session session, @Nullable Refusal refusal, String reason,
            String detail) {
        return end(session).whenComplete(
                (_, _) -> farewell.tell(session, refusal, reason, detail));
    }

    /** Ends a session of which its peer knows, or can know, nothing any more. */
    CompletableFuture<Void> endSilently(Session session, String reason, String detail) {
        CompletableFuture<Void> gone = end(session);
        logEnd(session, reason, detail);
        return gone;
    }

    private void logEnd(Session session, String reason, String detail) {
        log.ended(session.control.address(), "session", session.key.imsi(), 0, reason, detail);
    }

    /**
     * The same with many: some at a time, so that what other peers ask comes in between, and these together, so that the
     * user plane is asked once for all of them.
     */
    CompletableFuture<Void> endSilently(List<Session> sessions, String reason, String detail) {
        List<List<Session>> parts = IntStream
                .iterate(0, from -> from < sessions.size(), from -> from + TOGETHER)
                .mapToObj(from -> sessions.subList(from,
                        Math.min(from + TOGETHER, sessions.size())))
                .toList();
        return new Sweep<>(loop, parts, part -> {
            List<Session> live = part.stream().filter(session -> !session.hasEnded()).toList();
            if (live.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> gone = end(live);
            live.forEach(session -> logEnd(session, reason, detail));
            return gone;
        }, PARTS_AT_ONCE).start();
    }
}
