package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.DeleteSessionRequest;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.policy.subject.Imsi;

/** Delete Session, TS 29.274 §7.2.9.1 and §7.2.10.1. */
final class Gtp2DeleteSession implements Gtp2Handler {
    private final Gtp2Answers answers;
    private final SessionEnds ends;

    Gtp2DeleteSession(Gtp2Answers answers, SessionEnds ends) {
        this.answers = answers;
        this.ends = ends;
    }

    @Override
    public void handle(Exchange exchange, Gtp2Message message) {
        Session session = answers.sessionToDelete(exchange, message);
        DeleteSessionRequest request = session == null
                ? null
                : answers.decoded(exchange, message, session, DeleteSessionRequest.decode(message));
        if (session == null || request == null) {
            return;
        }
        Imsi imsi = session.key.imsi();
        if (request.linkedEbi() != null && request.linkedEbi() != session.key.ebi()) {
            answers.refuse(exchange, message, session.control.teid(), imsi,
                    Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "linked bearer "
                            + request.linkedEbi() + ", the session has " + session.key.ebi()));
            return;
        }
        var _ = ends.end(session).whenComplete((_, _) -> {
            exchange.reply(Gtp2Encoder
                    .withTeid(Gtp2Type.DELETE_SESSION_RESPONSE, session.control.teid(),
                            message.sequence())
                    .cause(CauseIe.of(Gtp2Answers.ACCEPTED)).recovery(answers.restartCounter)
                    .toDatagram());
            answers.log.accepted(exchange.peer.address, Gtp2Type.DELETE_SESSION_REQUEST.text(),
                    imsi,
                    Gtp2Answers.ACCEPTED);
        });
    }
}
