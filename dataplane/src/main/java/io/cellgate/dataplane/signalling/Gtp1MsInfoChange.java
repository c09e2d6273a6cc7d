package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.MsInfoChangeRequest;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.policy.subject.Imsi;

/** MS Info Change Notification, TS 29.060 §7.5B.1 and §7.5B.2: the device moved, or uses another radio access. */
final class Gtp1MsInfoChange implements Gtp1Handler {
    private final Gtp1Answers answers;
    private final SessionChanges changes;

    Gtp1MsInfoChange(Gtp1Answers answers, SessionChanges changes) {
        this.answers = answers;
        this.changes = changes;
    }

    @Override
    public void handle(Exchange exchange, Gtp1Message message) {
        Session session = answers.sessionOf(exchange, message);
        MsInfoChangeRequest request = session == null
                ? null
                : answers.decoded(exchange, message, session, MsInfoChangeRequest.decode(message));
        if (session == null || request == null
                || answers.isOther(exchange, message, session, request.nsapi())) {
            return;
        }
        Imsi imsi = session.key.imsi();
        ChangeOrder order = ChangeOrder.ofNews(session.version, exchange.carrier,
                Rat.ofCode(request.ratType()), request.imei(), request.uli());
        boolean taken = changes.change(session, order, refused -> {
            // What the device may do now is no concern of this message: it was understood either
            // way
            exchange.reply(Gtp1Encoder
                    .of(Gtp1Type.MS_INFO_CHANGE_RESPONSE, session.control.teid(),
                            message.sequence())
                    .cause(Gtp1Answers.ACCEPTED).imsi(imsi).nsapi(session.key.ebi()).toDatagram());
            answers.log.accepted(exchange.peer.address, Gtp1Type.MS_INFO_CHANGE_REQUEST.text(),
                    imsi,
                    Gtp1Answers.ACCEPTED);
        });
        answers.dropUnless(taken, exchange, message, imsi);
    }

}
