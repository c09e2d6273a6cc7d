package io.cellgate.dataplane.signalling;

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
final class Gtp1Answers extends Answers<Gtp1Message> {
    static final int ACCEPTED = 128;
    private static final int GSN_ADDRESS_IE = 133;

    Gtp1Answers(SessionTable table, Peers peers, SignallingLog log, Farewell farewell,
            int restartCounter) {
        super(table, peers, log, farewell, restartCounter);
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

    /** Why the addresses that a request names may not be, or null. */
    @Nullable
    Reject foreign(Exchange exchange, InetAddress signalling, InetAddress user) {
        if (!owns(exchange, signalling)) {
            return foreign(exchange, signalling, GSN_ADDRESS_IE, 0);
        }
        return owns(exchange, user) ? null : foreign(exchange, user, GSN_ADDRESS_IE, 1);
    }

    static @Nullable UserLocation location(@Nullable UserLocation uli,
            @Nullable UserLocation rai) {
        return uli != null ? uli : rai;
    }

    @Override
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
}
