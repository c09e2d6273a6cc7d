package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.DeleteBearerCommand;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.SignallingFault;

/**
 * Delete Bearer Command, TS 29.274 §7.2.17. A connection here has its default bearer only; where that is to go, the
 * session ends, and the command is answered with the Delete Bearer Request that says so. Other bearers are not found.
 */
final class Gtp2DeleteBearerCommand implements Gtp2Handler {
    private final Gtp2Answers answers;
    private final SessionEnds ends;
    private final Farewell farewell;

    Gtp2DeleteBearerCommand(Gtp2Answers answers, SessionEnds ends, Farewell farewell) {
        this.answers = answers;
        this.ends = ends;
        this.farewell = farewell;
    }

    @Override
    public void handle(Exchange exchange, Gtp2Message message) {
        Session session = answers.sessionOf(exchange, message);
        DeleteBearerCommand command = session == null
                ? null
                : answers.decoded(exchange, message, session, DeleteBearerCommand.decode(message));
        if (session == null || command == null) {
            return;
        }
        if (command.ebis().contains(session.key.ebi())) {
            var _ = ends.end(session).whenComplete(
                    (_, _) -> farewell.asCommanded(session, exchange, message));
        } else {
            answers.refuse(exchange, message, session.control.teid(), session.key.imsi(),
                    Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "got bearers " + command.ebis()
                            + ", expected " + session.key.ebi()));
        }
    }
}
