package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.Decoded;
import io.cellgate.dataplane.gtpc.DeletePdnConnectionSetRequest;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.FqCsid;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Delete PDN Connection Set, TS 29.274 §7.9: an MME or SGW of the carrier's has lost a part of its sessions. Those of
 * them that this carrier holds end; another carrier's may be in a set of the same name, and stay.
 */
final class Gtp2DeletePdnConnectionSet implements Gtp2Handler {
    private final Gtp2Answers answers;
    private final SessionTable table;
    private final SessionEnds ends;

    Gtp2DeletePdnConnectionSet(Gtp2Answers answers, SessionTable table, SessionEnds ends) {
        this.answers = answers;
        this.table = table;
        this.ends = ends;
    }

    @Override
    public void handle(Exchange exchange, Gtp2Message message) {
        switch (DeletePdnConnectionSetRequest.decode(message)) {
            case Decoded.Bad<DeletePdnConnectionSetRequest>(Fault fault) -> {
                answers.log.counters.count(fault.reason());
                answers.refuse(exchange, message, 0, null, Reject.of(fault));
            }
            case Decoded.Good<DeletePdnConnectionSetRequest>(DeletePdnConnectionSetRequest request) ->
                delete(exchange, message, request);
        }
    }

    private void delete(Exchange exchange, Gtp2Message message,
            DeletePdnConnectionSetRequest request) {
        List<CompletableFuture<Void>> over = new ArrayList<>();
        for (FqCsid sets : request.sets()) {
            for (Session session : table.sets.in(sets)) {
                if (session.carrier().id().equals(exchange.carrier.id())) {
                    over.add(ends.end(session));
                    answers.log.ended(exchange.peer.address, message.typeOrThrow().text(),
                            session.key.imsi(), 0, "connection_set_lost", "its node at the"
                                    + " carrier lost the connections of set " + sets.sets());
                }
            }
        }
        var _ = CompletableFuture.allOf(over.toArray(CompletableFuture<?>[]::new))
                .whenComplete((_, _) -> {
                    exchange.reply(Gtp2Encoder
                            .withTeid(Gtp2Type.DELETE_PDN_CONNECTION_SET_RESPONSE, 0,
                                    message.sequence())
                            .cause(CauseIe.of(Gtp2Answers.ACCEPTED))
                            .recovery(answers.restartCounter).toDatagram());
                    answers.log.accepted(exchange.peer.address, message.typeOrThrow().text(),
                            null, Gtp2Answers.ACCEPTED);
                });
    }
}
