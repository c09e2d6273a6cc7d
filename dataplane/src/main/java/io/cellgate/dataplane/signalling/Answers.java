package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Decoded;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.GtpcMessage;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Finds what a message of a session is for, and answers where it is for nothing; the same in both versions of GTP-C. */
abstract sealed class Answers<M extends GtpcMessage> permits Gtp1Answers, Gtp2Answers {
    final SignallingLog log;
    final int restartCounter;
    private final SessionTable table;
    private final Peers peers;
    private final Farewell farewell;

    Answers(SessionTable table, Peers peers, SignallingLog log, Farewell farewell,
            int restartCounter) {
        this.table = table;
        this.peers = peers;
        this.log = log;
        this.farewell = farewell;
        this.restartCounter = restartCounter;
    }

    /** Answers by the cause of a rejection, where the peer may be told; else the message is dropped. */
    abstract void refuse(Exchange exchange, M message, int teid, @Nullable Imsi imsi,
            Reject reject);

    /**
     * The session that a message is for. Null where there is none, which the peer is told, or where it is another
     * carrier's, which it is not.
     */
    @Nullable
    Session sessionOf(Exchange exchange, M message) {
        return ofCarrier(exchange, message, table.byControlTeid(message.teid()));
    }

    /** The same for a deletion, which may also be of a session whose deletion by us it has crossed on the way. */
    @Nullable
    Session sessionToDelete(Exchange exchange, M message) {
        Session session = table.byControlTeid(message.teid());
        return ofCarrier(exchange, message,
                session == null ? farewell.leaving(message.teid()) : session);
    }

    private @Nullable Session ofCarrier(Exchange exchange, M message, @Nullable Session session) {
        if (session == null) {
            log.counters.count(SignallingFault.CONTEXT_NOT_FOUND);
            Session leaving = farewell.leaving(message.teid());
            refuse(exchange, message,
                    leaving == null ? message.senderTeid() : leaving.control.teid(), null,
                    Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "no session has the TEID"));
            return null;
        }
        if (!session.carrier().id().equals(exchange.carrier.id())) {
            exchange.drop(new Fault(SignallingFault.NOT_THE_OWNER, 0, 0,
                    "got the TEID of a session of carrier " + session.carrier().id()
                            + ", expected one of its own"),
                    message.typeText());
            return null;
        }
        return session;
    }

    /** What a message that is for no session yet says; null where that cannot be read, which its sender is told. */
    <T> @Nullable T decoded(Exchange exchange, M message, Decoded<T> decoded) {
        return decoded(exchange, message, null, decoded);
    }

    /** The same of a message for a session. */
    <T> @Nullable T decoded(Exchange exchange, M message, @Nullable Session session,
            Decoded<T> decoded) {
        return switch (decoded) {
            case Decoded.Good<T>(T value) -> value;
            case Decoded.Bad<T>(Fault fault) -> {
                log.counters.count(fault.reason());
                refuse(exchange, message,
                        session == null ? message.senderTeid() : session.control.teid(),
                        session == null ? null : session.key.imsi(), Reject.of(fault));
                yield null;
            }
        };
    }

    /** Drops a message that could not be taken on, as so many of its session are under way. */
    void dropUnless(boolean taken, Exchange exchange, M message, Imsi imsi) {
        if (!taken) {
            exchange.drop();
            log.dropped(exchange.peer.address, message.typeText(), imsi,
                    new Fault(SignallingFault.STILL_IN_PROGRESS, 0, 0,
                            "too many changes of this session wait for the inventory"));
        }
    }

    boolean owns(Exchange exchange, InetAddress endpoint) {
        return peers.owns(exchange.carrier, endpoint);
    }

    /** An endpoint that is not of the carrier which names it would make us send its traffic elsewhere. */
    Reject foreign(Exchange exchange, InetAddress endpoint, int ieType, int instance) {
        log.counters.count(SignallingFault.FOREIGN_ENDPOINT);
        return Reject.of(new Fault(SignallingFault.FOREIGN_ENDPOINT, ieType, instance,
                "got an endpoint at " + endpoint.getHostAddress()
                        + ", expected an address of carrier " + exchange.carrier.id()));
    }
}
