package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.ChangeNotificationRequest;
import io.cellgate.dataplane.gtpc.CreateSessionRequest;
import io.cellgate.dataplane.gtpc.Decoded;
import io.cellgate.dataplane.gtpc.DeleteSessionRequest;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.ModifyBearerRequest;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.OptionsIe;
import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.dataplane.gtpc.ProtocolOptions;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** GTPv2-C between carriers' SGWs and us as PGW over S5/S8: requests in, responses out. */
final class Gtp2Dialect {
    private static final int ACCEPTED = 16;
    private static final int F_TEID_IE = 87;
    private static final int BEARER_CONTEXT_IE = 93;

    private final SessionProcedures procedures;
    private final SessionTable table;
    private final Peers peers;
    private final SignallingLog log;
    private final OptionsAnswer options;
    private final InetAddress controlAddress;
    private final InetAddress userAddress;
    private final int restartCounter;

    Gtp2Dialect(SessionProcedures procedures, SessionTable table, Peers peers,
            SignallingLog log, OptionsAnswer options, SignallingConfig config,
            InetAddress userAddress) {
        this.procedures = procedures;
        this.table = table;
        this.peers = peers;
        this.log = log;
        this.options = options;
        this.controlAddress = config.address();
        this.userAddress = userAddress;
        this.restartCounter = config.restartCounter();
    }

    byte[] echoRequest(int sequence) {
        return Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, sequence).recovery(restartCounter)
                .toDatagram();
    }

    byte[] echoResponse(int sequence) {
        return Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_RESPONSE, sequence).recovery(restartCounter)
                .toDatagram();
    }

    static byte[] versionNotSupported(int sequence) {
        return Gtp2Encoder.withoutTeid(Gtp2Type.VERSION_NOT_SUPPORTED, sequence).toDatagram();
    }

    /** Ends a whole PDN connection, TS 29.274 §7.2.9.2. */
    static byte[] deleteBearerRequest(Session session, int cause, int sequence) {
        return Gtp2Encoder
                .withTeid(Gtp2Type.DELETE_BEARER_REQUEST, session.control.teid(), sequence)
                .ebi(0, session.key.ebi()).cause(CauseIe.of(cause)).toDatagram();
    }

    // Create Session, TS 29.274 §7.2.1 and §7.2.2

    void createSession(Exchange exchange, Gtp2Message message) {
        switch (CreateSessionRequest.decode(message)) {
            case Decoded.Bad<CreateSessionRequest>(Fault fault) -> {
                log.counters.count(fault.reason());
                refuse(exchange, message, senderTeid(message), null, Reject.of(fault));
            }
            case Decoded.Good<CreateSessionRequest>(CreateSessionRequest request) -> createSession(
                    exchange, message, request);
        }
    }

    private static int senderTeid(Gtp2Message message) {
        FTeid sender = message.sender();
        return sender == null ? 0 : sender.teid();
    }

    private void createSession(Exchange exchange, Gtp2Message message,
            CreateSessionRequest request) {
        FTeid control = request.sender();
        FTeid user = request.user();
        Imsi imsi = request.imsi();
        PdnType type = switch (request.pdnType()) {
            case PdnAddress.IPV4 -> PdnType.IPV4;
            case PdnAddress.IPV6 -> PdnType.IPV6;
            case PdnAddress.IPV4V6 -> PdnType.IPV4V6;
            default -> null;
        };
        if (type == null) {
            refuse(exchange, message, control.teid(), imsi,
                    Reject.pdnType("code " + request.pdnType()));
            return;
        }
        Reject foreign = foreign(exchange, control, user);
        if (foreign != null) {
            refuse(exchange, message, control.teid(), imsi, foreign);
            return;
        }
        UserLocation location = location(request.uli(), request.servingNetwork(),
                UserLocation.UNKNOWN);
        CreateOrder order = new CreateOrder(GtpVersion.V2,
                new BearerKey(imsi, request.bearer().ebi()),
                new AttachRequest(exchange.carrier, imsi, request.mei(), request.apn(),
                        Rat.ofCode(request.ratType()), type, location),
                new Endpoint(control.address(), control.teid()),
                new Endpoint(user.address(), user.teid()), request.dualAddress(),
                request.msisdn(), request.timeZone(), Octets.EMPTY);
        procedures.create(order, outcome -> {
            switch (outcome) {
                case CreateOutcome.Rejected(Reject reject) -> refuse(exchange, message,
                        control.teid(), imsi, reject);
                case CreateOutcome.Created(Session session, CreateOutcome.PdnChange change) -> {
                    exchange.reply(created(message, session, change, request.options()));
                    log.accepted(exchange.peer.address, Gtp2Type.CREATE_SESSION_REQUEST.text(),
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
        if (asked != null) {
            ProtocolOptions answer = options.to(asked.options(), session.ipv4 != null,
                    session.ipv6Prefix != null);
            if (!answer.items().isEmpty()) {
                response.options(new OptionsIe(asked.kind(), answer));
            }
        }
        return response.bearerContext(bearer -> bearer.ebi(0, session.key.ebi())
                .cause(CauseIe.of(ACCEPTED))
                .fTeid(2, FTeid.of(FTeid.S5_S8_PGW_GTP_U, session.userTeid, userAddress))
                .chargingId(session.chargingId)).recovery(restartCounter).toDatagram();
    }

    /** An endpoint that is not of the carrier which names it would make us send its traffic elsewhere. */
    private @Nullable Reject foreign(Exchange exchange, @Nullable FTeid control,
            @Nullable FTeid user) {
        int ieType = control != null && !peers.owns(exchange.carrier, control.address())
                ? F_TEID_IE
                : user != null && !peers.owns(exchange.carrier, user.address())
                        ? BEARER_CONTEXT_IE
                        : 0;
        if (ieType == 0) {
            return null;
        }
        log.counters.count(SignallingFault.FOREIGN_ENDPOINT);
        return Reject.of(new Fault(SignallingFault.FOREIGN_ENDPOINT, ieType, 0,
                "an endpoint that is none of carrier " + exchange.carrier.id()));
    }

    private static UserLocation location(@Nullable UserLocation uli, @Nullable Plmn serving,
            UserLocation none) {
        return uli != null
                ? new UserLocation(serving != null ? serving : uli.plmn(), uli.tac(), uli.lac(),
                        uli.cell())
                : serving != null ? new UserLocation(serving, null, null, null) : none;
    }

    private void refuse(Exchange exchange, Gtp2Message message, int teid, @Nullable Imsi imsi,
            Reject reject) {
        Gtp2Type type = message.typeOrThrow();
        CauseIe cause = new CauseIe(reject.gtpv2Cause(), reject.offendingType(),
                reject.offendingInstance());
        exchange.reply(Gtp2Encoder.withTeid(type.response(), teid, message.sequence())
                .cause(cause).toDatagram());
        log.refused(exchange.peer.address, type.text(), imsi, cause.value(), reject);
    }

    /**
     * The session that a message is for. Null where there is none, which the peer is told, or where it is another
     * carrier's, which it is not.
     */
    private @Nullable Session sessionOf(Exchange exchange, Gtp2Message message) {
        Session session = table.byControlTeid(message.teid());
        if (session == null) {
            log.counters.count(SignallingFault.CONTEXT_NOT_FOUND);
            refuse(exchange, message, senderTeid(message), null,
                    Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "no session has the TEID"));
            return null;
        }
        if (!session.carrier().id().equals(exchange.carrier.id())) {
            log.dropped(exchange.peer.address, message.typeOrThrow().text(), null,
                    new Fault(SignallingFault.NOT_THE_OWNER, 0, 0, "the session is carrier "
                            + session.carrier().id() + "'s, not " + exchange.carrier.id() + "'s"));
            exchange.drop();
            return null;
        }
        return session;
    }

    private <T> @Nullable T decoded(Exchange exchange, Gtp2Message message, Session session,
            Decoded<T> decoded) {
        return switch (decoded) {
            case Decoded.Good<T>(T value) -> value;
            case Decoded.Bad<T>(Fault fault) -> {
                log.counters.count(fault.reason());
                refuse(exchange, message, session.control.teid(), session.key.imsi(),
                        Reject.of(fault));
                yield null;
            }
        };
    }

    // Modify Bearer, TS 29.274 §7.2.7 and §7.2.8

    void modifyBearer(Exchange exchange, Gtp2Message message) {
        Session session = sessionOf(exchange, message);
        ModifyBearerRequest request = session == null
                ? null
                : decoded(exchange, message, session, ModifyBearerRequest.decode(message));
        if (session == null || request == null) {
            return;
        }
        Imsi imsi = session.key.imsi();
        FTeid control = request.sender();
        FTeid user = request.bearer() == null ? null : request.bearer().fTeid(1);
        Reject reject = foreign(exchange, control, user);
        if (reject == null && request.bearer() != null
                && request.bearer().ebi() != session.key.ebi()) {
            reject = Reject.of(new Fault(SignallingFault.CONTEXT_NOT_FOUND, BEARER_CONTEXT_IE, 0,
                    "bearer " + request.bearer().ebi() + ", the session has "
                            + session.key.ebi()));
        }
        if (reject != null) {
            refuse(exchange, message, session.control.teid(), imsi, reject);
            return;
        }
        UserLocation location = request.uli() == null && request.servingNetwork() == null
                ? null
                : location(request.uli(), request.servingNetwork(), UserLocation.UNKNOWN);
        Endpoint newControl = control == null
                ? null
                : new Endpoint(control.address(), control.teid());
        ChangeOrder order = new ChangeOrder(GtpVersion.V2, exchange.carrier,
                newControl, user == null ? null : new Endpoint(user.address(), user.teid()),
                request.ratType() == null ? null : Rat.ofCode(request.ratType()), request.mei(),
                location, request.timeZone(), null);
        boolean taken = procedures.change(session, order, refused -> {
            if (refused != null) {
                refuse(exchange, message, session.control.teid(), imsi, refused);
                return;
            }
            Gtp2Encoder response = Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_RESPONSE,
                    session.control.teid(), message.sequence()).cause(CauseIe.of(ACCEPTED));
            if (session.msisdn != null && control != null) {
                response.msisdn(session.msisdn);
            }
            if (request.bearer() != null) {
                response.bearerContext(bearer -> bearer.ebi(0, session.key.ebi())
                        .cause(CauseIe.of(ACCEPTED)).chargingId(session.chargingId));
            }
            exchange.reply(response.recovery(restartCounter).toDatagram());
            log.accepted(exchange.peer.address, Gtp2Type.MODIFY_BEARER_REQUEST.text(), imsi,
                    ACCEPTED);
        });
        dropUnless(taken, exchange, message, imsi);
    }

    private void dropUnless(boolean taken, Exchange exchange, Gtp2Message message, Imsi imsi) {
        if (!taken) {
            exchange.drop();
            log.dropped(exchange.peer.address, message.typeOrThrow().text(), imsi,
                    new Fault(SignallingFault.STILL_IN_PROGRESS, 0, 0,
                            "too many changes of this session wait for the inventory"));
        }
    }

    // Change Notification, TS 29.274 §7.3.14 and §7.3.15

    void changeNotification(Exchange exchange, Gtp2Message message) {
        Session session = sessionOf(exchange, message);
        ChangeNotificationRequest request = session == null
                ? null
                : decoded(exchange, message, session, ChangeNotificationRequest.decode(message));
        if (session == null || request == null) {
            return;
        }
        Imsi imsi = session.key.imsi();
        ChangeOrder order = new ChangeOrder(GtpVersion.V2, exchange.carrier, null,
                null, Rat.ofCode(request.ratType()), request.mei(), request.uli(), null, null);
        boolean taken = procedures.change(session, order, refused -> {
            // What the device may do now is no concern of this message: it was understood either
            // way
            exchange.reply(Gtp2Encoder
                    .withTeid(Gtp2Type.CHANGE_NOTIFICATION_RESPONSE, session.control.teid(),
                            message.sequence())
                    .imsi(imsi).cause(CauseIe.of(ACCEPTED)).toDatagram());
            log.accepted(exchange.peer.address, Gtp2Type.CHANGE_NOTIFICATION_REQUEST.text(), imsi,
                    ACCEPTED);
        });
        dropUnless(taken, exchange, message, imsi);
    }

    // Delete Session, TS 29.274 §7.2.9.1 and §7.2.10.1

    void deleteSession(Exchange exchange, Gtp2Message message) {
        Session session = sessionOf(exchange, message);
        DeleteSessionRequest request = session == null
                ? null
                : decoded(exchange, message, session, DeleteSessionRequest.decode(message));
        if (session == null || request == null) {
            return;
        }
        Imsi imsi = session.key.imsi();
        if (request.linkedEbi() != null && request.linkedEbi() != session.key.ebi()) {
            refuse(exchange, message, session.control.teid(), imsi,
                    Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "linked bearer "
                            + request.linkedEbi() + ", the session has " + session.key.ebi()));
            return;
        }
        var _ = procedures.end(session).whenComplete((_, _) -> {
            exchange.reply(Gtp2Encoder
                    .withTeid(Gtp2Type.DELETE_SESSION_RESPONSE, session.control.teid(),
                            message.sequence())
                    .cause(CauseIe.of(ACCEPTED)).recovery(restartCounter).toDatagram());
            log.accepted(exchange.peer.address, Gtp2Type.DELETE_SESSION_REQUEST.text(), imsi,
                    ACCEPTED);
        });
    }
}
