package io.cellgate.dataplane.gtpc;

import org.jspecify.annotations.Nullable;

/** Update Bearer Request as a PGW sends it over S5/S8, TS 29.274 §7.2.15: new rates, a new quality of service. */
public record UpdateBearerRequest(Ambr ambr, int ebi, @Nullable BearerQos qos) {

    public static Decoded<UpdateBearerRequest> decode(Gtp2Message message) {
        IeReader in = message.reader();
        Ambr ambr = in.mandatory(Gtp2Ie.AMBR, 0);
        BearerContext bearer = BearerContext.ofCommand(in);
        return in.fault() != null || ambr == null || bearer == null
                ? in.bad()
                : Decoded.good(new UpdateBearerRequest(ambr, bearer.ebi(), bearer.qos()));
    }
}
