package io.cellgate.dataplane.signalling;

import java.net.InetAddress;
import io.cellgate.dataplane.gtpc.BearerResourceCommand;
import io.cellgate.dataplane.gtpc.DeleteBearerCommand;
import io.cellgate.dataplane.gtpc.FqCsid;
import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.Decoded;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import org.jspecify.annotations.Nullable;

/**
 * What the answers to an SGW's requests have in common (TS 29.274 over S5/S8, we being the PGW): which session a
 * request is for, whether the endpoints that it names may be, and how it is refused. Also the messages that we send
 * whatever is asked.
 */
final class Gtp2Answers extends Answers<Gtp2Message> {
    static final int ACCEPTED = 16;
    private static final int F_TEID_IE = 87;
    static final int BEARER_CONTEXT_IE = 93;

    private final FqCsid ownSet;
    private final InetAddress controlAddress;
    private final InetAddress userAddress;

    Gtp2Answers(SessionTable table, Peers peers, SignallingLog log, Farewell farewell,
            int restartCounter, InetAddress controlAddress, InetAddress userAddress) {
        super(table, peers, log, farewell, restartCounter);
        this.controlAddress = controlAddress;
        this.userAddress = userAddress;
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

    /** Why the endpoints that a request names may not be, or null. */
    @Nullable
    Reject foreign(Exchange exchange, @Nullable FTeid control, @Nullable FTeid user) {
        InetAddress controlAt = control == null ? null : control(control).address();
        if (controlAt != null && !owns(exchange, controlAt)) {
            return foreign(exchange, controlAt, F_TEID_IE, 0);
        }
        InetAddress userAt = user == null ? null : user(user).address();
        return userAt == null || owns(exchange, userAt)
                ? null
                : foreign(exchange, userAt, BEARER_CONTEXT_IE, 0);
    }

    static UserLocation location(@Nullable UserLocation uli, @Nullable Plmn serving,
            UserLocation none) {
        return uli != null
                ? new UserLocation(serving != null ? serving : uli.plmn(), uli.tac(), uli.lac(),
                        uli.cell())
                : serving != null ? new UserLocation(serving, null, null, null) : none;
    }

    @Override
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
}
