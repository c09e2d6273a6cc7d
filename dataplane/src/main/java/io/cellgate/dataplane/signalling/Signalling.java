package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.MessageClass;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.CauseIe;
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
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a datagram on the signalling port, and what has to happen from time to time. Everything runs on
 * the event loop.
 *
 * <p>A datagram goes through these, and ends at the first that objects: its source is a carrier's peer; its version
 * is one of ours; its header is whole; it keeps to the rates of its peer and carrier; its type is one we serve; as a
 * response it answers a request of ours; as a request it is no repetition. Objections are the {@link Firewall}'s.
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
    private final SessionChanges changes;
    private final BearerUpdates updates;
    private final PathWatch paths;
    private final Firewall firewall;
    private final Map<Gtp1Type, Gtp1Handler> v1;
    private final Map<Gtp2Type, Gtp2Handler> v2;

    Signalling(SignallingConfig config, Peers peers, SessionTable table, SignallingLog log,
            OwnRequests requests, OwnRequests.Sender sender, LongSupplier nanoTime,
            Reviews reviews, SessionEnds ends, SessionChanges changes, BearerUpdates updates,
            PathWatch paths, Firewall firewall, Map<Gtp1Type, Gtp1Handler> v1,
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
        this.changes = changes;
        this.updates = updates;
        this.paths = paths;
        this.firewall = firewall;
        this.v1 = v1;
        this.v2 = v2;
    }

    /** Never throws: a bug met by one datagram must not stop the others. */
    void onDatagram(byte[] datagram, InetSocketAddress from) {
        log.counters.countReceived();
        try {
            Carrier carrier = peers.carrierOf(from.getAddress());
            if (carrier == null) {
                firewall.unknownPeer(from.getAddress(), datagram.length);
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
            drop(peer, carrier, SignallingFault.TOO_SHORT, "an empty datagram");
            return;
        }
        switch (datagram.u8(0) >>> 5) {
            case 1 -> onGtp1(datagram, from, peer, carrier);
            case 2 -> onGtp2(datagram, from, peer, carrier);
            case 0 -> {
                // TS 29.060 §11.1.1: told in the lowest version that both could speak
                if (withinRate(peer, carrier)
                        && mayTell(peer, carrier, SignallingFault.VERSION_NOT_SUPPORTED,
                                "got GTP version 0, expected 1 or 2")) {
                    sender.send(Gtp1Answers.versionNotSupported(0), from);
                }
            }
            default -> {
                if (withinRate(peer, carrier) && mayTell(peer, carrier,
                        SignallingFault.VERSION_NOT_SUPPORTED, "got GTP version "
                                + (datagram.u8(0) >>> 5) + ", expected 1 or 2")) {
                    sender.send(Gtp2Answers.versionNotSupported(0), from);
                }
            }
        }
    }

    /** Whether there is room for one more datagram that is no message. */
    private boolean withinRate(Peer peer, Carrier carrier) {
        return firewall.withinRate(peer, carrier, MessageClass.OTHER, "datagram");
    }

    private void drop(Peer peer, Carrier carrier, SignallingFault reason, String detail) {
        boolean _ = mayTell(peer, carrier, reason, detail);
    }

    private boolean mayTell(Peer peer, Carrier carrier, SignallingFault reason, String detail) {
        return firewall.lets(new Fault(reason, 0, 0, detail), peer.address, carrier, "datagram",
                null);
    }

    private void drop(Peer peer, Carrier carrier, String message, Fault fault) {
        boolean _ = firewall.lets(fault, peer.address, carrier, message, null);
    }

    // GTPv2

    private void onGtp2(Octets datagram, InetSocketAddress from, Peer peer, Carrier carrier) {
        Octets rest = datagram;
        for (int messages = 1;; messages++) {
            switch (Gtp2Message.decode(rest)) {
                case Decoded.Bad<Gtp2Message>(Fault fault) -> {
                    if (withinRate(peer, carrier)) {
                        drop(peer, carrier, "datagram", fault);
                    }
                    return;
                }
                case Decoded.Good<Gtp2Message>(Gtp2Message message) -> {
                    onGtp2(message, from, peer, carrier);
                    rest = rest.from(message.header().octets());
                    if (!message.header().piggybacked() || rest.length() == 0) {
                        return;
                    }
                    if (messages == 2) {
                        drop(peer, carrier, SignallingFault.PIGGYBACKED_TWICE,
                                "got a third message, expected two at most");
                        return;
                    }
                }
            }
        }
    }

    private void onGtp2(Gtp2Message message, InetSocketAddress from, Peer peer,
            Carrier carrier) {
        peer.path(GtpVersion.V2).traffic().countReceived();
        Gtp2Type type = message.type();
        if (!firewall.withinRate(peer, carrier, kindOf(type),
                type == null ? "datagram" : type.text())) {
            return;
        }
        if (type == null) {
            drop(peer, carrier, SignallingFault.UNKNOWN_MESSAGE,
                    "got GTPv2 message type " + message.header().typeCode()
                            + ", expected one of S5/S8");
            return;
        }
        boolean hasSession = type != Gtp2Type.ECHO_REQUEST && type != Gtp2Type.ECHO_RESPONSE
                && type != Gtp2Type.VERSION_NOT_SUPPORTED;
        if (hasSession && !message.header().hasTeid()) {
            drop(peer, carrier, SignallingFault.HEADER_INCORRECT,
                    "got " + type.text() + " without a TEID, expected one");
            return;
        }
        // what an Echo Response says counts for the request that it answers, below
        Integer told = type == Gtp2Type.ECHO_RESPONSE ? null : message.recovery();
        if (!paths.heard(peer, carrier, GtpVersion.V2, told, type.text())) {
            return;
        }
        if (!type.isRequest()) {
            CauseIe cause = message.cause();
            onResponse(peer, carrier, GtpVersion.V2, message.sequence(), type.code(),
                    cause == null ? 0 : cause.value(), message.recovery(), type.text());
            return;
        }
        if (type == Gtp2Type.ECHO_REQUEST) {
            sender.send(Gtp2Answers.echoResponse(message.sequence(), config.restartCounter()),
                    from);
            return;
        }
        Exchange exchange = exchange(peer, GtpVersion.V2, carrier, from,
                ReplyCache.key(GtpVersion.V2, from.getPort(), message.sequence(), type.code()));
        if (!exchange.begin(log.counters)) {
            return;
        }
        Gtp2Handler handler = v2.get(type);
        if (handler == null) {
            exchange.drop();
            drop(peer, carrier, SignallingFault.WRONG_DIRECTION,
                    "got " + type.text() + ", which only a PGW sends");
        } else {
            handler.handle(exchange, message);
        }
    }

    // GTPv1

    private void onGtp1(Octets datagram, InetSocketAddress from, Peer peer, Carrier carrier) {
        switch (Gtp1Message.decode(datagram)) {
            case Decoded.Bad<Gtp1Message>(Fault fault) -> {
                if (withinRate(peer, carrier)) {
                    drop(peer, carrier, "datagram", fault);
                }
            }
            case Decoded.Good<Gtp1Message>(Gtp1Message message) -> onGtp1(message, from, peer,
                    carrier);
        }
    }

    private void onGtp1(Gtp1Message message, InetSocketAddress from, Peer peer,
            Carrier carrier) {
        peer.path(GtpVersion.V1).traffic().countReceived();
        Gtp1Type type = message.type();
        if (!firewall.withinRate(peer, carrier, kindOf(type),
                type == null ? "datagram" : type.text())) {
            return;
        }
        if (type == null) {
            drop(peer, carrier, SignallingFault.UNKNOWN_MESSAGE, "got GTPv1 message type "
                    + message.header().typeCode() + ", expected one of Gn/Gp");
            return;
        }
        if (message.header().misunderstoodExtension() != 0) {
            drop(peer, carrier, SignallingFault.EXTENSION_NOT_UNDERSTOOD, "extension header 0x"
                    + Integer.toHexString(message.header().misunderstoodExtension()));
            sender.send(Gtp1Encoder.supportedExtensionHeaders(), from);
            return;
        }
        if (type == Gtp1Type.SUPPORTED_EXTENSION_HEADERS) {
            return; // we send none
        }
        if (!message.header().hasSequence()) {
            drop(peer, carrier, SignallingFault.HEADER_INCORRECT,
                    "got " + type.text() + " without a sequence number, expected one");
            return;
        }
        Integer told = type == Gtp1Type.ECHO_RESPONSE ? null : message.recovery();
        if (!paths.heard(peer, carrier, GtpVersion.V1, told, type.text())) {
            return;
        }
        if (!type.isRequest()) {
            Integer cause = message.cause();
            onResponse(peer, carrier, GtpVersion.V1, message.sequence(), type.code(),
                    cause == null ? 0 : cause, message.recovery(), type.text());
            return;
        }
        if (type == Gtp1Type.ECHO_REQUEST) {
            sender.send(Gtp1Answers.echoResponse(message.sequence(), config.restartCounter()),
                    from);
            return;
        }
        Exchange exchange = exchange(peer, GtpVersion.V1, carrier, from,
                ReplyCache.key(GtpVersion.V1, from.getPort(), message.sequence(), type.code()));
        if (!exchange.begin(log.counters)) {
            return;
        }
        Gtp1Handler handler = v1.get(type);
        if (handler == null) {
            throw new IllegalStateException(type + " has no handler");
        }
        handler.handle(exchange, message);
    }

    // Both

    private Exchange exchange(Peer peer, GtpVersion version, Carrier carrier,
            InetSocketAddress from, long key) {
        return new Exchange(peer, peer.path(version), carrier, from, key, sender,
                nanoTime, firewall);
    }

    private static MessageClass kindOf(@Nullable Gtp2Type type) {
        return type == Gtp2Type.CREATE_SESSION_REQUEST
                ? MessageClass.CREATE
                : type == Gtp2Type.DELETE_SESSION_REQUEST
                        ? MessageClass.DELETE
                        : type == Gtp2Type.ECHO_REQUEST ? MessageClass.ECHO : MessageClass.OTHER;
    }

    private static MessageClass kindOf(@Nullable Gtp1Type type) {
        return type == Gtp1Type.CREATE_PDP_CONTEXT_REQUEST
                ? MessageClass.CREATE
                : type == Gtp1Type.DELETE_PDP_CONTEXT_REQUEST
                        ? MessageClass.DELETE
                        : type == Gtp1Type.ECHO_REQUEST ? MessageClass.ECHO : MessageClass.OTHER;
    }

    private void onResponse(Peer peer, Carrier carrier, GtpVersion version, int sequence,
            int type, int cause, @Nullable Integer recovery, String text) {
        if (!requests.onResponse(peer.address, version, sequence, type, cause, recovery,
                nanoTime.getAsLong())) {
            drop(peer, carrier, text, new Fault(SignallingFault.UNEXPECTED_RESPONSE, 0, 0,
                    "got sequence number " + sequence + ", expected that of a request of ours"));
        }
    }

    /**
     * The user plane learned that a peer has no such tunnel, TS 23.007 §21. What an SGW has lost its MME may still have,
     * so it is told; an SGSN that lost a context knows; an RNC's lost tunnel can be set up anew.
     */
    void errorIndication(int userTeid) {
        Session session = table.byUserTeid(userTeid);
        if (session == null) {
            return;
        }
        String detail = "got an error indication: the peer has no tunnel for it";
        if (session.version == GtpVersion.V2) {
            var _ = ends.endAndTell(session, null, "error_indication", detail);
        } else if (session.directTunnel) {
            changes.loseTunnel(session);
            updates.reportLostDirectTunnel(session);
        } else {
            var _ = ends.endSilently(session, "error_indication", detail);
        }
    }

    /** Takes a new peer table. Sessions of who is a peer no longer end; changed entitlements are judged again. */
    void publishPeers(PeerTable next) {
        PeerTable before = peers.table();
        for (Peer gone : peers.publish(next)) {
            firewall.forget(gone.address);
            var _ = ends.endSilently(List.copyOf(gone.sessions), "peer_removed",
                    gone.address.getHostAddress() + " is a peer of its carrier no longer");
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
