package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SimGroup;
import io.cellgate.policy.Phase;
import io.cellgate.policy.subject.Imsi;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a change outside signalling does to those that it concerns: the state, lock, fence or policy of SIMs, what a
 * carrier may do, the clock. Live sessions are judged again or ended; attaches that wait for the inventory are marked.
 */
final class Reviews {
    private final SessionTable table;
    private final Attaches attaches;
    private final SessionChanges changes;
    private final SessionEnds ends;
    private final EventExecutor loop;
    private final Clock clock;
    private long minute;

    Reviews(SessionTable table, Attaches attaches, SessionChanges changes, SessionEnds ends,
            EventExecutor loop, Clock clock) {
        this.table = table;
        this.attaches = attaches;
        this.changes = changes;
        this.ends = ends;
        this.loop = loop;
        this.clock = clock;
        this.minute = minute();
    }

    /** Judges those sessions again whose session-phase rules ask for the time, if another minute has begun. */
    void followClock() {
        long now = minute();
        if (now != minute) {
            minute = now;
            List<Session> timed = table.all().stream().filter(
                    session -> session.subscriber.policy().current().asksForTime(Phase.SESSION))
                    .toList();
            var _ = new Sweep<>(loop, timed, changes::reevaluate).start();
        }
    }

    private long minute() {
        return Math.floorDiv(clock.millis(), 60_000L);
    }

    /** Judges the sessions and waiting attaches of a SIM again. */
    CompletableFuture<Void> reevaluate(Imsi imsi) {
        attaches.judgeAgain(imsi);
        return all(table.of(imsi).stream().map(changes::reevaluate).toList());
    }

    /** Judges the sessions of these SIMs again, some at a time, and all attaches that wait. */
    CompletableFuture<Void> reevaluate(SimGroup sims) {
        attaches.judgeAllAgain();
        List<Session> theirs = table.all();
        theirs.removeIf(session -> !sims.has(session.subscriber));
        return new Sweep<>(loop, theirs, changes::reevaluate).start();
    }

    /** What a carrier may do has changed: its sessions with one of its nodes are judged by that. */
    void carrierChanged(Carrier carrier, Peer peer) {
        attaches.carrierChanged(carrier);
        for (Session session : new ArrayList<>(peer.sessions)) {
            session.request = ChangeOrder.withCarrier(session.request, carrier);
            var _ = changes.reevaluate(session);
        }
    }

    /** Ends what a SIM has, and refuses what it is about to get; gives the number of sessions ended. */
    CompletableFuture<Integer> endAll(Imsi imsi, Refusal refusal, String detail) {
        attaches.cancel(imsi, Reject.of(refusal, detail));
        List<CompletableFuture<Void>> over = new ArrayList<>();
        for (Session session : table.of(imsi)) {
            over.add(ends.endAndTell(session, refusal, refusal.text(), detail));
        }
        return all(over).thenApply(_ -> over.size());
    }

    private static CompletableFuture<Void> all(List<CompletableFuture<Void>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
    }
}
