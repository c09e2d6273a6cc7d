package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.session.Refusal;
import java.net.InetAddress;
import java.util.function.LongSupplier;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How a carrier is told that its session is over: Delete Bearer Request (TS 29.274 §7.2.9.2), Delete PDP Context
 * Request (TS 29.060 §7.3.5). Until it has answered, or is given up, the session is remembered: a deletion of the
 * carrier's own may have crossed ours.
 */
final class Farewell {
    private static final int REACTIVATION_REQUESTED = 8;
    private static final int RECONNECTION_DISALLOWED = 9;
    private static final int ACCESS_IS_NON_3GPP_NOW = 4;
    private static final int ACCESS_IS_3GPP_NOW = 10;

    private final OwnRequests requests;
    private final SignallingLog log;
    private final LongSupplier nanoTime;
    private final Int2ObjectHashMap<Session> leaving = new Int2ObjectHashMap<>();

    Farewell(OwnRequests requests, SignallingLog log, LongSupplier nanoTime) {
        this.requests = requests;
        this.log = log;
        this.nanoTime = nanoTime;
    }

    void tell(Session session, @Nullable Refusal refusal, String reason, String detail) {
        int cause = refusal == null || refusal == Refusal.NO_RESOURCES
                || refusal == Refusal.SESSION_RESET
                        ? REACTIVATION_REQUESTED
                        : RECONNECTION_DISALLOWED;
        tell(session, cause, reason, detail);
    }

    /** The device goes on over another access, TS 23.402 §8. */
    void tellOfHandOver(Session session, @Nullable Rat now) {
        tell(session, now == Rat.WLAN ? ACCESS_IS_NON_3GPP_NOW : ACCESS_IS_3GPP_NOW,
                "handed_over", "the device goes on over another access");
    }

    private void tell(Session session, int cause, String reason, String detail) {
        InetAddress to = session.control.address();
        leaving.put(session.controlTeid, session);
        OwnRequests.Outcome forgotten = new Forgotten(session);
        switch (session.version) {
            case V1 -> {
                requests.send(to, GtpVersion.V1, Gtp1Type.DELETE_PDP_CONTEXT_RESPONSE.code(),
                        sequence -> Gtp1Answers.deletePdpContextRequest(session, sequence),
                        forgotten, nanoTime.getAsLong());
                log.ended(to, Gtp1Type.DELETE_PDP_CONTEXT_REQUEST.text(), session.key.imsi(), 0,
                        reason, detail);
            }
            case V2 -> {
                requests.send(to, GtpVersion.V2, Gtp2Type.DELETE_BEARER_RESPONSE.code(),
                        sequence -> Gtp2Answers.deleteBearerRequest(session, cause, sequence),
                        forgotten, nanoTime.getAsLong());
                log.ended(to, Gtp2Type.DELETE_BEARER_REQUEST.text(), session.key.imsi(), cause,
                        reason, detail);
            }
        }
    }

    /** Answers a command that ends a session, TS 29.274 §7.2.9.2: under its sequence number. */
    void asCommanded(Session session, Exchange exchange, Gtp2Message command) {
        byte[] request = Gtp2Encoder
                .withTeid(Gtp2Type.DELETE_BEARER_REQUEST, session.control.teid(),
                        command.sequence())
                .ebi(0, session.key.ebi()).toDatagram();
        leaving.put(session.controlTeid, session);
        exchange.reply(request);
        Forgotten forgotten = new Forgotten(session);
        if (!requests.expect(exchange.from, command.sequence(),
                Gtp2Type.DELETE_BEARER_RESPONSE.code(), request, forgotten,
                nanoTime.getAsLong())) {
            forgotten.unanswered();
        }
        log.ended(exchange.peer.address, command.typeOrThrow().text(), session.key.imsi(), 0,
                "deleted_by_peer", "the carrier had its default bearer deleted");
    }

    /** The session of our control TEID whose carrier is just being told of its end. */
    @Nullable
    Session leaving(int controlTeid) {
        return leaving.get(controlTeid);
    }

    /** The session is gone whether or not the peer says that it understood. */
    private final class Forgotten implements OwnRequests.Outcome {
        private final Session session;

        Forgotten(Session session) {
            this.session = session;
        }

        @Override
        public void answered(int cause) {
            leaving.remove(session.controlTeid);
        }

        @Override
        public void unanswered() {
            leaving.remove(session.controlTeid);
        }
    }
}
