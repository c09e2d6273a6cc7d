package io.cellgate.dataplane.gtpc;

import org.jspecify.annotations.Nullable;

/**
 * Delete Bearer Request as a PGW sends it over S5/S8, TS 29.274 §7.2.9.2: a whole connection ends (linked EBI), or
 * one dedicated bearer does (EBI, instance 1).
 */
public record DeleteBearerRequest(@Nullable Integer linkedEbi, @Nullable Integer ebi,
        @Nullable CauseIe cause) {

    public static Decoded<DeleteBearerRequest> decode(Gtp2Message message) {
        IeReader in = message.reader();
        Integer linked = in.optional(Gtp2Ie.EBI, 0);
        Integer ebi = linked == null ? in.conditional(Gtp2Ie.EBI, 1) : null;
        return in.fault() != null
                ? in.bad()
                : Decoded.good(new DeleteBearerRequest(linked, ebi,
                        in.optional(Gtp2Ie.CAUSE, 0)));
    }
}
