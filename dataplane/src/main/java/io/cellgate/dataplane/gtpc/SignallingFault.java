package io.cellgate.dataplane.gtpc;

import java.util.Locale;

/**
 * Why a signalling message was refused or dropped. Each has a counter. A cause of 0 means that the peer is told
 * nothing; only requests are answered.
 */
public enum SignallingFault {
    /** Shorter than the header that its version has. TS 29.274 §7.7.3, TS 29.060 §11.1.2: silence. */
    TOO_SHORT(0, 0, "TS 29.274 §7.7.3"),
    /** The header's length reaches past the datagram. TS 29.274 §7.7.3: silence. */
    LENGTH_PAST_DATAGRAM(0, 0, "TS 29.274 §7.7.3"),
    /** Neither version 1 nor 2, or GTP'. Answered with Version Not Supported, TS 29.274 §7.7.2. */
    VERSION_NOT_SUPPORTED(0, 0, "TS 29.274 §7.7.2"),
    /** A message type that we do not serve. TS 29.274 §7.7.4, TS 29.060 §11.1.3: silence. */
    UNKNOWN_MESSAGE(0, 0, "TS 29.274 §7.7.4"),
    /** A header without the TEID or the sequence number that this message must have. TS 29.274 §5.5. */
    HEADER_INCORRECT(0, 0, "TS 29.274 §5.5"),
    /** An element's length reaches past the message. TS 29.274 §7.7.7, TS 29.060 §11.1.2. */
    IE_PAST_END(67, 193, "TS 29.274 §7.7.7"),
    /** A mandatory element, or a conditional one that this GTPv1 message needs, is absent. */
    MANDATORY_IE_MISSING(70, 202, "TS 29.274 §7.7.6"),
    /** A conditional element whose condition is met is absent. TS 29.274 §7.7.6. */
    CONDITIONAL_IE_MISSING(103, 202, "TS 29.274 §7.7.6"),
    /** A needed element is shorter than its kind must be. TS 29.274 §7.7.7. */
    IE_LENGTH_INVALID(67, 201, "TS 29.274 §7.7.7"),
    /** A needed element has a value that its kind cannot have. TS 29.274 §7.7.8. */
    IE_INCORRECT(69, 201, "TS 29.274 §7.7.8"),
    /** No session has the TEID. TS 29.274 §7.7.5.2: context not found; TS 29.060 §7.3.4: non-existent. */
    CONTEXT_NOT_FOUND(64, 192, "TS 29.274 §7.2"),
    /** The source is not a carrier's peer. Silence: a scanner learns nothing. GSMA FS.20. */
    UNKNOWN_PEER(0, 0, "GSMA FS.20"),
    /** An in-session message from a carrier that does not own the session. GSMA FS.20: silence. */
    NOT_THE_OWNER(0, 0, "GSMA FS.20"),
    /** A tunnel endpoint that does not belong to the carrier which names it. GSMA FS.20. */
    FOREIGN_ENDPOINT(69, 201, "GSMA FS.20"),
    /** A message sent in the wrong direction, such as a Delete Bearer Request to us. TS 29.274 §7.7.5. */
    WRONG_DIRECTION(0, 0, "TS 29.274 §7.7.5"),
    /** A reply to no request of ours, or a second one. TS 29.274 §7.6: silence. */
    UNEXPECTED_RESPONSE(0, 0, "TS 29.274 §7.6"),
    /** A retransmission of a request still being worked on. TS 29.274 §7.6: its answer will come. */
    STILL_IN_PROGRESS(0, 0, "TS 29.274 §7.6"),
    /** The peer attaches devices faster than its token bucket allows. GSMA FS.20: silence. */
    RATE_LIMITED(0, 0, "GSMA FS.20"),
    /** More attaches wait for the inventory than are allowed to. TS 29.274 §8.4: no resources. */
    TOO_MANY_PENDING(73, 199, "TS 29.274 §8.4"),
    /** A secondary PDP context, which this gateway does not have. TS 29.060 §7.3.1. */
    SECONDARY_CONTEXT(68, 200, "TS 29.060 §7.3.1"),
    /** A dedicated bearer, which this gateway does not have. TS 29.274 §7.2.6: service not supported. */
    DEDICATED_BEARER(68, 200, "TS 29.274 §7.2.6"),
    /** A command whose sequence number a request of ours has already. TS 29.274 §7.6: commands set its highest bit. */
    SEQUENCE_IN_USE(94, 204, "TS 29.274 §7.6"),
    /** An extension header that its receiver has to understand. TS 29.060 §6: told which ones we do. */
    EXTENSION_NOT_UNDERSTOOD(0, 0, "TS 29.060 §6"),
    /** A message behind a piggybacked one. TS 29.274 §5.5.1: there is one at most. */
    PIGGYBACKED_TWICE(0, 0, "TS 29.274 §5.5.1"),
    /** A peer that had restarted sent an older restart counter: taken as reordered. TS 23.007 §18. */
    OLD_RESTART_COUNTER(0, 0, "TS 23.007 §18"),
    /** Something failed here. TS 29.274 §8.4: system failure. */
    SYSTEM_FAILURE(72, 204, "TS 29.274 §8.4");

    private final int gtpv2Cause;
    private final int gtpv1Cause;
    private final String clause;

    SignallingFault(int gtpv2Cause, int gtpv1Cause, String clause) {
        this.gtpv2Cause = gtpv2Cause;
        this.gtpv1Cause = gtpv1Cause;
        this.clause = clause;
    }

    public int gtpv2Cause() {
        return gtpv2Cause;
    }

    public int gtpv1Cause() {
        return gtpv1Cause;
    }

    public String clause() {
        return clause;
    }

    /** How logs and counters write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
