package io.cellgate.dataplane.session;

/**
 * Why a session is refused or ended, with the cause that the peer is told. A permanent reason gets a cause that
 * stops the device from trying again and again; a passing one gets a cause with which it may retry. Causes:
 * TS 29.274 §8.4, TS 29.060 §7.7.1.
 */
public enum Refusal {
    /** No such SIM here, or it is not yet with a customer. */
    UNKNOWN_SIM(92, 209, "unknown_sim"),
    /** Suspended by its owner. */
    SIM_SUSPENDED(92, 209, "sim_suspended"),
    /** Deactivated or terminated. */
    SIM_INACTIVE(92, 209, "sim_inactive"),
    /** The modem is not one that the SIM is locked to, or it is missing and must not be. */
    IMEI_LOCKED(92, 209, "imei_locked"),
    /** The device is in a country or place outside the SIM's fence. */
    OUTSIDE_FENCE(93, 222, "outside_fence"),
    /** A session-phase rule of the owner's or the operator's policy. */
    POLICY(93, 222, "policy"),
    /** The carrier may not present this home or serving network. */
    CARRIER_NOT_ENTITLED(93, 222, "carrier_not_entitled"),
    /** No such APN for this SIM. */
    UNKNOWN_APN(78, 219, "unknown_apn"),
    /** Ended at its owner's wish, to be set up anew: the device may attach again at once. */
    SESSION_RESET(73, 199, "session_reset"),
    /** A passing lack of resources here. */
    NO_RESOURCES(73, 199, "no_resources");

    private final int gtpv2Cause;
    private final int gtpv1Cause;
    private final String text;

    Refusal(int gtpv2Cause, int gtpv1Cause, String text) {
        this.gtpv2Cause = gtpv2Cause;
        this.gtpv1Cause = gtpv1Cause;
        this.text = text;
    }

    public int gtpv2Cause() {
        return gtpv2Cause;
    }

    public int gtpv1Cause() {
        return gtpv1Cause;
    }

    /** How logs, events and the API write it. */
    public String text() {
        return text;
    }
}
