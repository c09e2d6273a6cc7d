package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.path.PathState;
import io.cellgate.dataplane.path.PeerPath;
import io.cellgate.dataplane.path.PeerPath.Restart;
import io.cellgate.dataplane.peer.Carrier;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether peers are there, and are still who they were: the Echo Requests that we send them (TS 23.007 §20) and the
 * restart counters that they send us (§18). A peer that is gone or has restarted knows nothing of its sessions. One that
 * is gone is asked now and then whether it is back.
 */
final class PathWatch {
    private final SignallingConfig config;
    private final Peers peers;
    private final SessionEnds ends;
    private final OwnRequests requests;
    private final SignallingLog log;
    private final Firewall firewall;
    private final Clock clock;
    private final LongSupplier nanoTime;

    PathWatch(SignallingConfig config, Peers peers, SessionEnds ends, OwnRequests requests,
            SignallingLog log, Firewall firewall, Clock clock, LongSupplier nanoTime) {
        this.config = config;
        this.peers = peers;
        this.ends = ends;
        this.requests = requests;
        this.log = log;
        this.firewall = firewall;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * A sign of life, and perhaps of a restart, after which the peer knows nothing of its sessions (TS 23.007 §18).
     *
     * @return whether the message may go on
     */
    boolean heard(Peer peer, Carrier carrier, GtpVersion version, @Nullable Integer recovery,
            String message) {
        isAlive(peer, version);
        PeerPath path = peer.path(version);
        Restart restart = recovery == null ? Restart.SAME : path.onRestartCounter(recovery);
        if (restart == Restart.OLDER) {
            log.counters.count(SignallingFault.OLD_RESTART_COUNTER);
            return firewall.lets(FirewallCheck.RESTART_COUNTER, peer.address, carrier, message,
                    null, "got restart counter " + recovery + ", expected " + path.restartCounter()
                            + " or a later one");
        }
        follow(peer, version, restart, message);
        return true;
    }

    /** Anything has come from it, an answer to an Echo Request too. */
    void isAlive(Peer peer, GtpVersion version) {
        if (peer.path(version).onHeard(clock.millis())) {
            tell(peer, version, PathEvent.Kind.UP, "the peer is heard");
        }
    }

    private void follow(Peer peer, GtpVersion version, Restart restart, String message) {
        switch (restart) {
            case FIRST -> tell(peer, version, PathEvent.Kind.COUNTER, "");
            case RESTARTED -> {
                String detail = "got restart counter " + peer.path(version).restartCounter()
                        + " in " + message;
                tell(peer, version, PathEvent.Kind.RESTARTED, detail);
                peer.replies.forget(version);
                endSessionsOf(peer, version, "peer_restarted", detail);
            }
            case SAME, OLDER -> {
                // nothing follows
            }
        }
    }

    private void tell(Peer peer, GtpVersion version, PathEvent.Kind kind, String detail) {
        Carrier carrier = peers.carrierOf(peer.address);
        PathEvent event = new PathEvent(clock.instant(), peer.address,
                carrier == null ? "" : carrier.id(), version, kind,
                peer.path(version).restartCounter(), peer.sessionsOf(version), detail);
        log.path(event);
        config.paths().on(event);
    }

    private void endSessionsOf(Peer peer, GtpVersion version, String reason, String detail) {
        List<Session> gone = peer.sessions.stream()
                .filter(session -> session.version == version).toList();
        var _ = ends.endSilently(gone, reason, detail);
    }

    /** Asks those whose time it is: who has sessions, and who does not answer. */
    void tick(long nowNanos) {
        for (Peer peer : new ArrayList<>(peers.all())) {
            peer.replies.expire(nowNanos);
            for (GtpVersion version : GtpVersion.values()) {
                PeerPath path = peer.path(version);
                path.traffic().tick(nowNanos);
                boolean matters = peer.sessionsOf(version) > 0 || path.state() == PathState.SUSPECT
                        || path.state() == PathState.DOWN;
                if (matters && path.takeEchoDue(nowNanos, config.echoInterval().toNanos())) {
                    sendEcho(peer, version, nowNanos);
                }
            }
        }
    }

    private void sendEcho(Peer peer, GtpVersion version, long nowNanos) {
        OwnRequests.Outcome outcome = new Echo(peer, version, nowNanos);
        switch (version) {
            case V1 -> requests.sendAhead(peer.address, version, Gtp1Type.ECHO_RESPONSE.code(),
                    Gtp1Answers::echoRequest, outcome, nowNanos);
            case V2 -> requests.sendAhead(peer.address, version, Gtp2Type.ECHO_RESPONSE.code(),
                    sequence -> Gtp2Answers.echoRequest(sequence, config.restartCounter()),
                    outcome, nowNanos);
        }
    }

    /** An Echo Request of ours. */
    private final class Echo implements OwnRequests.Outcome {
        private final Peer peer;
        private final GtpVersion version;
        private final long sentNanos;
        private boolean wasRepeated;

        Echo(Peer peer, GtpVersion version, long sentNanos) {
            this.peer = peer;
            this.version = version;
            this.sentNanos = sentNanos;
        }

        @Override
        public void recovery(int counter) {
            follow(peer, version, peer.path(version).onEchoCounter(counter), "echo response");
        }

        @Override
        public void answered(int cause) {
            peer.path(version)
                    .onEchoAnswered(wasRepeated ? -1 : nanoTime.getAsLong() - sentNanos);
        }

        @Override
        public void repeated() {
            wasRepeated = true;
            if (peer.path(version).onEchoRepeated(clock.millis())) {
                tell(peer, version, PathEvent.Kind.SUSPECT,
                        "an Echo Request was not answered within " + config.t3());
            }
        }

        @Override
        public void unanswered() {
            String detail = config.n3() + " Echo Requests were not answered";
            if (peer.path(version).onEchoUnanswered(clock.millis())) {
                tell(peer, version, PathEvent.Kind.DOWN, detail);
            }
            endSessionsOf(peer, version, "path_failure", detail);
        }
    }
}
