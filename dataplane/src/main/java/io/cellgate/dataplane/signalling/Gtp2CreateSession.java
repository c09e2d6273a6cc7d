package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.CreateSessionRequest;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.OptionsIe;
import io.cellgate.dataplane.gtpc.ProtocolOptions;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Create Session, TS 29.274 §7.2.1 and §7.2.2. */
final class Gtp2CreateSession implements Gtp2Handler {
    private final Gtp2Answers answers;
    private final Attaches attaches;
    private final OptionsAnswer options;
    private final InetAddress controlAddress;
    private final InetAddress userAddress;

    Gtp2CreateSession(Gtp2Answers answers, Attaches attaches, OptionsAnswer options,
            InetAddress controlAddress, InetAddress userAddress) {
        this.answers = answers;
        this.attaches = attaches;
        this.options = options;
        this.controlAddress = controlAddress;
        this.userAddress = userAddress;
    }

    @Override
    public void handle(Exchange exchange, Gtp2Message message) {
        CreateSessionRequest request = answers.decoded(exchange, message,
                CreateSessionRequest.decode(message));
        if (request != null) {
            create(exchange, message, request);
        }
    }

    private void create(Exchange exchange, Gtp2Message message,
            CreateSessionRequest request) {
        FTeid control = request.sender();
        FTeid user = request.user();
        Imsi imsi = request.imsi();
        PdnType type = Addressing.typeOf(request.pdnType());
        if (type == null) {
            answers.refuse(exchange, message, control.teid(), imsi,
                    Reject.pdnType("code " + request.pdnType()));
            return;
        }
        Reject foreign = answers.foreign(exchange, control, user);
        if (foreign != null) {
            answers.refuse(exchange, message, control.teid(), imsi, foreign);
            return;
        }
        UserLocation location = Gtp2Answers.location(request.uli(), request.servingNetwork(),
                UserLocation.UNKNOWN);
        CreateOrder order = new CreateOrder(GtpVersion.V2,
                new BearerKey(imsi, request.bearer().ebi()),
                new AttachRequest(exchange.carrier, imsi, request.mei(), request.apn(),
                        Rat.ofCode(request.ratType()), type, location),
                answers.control(control), answers.user(user), request.dualAddress(),
                request.msisdn(), request.timeZone(), Octets.EMPTY,
                new BearerOrder(request.handover(), request.ambr(), request.bearer().qos(),
                        request.mmeSets(), request.sgwSets()));
        attaches.create(order, outcome -> {
            switch (outcome) {
                case CreateOutcome.Rejected(Reject reject) -> answers.refuse(exchange, message,
                        control.teid(), imsi, reject);
                case CreateOutcome.Created(Session session, CreateOutcome.PdnChange change) -> {
                    exchange.reply(created(message, session, change, request.options()));
                    answers.log.accepted(exchange.peer.address,
                            Gtp2Type.CREATE_SESSION_REQUEST.text(),
                            imsi, change.gtpv2Cause);
                }
            }
        });
    }

    private byte[] created(Gtp2Message message, Session session, CreateOutcome.PdnChange change,
            @Nullable OptionsIe asked) {
        Gtp2Encoder response = Gtp2Encoder
                .withTeid(Gtp2Type.CREATE_SESSION_RESPONSE, session.control.teid(),
                        message.sequence())
                .cause(CauseIe.of(change.gtpv2Cause))
                .fTeid(1, FTeid.of(FTeid.S5_S8_PGW_GTP_C, session.controlTeid, controlAddress))
                .paa(Addressing.of(session)).apnRestriction(0);
        Ambr agreed = session.agreed;
        if (agreed != null && !agreed.equals(session.ambr)) {
            response.ambr(agreed);
        }
        if (asked != null) {
            ProtocolOptions answer = options.to(asked.options(), session.ipv4 != null,
                    session.ipv6Prefix != null);
            if (!answer.items().isEmpty()) {
                response.options(new OptionsIe(asked.kind(), answer));
            }
        }
        response.bearerContext(bearer -> bearer.ebi(0, session.key.ebi())
                .cause(CauseIe.of(Gtp2Answers.ACCEPTED))
                .fTeid(2, FTeid.of(FTeid.S5_S8_PGW_GTP_U, session.userTeid, userAddress))
                .chargingId(session.chargingId)).recovery(answers.restartCounter);
        answers.ownSet(session, response);
        return response.toDatagram();
    }
}
