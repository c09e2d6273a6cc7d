package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.FqCsid;
import org.jspecify.annotations.Nullable;

/**
 * What only GTPv2 says of a new session.
 *
 * @param handover the device comes from another access and is to keep its address, TS 23.402 §8
 * @param ambr     what all its connections to the APN may carry, or null
 * @param qos      of the default bearer
 * @param mmeSets  the set in which its MME has it, or null where that has no sets (TS 23.007 §16)
 * @param sgwSets  likewise its SGW
 */
record BearerOrder(boolean handover, @Nullable Ambr ambr, @Nullable BearerQos qos,
        @Nullable FqCsid mmeSets, @Nullable FqCsid sgwSets) {
    /** GTPv1 says none of it. */
    static final BearerOrder NONE = new BearerOrder(false, null, null, null, null);
}
