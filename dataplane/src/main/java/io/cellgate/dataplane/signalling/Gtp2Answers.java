package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.Decoded;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import org.jspecify.annotations.Nullable;

/**
 * What the answers to an SGW's requests have in common (TS 29.274 over S5/S8, we being the PGW): which session a
 * request is for, whether the endpoints that it names may be, and how it is refused. Also the messages that we send
 * whatever is asked.
 */
final class Gtp2Answers {
    static final int ACCEPTED = 16;
    private static final int F_TEID_IE = 87;
    static final int BEARER_CONTEXT_IE = 93;

    final SignallingLog log;
    final int restartCounter;
    private final SessionTable table;
    private final Peers peers;
    private final Farewell farewell;

    Gtp2Answers(SessionTable table, Peers peers, SignallingLog log, Farewell farewell,
            int restartCounter) {
        this.table = table;
        this.peers = peers;
        this.log = log;
        this.farewell = farewell;
        this.restartCounter = restartCounter;
    }

    static byte[] echoRequest(int sequence, int restartCounter) {
        return Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, sequence).recovery(restartCounter)
                .toDatagram();
    }

    static byte[] echoResponse(int sequence, int restartCounter) {
        return Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_RESPONSE, sequence).recovery(restartCounter)
                .toDatagram();
    }

    static byte[] versionNotSupported(int sequence) {
        return Gtp2Encoder.withoutTeid(Gtp2Type.VERSION_NOT_SUPPORTED, sequence).toDatagram();
    }

    /** Ends a whole PDN connection, TS 29.274 §7.2.9.2. */
    static byte[] deleteBearerRequest(Session session, int cause, int sequence) {
        return Gtp2Encoder
                .withTeid(Gtp2Type.DELETE_BEARER_REQUEST, session.control.teid(), sequence)
                .ebi(0, session.key.ebi()).cause(CauseIe.of(cause)).toDatagram();
    }

    /** An endpoint that is not of the carrier which names it would make us send its traffic elsewhere. */
    @Nullable
    Reject foreign(Exchange exchange, @Nullable FTeid control,
            @Nullable FTeid user) {
        int ieType = control != null && !peers.owns(exchange.carrier, control.address())
                ? F_TEID_IE
                : user != null && !peers.owns(exchange.carrier, user.address())
                        ? BEARER_CONTEXT_IE
                        : 0;
        if (ieType == 0) {
            return null;
        }
        log.counters.count(SignallingFault.FOREIGN_ENDPOINT);
        return Reject.of(new Fault(SignallingFault.FOREIGN_ENDPOINT, ieType, 0,
                "an endpoint that is none of carrier " + exchange.carrier.id()));
    }

    static UserLocation location(@Nullable UserLocation uli, @Nullable Plmn serving,
            UserLocation none) {
        return uli != null
                ? new UserLocation(serving != null ? serving : uli.plmn(), uli.tac(), uli.lac(),
                        uli.cell())
                : serving != null ? new UserLocation(serving, null, null, null) : none;
    }

    static int senderTeid(Gtp2Message message) {
        FTeid sender = message.sender();
        return sender == null ? 0 : sender.teid();
    }

    void refuse(Exchange exchange, Gtp2Message message, int teid, @Nullable Imsi imsi,
            Reject reject) {
        Gtp2Type type = message.typeOrThrow();
        CauseIe cause = new CauseIe(reject.gtpv2Cause(), reject.offendingType(),
                reject.offendingInstance());
        exchange.reply(Gtp2Encoder.withTeid(type.response(), teid, message.sequence())
                .cause(cause).toDatagram());
        log.refused(exchange.peer.address, type.text(), imsi, cause.value(), reject);
    }

    /**
     * The session that a message is for. Null where there is none, which the peer is told, or where it is another
     * carrier's, which it is not.
     */
    @Nullable
    Session sessionOf(Exchange exchange, Gtp2Message message) {
        Session session = table.byControlTeid(message.teid());
        if (session == null) {
            log.counters.count(SignallingFault.CONTEXT_NOT_FOUND);
            Session leaving = farewell.leaving(message.teid());
            refuse(exchange, message,
                    leaving == null ? senderTeid(message) : leaving.control.teid(), null,
                    Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "no session has the TEID"));
            return null;
        }
        if (!session.carrier().id().equals(exchange.carrier.id())) {
            log.dropped(exchange.peer.address, message.typeOrThrow().text(), null,
                    new Fault(SignallingFault.NOT_THE_OWNER, 0, 0, "the session is carrier "
                            + session.carrier().id() + "'s, not " + exchange.carrier.id() + "'s"));
            exchange.drop();
            return null;
        }
        return session;
    }

    <T> @Nullable T decoded(Exchange exchange, Gtp2Message message, Session session,
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

    void dropUnless(boolean taken, Exchange exchange, Gtp2Message message, Imsi imsi) {
        if (!taken) {
            exchange.drop();
            log.dropped(exchange.peer.address, message.typeOrThrow().text(), imsi,
                    new Fault(SignallingFault.STILL_IN_PROGRESS, 0, 0,
                            "too many changes of this session wait for the inventory"));
        }
    }
}
