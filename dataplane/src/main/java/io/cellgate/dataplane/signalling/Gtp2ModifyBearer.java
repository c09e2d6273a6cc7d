package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.ModifyBearerRequest;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imsi;

/** Modify Bearer, TS 29.274 §7.2.7 and §7.2.8: a hand-over to another SGW, or news of the device. */
final class Gtp2ModifyBearer implements Gtp2Handler {
    private final Gtp2Answers answers;
    private final SessionChanges changes;

    Gtp2ModifyBearer(Gtp2Answers answers, SessionChanges changes) {
        this.answers = answers;
        this.changes = changes;
    }

    @Override
    public void handle(Exchange exchange, Gtp2Message message) {
        Session session = answers.sessionOf(exchange, message);
        ModifyBearerRequest request = session == null
                ? null
                : answers.decoded(exchange, message, session, ModifyBearerRequest.decode(message));
        if (session == null || request == null) {
            return;
        }
        Imsi imsi = session.key.imsi();
        FTeid control = request.sender();
        FTeid user = request.bearer() == null ? null : request.bearer().fTeid(1);
        Reject reject = answers.foreign(exchange, control, user);
        if (reject == null && request.bearer() != null
                && request.bearer().ebi() != session.key.ebi()) {
            reject = Reject.of(
                    new Fault(SignallingFault.CONTEXT_NOT_FOUND, Gtp2Answers.BEARER_CONTEXT_IE, 0,
                            "bearer " + request.bearer().ebi() + ", the session has "
                                    + session.key.ebi()));
        }
        if (reject != null) {
            answers.refuse(exchange, message, session.control.teid(), imsi, reject);
            return;
        }
        UserLocation location = request.uli() == null && request.servingNetwork() == null
                ? null
                : Gtp2Answers.location(request.uli(), request.servingNetwork(),
                        UserLocation.UNKNOWN);
        Endpoint newControl = control == null
                ? null
                : answers.control(control);
        ChangeOrder order = new ChangeOrder(GtpVersion.V2, exchange.carrier,
                newControl, user == null ? null : answers.user(user),
                request.ratType() == null ? null : Rat.ofCode(request.ratType()), request.mei(),
                location, request.timeZone(), null, request.mmeSets(), request.sgwSets(), false,
                true);
        boolean taken = changes.change(session, order, refused -> {
            if (refused != null) {
                answers.refuse(exchange, message, session.control.teid(), imsi, refused);
                return;
            }
            Gtp2Encoder response = Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_RESPONSE,
                    session.control.teid(), message.sequence())
                    .cause(CauseIe.of(Gtp2Answers.ACCEPTED));
            if (session.msisdn != null && control != null) {
                response.msisdn(session.msisdn);
            }
            if (request.bearer() != null) {
                response.bearerContext(bearer -> bearer.ebi(0, session.key.ebi())
                        .cause(CauseIe.of(Gtp2Answers.ACCEPTED)).chargingId(session.chargingId));
            }
            answers.ownSet(session, response);
            exchange.reply(response.recovery(answers.restartCounter).toDatagram());
            answers.log.accepted(exchange.peer.address, Gtp2Type.MODIFY_BEARER_REQUEST.text(), imsi,
                    Gtp2Answers.ACCEPTED);
        });
        answers.dropUnless(taken, exchange, message, imsi);
    }

}
