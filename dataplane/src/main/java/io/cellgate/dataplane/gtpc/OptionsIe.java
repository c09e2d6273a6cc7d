package io.cellgate.dataplane.gtpc;

import org.jspecify.annotations.Nullable;

/** Protocol configuration options and the element in which they came. */
public record OptionsIe(OptionsKind kind, ProtocolOptions options) {

    /** The extended ones where a device sent them, else the plain ones, else the additional ones. */
    static @Nullable OptionsIe read(IeReader in) {
        ProtocolOptions extended = in.optional(Gtp2Ie.EPCO, 0);
        ProtocolOptions plain = in.optional(Gtp2Ie.PCO, 0);
        ProtocolOptions additional = in.optional(Gtp2Ie.APCO, 0);
        return extended != null
                ? new OptionsIe(OptionsKind.EPCO, extended)
                : plain != null
                        ? new OptionsIe(OptionsKind.PCO, plain)
                        : additional != null
                                ? new OptionsIe(OptionsKind.APCO, additional)
                                : null;
    }
}
