package io.cellgate.dataplane.gtpc;

import org.jspecify.annotations.Nullable;

/**
 * Create Session Response as an SGW receives it over S5/S8, TS 29.274 §7.2.2.
 *
 * @param sender the PGW's control endpoint (F-TEID instance 1); null where the request was refused
 * @param bearer the default bearer; the PGW's user endpoint is its F-TEID instance 2
 */
public record CreateSessionResponse(CauseIe cause, @Nullable FTeid sender,
        @Nullable PdnAddress paa, @Nullable Ambr ambr, @Nullable BearerContext bearer,
        @Nullable OptionsIe options, @Nullable Integer apnRestriction,
        @Nullable Integer recovery) {

    public static Decoded<CreateSessionResponse> decode(Gtp2Message message) {
        IeReader in = message.reader();
        CauseIe cause = in.mandatory(Gtp2Ie.CAUSE, 0);
        BearerContext bearer = BearerContext.ofAny(in);
        return in.fault() != null || cause == null
                ? in.bad()
                : Decoded.good(new CreateSessionResponse(cause, in.optional(Gtp2Ie.F_TEID, 1),
                        in.optional(Gtp2Ie.PAA, 0), in.optional(Gtp2Ie.AMBR, 0), bearer,
                        OptionsIe.read(in), in.optional(Gtp2Ie.APN_RESTRICTION, 0),
                        message.recovery()));
    }
}
