package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.FqCsid;
import org.jspecify.annotations.Nullable;

/**
 * What else is said of a new session; by GTPv1 nothing but the {@code ambr}.
 *
 * @param handover the device comes from another access and is to keep its address, TS 23.402 §8
 * @param ambr     what all its connections to the APN may carry, or null
 * @param qos      of the default bearer
 * @param mmeSets  the set in which its MME has it, or null where that has no sets (TS 23.007 §16)
 * @param sgwSets  likewise its SGW
 */
record BearerOrder(boolean handover, @Nullable Ambr ambr, @Nullable BearerQos qos,
        @Nullable FqCsid mmeSets, @Nullable FqCsid sgwSets) {
    /** All that GTPv1 says of it. */
    static BearerOrder gtpv1(@Nullable Ambr ambr) {
        return new BearerOrder(false, ambr, null, null, null);
    }
}
