package io.cellgate.dataplane.gtpc;

import io.cellgate.dataplane.session.UserLocation;
import org.jspecify.annotations.Nullable;

/**
 * Delete Session Request as an SGW sends it over S5/S8, TS 29.274 §7.2.9.1.
 *
 * @param linkedEbi the default bearer of the connection that ends; null where the sender left it out
 */
public record DeleteSessionRequest(@Nullable Integer linkedEbi, @Nullable CauseIe cause,
        @Nullable UserLocation uli) {

    public static Decoded<DeleteSessionRequest> decode(Gtp2Message message) {
        IeReader in = message.reader();
        return in.fault() != null
                ? in.bad()
                : Decoded.good(new DeleteSessionRequest(in.optional(Gtp2Ie.EBI, 0),
                        in.optional(Gtp2Ie.CAUSE, 0), in.optional(Gtp2Ie.ULI, 0)));
    }
}
