package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Decoded;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.peer.PeerTable;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.LongSupplier;
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

    private final SignallingConfig config;
    private final Peers peers;
    private final SessionTable table;
    private final SignallingLog log;
    private final OwnRequests requests;
    private final OwnRequests.Sender sender;
    private final LongSupplier nanoTime;
    private final Reviews reviews;
    private final SessionEnds ends;
    private final PathWatch paths;
    private final Map<Gtp1Type, Gtp1Handler> v1;
    private final Map<Gtp2Type, Gtp2Handler> v2;

    Signalling(SignallingConfig config, Peers peers, SessionTable table, SignallingLog log,
            OwnRequests requests, OwnRequests.Sender sender, LongSupplier nanoTime,
            Reviews reviews, SessionEnds ends, PathWatch paths, Map<Gtp1Type, Gtp1Handler> v1,
            Map<Gtp2Type, Gtp2Handler> v2) {
        this.config = config;
        this.peers = peers;
        this.table = table;
        this.log = log;
        this.requests = requests;
        this.sender = sender;
        this.nanoTime = nanoTime;
        this.reviews = reviews;
        this.ends = ends;
        this.paths = paths;
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
                sender.send(Gtp1Answers.versionNotSupported(0), from);
            }
            default -> {
                drop(peer, SignallingFault.VERSION_NOT_SUPPORTED,
                        "GTP version " + (datagram.u8(0) >>> 5));
                sender.send(Gtp2Answers.versionNotSupported(0), from);
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
        paths.heard(peer, GtpVersion.V2, message.recovery());
        if (!type.isRequest()) {
            onResponse(peer, GtpVersion.V2, message.sequence(), type.code(), type.text());
            return;
        }
        if (type == Gtp2Type.ECHO_REQUEST) {
            sender.send(Gtp2Answers.echoResponse(message.sequence(), config.restartCounter()),
                    from);
            return;
        }
        Exchange exchange = exchange(peer, carrier, from,
                ReplyCache.key(GtpVersion.V2, from.getPort(), message.sequence(), type.code()));
        if (!exchange.begin(log.counters)) {
            return;
        }
        Gtp2Handler handler = v2.get(type);
        if (handler == null) {
            exchange.drop();
            drop(peer, SignallingFault.WRONG_DIRECTION,
                    type.text() + ", which only a PGW sends");
        } else if (type != Gtp2Type.CREATE_SESSION_REQUEST || mayCreate(exchange, type.text())) {
            handler.handle(exchange, message);
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
        paths.heard(peer, GtpVersion.V1, message.recovery());
        if (!type.isRequest()) {
            onResponse(peer, GtpVersion.V1, message.sequence(), type.code(), type.text());
            return;
        }
        if (type == Gtp1Type.ECHO_REQUEST) {
            sender.send(Gtp1Answers.echoResponse(message.sequence(), config.restartCounter()),
                    from);
            return;
        }
        Exchange exchange = exchange(peer, carrier, from,
                ReplyCache.key(GtpVersion.V1, from.getPort(), message.sequence(), type.code()));
        if (!exchange.begin(log.counters)) {
            return;
        }
        Gtp1Handler handler = v1.get(type);
        if (handler == null) {
            throw new IllegalStateException(type + " has no handler");
        }
        if (type != Gtp1Type.CREATE_PDP_CONTEXT_REQUEST || mayCreate(exchange, type.text())) {
            handler.handle(exchange, message);
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

    /** The user plane learned that a peer has no such tunnel: TS 23.007 §21. */
    void errorIndication(int userTeid) {
        Session session = table.byUserTeid(userTeid);
        if (session != null) {
            ends.endSilently(session, "error_indication", "the peer has no tunnel for it");
        }
    }

    /** Takes a new peer table. Sessions of who is a peer no longer end; changed entitlements are judged again. */
    void publishPeers(PeerTable next) {
        PeerTable before = peers.table();
        for (Peer gone : peers.publish(next)) {
            for (Session session : new ArrayList<>(gone.sessions)) {
                ends.endSilently(session, "peer_removed",
                        gone.address.getHostAddress() + " is a peer of its carrier no longer");
            }
        }
        for (Peer peer : peers.all()) {
            Carrier carrier = next.carrierOf(peer.address);
            if (carrier != null && !carrier.equals(before.carrierOf(peer.address))) {
                reviews.carrierChanged(carrier, peer);
            }
        }
    }

    /** To be called a few times in each T3. */
    void tick() {
        long now = nanoTime.getAsLong();
        requests.tick(now);
        reviews.followClock();
        paths.tick(now);
    }
}
