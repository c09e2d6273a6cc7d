package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.CreatePdpContextRequest;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.ProtocolOptions;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Create PDP Context, TS 29.060 §7.3.1 and §7.3.2. */
final class Gtp1CreatePdpContext implements Gtp1Handler {
    private final Gtp1Answers answers;
    private final Attaches attaches;
    private final OptionsAnswer options;
    private final InetAddress controlAddress;
    private final InetAddress userAddress;

    Gtp1CreatePdpContext(Gtp1Answers answers, Attaches attaches, OptionsAnswer options,
            InetAddress controlAddress, InetAddress userAddress) {
        this.answers = answers;
        this.attaches = attaches;
        this.options = options;
        this.controlAddress = controlAddress;
        this.userAddress = userAddress;
    }

    @Override
    public void handle(Exchange exchange, Gtp1Message message) {
        CreatePdpContextRequest request = answers.decoded(exchange, message,
                CreatePdpContextRequest.decode(message));
        if (request != null) {
            create(exchange, message, request);
        }
    }

    private void create(Exchange exchange, Gtp1Message message,
            CreatePdpContextRequest request) {
        Imsi imsi = request.imsi();
        PdnType type = Addressing.typeOf(request.endUserAddress().pdnType());
        if (type == null) {
            answers.refuse(exchange, message, request.teidControl(), imsi,
                    Reject.pdnType("code " + request.endUserAddress().pdnType()));
            return;
        }
        Reject foreign = answers.foreign(exchange, request.signallingAddress(),
                request.userAddress());
        if (foreign != null) {
            answers.refuse(exchange, message, request.teidControl(), imsi, foreign);
            return;
        }
        Integer rat = request.ratType();
        UserLocation location = Gtp1Answers.location(request.uli(), request.rai());
        CreateOrder order = new CreateOrder(GtpVersion.V1, new BearerKey(imsi, request.nsapi()),
                new AttachRequest(exchange.carrier, imsi, request.imei(), request.apn(),
                        rat == null ? null : Rat.ofCode(rat), type,
                        location == null ? UserLocation.UNKNOWN : location),
                new Endpoint(request.signallingAddress(), request.teidControl()),
                new Endpoint(request.userAddress(), request.teidData()), request.dualAddress(),
                request.msisdn(), request.timeZone(), request.qos(),
                BearerOrder.gtpv1(request.ambr()));
        attaches.create(order, outcome -> {
            switch (outcome) {
                case CreateOutcome.Rejected(Reject refused) -> answers.refuse(exchange, message,
                        request.teidControl(), imsi, refused);
                case CreateOutcome.Created(Session session, CreateOutcome.PdnChange change) -> {
                    exchange.reply(created(message, session, change, request.options()));
                    answers.log.accepted(exchange.peer.address,
                            Gtp1Type.CREATE_PDP_CONTEXT_REQUEST.text(), imsi, change.gtpv1Cause);
                }
            }
        });
    }

    private byte[] created(Gtp1Message message, Session session, CreateOutcome.PdnChange change,
            @Nullable ProtocolOptions asked) {
        Gtp1Encoder response = Gtp1Encoder
                .of(Gtp1Type.CREATE_PDP_CONTEXT_RESPONSE, session.control.teid(),
                        message.sequence())
                .cause(change.gtpv1Cause).reorderingRequired(false).recovery(answers.restartCounter)
                .teidData(session.userTeid).teidControl(session.controlTeid)
                .chargingId(session.chargingId).endUserAddress(Addressing.of(session));
        if (asked != null) {
            ProtocolOptions answer = options.to(asked, session.ipv4 != null,
                    session.ipv6Prefix != null);
            if (!answer.items().isEmpty()) {
                response.options(answer);
            }
        }
        response.gsnAddress(controlAddress).gsnAddress(userAddress).qosProfile(session.qosProfile);
        Ambr agreed = session.agreed;
        if (agreed != null && !agreed.equals(session.ambr)) {
            response.apnAmbr(agreed);
        }
        return response.toDatagram();
    }
}
