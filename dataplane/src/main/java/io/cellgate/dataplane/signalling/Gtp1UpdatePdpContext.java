package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.UpdatePdpContextRequest;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;

/** Update PDP Context, TS 29.060 §7.3.3 and §7.3.4: a new SGSN, or news of the device. */
final class Gtp1UpdatePdpContext implements Gtp1Handler {
    private final Gtp1Answers answers;
    private final SessionChanges changes;
    private final InetAddress controlAddress;
    private final InetAddress userAddress;

    Gtp1UpdatePdpContext(Gtp1Answers answers, SessionChanges changes, InetAddress controlAddress,
            InetAddress userAddress) {
        this.answers = answers;
        this.changes = changes;
        this.controlAddress = controlAddress;
        this.userAddress = userAddress;
    }

    @Override
    public void handle(Exchange exchange, Gtp1Message message) {
        Session session = answers.sessionOf(exchange, message);
        UpdatePdpContextRequest request = session == null
                ? null
                : answers.decoded(exchange, message, session,
                        UpdatePdpContextRequest.decode(message));
        if (session == null || request == null
                || answers.isOther(exchange, message, session, request.nsapi())) {
            return;
        }
        Imsi imsi = session.key.imsi();
        Reject foreign = answers.foreign(exchange, request.signallingAddress(),
                request.userAddress());
        if (foreign != null) {
            answers.refuse(exchange, message, session.control.teid(), imsi, foreign);
            return;
        }
        Integer teidControl = request.teidControl();
        Integer rat = request.ratType();
        ChangeOrder order = new ChangeOrder(GtpVersion.V1, exchange.carrier,
                new Endpoint(request.signallingAddress(),
                        teidControl == null ? session.control.teid() : teidControl),
                new Endpoint(request.userAddress(), request.teidData()),
                rat == null ? null : Rat.ofCode(rat), request.imei(),
                Gtp1Answers.location(request.uli(), request.rai()), request.timeZone(),
                request.qos(), null, null, request.directTunnel(), true);
        boolean taken = changes.change(session, order, refused -> {
            if (refused != null) {
                answers.refuse(exchange, message, session.control.teid(), imsi, refused);
                return;
            }
            exchange.reply(Gtp1Encoder
                    .of(Gtp1Type.UPDATE_PDP_CONTEXT_RESPONSE, session.control.teid(),
                            message.sequence())
                    .cause(Gtp1Answers.ACCEPTED).recovery(answers.restartCounter)
                    .teidData(session.userTeid)
                    .teidControl(session.controlTeid).chargingId(session.chargingId)
                    .gsnAddress(controlAddress).gsnAddress(userAddress)
                    .qosProfile(session.qosProfile).toDatagram());
            answers.log.accepted(exchange.peer.address, Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST.text(),
                    imsi,
                    Gtp1Answers.ACCEPTED);
        });
        answers.dropUnless(taken, exchange, message, imsi);
    }

}
