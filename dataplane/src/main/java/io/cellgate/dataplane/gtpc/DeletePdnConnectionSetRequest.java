package io.cellgate.dataplane.gtpc;

import java.util.ArrayList;
import java.util.List;

/**
 * Delete PDN Connection Set Request, TS 29.274 §7.9.1: a node of the sender's network has lost some of its connections.
 *
 * @param sets of an MME, an SGW, a PGW, an ePDG or a TWAN, in this order where there are several
 */
public record DeletePdnConnectionSetRequest(List<FqCsid> sets) {
    private static final int KINDS_OF_NODES = 5;

    public DeletePdnConnectionSetRequest {
        sets = List.copyOf(sets);
    }

    public static Decoded<DeletePdnConnectionSetRequest> decode(Gtp2Message message) {
        IeReader in = message.reader();
        List<FqCsid> sets = new ArrayList<>();
        for (int kind = 0; kind < KINDS_OF_NODES; kind++) {
            FqCsid set = in.optional(Gtp2Ie.FQ_CSID, kind);
            if (set != null) {
                sets.add(set);
            }
        }
        if (sets.isEmpty()) {
            in.conditional(Gtp2Ie.FQ_CSID, 0);
        }
        return in.fault() != null
                ? in.bad()
                : Decoded.good(new DeletePdnConnectionSetRequest(sets));
    }
}
