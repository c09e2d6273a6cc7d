package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.ModifyBearerCommand;
import io.cellgate.dataplane.gtpc.SignallingFault;

/**
 * Modify Bearer Command, TS 29.274 §7.2.14: the home network changed what the subscriber may have. It is answered with
 * an Update Bearer Request of ours that grants it, or with a Modify Bearer Failure Indication.
 */
final class Gtp2ModifyBearerCommand implements Gtp2Handler {
    private final Gtp2Answers answers;
    private final BearerUpdates updates;

    Gtp2ModifyBearerCommand(Gtp2Answers answers, BearerUpdates updates) {
        this.answers = answers;
        this.updates = updates;
    }

    @Override
    public void handle(Exchange exchange, Gtp2Message message) {
        Session session = answers.sessionOf(exchange, message);
        ModifyBearerCommand command = session == null
                ? null
                : answers.decoded(exchange, message, session, ModifyBearerCommand.decode(message));
        if (session == null || command == null) {
            return;
        }
        if (command.ebi() != session.key.ebi()) {
            answers.refuse(exchange, message, session.control.teid(), session.key.imsi(),
                    Reject.of(new Fault(SignallingFault.CONTEXT_NOT_FOUND,
                            Gtp2Answers.BEARER_CONTEXT_IE, 0, "got bearer " + command.ebi()
                                    + ", expected " + session.key.ebi())));
            return;
        }
        Reject reject = updates.asCommanded(exchange, message, session, command);
        if (reject != null) {
            answers.refuse(exchange, message, session.control.teid(), session.key.imsi(), reject);
        }
    }
}
