package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Decoded;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the answers to an SGSN's requests have in common (TS 29.060 over Gn/Gp, we being the GGSN): which session a
 * request is for, whether the addresses that it names may be, and how it is refused. Also the messages that we send
 * whatever is asked.
 */
final class Gtp1Answers {
    static final int ACCEPTED = 128;
    private static final int GSN_ADDRESS_IE = 133;

    final SignallingLog log;
    final int restartCounter;
    private final SessionTable table;
    private final Peers peers;
    private final Farewell farewell;

    Gtp1Answers(SessionTable table, Peers peers, SignallingLog log, Farewell farewell,
            int restartCounter) {
        this.table = table;
        this.peers = peers;
        this.log = log;
        this.farewell = farewell;
        this.restartCounter = restartCounter;
    }

    /** Its Recovery is the receiver's to send, TS 29.060 §7.2.1. */
    static byte[] echoRequest(int sequence) {
        return Gtp1Encoder.of(Gtp1Type.ECHO_REQUEST, 0, sequence).toDatagram();
    }

    static byte[] echoResponse(int sequence, int restartCounter) {
        return Gtp1Encoder.of(Gtp1Type.ECHO_RESPONSE, 0, sequence).recovery(restartCounter)
                .toDatagram();
    }

    static byte[] versionNotSupported(int sequence) {
        return Gtp1Encoder.of(Gtp1Type.VERSION_NOT_SUPPORTED, 0, sequence).toDatagram();
    }

    /** Ends all contexts of an address, TS 29.060 §7.3.5. */
    static byte[] deletePdpContextRequest(Session session, int sequence) {
        return Gtp1Encoder
                .of(Gtp1Type.DELETE_PDP_CONTEXT_REQUEST, session.control.teid(), sequence)
                .teardown(true).nsapi(session.key.ebi()).toDatagram();
    }

    /** An endpoint that is not of the carrier which names it would make us send its traffic elsewhere. */
    @Nullable
    Reject foreign(Exchange exchange, InetAddress signalling,
            InetAddress user) {
        int instance = !peers.owns(exchange.carrier, signalling)
                ? 0
                : !peers.owns(exchange.carrier, user) ? 1 : -1;
        if (instance < 0) {
            return null;
        }
        log.counters.count(SignallingFault.FOREIGN_ENDPOINT);
        return Reject.of(
                new Fault(SignallingFault.FOREIGN_ENDPOINT, GSN_ADDRESS_IE, instance,
                        "got GSN address "
                                + (instance == 0 ? signalling : user).getHostAddress()
                                + ", expected an address of carrier "
                                + exchange.carrier.id()));
    }

    static @Nullable UserLocation location(@Nullable UserLocation uli,
            @Nullable UserLocation rai) {
        return uli != null ? uli : rai;
    }

    void refuse(Exchange exchange, Gtp1Message message, int teid, @Nullable Imsi imsi,
            Reject reject) {
        Gtp1Type type = message.typeOrThrow();
        if (!exchange.mayTell(reject, type.text(), imsi)) {
            exchange.drop();
            return;
        }
        exchange.reply(Gtp1Encoder.of(type.response(), teid, message.sequence())
                .cause(reject.gtpv1Cause()).toDatagram());
        log.refused(exchange.peer.address, type.text(), imsi, reject.gtpv1Cause(), reject);
    }

    /**
     * The session that a message is for. Null where there is none, which the peer is told, or where it is another
     * carrier's, which it is not.
     */
    @Nullable
    Session sessionOf(Exchange exchange, Gtp1Message message) {
        return ofCarrier(exchange, message, table.byControlTeid(message.teid()));
    }

    /** The same for a deletion, which may also be of a session whose deletion by us it has crossed on the way. */
    @Nullable
    Session sessionToDelete(Exchange exchange, Gtp1Message message) {
        Session session = table.byControlTeid(message.teid());
        return ofCarrier(exchange, message,
                session == null ? farewell.leaving(message.teid()) : session);
    }

    private @Nullable Session ofCarrier(Exchange exchange, Gtp1Message message,
            @Nullable Session session) {
        if (session == null) {
            log.counters.count(SignallingFault.CONTEXT_NOT_FOUND);
            Session leaving = farewell.leaving(message.teid());
            refuse(exchange, message,
                    leaving == null ? message.senderTeid() : leaving.control.teid(), null,
                    Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "no context has the TEID"));
            return null;
        }
        if (!session.carrier().id().equals(exchange.carrier.id())) {
            exchange.drop(new Fault(SignallingFault.NOT_THE_OWNER, 0, 0,
                    "got the TEID of a session of carrier " + session.carrier().id()
                            + ", expected one of its own"),
                    message.typeOrThrow().text());
            return null;
        }
        return session;
    }

    <T> @Nullable T decoded(Exchange exchange, Gtp1Message message, Session session,
            Decoded<T> decoded) {
        return switch (decoded) {
            case Decoded.Good<T>(T value) -> value;
            case Decoded.Bad<T>(Fault fault) -> {
                log.counters.count(fault.reason());
                refuse(exchange, message, session.control.teid(), session.key.imsi(),
                        Reject.of(fault));
                yield null;
            }
        };
    }

    boolean isOther(Exchange exchange, Gtp1Message message, Session session,
            @Nullable Integer nsapi) {
        if (nsapi == null || nsapi == session.key.ebi()) {
            return false;
        }
        refuse(exchange, message, session.control.teid(), session.key.imsi(),
                Reject.of(SignallingFault.CONTEXT_NOT_FOUND,
                        "NSAPI " + nsapi + ", the session has " + session.key.ebi()));
        return true;
    }

    void dropUnless(boolean taken, Exchange exchange, Gtp1Message message, Imsi imsi) {
        if (!taken) {
            exchange.drop();
            log.dropped(exchange.peer.address, message.typeOrThrow().text(), imsi,
                    new Fault(SignallingFault.STILL_IN_PROGRESS, 0, 0,
                            "too many changes of this session wait for the inventory"));
        }
    }
}
