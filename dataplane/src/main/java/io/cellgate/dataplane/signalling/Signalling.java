package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Decoded;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.path.PeerPath;
import io.cellgate.dataplane.path.PeerPath.Restart;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a datagram on the signalling port, and what has to happen from time to time. Everything runs on
 * the event loop.
 *
 * <p>A datagram goes through these, and ends at the first that objects: its source is a carrier's peer; its version
 * is one of ours; its header is whole; its type is one we serve; as a response it answers a request of ours; as a
 * request it is no repetition; an attach keeps to its peer's rate.
 */
final class Signalling {
    private static final Logger LOG = LoggerFactory.getLogger(Signalling.class);
    private static final int REACTIVATION_REQUESTED = 8;
    private static final int RECONNECTION_DISALLOWED = 9;

    private final SignallingConfig config;
    private final Peers peers;
    private final SessionTable table;
    private final SignallingLog log;
    private final OwnRequests requests;
    private final OwnRequests.Sender sender;
    private final LongSupplier nanoTime;
    private final SessionProcedures procedures;
    private final Gtp1Dialect v1;
    private final Gtp2Dialect v2;

    Signalling(SignallingConfig config, Peers peers, SessionTable table, SignallingLog log,
            OwnRequests requests, OwnRequests.Sender sender, LongSupplier nanoTime,
            SessionProcedures procedures, Gtp1Dialect v1, Gtp2Dialect v2) {
        this.config = config;
        this.peers = peers;
        this.table = table;
        this.log = log;
        this.requests = requests;
        this.sender = sender;
        this.nanoTime = nanoTime;
        this.procedures = procedures;
        this.v1 = v1;
        this.v2 = v2;
    }

    /** Never throws: a bug met by one datagram must not stop the others. */
    void onDatagram(byte[] datagram, InetSocketAddress from) {
        log.counters.countReceived();
        try {
            Carrier carrier = peers.carrierOf(from.getAddress());
            if (carrier == null) {
                log.counters.count(SignallingFault.UNKNOWN_PEER);
                return;
            }
            onDatagram(Octets.of(datagram), from, peers.of(from.getAddress()), carrier);
        } catch (RuntimeException e) {
            log.counters.count(SignallingFault.SYSTEM_FAILURE);
            LOG.error("a datagram from {} met a bug", from, e);
        }
    }

    private void onDatagram(Octets datagram, InetSocketAddress from, Peer peer,
            Carrier carrier) {
        if (datagram.length() == 0) {
            drop(peer, SignallingFault.TOO_SHORT, "an empty datagram");
            return;
        }
        switch (datagram.u8(0) >>> 5) {
            case 1 -> onGtp1(datagram, from, peer, carrier);
            case 2 -> onGtp2(datagram, from, peer, carrier);
            case 0 -> {
                // TS 29.060 §11.1.1: told in the lowest version that both could speak
                drop(peer, SignallingFault.VERSION_NOT_SUPPORTED, "GTP version 0");
                sender.send(Gtp1Dialect.versionNotSupported(0), from);
            }
            default -> {
                drop(peer, SignallingFault.VERSION_NOT_SUPPORTED,
                        "GTP version " + (datagram.u8(0) >>> 5));
                sender.send(Gtp2Dialect.versionNotSupported(0), from);
            }
        }
    }

    private void drop(Peer peer, SignallingFault reason, String detail) {
        drop(peer, "datagram", new Fault(reason, 0, 0, detail));
    }

    private void drop(Peer peer, String message, Fault fault) {
        log.dropped(peer.address, message, null, fault);
    }

    // GTPv2

    private void onGtp2(Octets datagram, InetSocketAddress from, Peer peer, Carrier carrier) {
        Octets rest = datagram;
        while (true) {
            switch (Gtp2Message.decode(rest)) {
                case Decoded.Bad<Gtp2Message>(Fault fault) -> {
                    drop(peer, "datagram", fault);
                    return;
                }
                case Decoded.Good<Gtp2Message>(Gtp2Message message) -> {
                    onGtp2(message, from, peer, carrier);
                    rest = rest.from(message.header().octets());
                    if (!message.header().piggybacked() || rest.length() == 0) {
                        return;
                    }
                }
            }
        }
    }

    private void onGtp2(Gtp2Message message, InetSocketAddress from, Peer peer,
            Carrier carrier) {
        Gtp2Type type = message.type();
        if (type == null) {
            drop(peer, SignallingFault.UNKNOWN_MESSAGE,
                    "GTPv2 message type " + message.header().typeCode());
            return;
        }
        boolean hasSession = type != Gtp2Type.ECHO_REQUEST && type != Gtp2Type.ECHO_RESPONSE
                && type != Gtp2Type.VERSION_NOT_SUPPORTED;
        if (hasSession && !message.header().hasTeid()) {
            drop(peer, SignallingFault.HEADER_INCORRECT, type.text() + " without a TEID");
            return;
        }
        heard(peer, GtpVersion.V2, message.recovery());
        if (!type.isRequest()) {
            onResponse(peer, GtpVersion.V2, message.sequence(), type.code(), type.text());
            return;
        }
        if (type == Gtp2Type.ECHO_REQUEST) {
            sender.send(v2.echoResponse(message.sequence()), from);
            return;
        }
        Exchange exchange = exchange(peer, carrier, from,
                ReplyCache.key(GtpVersion.V2, from.getPort(), message.sequence(), type.code()));
        if (!exchange.begin(log.counters)) {
            return;
        }
        switch (type) {
            case CREATE_SESSION_REQUEST -> {
                if (mayCreate(exchange, type.text())) {
                    v2.createSession(exchange, message);
                }
            }
            case MODIFY_BEARER_REQUEST -> v2.modifyBearer(exchange, message);
            case DELETE_SESSION_REQUEST -> v2.deleteSession(exchange, message);
            case CHANGE_NOTIFICATION_REQUEST -> v2.changeNotification(exchange, message);
            default -> {
                exchange.drop();
                drop(peer, SignallingFault.WRONG_DIRECTION,
                        type.text() + ", which only a PGW sends");
            }
        }
    }

    // GTPv1

    private void onGtp1(Octets datagram, InetSocketAddress from, Peer peer, Carrier carrier) {
        switch (Gtp1Message.decode(datagram)) {
            case Decoded.Bad<Gtp1Message>(Fault fault) -> drop(peer, "datagram", fault);
            case Decoded.Good<Gtp1Message>(Gtp1Message message) -> onGtp1(message, from, peer,
                    carrier);
        }
    }

    private void onGtp1(Gtp1Message message, InetSocketAddress from, Peer peer,
            Carrier carrier) {
        Gtp1Type type = message.type();
        if (type == null) {
            drop(peer, SignallingFault.UNKNOWN_MESSAGE,
                    "GTPv1 message type " + message.header().typeCode());
            return;
        }
        if (!message.header().hasSequence()) {
            drop(peer, SignallingFault.HEADER_INCORRECT,
                    type.text() + " without a sequence number");
            return;
        }
        heard(peer, GtpVersion.V1, message.recovery());
        if (!type.isRequest()) {
            onResponse(peer, GtpVersion.V1, message.sequence(), type.code(), type.text());
            return;
        }
        if (type == Gtp1Type.ECHO_REQUEST) {
            sender.send(v1.echoResponse(message.sequence()), from);
            return;
        }
        Exchange exchange = exchange(peer, carrier, from,
                ReplyCache.key(GtpVersion.V1, from.getPort(), message.sequence(), type.code()));
        if (!exchange.begin(log.counters)) {
            return;
        }
        switch (type) {
            case CREATE_PDP_CONTEXT_REQUEST -> {
                if (mayCreate(exchange, type.text())) {
                    v1.createPdpContext(exchange, message);
                }
            }
            case UPDATE_PDP_CONTEXT_REQUEST -> v1.updatePdpContext(exchange, message);
            case DELETE_PDP_CONTEXT_REQUEST -> v1.deletePdpContext(exchange, message);
            case MS_INFO_CHANGE_REQUEST -> v1.msInfoChange(exchange, message);
            default -> throw new IllegalStateException(type + " is no request");
        }
    }

    // Both

    private Exchange exchange(Peer peer, Carrier carrier, InetSocketAddress from, long key) {
        return new Exchange(peer, carrier, from, key, sender, nanoTime);
    }

    private boolean mayCreate(Exchange exchange, String message) {
        if (exchange.peer.creates.take(nanoTime.getAsLong())) {
            return true;
        }
        exchange.drop();
        drop(exchange.peer, message, new Fault(SignallingFault.RATE_LIMITED, 0, 0,
                "more than " + config.createsPerSecond() + " attaches a second"));
        return false;
    }

    private void onResponse(Peer peer, GtpVersion version, int sequence, int type,
            String text) {
        if (!requests.onResponse(peer.address, version, sequence, type, nanoTime.getAsLong())) {
            drop(peer, text, new Fault(SignallingFault.UNEXPECTED_RESPONSE, 0, 0,
                    "no request of ours has sequence number " + sequence));
        }
    }

    /** A sign of life, and perhaps of a restart, after which the peer knows nothing of its sessions (TS 23.007 §18). */
    private void heard(Peer peer, GtpVersion version, @Nullable Integer recovery) {
        PeerPath path = peer.path(version);
        path.onHeard();
        Restart restart = recovery == null ? Restart.SAME : path.onRestartCounter(recovery);
        if (restart == Restart.OLDER) {
            log.counters.count(SignallingFault.OLD_RESTART_COUNTER);
        } else if (restart == Restart.RESTARTED) {
            LOG.warn("peer {} restarted, its counter is {} now", peer.address.getHostAddress(),
                    recovery);
            endSessionsOf(peer, version, "peer_restarted", "restart counter " + recovery);
        }
    }

    private void endSessionsOf(Peer peer, GtpVersion version, String reason, String detail) {
        for (Session session : new ArrayList<>(peer.sessions)) {
            if (session.version == version) {
                endSilently(session, reason, detail);
            }
        }
    }

    /** Ends a session of which its peer knows, or can know, nothing any more. */
    private void endSilently(Session session, String reason, String detail) {
        var _ = procedures.end(session);
        log.ended(session.control.address(), "session", session.key.imsi(), 0, reason, detail);
    }

    /** Tells the carrier that we ended a session; see {@link SessionProcedures.Farewell}. */
    void farewell(Session session, @Nullable Refusal refusal, String reason, String detail) {
        InetAddress to = session.control.address();
        int cause = refusal == null || refusal == Refusal.NO_RESOURCES
                || refusal == Refusal.SESSION_RESET
                        ? REACTIVATION_REQUESTED
                        : RECONNECTION_DISALLOWED;
        switch (session.version) {
            case V1 -> requests.send(to, GtpVersion.V1,
                    Gtp1Type.DELETE_PDP_CONTEXT_RESPONSE.code(),
                    sequence -> Gtp1Dialect.deletePdpContextRequest(session, sequence),
                    new NoMatter(), nanoTime.getAsLong());
            case V2 -> requests.send(to, GtpVersion.V2, Gtp2Type.DELETE_BEARER_RESPONSE.code(),
                    sequence -> Gtp2Dialect.deleteBearerRequest(session, cause, sequence),
                    new NoMatter(), nanoTime.getAsLong());
        }
        log.ended(to,
                (session.version == GtpVersion.V1
                        ? Gtp1Type.DELETE_PDP_CONTEXT_REQUEST.text()
                        : Gtp2Type.DELETE_BEARER_REQUEST.text()),
                session.key.imsi(), session.version == GtpVersion.V1 ? 0 : cause, reason, detail);
    }

    /** The session is gone whether or not the peer says that it understood. */
    private record NoMatter() implements OwnRequests.Outcome {
        @Override
        public void answered() {}

        @Override
        public void unanswered() {}
    }

    /** The user plane learned that a peer has no such tunnel: TS 23.007 §21. */
    void errorIndication(int userTeid) {
        Session session = table.byUserTeid(userTeid);
        if (session != null) {
            endSilently(session, "error_indication", "the peer has no tunnel for it");
        }
    }

    /** Takes a new peer table. Sessions of who is a peer no longer end; changed entitlements are judged again. */
    void publishPeers(PeerTable next) {
        PeerTable before = peers.table();
        for (Peer gone : peers.publish(next)) {
            for (Session session : new ArrayList<>(gone.sessions)) {
                endSilently(session, "peer_removed",
                        gone.address.getHostAddress() + " is a peer of its carrier no longer");
            }
        }
        for (Peer peer : peers.all()) {
            Carrier carrier = next.carrierOf(peer.address);
            if (carrier != null && !carrier.equals(before.carrierOf(peer.address))) {
                procedures.carrierChanged(carrier);
                for (Session session : new ArrayList<>(peer.sessions)) {
                    session.request = ChangeOrder.withCarrier(session.request, carrier);
                    var _ = procedures.reevaluate(session);
                }
            }
        }
    }

    /** To be called a few times in each T3. */
    void tick() {
        long now = nanoTime.getAsLong();
        requests.tick(now);
        procedures.followClock();
        for (Peer peer : new ArrayList<>(peers.all())) {
            peer.replies.expire(now);
            for (GtpVersion version : GtpVersion.values()) {
                if (peer.sessionsOf(version) > 0 && peer.path(version).takeEchoDue(now,
                        config.echoInterval().toNanos())) {
                    sendEcho(peer, version, now);
                }
            }
        }
    }

    private void sendEcho(Peer peer, GtpVersion version, long now) {
        OwnRequests.Outcome outcome = new OwnRequests.Outcome() {
            @Override
            public void answered() {
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
                    Gtp1Dialect::echoRequest, outcome, now);
            case V2 -> requests.send(peer.address, version, Gtp2Type.ECHO_RESPONSE.code(),
                    v2::echoRequest, outcome, now);
        }
    }
}
