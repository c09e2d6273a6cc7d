package io.cellgate.dataplane.gtpc;

import java.util.List;

/**
 * Delete Bearer Command as an SGW sends it to a PGW over S5/S8, TS 29.274 §7.2.17.1.
 *
 * @param ebis the bearers that are to go; at least one
 */
public record DeleteBearerCommand(List<Integer> ebis) {
    public DeleteBearerCommand {
        ebis = List.copyOf(ebis);
    }

    public static Decoded<DeleteBearerCommand> decode(Gtp2Message message) {
        IeReader in = message.reader();
        BearerContext first = BearerContext.ofCommand(in);
        return in.fault() != null || first == null
                ? in.bad()
                : Decoded.good(new DeleteBearerCommand(BearerContext.ebis(in)));
    }
}
