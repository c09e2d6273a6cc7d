package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.ModifyBearerCommand;
import io.cellgate.dataplane.gtpc.SignallingFault;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Our requests that change something of a session while it goes on: Update Bearer (TS 29.274 §7.2.15), Update PDP
 * Context as a GGSN sends it (TS 29.060 §7.3.3). What they change holds here once the carrier has accepted it.
 */
final class BearerUpdates {
    private static final int ERROR_INDICATION_OF_AN_RNC = 4;
    private static final int GTPV1_NON_EXISTENT = 192;
    private static final int GTPV2_CONTEXT_NOT_FOUND = 64;

    private final OwnRequests requests;
    private final SessionEnds ends;
    private final SignallingLog log;
    private final LongSupplier nanoTime;

    BearerUpdates(OwnRequests requests, SessionEnds ends, SignallingLog log,
            LongSupplier nanoTime) {
        this.requests = requests;
        this.ends = ends;
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /**
     * Answers a command with the Update Bearer Request that grants it, under the command's sequence number. Null, or
     * why that is not possible now.
     */
    @Nullable
    Reject asCommanded(Exchange exchange, Gtp2Message message, Session session,
            ModifyBearerCommand command) {
        if (session.updating) {
            return Reject.busy();
        }
        Ambr granted = requireNonNull(session.granted(command.ambr()));
        byte[] request = updateBearerRequest(session, granted, command.qos(),
                message.sequence());
        if (!requests.expect(exchange.from, message.sequence(),
                Gtp2Type.UPDATE_BEARER_RESPONSE.code(), request,
                new Update(session, command.ambr(), granted, command.qos()),
                nanoTime.getAsLong())) {
            return Reject.of(SignallingFault.SEQUENCE_IN_USE, "got sequence number "
                    + message.sequence() + ", expected one that no request of ours has");
        }
        session.updating = true;
        exchange.reply(request);
        log.accepted(exchange.peer.address, message.typeOrThrow().text(), session.key.imsi(), 0);
        return null;
    }

    /**
     * Holds a session to a rate, 0 being none: the carrier is told the APN-AMBR that is left, so that its radio network
     * does not carry what would be dropped here. Whose carrier never said what it may have is told nothing.
     */
    void holdTo(Session session, long rateBps) {
        session.rateBps = rateBps;
        follow(session);
    }

    /** Tells the carrier what a session is granted, where it has agreed to something else. */
    private void follow(Session session) {
        Ambr ambr = session.ambr;
        Ambr granted = session.granted(ambr);
        if (ambr == null || granted == null || granted.equals(session.agreed) || session.updating
                || session.hasEnded()) {
            return;
        }
        session.updating = true;
        Update update = new Update(session, ambr, granted, null);
        switch (session.version) {
            case V1 -> requests.send(session.control.address(), GtpVersion.V1,
                    Gtp1Type.UPDATE_PDP_CONTEXT_RESPONSE.code(),
                    sequence -> update(session, sequence).apnAmbr(granted).toDatagram(), update,
                    nanoTime.getAsLong());
            case V2 -> requests.send(session.control.address(), GtpVersion.V2,
                    Gtp2Type.UPDATE_BEARER_RESPONSE.code(),
                    sequence -> updateBearerRequest(session, granted, null, sequence), update,
                    nanoTime.getAsLong());
        }
    }

    /** An RNC has no tunnel for a context: its SGSN is to set one up again, TS 23.007 §21.2. */
    void reportLostDirectTunnel(Session session) {
        requests.send(session.control.address(), GtpVersion.V1,
                Gtp1Type.UPDATE_PDP_CONTEXT_RESPONSE.code(),
                sequence -> update(session, sequence).directTunnelFlags(ERROR_INDICATION_OF_AN_RNC)
                        .toDatagram(),
                new Report(session), nanoTime.getAsLong());
    }

    /** An answer that the carrier does not know the session: then it is none. */
    private boolean endIfUnknown(Session session, int cause) {
        boolean isUnknown = cause == GTPV2_CONTEXT_NOT_FOUND || cause == GTPV1_NON_EXISTENT;
        if (isUnknown && !session.hasEnded()) {
            var _ = ends.endSilently(session, "unknown_to_peer",
                    "the carrier answered an update with cause " + cause);
        }
        return isUnknown;
    }

    /** What the carrier does about it comes as a request of its own. */
    private final class Report implements OwnRequests.Outcome {
        private final Session session;

        Report(Session session) {
            this.session = session;
        }

        @Override
        public void answered(int cause) {
            boolean _ = endIfUnknown(session, cause);
        }

        @Override
        public void unanswered() {
            // that the peer is gone is for path supervision to find
        }
    }

    private static byte[] updateBearerRequest(Session session, Ambr ambr,
            @Nullable BearerQos qos, int sequence) {
        return Gtp2Encoder
                .withTeid(Gtp2Type.UPDATE_BEARER_REQUEST, session.control.teid(), sequence)
                .bearerContext(bearer -> {
                    bearer.ebi(0, session.key.ebi());
                    if (qos != null) {
                        bearer.bearerQos(qos);
                    }
                }).ambr(ambr).toDatagram();
    }

    private static Gtp1Encoder update(Session session, int sequence) {
        return Gtp1Encoder
                .of(Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST, session.control.teid(), sequence)
                .nsapi(session.key.ebi()).qosProfile(session.qosProfile);
    }

    /** What becomes of a session when its carrier has answered. */
    private final class Update implements OwnRequests.Outcome {
        private final Session session;
        private final Ambr ambr;
        private final Ambr granted;
        private final @Nullable BearerQos qos;

        /** @param ambr what the carrier says that it may have, of which the request grants {@code granted} */
        Update(Session session, Ambr ambr, Ambr granted, @Nullable BearerQos qos) {
            this.session = session;
            this.ambr = ambr;
            this.granted = granted;
            this.qos = qos;
        }

        @Override
        public void answered(int cause) {
            session.updating = false;
            boolean isAccepted = cause >= 16 && cause < 64 || cause >= 128 && cause < 192;
            if (endIfUnknown(session, cause)) {
                return;
            }
            if (isAccepted) {
                session.ambr = ambr;
                session.agreed = granted;
                session.qos = qos == null ? session.qos : qos;
            }
            followOthers();
        }

        @Override
        public void unanswered() {
            session.updating = false;
            followOthers();
        }

        /** What was to be granted has become something else meanwhile; the same is not asked for again at once. */
        private void followOthers() {
            if (!granted.equals(session.granted(session.ambr))) {
                follow(session);
            }
        }
    }
}
