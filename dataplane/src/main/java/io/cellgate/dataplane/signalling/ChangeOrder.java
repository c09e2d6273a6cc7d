package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.FqCsid;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What a carrier says anew of a session; null where it says nothing of it.
 *
 * @param setsUpTunnel the tunnel to the device is there (again): a suspended or lost one is in use from now on
 * @param directTunnel where it sets one up: whether it ends at an RNC
 */
record ChangeOrder(GtpVersion version, Carrier carrier, @Nullable Endpoint control,
        @Nullable Endpoint user, @Nullable Rat rat, @Nullable Imei imei,
        @Nullable UserLocation location, @Nullable ZoneOffset timeZone,
        @Nullable Octets qosProfile, @Nullable FqCsid mmeSets, @Nullable FqCsid sgwSets,
        boolean directTunnel, boolean setsUpTunnel) {

    /** Only where the device is, and how it is there. */
    static ChangeOrder ofNews(GtpVersion version, Carrier carrier, @Nullable Rat rat,
            @Nullable Imei imei, @Nullable UserLocation location) {
        return new ChangeOrder(version, carrier, null, null, rat, imei, location, null, null, null,
                null, false, false);
    }

    /** The session's request with what is new in it. */
    AttachRequest appliedTo(AttachRequest before) {
        return new AttachRequest(carrier, before.imsi(), imei == null ? before.imei() : imei,
                before.apn(), rat == null ? before.rat() : rat, before.pdnType(),
                location == null ? before.location() : location.after(before.location()));
    }

    static AttachRequest withCarrier(AttachRequest request, Carrier carrier) {
        return new AttachRequest(carrier, request.imsi(), request.imei(), request.apn(),
                request.rat(), request.pdnType(), request.location());
    }
}
