package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.Refusal;

/** How an attach ended. */
sealed interface CreateOutcome {
    record Created(Session session, PdnChange change) implements CreateOutcome {}

    record Rejected(Reject reject) implements CreateOutcome {
        static Rejected of(Refusal refusal, String detail) {
            return new Rejected(Reject.of(refusal, detail));
        }
    }

    /** Whether the device gets the PDN type that it asked for. */
    enum PdnChange {
        /** As asked. */
        NONE(16, 128),
        /** One family only, since this gateway serves only that one. TS 29.274 §7.2.2, TS 29.060 §7.3.2. */
        NETWORK_PREFERENCE(18, 129),
        /** One family only, since the bearer can carry only one. TS 29.274 §7.2.2, TS 29.060 §7.3.2. */
        SINGLE_ADDRESS_BEARER(19, 130);

        final int gtpv2Cause;
        final int gtpv1Cause;

        PdnChange(int gtpv2Cause, int gtpv1Cause) {
            this.gtpv2Cause = gtpv2Cause;
            this.gtpv1Cause = gtpv1Cause;
        }
    }
}
