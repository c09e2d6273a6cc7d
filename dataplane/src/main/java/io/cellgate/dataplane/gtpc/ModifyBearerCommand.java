package io.cellgate.dataplane.gtpc;

import org.jspecify.annotations.Nullable;

/**
 * Modify Bearer Command as an SGW sends it to a PGW over S5/S8, TS 29.274 §7.2.14.1: what the subscriber may have
 * changed at home.
 *
 * @param ambr of all its connections to this APN
 * @param ebi  the default bearer
 * @param qos  null where it stays as it is
 */
public record ModifyBearerCommand(Ambr ambr, int ebi, @Nullable BearerQos qos,
        @Nullable FTeid sender) {

    public static Decoded<ModifyBearerCommand> decode(Gtp2Message message) {
        IeReader in = message.reader();
        Ambr ambr = in.mandatory(Gtp2Ie.AMBR, 0);
        BearerContext bearer = BearerContext.ofCommand(in);
        return in.fault() != null || ambr == null || bearer == null
                ? in.bad()
                : Decoded.good(new ModifyBearerCommand(ambr, bearer.ebi(), bearer.qos(),
                        in.optional(Gtp2Ie.F_TEID, 0)));
    }
}
