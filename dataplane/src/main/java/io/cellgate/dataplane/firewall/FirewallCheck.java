package io.cellgate.dataplane.firewall;

import static io.cellgate.dataplane.firewall.FirewallMode.ALARM;
import static io.cellgate.dataplane.firewall.FirewallMode.DROP;

import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.packet.DropReason;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is checked of what carriers and their devices send: the whole catalogue, each check under one name. The comment
 * says what fails it and what its mode changes; the clause is the standard that asks for it.
 *
 * <p>Some checks always drop. There it is either that nothing is left which could go on (a message of no known type),
 * or that other carriers and customers would pay for it (a session taken over from its owner): see {@link #fixedReason}.
 */
public enum FirewallCheck {
    // what does not belong on the interface

    /** The source is no carrier's peer. Silent. */
    PEER_ADDRESS(Category.INTERFACE, "GSMA FS.20", DROP,
            "what comes from no carrier's address has nobody who answers for it"),
    /** Neither GTPv1 nor GTPv2. Alarm: answered with Version Not Supported. Drop: silent. */
    VERSION(Category.INTERFACE, "TS 29.274 §7.7.2", ALARM),
    /** A header that is cut off, or lacks the TEID or the sequence number that its message must have. Silent. */
    HEADER(Category.INTERFACE, "TS 29.274 §5.5, §7.7.3; TS 29.281 §5.1", DROP,
            "no whole message is left that could go on"),
    /** A message type that S5/S8, Gn/Gp or GTP-U does not have, or that is not served here. Silent. */
    MESSAGE_TYPE(Category.INTERFACE, "GSMA FS.20; TS 29.274 §7.7.4", DROP,
            "the gateway has no procedure that it could go on to"),
    /** A message that only we may send, or a response to no request of ours. Silent. */
    DIRECTION(Category.INTERFACE, "GSMA FS.20; TS 29.274 §7.6, §7.7.5", DROP,
            "the gateway has no procedure that it could go on to"),

    /** An accounting message that was not made with the secret shared with its client. Silent. */
    AUTHENTICATOR(Category.INTERFACE, "RFC 2866 §3", DROP,
            "whoever can send from a client's address could say whose an address is"),

    // information elements

    /** An element that must be there is not. Alarm: answered with its cause. Drop: silent. */
    ELEMENT_MISSING(Category.ELEMENTS, "TS 29.274 §7.7.6; TS 29.060 §11.1", ALARM),
    /** An element that is too short or reaches past its message. Alarm: answered with its cause. Drop: silent. */
    ELEMENT_LENGTH(Category.ELEMENTS, "TS 29.274 §7.7.7; TS 29.060 §11.1", ALARM),
    /** An element with a value out of its range. Alarm: answered with its cause. Drop: silent. */
    ELEMENT_VALUE(Category.ELEMENTS, "TS 29.274 §7.7.8; TS 29.060 §11.1", ALARM),

    // who may

    /** An IMSI of a home network that the carrier may not bring. Drop: refused with its cause. */
    HOME_PLMN(Category.ENTITLEMENT, "GSMA FS.20, IR.88", DROP),
    /** A device in a network in which the carrier may not serve. Drop: refused with its cause. */
    SERVING_PLMN(Category.ENTITLEMENT, "GSMA FS.20, IR.88", DROP),

    // what fits the state

    /** A message for a session that there is not. Alarm: answered with "context not found". Drop: silent. */
    SESSION_UNKNOWN(Category.STATE, "GSMA FS.20; TS 29.274 §7.2", ALARM),
    /** A message or packet for a session of another carrier's. Silent. */
    SESSION_OWNER(Category.STATE, "GSMA FS.20", DROP,
            "whoever guessed a TEID could end or take over another carrier's session"),
    /** A tunnel end, as at a hand-over, outside the group of addresses of the carrier that names it. Refused. */
    TUNNEL_ENDPOINT(Category.STATE, "GSMA FS.20; TS 23.401 §5.3.2", DROP,
            "a device's packets would be sent to an address of its carrier's choice"),
    /** An accounting message that binds an address outside its client's ranges, or takes another SIM's bearer. Not carried out. */
    BINDING(Category.STATE, "TS 29.061 §16.4", DROP,
            "a carrier could take the traffic of another carrier's devices"),
    /** A restart counter older than one seen. Alarm: taken as overtaken on its way. Drop: the message goes with it. */
    RESTART_COUNTER(Category.STATE, "TS 23.007 §18", ALARM),

    // how much

    /** More attaches than the peer's or its carrier's rate. Silent. */
    RATE_CREATE(Category.VOLUME, "GSMA FS.20", DROP),
    /** More detaches than the peer's or its carrier's rate. Silent. */
    RATE_DELETE(Category.VOLUME, "GSMA FS.20", DROP),
    /** More Echo Requests than the peer's or its carrier's rate. Silent. */
    RATE_ECHO(Category.VOLUME, "GSMA FS.20", DROP),
    /** More other messages than the peer's or its carrier's rate. Silent. */
    RATE_OTHER(Category.VOLUME, "GSMA FS.20", DROP),
    /** More sessions than the peer or its carrier may have. Drop: refused with "no resources". */
    TUNNELS(Category.VOLUME, "GSMA FS.20", DROP),

    // user packets

    /** A user packet with a TEID of no session. Answered with an Error Indication, at a bounded rate. */
    TUNNEL_UNKNOWN(Category.USER_PLANE, "TS 29.281 §7.3.1", DROP,
            "there is no session by which it could be judged"),
    /** GTP within a tunnel: a device that speaks to the core. Silent. */
    GTP_IN_GTP(Category.USER_PLANE, "GSMA FS.20, IR.88", DROP,
            "a device would speak to carriers' cores as if it were one of them"),
    /** A source address that is not the session's, or on a plain link no session's. Silent. */
    SOURCE_SPOOFING(Category.USER_PLANE, "GSMA FS.20; RFC 2827", DROP,
            "another customer would be billed and blamed for it"),
    /** A destination that is the gateway's, a carrier's or this host's. Silent. */
    INFRASTRUCTURE(Category.USER_PLANE, "GSMA FS.20, IR.88", DROP,
            "a device would reach what serves all customers"),
    /** From device to device, where no policy opens it. Silent. */
    DEVICE_TO_DEVICE(Category.USER_PLANE, "GSMA IR.88", DROP,
            "it is for the policies of both devices' owners to open");

    /** Kinds of checks, after those by which the GSMA's guidelines sort signalling: interface, home, plausibility. */
    public enum Category {
        INTERFACE, ELEMENTS, ENTITLEMENT, STATE, VOLUME, USER_PLANE;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Category category;
    private final String clause;
    private final FirewallMode usual;
    private final @Nullable String fixedReason;

    FirewallCheck(Category category, String clause, FirewallMode usual) {
        this(category, clause, usual, null);
    }

    FirewallCheck(Category category, String clause, FirewallMode usual,
            @Nullable String fixedReason) {
        this.category = category;
        this.clause = clause;
        this.usual = usual;
        this.fixedReason = fixedReason;
    }

    /** The check that a message with this fault has failed; null where it is none of the firewall's. */
    public static @Nullable FirewallCheck of(SignallingFault fault) {
        return switch (fault) {
            case TOO_SHORT, LENGTH_PAST_DATAGRAM, HEADER_INCORRECT, EXTENSION_NOT_UNDERSTOOD,
                    PIGGYBACKED_TWICE ->
                HEADER;
            case VERSION_NOT_SUPPORTED -> VERSION;
            case UNKNOWN_MESSAGE -> MESSAGE_TYPE;
            case WRONG_DIRECTION, UNEXPECTED_RESPONSE -> DIRECTION;
            case MANDATORY_IE_MISSING, CONDITIONAL_IE_MISSING -> ELEMENT_MISSING;
            case IE_PAST_END, IE_LENGTH_INVALID -> ELEMENT_LENGTH;
            case IE_INCORRECT -> ELEMENT_VALUE;
            case CONTEXT_NOT_FOUND -> SESSION_UNKNOWN;
            case UNKNOWN_PEER -> PEER_ADDRESS;
            case NOT_THE_OWNER -> SESSION_OWNER;
            case FOREIGN_ENDPOINT -> TUNNEL_ENDPOINT;
            case OLD_RESTART_COUNTER -> RESTART_COUNTER;
            case RATE_LIMITED, STILL_IN_PROGRESS, TOO_MANY_PENDING, SECONDARY_CONTEXT,
                    DEDICATED_BEARER, SEQUENCE_IN_USE, SYSTEM_FAILURE ->
                null;
        };
    }

    /** Whether a peer whose message is dropped by this check is told nothing. */
    public boolean isSilent() {
        return switch (this) {
            case HOME_PLMN, SERVING_PLMN, TUNNEL_ENDPOINT, TUNNELS, TUNNEL_UNKNOWN -> false;
            case PEER_ADDRESS, VERSION, HEADER, MESSAGE_TYPE, DIRECTION, ELEMENT_MISSING,
                    ELEMENT_LENGTH, ELEMENT_VALUE, SESSION_UNKNOWN, SESSION_OWNER, RESTART_COUNTER,
                    AUTHENTICATOR, BINDING, RATE_CREATE, RATE_DELETE, RATE_ECHO, RATE_OTHER,
                    GTP_IN_GTP, SOURCE_SPOOFING,
                    INFRASTRUCTURE, DEVICE_TO_DEVICE ->
                true;
        };
    }

    public Category category() {
        return category;
    }

    /** The standard or guideline that asks for it. */
    public String clause() {
        return clause;
    }

    /** Its mode where nobody has chosen one. */
    public FirewallMode usual() {
        return usual;
    }

    /** Why it drops and may not be set to alarm; null where it may. */
    public @Nullable String fixedReason() {
        return fixedReason;
    }

    /** What it is called among the user plane's drops, whose counters are its own. */
    public Set<DropReason> drops() {
        return switch (this) {
            case PEER_ADDRESS -> Set.of(DropReason.PEER_UNKNOWN);
            case HEADER -> Set.of(DropReason.GTPU_TRUNCATED, DropReason.GTPU_VERSION,
                    DropReason.GTPU_LENGTH, DropReason.GTPU_EXTENSION_MALFORMED,
                    DropReason.GTPU_EXTENSION_UNKNOWN, DropReason.GTPU_ELEMENTS);
            case MESSAGE_TYPE -> Set.of(DropReason.GTPU_MESSAGE_TYPE);
            case SESSION_OWNER -> Set.of(DropReason.PEER_OF_OTHER_CARRIER);
            case TUNNEL_UNKNOWN -> Set.of(DropReason.TEID_UNKNOWN);
            case GTP_IN_GTP -> Set.of(DropReason.GTP_IN_GTP);
            case SOURCE_SPOOFING -> Set.of(DropReason.SOURCE_SPOOFED, DropReason.SOURCE_UNBOUND);
            case INFRASTRUCTURE -> Set.of(DropReason.INFRASTRUCTURE);
            case DEVICE_TO_DEVICE -> Set.of(DropReason.DEVICE_TO_DEVICE);
            case VERSION, DIRECTION, AUTHENTICATOR, BINDING, ELEMENT_MISSING, ELEMENT_LENGTH,
                    ELEMENT_VALUE, HOME_PLMN,
                    SERVING_PLMN, SESSION_UNKNOWN, TUNNEL_ENDPOINT, RESTART_COUNTER, RATE_CREATE,
                    RATE_DELETE, RATE_ECHO, RATE_OTHER, TUNNELS ->
                Set
                        .of();
        };
    }

    /** How the API, metrics and logs write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
