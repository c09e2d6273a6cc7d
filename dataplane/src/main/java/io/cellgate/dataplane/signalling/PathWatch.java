package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.path.PeerPath;
import io.cellgate.dataplane.path.PeerPath.Restart;
import io.cellgate.dataplane.peer.Carrier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether peers are there, and are still who they were: the Echo Requests that we send them (TS 23.007 §20) and the
 * restart counters that they send us (§18). A peer that is gone or has restarted knows nothing of its sessions.
 */
final class PathWatch {
    private static final Logger LOG = LoggerFactory.getLogger(PathWatch.class);

    private final SignallingConfig config;
    private final Peers peers;
    private final SessionEnds ends;
    private final OwnRequests requests;
    private final SignallingLog log;
    private final Firewall firewall;

    PathWatch(SignallingConfig config, Peers peers, SessionEnds ends, OwnRequests requests,
            SignallingLog log, Firewall firewall) {
        this.config = config;
        this.peers = peers;
        this.ends = ends;
        this.requests = requests;
        this.log = log;
        this.firewall = firewall;
    }

    /**
     * A sign of life, and perhaps of a restart, after which the peer knows nothing of its sessions (TS 23.007 §18).
     *
     * @return whether the message may go on
     */
    boolean heard(Peer peer, Carrier carrier, GtpVersion version, @Nullable Integer recovery,
            String message) {
        PeerPath path = peer.path(version);
        path.onHeard();
        Restart restart = recovery == null ? Restart.SAME : path.onRestartCounter(recovery);
        if (restart == Restart.OLDER) {
            log.counters.count(SignallingFault.OLD_RESTART_COUNTER);
            return firewall.lets(FirewallCheck.RESTART_COUNTER, peer.address, carrier, message,
                    null, "got restart counter " + recovery + ", expected " + path.restartCounter()
                            + " or a later one");
        } else if (restart == Restart.RESTARTED) {
            LOG.warn("peer {} restarted, its counter is {} now", peer.address.getHostAddress(),
                    recovery);
            endSessionsOf(peer, version, "peer_restarted", "restart counter " + recovery);
        }
        return true;
    }

    private void endSessionsOf(Peer peer, GtpVersion version, String reason, String detail) {
        List<Session> gone = peer.sessions.stream()
                .filter(session -> session.version == version).toList();
        var _ = ends.endSilently(gone, reason, detail);
    }

    /** Asks those whose time it is. */
    void tick(long nowNanos) {
        for (Peer peer : new ArrayList<>(peers.all())) {
            peer.replies.expire(nowNanos);
            for (GtpVersion version : GtpVersion.values()) {
                if (peer.sessionsOf(version) > 0 && peer.path(version).takeEchoDue(nowNanos,
                        config.echoInterval().toNanos())) {
                    sendEcho(peer, version, nowNanos);
                }
            }
        }
    }

    private void sendEcho(Peer peer, GtpVersion version, long nowNanos) {
        OwnRequests.Outcome outcome = new OwnRequests.Outcome() {
            @Override
            public void answered(int cause) {
                // hearing it has already made the path up
            }

            @Override
            public void repeated() {
                peer.path(version).onEchoRepeated();
            }

            @Override
            public void unanswered() {
                peer.path(version).onEchoUnanswered();
                LOG.warn("peer {} does not answer any more", peer.address.getHostAddress());
                endSessionsOf(peer, version, "path_failure",
                        config.n3() + " Echo Requests were not answered");
            }
        };
        switch (version) {
            case V1 -> requests.send(peer.address, version, Gtp1Type.ECHO_RESPONSE.code(),
                    Gtp1Answers::echoRequest, outcome, nowNanos);
            case V2 -> requests.send(peer.address, version, Gtp2Type.ECHO_RESPONSE.code(),
                    sequence -> Gtp2Answers.echoRequest(sequence, config.restartCounter()),
                    outcome, nowNanos);
        }
    }
}
