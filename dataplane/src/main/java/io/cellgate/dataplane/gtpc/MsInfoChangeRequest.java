package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import org.jspecify.annotations.Nullable;

/** MS Info Change Notification Request, TS 29.060 §7.5B.1: a device moved, or uses another radio access. */
public record MsInfoChangeRequest(@Nullable Imsi imsi, @Nullable Integer nsapi, int ratType,
        @Nullable UserLocation uli, @Nullable Imei imei) {

    public static Decoded<MsInfoChangeRequest> decode(Gtp1Message message) {
        IeReader in = message.reader();
        Integer ratType = in.mandatory(Gtp1Ie.RAT_TYPE, 0);
        return in.fault() != null || ratType == null
                ? in.bad()
                : Decoded.good(new MsInfoChangeRequest(in.optional(Gtp1Ie.IMSI, 0),
                        in.optional(Gtp1Ie.NSAPI, 0), ratType, in.optional(Gtp1Ie.ULI, 0),
                        in.optional(Gtp1Ie.IMEI, 0)));
    }
}
