package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.signalling.SessionGate.Verdict;
import io.cellgate.dataplane.signalling.SessionRules.Ruling;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a live session when its carrier says something new of it, or when it is to be judged again as it is:
 * it is judged, and then goes on as it is now, or ends. One thing at a time happens to one session.
 */
final class SessionChanges {
    private static final Logger LOG = LoggerFactory.getLogger(SessionChanges.class);

    private final SessionTable table;
    private final Peers peers;
    private final SessionGate gate;
    private final SessionTraffic traffic;
    private final EventExecutor loop;
    private final Clock clock;
    private final SignallingLog log;
    private final SessionEnds ends;
    private final Farewell farewell;

    SessionChanges(SessionTable table, Peers peers, SessionGate gate, SessionTraffic traffic,
            EventExecutor loop, Clock clock, SignallingLog log, SessionEnds ends,
            Farewell farewell) {
        this.table = table;
        this.peers = peers;
        this.gate = gate;
        this.traffic = traffic;
        this.loop = loop;
        this.clock = clock;
        this.log = log;
        this.ends = ends;
        this.farewell = farewell;
    }

    /**
     * Changes a session, and ends it where it is no longer allowed as it would be then. The answer is null for
     * success. False where too many changes of the session wait already: then there is no answer.
     */
    boolean change(Session session, ChangeOrder order, Consumer<@Nullable Reject> answer) {
        return session.change(() -> startChange(session, order, answer));
    }

    private void startChange(Session session, ChangeOrder order,
            Consumer<@Nullable Reject> answer) {
        if (session.hasEnded()) {
            finishChange(session, answer, Reject.endedMeanwhile());
            return;
        }
        AttachRequest next = order.appliedTo(session.request);
        if (next.equals(session.request)) {
            apply(session, order, next, session.subscriber, session.ruling, answer);
            return;
        }
        gate.judgeAgain(next,
                (order.control() == null ? session.control : order.control()).address(),
                order.timeZone() == null ? session.timeZone : order.timeZone(),
                verdict -> {
                    if (session.hasEnded()) {
                        finishChange(session, answer, Reject.endedMeanwhile());
                        return;
                    }
                    logTrials(session, verdict);
                    switch (verdict) {
                        case Verdict.Allowed(Subscriber subscriber, Ruling ruling) -> apply(session,
                                order, next, subscriber, ruling, answer);
                        // a failure of ours ends no session: it stays as it was
                        case Verdict.Denied(@Nullable Refusal refusal, Reject reject, var _, var _) when refusal == null ->
                            finishChange(
                                    session, answer, reject);
                        case Verdict.Denied denied -> {
                            if (order.control() != null) {
                                session.control = order.control();
                            }
                            Reject reject = denied.reject();
                            var _ = ends.end(session).whenComplete((_, _) -> {
                                finishChange(session, answer, reject);
                                farewell.tell(session, denied.refusal(), reject.reason(),
                                        reject.detail());
                            });
                        }
                    }
                });
    }

    /**
     * Stops or resumes what is sent to the device; otherwise the session stays as it is. The answer is null for success.
     * False where too many changes of the session wait already: then there is no answer.
     */
    boolean suspend(Session session, boolean suspended, Consumer<@Nullable Reject> answer) {
        return session.change(() -> {
            if (session.hasEnded()) {
                finishChange(session, answer, Reject.endedMeanwhile());
                return;
            }
            UserPlaneSession before = session.forUserPlane();
            session.suspended = suspended;
            reinstall(session, before, failure -> finishChange(session, answer,
                    failure == null ? null : notTaken()));
        });
    }

    /** Nothing is sent to a device whose RNC has no tunnel for it, until there is one again (TS 23.007 §21.2). */
    void loseTunnel(Session session) {
        session.changeWithoutBound(() -> {
            UserPlaneSession before = session.forUserPlane();
            session.tunnelLost = true;
            if (session.hasEnded()) {
                session.changeDone();
            } else {
                reinstall(session, before, _ -> session.changeDone());
            }
        });
    }

    private static Reject notTaken() {
        return Reject.of(SignallingFault.SYSTEM_FAILURE, "the user plane did not take it");
    }

    private static void finishChange(Session session, Consumer<@Nullable Reject> answer,
            @Nullable Reject reject) {
        answer.accept(reject);
        session.changeDone();
    }

    private void apply(Session session, ChangeOrder order, AttachRequest next,
            Subscriber subscriber, Ruling ruling, Consumer<@Nullable Reject> answer) {
        if (order.control() != null && !peers.owns(next.carrier(), order.control().address())) {
            finishChange(session, answer, Reject.endpointRemovedMeanwhile());
            return;
        }
        UserPlaneSession before = session.forUserPlane();
        // the carrier as it is now: what it may do can have changed while the inventory was asked
        Carrier carrier = peers
                .carrierOf((order.control() == null ? session.control : order.control()).address());
        session.request = carrier == null ? next : ChangeOrder.withCarrier(next, carrier);
        session.subscriber = subscriber;
        session.ruling = ruling;
        if (order.control() != null) {
            session.control = order.control();
        }
        if (order.user() != null) {
            session.user = order.user();
        }
        if (order.timeZone() != null) {
            session.timeZone = order.timeZone();
        }
        if (order.qosProfile() != null) {
            session.qosProfile = order.qosProfile();
        }
        if (order.setsUpTunnel()) {
            session.suspended = false;
            session.tunnelLost = false;
            session.directTunnel = order.directTunnel();
        }
        table.regroup(session, order.mmeSets(), order.sgwSets());
        session.changed = clock.instant();
        table.move(session, peers.of(session.control.address()), order.version());
        reinstall(session, before, failure -> finishChange(session, answer,
                failure == null
                        ? session.hasEnded() ? Reject.endedMeanwhile() : null
                        : notTaken()));
    }

    /** Tells the user plane what is new, if anything is. One that does not take it loses the session. */
    private void reinstall(Session session, UserPlaneSession before,
            Consumer<@Nullable Throwable> then) {
        if (before.equals(session.forUserPlane())) {
            then.accept(null);
            return;
        }
        SessionGate.onLoop(loop, traffic.install(session), (_, failure) -> {
            if (failure != null) {
                LOG.error("the user plane did not take a change of IMSI {}", session.key.imsi(),
                        failure);
                var _ = ends.end(session);
            }
            then.accept(failure);
        });
    }

    /** Rules that say of the session what they said when it was judged before are not logged again. */
    private void logTrials(Session session, Verdict verdict) {
        if (!verdict.trials().equals(session.ruling.trials())) {
            log.trials(session.control.address(), session.key.imsi(), verdict.trials());
        }
    }

    // Judging again

    /** Judges a session again as it is. */
    CompletableFuture<Void> reevaluate(Session session) {
        CompletableFuture<Void> queued = session.queuedReevaluation;
        if (queued != null) {
            return queued;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        session.queuedReevaluation = done;
        session.changeWithoutBound(() -> {
            session.queuedReevaluation = null;
            startReevaluation(session, done);
        });
        return done;
    }

    private void startReevaluation(Session session, CompletableFuture<Void> done) {
        if (session.hasEnded()) {
            done.complete(null);
            session.changeDone();
            return;
        }
        gate.judgeAgain(session.request, session.control.address(), session.timeZone, verdict -> {
            if (session.hasEnded()) {
                done.complete(null);
                session.changeDone();
                return;
            }
            logTrials(session, verdict);
            switch (verdict) {
                case Verdict.Denied(@Nullable Refusal refusal, Reject reject, var _, var _) when refusal == null -> {
                    // our own failure is no reason to end a session that was allowed
                    done.completeExceptionally(new IllegalStateException(reject.detail()));
                    session.changeDone();
                }
                case Verdict.Denied denied -> {
                    CompletableFuture<Void> over = ends.endAndTell(session, denied.refusal(),
                            denied.reject().reason(), denied.reject().detail());
                    complete(done, over);
                    session.changeDone();
                }
                case Verdict.Allowed(Subscriber subscriber, Ruling ruling) -> {
                    UserPlaneSession before = session.forUserPlane();
                    session.subscriber = subscriber;
                    session.ruling = ruling;
                    reinstall(session, before, failure -> {
                        if (failure == null) {
                            done.complete(null);
                        } else {
                            done.completeExceptionally(failure);
                        }
                        session.changeDone();
                    });
                }
            }
        });
    }

    private static void complete(CompletableFuture<Void> done, CompletableFuture<Void> with) {
        var _ = with.whenComplete((_, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }
}
