package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import org.jspecify.annotations.Nullable;

/** Change Notification Request, TS 29.274 §7.3.14: a device moved, or uses another radio access. */
public record ChangeNotificationRequest(@Nullable Imsi imsi, @Nullable Imei mei, int ratType,
        @Nullable UserLocation uli) {

    public static Decoded<ChangeNotificationRequest> decode(Gtp2Message message) {
        IeReader in = message.reader();
        Integer ratType = in.mandatory(Gtp2Ie.RAT_TYPE, 0);
        return in.fault() != null || ratType == null
                ? in.bad()
                : Decoded.good(new ChangeNotificationRequest(in.optional(Gtp2Ie.IMSI, 0),
                        in.optional(Gtp2Ie.MEI, 0), ratType, in.optional(Gtp2Ie.ULI, 0)));
    }
}
