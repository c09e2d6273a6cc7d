package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.BearerResourceCommand;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.SignallingFault;

/**
 * Bearer Resource Command, TS 29.274 §7.2.5: a device asks for a dedicated bearer, which this gateway does not have. It
 * is refused with a Bearer Resource Failure Indication (§7.2.6).
 */
final class Gtp2BearerResourceCommand implements Gtp2Handler {
    private final Gtp2Answers answers;

    Gtp2BearerResourceCommand(Gtp2Answers answers) {
        this.answers = answers;
    }

    @Override
    public void handle(Exchange exchange, Gtp2Message message) {
        Session session = answers.sessionOf(exchange, message);
        BearerResourceCommand command = session == null
                ? null
                : answers.decoded(exchange, message, session,
                        BearerResourceCommand.decode(message));
        if (session != null && command != null) {
            answers.refuse(exchange, message, session.control.teid(), session.key.imsi(),
                    command.linkedEbi() == session.key.ebi()
                            ? Reject.of(SignallingFault.DEDICATED_BEARER,
                                    "the device asks for a bearer beside the default one")
                            : Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "got linked bearer "
                                    + command.linkedEbi() + ", expected " + session.key.ebi()));
        }
    }
}
