package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.session.AttachRequest;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * A carrier wants a session, whichever version of GTP it said that in.
 *
 * @param dualAddress whether one bearer may carry both address families
 * @param qosProfile  what a GTPv1 answer echoes; empty in GTPv2
 */
record CreateOrder(GtpVersion version, BearerKey key, AttachRequest request, Endpoint control,
        Endpoint user, boolean dualAddress, @Nullable String msisdn,
        @Nullable ZoneOffset timeZone, Octets qosProfile, BearerOrder bearer) {

    CreateOrder withRequest(AttachRequest newRequest) {
        return new CreateOrder(version, key, newRequest, control, user, dualAddress, msisdn,
                timeZone, qosProfile, bearer);
    }
}
