package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.ChangeNotificationRequest;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.policy.subject.Imsi;

/** Change Notification, TS 29.274 §7.3.14 and §7.3.15: the device moved, or uses another radio access. */
final class Gtp2ChangeNotification implements Gtp2Handler {
    private final Gtp2Answers answers;
    private final SessionChanges changes;

    Gtp2ChangeNotification(Gtp2Answers answers, SessionChanges changes) {
        this.answers = answers;
        this.changes = changes;
    }

    @Override
    public void handle(Exchange exchange, Gtp2Message message) {
        Session session = answers.sessionOf(exchange, message);
        ChangeNotificationRequest request = session == null
                ? null
                : answers.decoded(exchange, message, session,
                        ChangeNotificationRequest.decode(message));
        if (session == null || request == null) {
            return;
        }
        Imsi imsi = session.key.imsi();
        ChangeOrder order = ChangeOrder.ofNews(GtpVersion.V2, exchange.carrier,
                Rat.ofCode(request.ratType()), request.mei(), request.uli());
        boolean taken = changes.change(session, order, refused -> {
            // What the device may do now is no concern of this message: it was understood either
            // way
            exchange.reply(Gtp2Encoder
                    .withTeid(Gtp2Type.CHANGE_NOTIFICATION_RESPONSE, session.control.teid(),
                            message.sequence())
                    .imsi(imsi).cause(CauseIe.of(Gtp2Answers.ACCEPTED)).toDatagram());
            answers.log.accepted(exchange.peer.address, Gtp2Type.CHANGE_NOTIFICATION_REQUEST.text(),
                    imsi,
                    Gtp2Answers.ACCEPTED);
        });
        answers.dropUnless(taken, exchange, message, imsi);
    }

}
