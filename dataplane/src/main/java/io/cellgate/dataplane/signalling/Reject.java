package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.session.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is refused, with what each version of GTP says of it.
 *
 * @param offendingType the information element to blame, or 0
 * @param reason        a word for logs and counters
 * @param detail        what was got and what was expected
 * @param fault         what was wrong with the message; null where it is refused for another reason
 */
record Reject(int gtpv2Cause, int gtpv1Cause, int offendingType, int offendingInstance,
        String reason, String detail, @Nullable SignallingFault fault) {

    Reject(int gtpv2Cause, int gtpv1Cause, int offendingType, int offendingInstance,
            String reason, String detail) {
        this(gtpv2Cause, gtpv1Cause, offendingType, offendingInstance, reason, detail, null);
    }

    static Reject of(Refusal refusal, String detail) {
        return new Reject(refusal.gtpv2Cause(), refusal.gtpv1Cause(), 0, 0, refusal.text(),
                detail);
    }

    static Reject of(SignallingFault fault, String detail) {
        return new Reject(fault.gtpv2Cause(), fault.gtpv1Cause(), 0, 0, fault.text(), detail,
                fault);
    }

    static Reject of(Fault fault) {
        return new Reject(fault.reason().gtpv2Cause(), fault.reason().gtpv1Cause(),
                fault.ieType(), fault.instance(), fault.reason().text(), fault.toString(),
                fault.reason());
    }

    /** All addresses of a family are in use: TS 29.274 §8.4 cause 84, TS 29.060 §7.7.1 cause 211. */
    static Reject noAddress(String detail) {
        return new Reject(84, 211, 0, 0, "no_address", detail);
    }

    /** No pool for that PDN type: TS 29.274 §8.4 cause 83, TS 29.060 §7.7.1 cause 220. */
    static Reject pdnType(String type) {
        return new Reject(83, 220, 0, 0, "pdn_type",
                "PDN type " + type + ", which this gateway has no addresses for");
    }

    /** Another attach for the same bearer came meanwhile: TS 29.274 §8.4 cause 94, TS 29.060 §7.7.1 cause 204. */
    static Reject superseded() {
        return new Reject(94, 204, 0, 0, "superseded",
                "a newer request for the same IMSI and bearer took its place");
    }

    /** An update of the session waits for the carrier's answer: TS 29.274 §8.4 cause 94, TS 29.060 §7.7.1 cause 204. */
    static Reject busy() {
        return new Reject(94, 204, 0, 0, "busy", "another update of the session is under way");
    }

    /** The session went while what it was asked was being looked at. */
    static Reject endedMeanwhile() {
        return noFaultOfThePeers(SignallingFault.CONTEXT_NOT_FOUND,
                "the session has just ended");
    }

    /** The endpoint that the message came for left its carrier while it was being looked at. */
    static Reject endpointRemovedMeanwhile() {
        return noFaultOfThePeers(SignallingFault.FOREIGN_ENDPOINT,
                "the control endpoint has just ceased to be the carrier's");
    }

    private static Reject noFaultOfThePeers(SignallingFault like, String detail) {
        return new Reject(like.gtpv2Cause(), like.gtpv1Cause(), 0, 0, like.text(), detail);
    }
}
