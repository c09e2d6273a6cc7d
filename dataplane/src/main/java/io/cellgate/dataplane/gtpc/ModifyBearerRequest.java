package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Plmn;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Modify Bearer Request as an SGW sends it over S5/S8, TS 29.274 §7.2.7: a hand-over to another SGW, or news of
 * the device's place or radio access.
 *
 * @param sender the new SGW's control endpoint (F-TEID instance 0), or null
 * @param mmeSets the set of connections in which the MME has it now, or null
 * @param sgwSets likewise the SGW
 * @param bearer null where no bearer changes; the SGW's user endpoint is its F-TEID instance 1
 */
public record ModifyBearerRequest(@Nullable Imei mei, @Nullable UserLocation uli,
        @Nullable Plmn servingNetwork, @Nullable Integer ratType, @Nullable FTeid sender,
        @Nullable BearerContext bearer, @Nullable Integer recovery,
        @Nullable ZoneOffset timeZone, @Nullable FqCsid mmeSets, @Nullable FqCsid sgwSets) {

    public static Decoded<ModifyBearerRequest> decode(Gtp2Message message) {
        IeReader in = message.reader();
        BearerContext bearer = BearerContext.ofAny(in);
        return in.fault() != null
                ? in.bad()
                : Decoded.good(new ModifyBearerRequest(in.optional(Gtp2Ie.MEI, 0),
                        in.optional(Gtp2Ie.ULI, 0), in.optional(Gtp2Ie.SERVING_NETWORK, 0),
                        in.optional(Gtp2Ie.RAT_TYPE, 0), in.optional(Gtp2Ie.F_TEID, 0), bearer,
                        message.recovery(), in.optional(Gtp2Ie.UE_TIME_ZONE, 0),
                        in.optional(Gtp2Ie.FQ_CSID, 0), in.optional(Gtp2Ie.FQ_CSID, 1)));
    }
}
