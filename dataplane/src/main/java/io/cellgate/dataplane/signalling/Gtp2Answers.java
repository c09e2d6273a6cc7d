package io.cellgate.dataplane.signalling;

import java.net.InetAddress;
import io.cellgate.dataplane.gtpc.BearerResourceCommand;
import io.cellgate.dataplane.gtpc.DeleteBearerCommand;
import io.cellgate.dataplane.gtpc.FqCsid;
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
    private final FqCsid ownSet;
    private final InetAddress controlAddress;
    private final InetAddress userAddress;

    Gtp2Answers(SessionTable table, Peers peers, SignallingLog log, Farewell farewell,
            int restartCounter, InetAddress controlAddress, InetAddress userAddress) {
        this.controlAddress = controlAddress;
        this.userAddress = userAddress;
        this.table = table;
        this.peers = peers;
        this.log = log;
        this.farewell = farewell;
        this.restartCounter = restartCounter;
        this.ownSet = FqCsid.of(controlAddress.getAddress(), 1);
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

    /** Where signalling of a session goes. */
    Endpoint control(FTeid named) {
        return new Endpoint(named.addressFor(controlAddress), named.teid());
    }

    /** Where its user packets go. */
    Endpoint user(FTeid named) {
        return new Endpoint(named.addressFor(userAddress), named.teid());
    }

    /** An endpoint that is not of the carrier which names it would make us send its traffic elsewhere. */
    @Nullable
    Reject foreign(Exchange exchange, @Nullable FTeid control,
            @Nullable FTeid user) {
        InetAddress controlAt = control == null ? null : control(control).address();
        InetAddress userAt = user == null ? null : user(user).address();
        boolean foreignControl = controlAt != null
                && !peers.owns(exchange.carrier, controlAt);
        InetAddress foreign = foreignControl ? controlAt : userAt;
        if (foreign == null || !foreignControl && peers.owns(exchange.carrier, foreign)) {
            return null;
        }
        log.counters.count(SignallingFault.FOREIGN_ENDPOINT);
        return Reject.of(new Fault(SignallingFault.FOREIGN_ENDPOINT,
                foreignControl ? F_TEID_IE : BEARER_CONTEXT_IE, 0,
                "got an endpoint at " + foreign.getHostAddress()
                        + ", expected an address of carrier " + exchange.carrier.id()));
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
        if (!exchange.mayTell(reject, type.text(), imsi)) {
            exchange.drop();
            return;
        }
        CauseIe cause = new CauseIe(reject.gtpv2Cause(), reject.offendingType(),
                reject.offendingInstance());
        Gtp2Encoder response = Gtp2Encoder.withTeid(type.response(), teid, message.sequence())
                .cause(cause);
        repeat(message, cause, response);
        exchange.reply(response.toDatagram());
        log.refused(exchange.peer.address, type.text(), imsi, cause.value(), reject);
    }

    /** What a failure indication says again of its command: TS 29.274 §7.2.17.2 and §7.2.6. */
    private static void repeat(Gtp2Message message, CauseIe cause, Gtp2Encoder response) {
        Gtp2Type type = message.typeOrThrow();
        if (type == Gtp2Type.DELETE_BEARER_COMMAND && DeleteBearerCommand
                .decode(message) instanceof Decoded.Good<DeleteBearerCommand>(DeleteBearerCommand c)) {
            c.ebis().forEach(ebi -> response
                    .bearerContext(bearer -> bearer.ebi(0, ebi).cause(CauseIe.of(cause.value()))));
        } else if (type == Gtp2Type.BEARER_RESOURCE_COMMAND && BearerResourceCommand.decode(
                message) instanceof Decoded.Good<BearerResourceCommand>(BearerResourceCommand c)) {
            response.ebi(0, c.linkedEbi()).pti(c.procedureTransaction());
        }
    }

    /** Our set of connections, of which there is one, to those who have sets themselves. TS 29.274 §7.2.2, §7.2.8. */
    void ownSet(Session session, Gtp2Encoder response) {
        if (session.mmeSets != null || session.sgwSets != null) {
            response.fqCsid(0, ownSet);
        }
    }

    /**
     * The session that a message is for. Null where there is none, which the peer is told, or where it is another
     * carrier's, which it is not.
     */
    @Nullable
    Session sessionOf(Exchange exchange, Gtp2Message message) {
        return ofCarrier(exchange, message, table.byControlTeid(message.teid()));
    }

    /** The same for a deletion, which may also be of a session whose deletion by us it has crossed on the way. */
    @Nullable
    Session sessionToDelete(Exchange exchange, Gtp2Message message) {
        Session session = table.byControlTeid(message.teid());
        return ofCarrier(exchange, message,
                session == null ? farewell.leaving(message.teid()) : session);
    }

    private @Nullable Session ofCarrier(Exchange exchange, Gtp2Message message,
            @Nullable Session session) {
        if (session == null) {
            log.counters.count(SignallingFault.CONTEXT_NOT_FOUND);
            Session leaving = farewell.leaving(message.teid());
            refuse(exchange, message,
                    leaving == null ? senderTeid(message) : leaving.control.teid(), null,
                    Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "no session has the TEID"));
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
