package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.DeletePdpContextRequest;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.policy.subject.Imsi;

/** Delete PDP Context, TS 29.060 §7.3.5 and §7.3.6. */
final class Gtp1DeletePdpContext implements Gtp1Handler {
    private final Gtp1Answers answers;
    private final SessionEnds ends;

    Gtp1DeletePdpContext(Gtp1Answers answers, SessionEnds ends) {
        this.answers = answers;
        this.ends = ends;
    }

    @Override
    public void handle(Exchange exchange, Gtp1Message message) {
        Session session = answers.sessionToDelete(exchange, message);
        DeletePdpContextRequest request = session == null
                ? null
                : answers.decoded(exchange, message, session,
                        DeletePdpContextRequest.decode(message));
        if (session == null || request == null
                || answers.isOther(exchange, message, session, request.nsapi())) {
            return;
        }
        Imsi imsi = session.key.imsi();
        var _ = ends.end(session).whenComplete((_, _) -> {
            exchange.reply(Gtp1Encoder
                    .of(Gtp1Type.DELETE_PDP_CONTEXT_RESPONSE, session.control.teid(),
                            message.sequence())
                    .cause(Gtp1Answers.ACCEPTED).toDatagram());
            answers.log.accepted(exchange.peer.address, Gtp1Type.DELETE_PDP_CONTEXT_REQUEST.text(),
                    imsi,
                    Gtp1Answers.ACCEPTED);
        });
    }
}
