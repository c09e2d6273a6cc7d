package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.ModifyBearerCommand;
import io.cellgate.dataplane.gtpc.SignallingFault;
import java.util.concurrent.CompletableFuture;
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
        byte[] request = updateBearerRequest(session, command.ambr(), command.qos(),
                message.sequence());
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        if (!requests.expect(exchange.from, message.sequence(),
                Gtp2Type.UPDATE_BEARER_RESPONSE.code(), request,
                new Update(session, command.ambr(), command.qos(), done),
                nanoTime.getAsLong())) {
            return Reject.of(SignallingFault.SEQUENCE_IN_USE, "got sequence number "
                    + message.sequence() + ", expected one that no request of ours has");
        }
        session.updating = true;
        exchange.reply(request);
        log.accepted(exchange.peer.address, message.typeOrThrow().text(), session.key.imsi(), 0);
        return null;
    }

    /** Tells the carrier a new rate of a session's APN; the future completes with whether it accepted it. */
    CompletableFuture<Boolean> changeRate(Session session, Ambr ambr) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        if (session.updating) {
            done.complete(false);
            return done;
        }
        session.updating = true;
        Update update = new Update(session, ambr, null, done);
        switch (session.version) {
            case V1 -> requests.send(session.control.address(), GtpVersion.V1,
                    Gtp1Type.UPDATE_PDP_CONTEXT_RESPONSE.code(),
                    sequence -> update(session, sequence).apnAmbr(ambr).toDatagram(), update,
                    nanoTime.getAsLong());
            case V2 -> requests.send(session.control.address(), GtpVersion.V2,
                    Gtp2Type.UPDATE_BEARER_RESPONSE.code(),
                    sequence -> updateBearerRequest(session, ambr, null, sequence), update,
                    nanoTime.getAsLong());
        }
        return done;
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
        private final @Nullable BearerQos qos;
        private final CompletableFuture<Boolean> done;

        Update(Session session, Ambr ambr, @Nullable BearerQos qos,
                CompletableFuture<Boolean> done) {
            this.session = session;
            this.ambr = ambr;
            this.qos = qos;
            this.done = done;
        }

        @Override
        public void answered(int cause) {
            session.updating = false;
            boolean isAccepted = cause >= 16 && cause < 64 || cause >= 128 && cause < 192;
            if (!endIfUnknown(session, cause) && isAccepted) {
                session.ambr = ambr;
                session.qos = qos == null ? session.qos : qos;
            }
            done.complete(isAccepted && !session.hasEnded());
        }

        @Override
        public void unanswered() {
            session.updating = false;
            done.complete(false);
        }
    }
}
