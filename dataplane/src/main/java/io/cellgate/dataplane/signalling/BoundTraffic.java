package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.signalling.SessionGate.Verdict;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What bound sessions may do: each is judged by what is known of it, and then its packets pass or do not. One judgement at a
 * time; what changes meanwhile makes another one follow, and whoever waits is told when the last has been carried out.
 */
final class BoundTraffic {
    private final SessionGate gate;
    private final SessionTraffic traffic;
    private final EventExecutor loop;
    private final SignallingLog log;

    BoundTraffic(SessionGate gate, SessionTraffic traffic, EventExecutor loop,
            SignallingLog log) {
        this.gate = gate;
        this.traffic = traffic;
        this.loop = loop;
        this.log = log;
    }

    /** Has a session stand as it is to by what is known now; fails where that could not be found out or done. */
    CompletableFuture<Void> settle(BoundSession session) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        session.waiting.add(done);
        if (session.settling) {
            session.stale = true;
        } else {
            judge(session);
        }
        return done;
    }

    private void judge(BoundSession session) {
        session.settling = true;
        session.stale = false;
        if (session.installed.isEmpty()) {
            gate.judge(session.request(), session.source, session.binding.timeZone(),
                    verdict -> onVerdict(session, verdict));
        } else {
            gate.judgeAgain(session.request(), session.source, session.binding.timeZone(),
                    verdict -> onVerdict(session, verdict));
        }
    }

    private void onVerdict(BoundSession session, Verdict verdict) {
        if (session.hasEnded()) {
            finish(session, null);
            return;
        }
        if (session.stale) {
            judge(session);
            return;
        }
        if (!verdict.trials().equals(session.ruling.trials())) {
            log.trials(session.source, session.imsi(), verdict.trials());
        }
        switch (verdict) {
            // our own failure is no reason to stop what was let pass
            case Verdict.Denied denied when denied.refusal() == null -> finish(session,
                    new IllegalStateException(denied.reject().detail()));
            case Verdict.Denied denied -> SessionGate.onLoop(loop, bar(session, denied.reject()),
                    (_, failure) -> finish(session, failure));
            case Verdict.Allowed(Subscriber subscriber, var ruling) -> {
                session.subscriber = subscriber;
                session.ruling = ruling;
                letPass(session, session.forUserPlane(subscriber));
            }
        }
    }

    private void letPass(BoundSession session, List<UserPlaneSession> parts) {
        if (session.barred != null) {
            session.barred = null;
            log.accepted(session.source, "accounting binding", session.imsi(), 0);
        }
        if (parts.equals(session.installed)) {
            finish(session, null);
            return;
        }
        session.installed = parts;
        List<CompletionStage<Void>> all = new ArrayList<>(parts.size());
        parts.forEach(part -> all.add(traffic.install(part)));
        SessionGate.onLoop(loop, together(all), (_, failure) -> {
            if (failure == null) {
                finish(session, null);
            } else {
                SessionGate.onLoop(loop, stop(session), (_, _) -> finish(session, failure));
            }
        });
    }

    private void finish(BoundSession session, @Nullable Throwable failure) {
        if (session.stale && !session.hasEnded()) {
            judge(session);
            return;
        }
        session.settling = false;
        List<CompletableFuture<Void>> waiting = session.waiting;
        session.waiting = new ArrayList<>(1);
        for (CompletableFuture<Void> each : waiting) {
            if (failure == null) {
                each.complete(null);
            } else {
                each.completeExceptionally(failure);
            }
        }
    }

    /** Lets nothing of a session pass, for a reason; a judgement that is under way does not undo that unseen. */
    CompletionStage<Void> bar(BoundSession session, Reject reason) {
        Reject before = session.barred;
        if (before == null || !before.reason().equals(reason.reason())) {
            if (session.installed.isEmpty()) {
                log.refused(session.source, "accounting binding", session.imsi(), 0, reason);
            } else {
                log.ended(session.source, "accounting binding", session.imsi(), 0,
                        reason.reason(), reason.detail());
            }
        }
        session.barred = reason;
        return stop(session);
    }

    /** Has the user plane drop what it has of a session; completes when that is so. */
    CompletionStage<Void> stop(BoundSession session) {
        List<UserPlaneSession> parts = session.installed;
        session.installed = List.of();
        return traffic.remove(parts.stream().mapToInt(UserPlaneSession::localTeid).toArray());
    }

    static CompletableFuture<Void> together(List<? extends CompletionStage<Void>> stages) {
        return CompletableFuture.allOf(stages.stream().map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture<?>[]::new));
    }
}
