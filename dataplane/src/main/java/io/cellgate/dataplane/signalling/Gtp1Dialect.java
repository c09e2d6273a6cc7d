package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.CreatePdpContextRequest;
import io.cellgate.dataplane.gtpc.Decoded;
import io.cellgate.dataplane.gtpc.DeletePdpContextRequest;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.MsInfoChangeRequest;
import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.dataplane.gtpc.ProtocolOptions;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.gtpc.UpdatePdpContextRequest;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** GTPv1-C between carriers' SGSNs and us as GGSN over Gn/Gp: requests in, responses out. */
final class Gtp1Dialect {
    private static final int ACCEPTED = 128;
    private static final int GSN_ADDRESS_IE = 133;

    private final SessionProcedures procedures;
    private final SessionTable table;
    private final Peers peers;
    private final SignallingLog log;
    private final OptionsAnswer options;
    private final InetAddress controlAddress;
    private final InetAddress userAddress;
    private final int restartCounter;

    Gtp1Dialect(SessionProcedures procedures, SessionTable table, Peers peers,
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

    /** Its Recovery is the receiver's to send, TS 29.060 §7.2.1. */
    static byte[] echoRequest(int sequence) {
        return Gtp1Encoder.of(Gtp1Type.ECHO_REQUEST, 0, sequence).toDatagram();
    }

    byte[] echoResponse(int sequence) {
        return Gtp1Encoder.of(Gtp1Type.ECHO_RESPONSE, 0, sequence).recovery(restartCounter)
                .toDatagram();
    }

    static byte[] versionNotSupported(int sequence) {
        return Gtp1Encoder.of(Gtp1Type.VERSION_NOT_SUPPORTED, 0, sequence).toDatagram();
    }

    /** Ends all contexts of an address, TS 29.060 §7.3.5. */
    static byte[] deletePdpContextRequest(Session session, int sequence) {
        return Gtp1Encoder
                .of(Gtp1Type.DELETE_PDP_CONTEXT_REQUEST, session.control.teid(), sequence)
                .teardown(true).nsapi(session.key.ebi()).toDatagram();
    }

    // Create PDP Context, TS 29.060 §7.3.1 and §7.3.2

    void createPdpContext(Exchange exchange, Gtp1Message message) {
        switch (CreatePdpContextRequest.decode(message)) {
            case Decoded.Bad<CreatePdpContextRequest>(Fault fault) -> {
                log.counters.count(fault.reason());
                refuse(exchange, message, message.senderTeid(), null, Reject.of(fault));
            }
            case Decoded.Good<CreatePdpContextRequest>(CreatePdpContextRequest request) ->
                createPdpContext(
                        exchange, message, request);
        }
    }

    private void createPdpContext(Exchange exchange, Gtp1Message message,
            CreatePdpContextRequest request) {
        Imsi imsi = request.imsi();
        PdnType type = switch (request.endUserAddress().pdnType()) {
            case PdnAddress.IPV4 -> PdnType.IPV4;
            case PdnAddress.IPV6 -> PdnType.IPV6;
            case PdnAddress.IPV4V6 -> PdnType.IPV4V6;
            default -> null;
        };
        if (type == null) {
            refuse(exchange, message, request.teidControl(), imsi,
                    Reject.pdnType("code " + request.endUserAddress().pdnType()));
            return;
        }
        Reject foreign = foreign(exchange, request.signallingAddress(), request.userAddress());
        if (foreign != null) {
            refuse(exchange, message, request.teidControl(), imsi, foreign);
            return;
        }
        Integer rat = request.ratType();
        UserLocation location = location(request.uli(), request.rai());
        CreateOrder order = new CreateOrder(GtpVersion.V1, new BearerKey(imsi, request.nsapi()),
                new AttachRequest(exchange.carrier, imsi, request.imei(), request.apn(),
                        rat == null ? null : Rat.ofCode(rat), type,
                        location == null ? UserLocation.UNKNOWN : location),
                new Endpoint(request.signallingAddress(), request.teidControl()),
                new Endpoint(request.userAddress(), request.teidData()), request.dualAddress(),
                request.msisdn(), request.timeZone(), request.qos());
        procedures.create(order, outcome -> {
            switch (outcome) {
                case CreateOutcome.Rejected(Reject refused) -> refuse(exchange, message,
                        request.teidControl(), imsi, refused);
                case CreateOutcome.Created(Session session, CreateOutcome.PdnChange change) -> {
                    exchange.reply(created(message, session, change, request.options()));
                    log.accepted(exchange.peer.address,
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
                .cause(change.gtpv1Cause).reorderingRequired(false).recovery(restartCounter)
                .teidData(session.userTeid).teidControl(session.controlTeid)
                .chargingId(session.chargingId).endUserAddress(Addressing.of(session));
        if (asked != null) {
            ProtocolOptions answer = options.to(asked, session.ipv4 != null,
                    session.ipv6Prefix != null);
            if (!answer.items().isEmpty()) {
                response.options(answer);
            }
        }
        return response.gsnAddress(controlAddress).gsnAddress(userAddress)
                .qosProfile(session.qosProfile).toDatagram();
    }

    /** An endpoint that is not of the carrier which names it would make us send its traffic elsewhere. */
    private @Nullable Reject foreign(Exchange exchange, InetAddress signalling,
            InetAddress user) {
        int instance = !peers.owns(exchange.carrier, signalling)
                ? 0
                : !peers.owns(exchange.carrier, user) ? 1 : -1;
        if (instance < 0) {
            return null;
        }
        log.counters.count(SignallingFault.FOREIGN_ENDPOINT);
        return Reject.of(
                new Fault(SignallingFault.FOREIGN_ENDPOINT, GSN_ADDRESS_IE, instance,
                        "GSN address "
                                + (instance == 0 ? signalling : user).getHostAddress()
                                + " is none of carrier " + exchange.carrier.id()));
    }

    private static @Nullable UserLocation location(@Nullable UserLocation uli,
            @Nullable UserLocation rai) {
        return uli != null ? uli : rai;
    }

    private void refuse(Exchange exchange, Gtp1Message message, int teid, @Nullable Imsi imsi,
            Reject reject) {
        Gtp1Type type = message.typeOrThrow();
        exchange.reply(Gtp1Encoder.of(type.response(), teid, message.sequence())
                .cause(reject.gtpv1Cause()).toDatagram());
        log.refused(exchange.peer.address, type.text(), imsi, reject.gtpv1Cause(), reject);
    }

    /**
     * The session that a message is for. Null where there is none, which the peer is told, or where it is another
     * carrier's, which it is not.
     */
    private @Nullable Session sessionOf(Exchange exchange, Gtp1Message message) {
        Session session = table.byControlTeid(message.teid());
        if (session == null) {
            log.counters.count(SignallingFault.CONTEXT_NOT_FOUND);
            refuse(exchange, message, message.senderTeid(), null,
                    Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "no context has the TEID"));
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

    private <T> @Nullable T decoded(Exchange exchange, Gtp1Message message, Session session,
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

    private boolean isOther(Exchange exchange, Gtp1Message message, Session session,
            @Nullable Integer nsapi) {
        if (nsapi == null || nsapi == session.key.ebi()) {
            return false;
        }
        refuse(exchange, message, session.control.teid(), session.key.imsi(),
                Reject.of(SignallingFault.CONTEXT_NOT_FOUND,
                        "NSAPI " + nsapi + ", the session has " + session.key.ebi()));
        return true;
    }

    // Update PDP Context, TS 29.060 §7.3.3 and §7.3.4

    void updatePdpContext(Exchange exchange, Gtp1Message message) {
        Session session = sessionOf(exchange, message);
        UpdatePdpContextRequest request = session == null
                ? null
                : decoded(exchange, message, session, UpdatePdpContextRequest.decode(message));
        if (session == null || request == null
                || isOther(exchange, message, session, request.nsapi())) {
            return;
        }
        Imsi imsi = session.key.imsi();
        Reject foreign = foreign(exchange, request.signallingAddress(), request.userAddress());
        if (foreign != null) {
            refuse(exchange, message, session.control.teid(), imsi, foreign);
            return;
        }
        Integer teidControl = request.teidControl();
        Integer rat = request.ratType();
        ChangeOrder order = new ChangeOrder(GtpVersion.V1, exchange.carrier,
                new Endpoint(request.signallingAddress(),
                        teidControl == null ? session.control.teid() : teidControl),
                new Endpoint(request.userAddress(), request.teidData()),
                rat == null ? null : Rat.ofCode(rat), request.imei(),
                location(request.uli(), request.rai()), request.timeZone(), request.qos());
        boolean taken = procedures.change(session, order, refused -> {
            if (refused != null) {
                refuse(exchange, message, session.control.teid(), imsi, refused);
                return;
            }
            exchange.reply(Gtp1Encoder
                    .of(Gtp1Type.UPDATE_PDP_CONTEXT_RESPONSE, session.control.teid(),
                            message.sequence())
                    .cause(ACCEPTED).recovery(restartCounter).teidData(session.userTeid)
                    .teidControl(session.controlTeid).chargingId(session.chargingId)
                    .gsnAddress(controlAddress).gsnAddress(userAddress)
                    .qosProfile(session.qosProfile).toDatagram());
            log.accepted(exchange.peer.address, Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST.text(), imsi,
                    ACCEPTED);
        });
        dropUnless(taken, exchange, message, imsi);
    }

    private void dropUnless(boolean taken, Exchange exchange, Gtp1Message message, Imsi imsi) {
        if (!taken) {
            exchange.drop();
            log.dropped(exchange.peer.address, message.typeOrThrow().text(), imsi,
                    new Fault(SignallingFault.STILL_IN_PROGRESS, 0, 0,
                            "too many changes of this session wait for the inventory"));
        }
    }

    // MS Info Change Notification, TS 29.060 §7.5B.1 and §7.5B.2

    void msInfoChange(Exchange exchange, Gtp1Message message) {
        Session session = sessionOf(exchange, message);
        MsInfoChangeRequest request = session == null
                ? null
                : decoded(exchange, message, session, MsInfoChangeRequest.decode(message));
        if (session == null || request == null
                || isOther(exchange, message, session, request.nsapi())) {
            return;
        }
        Imsi imsi = session.key.imsi();
        ChangeOrder order = new ChangeOrder(session.version, exchange.carrier, null,
                null, Rat.ofCode(request.ratType()), request.imei(), request.uli(), null, null);
        boolean taken = procedures.change(session, order, refused -> {
            // What the device may do now is no concern of this message: it was understood either
            // way
            exchange.reply(Gtp1Encoder
                    .of(Gtp1Type.MS_INFO_CHANGE_RESPONSE, session.control.teid(),
                            message.sequence())
                    .cause(ACCEPTED).imsi(imsi).nsapi(session.key.ebi()).toDatagram());
            log.accepted(exchange.peer.address, Gtp1Type.MS_INFO_CHANGE_REQUEST.text(), imsi,
                    ACCEPTED);
        });
        dropUnless(taken, exchange, message, imsi);
    }

    // Delete PDP Context, TS 29.060 §7.3.5 and §7.3.6

    void deletePdpContext(Exchange exchange, Gtp1Message message) {
        Session session = sessionOf(exchange, message);
        DeletePdpContextRequest request = session == null
                ? null
                : decoded(exchange, message, session, DeletePdpContextRequest.decode(message));
        if (session == null || request == null
                || isOther(exchange, message, session, request.nsapi())) {
            return;
        }
        Imsi imsi = session.key.imsi();
        var _ = procedures.end(session).whenComplete((_, _) -> {
            exchange.reply(Gtp1Encoder
                    .of(Gtp1Type.DELETE_PDP_CONTEXT_RESPONSE, session.control.teid(),
                            message.sequence())
                    .cause(ACCEPTED).toDatagram());
            log.accepted(exchange.peer.address, Gtp1Type.DELETE_PDP_CONTEXT_REQUEST.text(), imsi,
                    ACCEPTED);
        });
    }
}
