package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.SuspensionNotice;

/**
 * Suspend Notification and Resume Notification, TS 29.274 §7.4: while a device is suspended its downlink packets are
 * dropped. A Modify Bearer Request resumes it, too (TS 23.272 §6.3).
 */
final class Gtp2Suspension implements Gtp2Handler {
    private final Gtp2Answers answers;
    private final SessionChanges changes;
    private final boolean suspends;

    Gtp2Suspension(Gtp2Answers answers, SessionChanges changes, boolean suspends) {
        this.answers = answers;
        this.changes = changes;
        this.suspends = suspends;
    }

    @Override
    public void handle(Exchange exchange, Gtp2Message message) {
        Session session = answers.sessionOf(exchange, message);
        SuspensionNotice notice = session == null
                ? null
                : answers.decoded(exchange, message, session, SuspensionNotice.decode(message));
        if (session == null || notice == null) {
            return;
        }
        boolean taken = changes.suspend(session, suspends, refused -> {
            if (refused != null) {
                answers.refuse(exchange, message, session.control.teid(), session.key.imsi(),
                        refused);
                return;
            }
            exchange.reply(Gtp2Encoder.withTeid(message.typeOrThrow().response(),
                    session.control.teid(), message.sequence())
                    .cause(CauseIe.of(Gtp2Answers.ACCEPTED)).toDatagram());
            answers.log.accepted(exchange.peer.address, message.typeOrThrow().text(),
                    session.key.imsi(), Gtp2Answers.ACCEPTED);
        });
        answers.dropUnless(taken, exchange, message, session.key.imsi());
    }
}
