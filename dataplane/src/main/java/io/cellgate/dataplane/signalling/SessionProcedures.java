package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.signalling.CreateOutcome.PdnChange;
import io.cellgate.dataplane.signalling.SessionGate.Verdict;
import io.cellgate.dataplane.signalling.SessionRules.Ruling;
import io.cellgate.policy.Phase;
import io.cellgate.policy.subject.Imsi;
import io.netty.util.concurrent.EventExecutor;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What sessions go through, in words of neither version of GTP: an attach, a change, an end.
 *
 * <p>The order of things is what makes them safe. A device is let through only when carrier, inventory and policy
 * have agreed; the peer hears of success only when the user plane is ready, and of an end only when the user plane
 * has stopped. An address goes back to its pool only then, and rests there. Attaches that wait for the inventory can
 * be overtaken: by a newer attach for the same bearer, by a suspension, by a change of policy; each of these marks
 * what is waiting, and the mark is looked at when the answer comes.
 */
final class SessionProcedures {
    private static final Logger LOG = LoggerFactory.getLogger(SessionProcedures.class);

    private final Map<AttachKey, Attach> attaching = new HashMap<>();
    private final SessionTable table;
    private final Peers peers;
    private final SessionGate gate;
    private final AddressPools pools;
    private final UserPlane userPlane;
    private final EventExecutor loop;
    private final Clock clock;
    private final SignallingLog log;
    private final SignallingCounters counters;
    private final Farewell farewell;
    private final int maxPendingAttaches;
    private final Set<String> apns;
    /** Also those that were overtaken and are not in {@link #attaching} any more. */
    private int pendingAttaches;
    private long minute;

    /** Tells a carrier that its session is over. */
    interface Farewell {
        void tell(Session session, @Nullable Refusal refusal, String reason, String detail);
    }

    /** Carriers do not overtake each other: whoever could name an IMSI could keep it from attaching. */
    private record AttachKey(BearerKey bearer, String carrier) {}

    /** An attach that waits for the inventory. */
    private static final class Attach {
        final AttachKey key;
        final PdnChange pdnChange;
        final Consumer<CreateOutcome> answer;
        CreateOrder order;
        @Nullable
        Reject cancelled;
        boolean again;

        Attach(CreateOrder order, PdnChange pdnChange,
                Consumer<CreateOutcome> answer) {
            this.order = order;
            this.key = new AttachKey(order.key(), order.request().carrier().id());
            this.pdnChange = pdnChange;
            this.answer = answer;
        }
    }

    SessionProcedures(SessionTable table, Peers peers, SessionGate gate, AddressPools pools,
            UserPlane userPlane, EventExecutor loop, Clock clock, SignallingLog log,
            Farewell farewell, SignallingConfig config) {
        this.table = table;
        this.peers = peers;
        this.gate = gate;
        this.pools = pools;
        this.userPlane = userPlane;
        this.loop = loop;
        this.clock = clock;
        this.log = log;
        this.counters = log.counters;
        this.minute = minute();
        this.farewell = farewell;
        this.maxPendingAttaches = config.maxPendingAttaches();
        this.apns = config.apns();
    }

    // Attach

    void create(CreateOrder asked, Consumer<CreateOutcome> answer) {
        AttachRequest request = asked.request();
        if (!apns.isEmpty() && !apns.contains(request.apn())) {
            answer.accept(CreateOutcome.Rejected.of(Refusal.UNKNOWN_APN,
                    "APN \"" + request.apn() + "\" is none of " + apns));
            return;
        }
        if (pendingAttaches >= maxPendingAttaches) {
            counters.count(SignallingFault.TOO_MANY_PENDING);
            answer.accept(new CreateOutcome.Rejected(Reject.of(SignallingFault.TOO_MANY_PENDING,
                    pendingAttaches + " attaches wait for the inventory")));
            return;
        }
        PdnType granted = pools.granted(request.pdnType(), asked.dualAddress());
        if (granted == null) {
            answer.accept(new CreateOutcome.Rejected(
                    Reject.pdnType(request.pdnType().name())));
            return;
        }
        CreateOrder order = asked.withRequest(with(request, granted));
        Attach attach = new Attach(order, pools.change(request.pdnType(), granted), answer);
        pendingAttaches++;
        Attach before = attaching.put(attach.key, attach);
        if (before != null) {
            before.cancelled = Reject.superseded();
        }
        // TS 29.274 §7.2.1: the old context goes. Another carrier's goes only once this one was let
        // in.
        Session old = table.find(order.key());
        if (old != null && old.carrier().id().equals(request.carrier().id())) {
            var _ = end(old);
        }
        judge(attach);
    }

    private static AttachRequest with(AttachRequest request, PdnType pdnType) {
        return new AttachRequest(request.carrier(), request.imsi(), request.imei(), request.apn(),
                request.rat(), pdnType, request.location());
    }

    private void judge(Attach attach) {
        gate.judge(attach.order.request(), attach.order.timeZone(),
                verdict -> onVerdict(attach, verdict));
    }

    private void onVerdict(Attach attach, Verdict verdict) {
        Reject cancelled = attach.cancelled;
        if (cancelled == null && attach.again) {
            attach.again = false;
            judge(attach);
            return;
        }
        pendingAttaches--;
        attaching.remove(attach.key, attach);
        if (cancelled != null) {
            attach.answer.accept(new CreateOutcome.Rejected(cancelled));
            return;
        }
        CreateOrder asked = attach.order;
        log.trials(asked.control().address(), asked.key().imsi(), verdict.trials());
        switch (verdict) {
            case Verdict.Denied denied -> attach.answer
                    .accept(new CreateOutcome.Rejected(denied.reject()));
            case Verdict.Allowed allowed -> establish(attach, allowed);
        }
    }

    private void establish(Attach attach, Verdict.Allowed allowed) {
        CreateOrder order = attach.order;
        if (!peers.owns(order.request().carrier(), order.control().address())) {
            attach.answer.accept(new CreateOutcome.Rejected(removedMeanwhile()));
            return;
        }
        Session old = table.find(order.key());
        if (old != null) {
            var _ = end(old);
        }
        PdnType type = order.request().pdnType();
        Inet4Address ipv4 = type == PdnType.IPV6 ? null : pools.takeIpv4();
        Inet6Address ipv6 = type == PdnType.IPV4 ? null : pools.takeIpv6();
        if ((type != PdnType.IPV6 && ipv4 == null) || (type != PdnType.IPV4 && ipv6 == null)) {
            pools.giveBack(ipv4, ipv6);
            attach.answer.accept(new CreateOutcome.Rejected(Reject.noAddress()));
            return;
        }
        Session session = new Session(order, peers.of(order.control().address()),
                allowed.subscriber(),
                table.newIdentity(), ipv4,
                ipv6, clock.instant());
        session.ruling = allowed.ruling();
        table.add(session);
        SessionGate.onLoop(loop, install(session), (_, failure) -> {
            if (session.hasEnded()) {
                attach.answer.accept(new CreateOutcome.Rejected(Reject.superseded()));
            } else if (failure != null) {
                LOG.error("the user plane did not take the session of IMSI {}",
                        order.key().imsi(), failure);
                var _ = end(session);
                attach.answer.accept(new CreateOutcome.Rejected(Reject.of(
                        SignallingFault.SYSTEM_FAILURE, "the user plane did not take it")));
            } else {
                counters.countCreated();
                attach.answer.accept(new CreateOutcome.Created(session, attach.pdnChange));
            }
        });
    }

    private CompletionStage<Void> install(Session session) {
        try {
            return userPlane.install(session.forUserPlane());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    // Change

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
            finishChange(session, answer, endedMeanwhile());
            return;
        }
        AttachRequest next = order.appliedTo(session.request);
        if (next.equals(session.request)) {
            apply(session, order, next, session.subscriber, session.ruling, answer);
            return;
        }
        gate.judge(next, order.timeZone() == null ? session.timeZone : order.timeZone(),
                verdict -> {
                    if (session.hasEnded()) {
                        finishChange(session, answer, endedMeanwhile());
                        return;
                    }
                    logTrials(session, verdict);
                    switch (verdict) {
                        case Verdict.Allowed(Subscriber subscriber, Ruling ruling) -> apply(session,
                                order, next, subscriber, ruling, answer);
                        case Verdict.Denied denied -> {
                            if (order.control() != null) {
                                session.control = order.control();
                            }
                            Reject reject = denied.reject();
                            var _ = end(session).whenComplete((_, _) -> {
                                finishChange(session, answer, reject);
                                farewell.tell(session, denied.refusal(), reject.reason(),
                                        reject.detail());
                            });
                        }
                    }
                });
    }

    private static Reject endedMeanwhile() {
        return Reject.of(SignallingFault.CONTEXT_NOT_FOUND, "the session has just ended");
    }

    private static Reject removedMeanwhile() {
        return Reject.of(SignallingFault.FOREIGN_ENDPOINT,
                "the control endpoint has just ceased to be the carrier's");
    }

    private static void finishChange(Session session, Consumer<@Nullable Reject> answer,
            @Nullable Reject reject) {
        answer.accept(reject);
        session.changeDone();
    }

    private void apply(Session session, ChangeOrder order, AttachRequest next,
            Subscriber subscriber, Ruling ruling, Consumer<@Nullable Reject> answer) {
        if (order.control() != null && !peers.owns(next.carrier(), order.control().address())) {
            finishChange(session, answer, removedMeanwhile());
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
        session.changed = clock.instant();
        table.move(session, peers.of(session.control.address()), order.version());
        reinstall(session, before, failure -> finishChange(session, answer,
                failure == null
                        ? session.hasEnded() ? endedMeanwhile() : null
                        : Reject.of(SignallingFault.SYSTEM_FAILURE,
                                "the user plane did not take it")));
    }

    /** Tells the user plane what is new, if anything is. One that does not take it loses the session. */
    private void reinstall(Session session, UserPlaneSession before,
            Consumer<@Nullable Throwable> then) {
        if (before.equals(session.forUserPlane())) {
            then.accept(null);
            return;
        }
        SessionGate.onLoop(loop, install(session), (_, failure) -> {
            if (failure != null) {
                LOG.error("the user plane did not take a change of IMSI {}", session.key.imsi(),
                        failure);
                var _ = end(session);
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

    /** Judges those sessions again whose session-phase rules ask for the time, if another minute has begun. */
    void followClock() {
        long now = minute();
        if (now != minute) {
            minute = now;
            List<Session> timed = table.all().stream().filter(
                    session -> session.subscriber.policy().current().asksForTime(Phase.SESSION))
                    .toList();
            var _ = new Sweep<>(timed, this::reevaluate).start();
        }
    }

    private long minute() {
        return Math.floorDiv(clock.millis(), 60_000L);
    }

    /** Judges the sessions and waiting attaches of a SIM again. */
    CompletableFuture<Void> reevaluate(Imsi imsi) {
        attaching.forEach((key, attach) -> {
            if (key.bearer().imsi().equals(imsi)) {
                attach.again = true;
            }
        });
        return all(table.of(imsi).stream().map(this::reevaluate).toList());
    }

    /** What a carrier may do has changed: what waits in its name is judged by that. */
    void carrierChanged(Carrier carrier) {
        attaching.forEach((key, attach) -> {
            if (key.carrier().equals(carrier.id())) {
                attach.order = attach.order.withRequest(
                        ChangeOrder.withCarrier(attach.order.request(), carrier));
                attach.again = true;
            }
        });
    }

    /** Judges all sessions and waiting attaches again, some at a time. */
    CompletableFuture<Void> reevaluateAll() {
        attaching.values().forEach(attach -> attach.again = true);
        return new Sweep<>(table.all(), this::reevaluate).start();
    }

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
        gate.judge(session.request, session.timeZone, verdict -> {
            if (session.hasEnded()) {
                done.complete(null);
                session.changeDone();
                return;
            }
            logTrials(session, verdict);
            switch (verdict) {
                case Verdict.Denied(@Nullable Refusal refusal, Reject reject, var _) when refusal == null -> {
                    // our own failure is no reason to end a session that was allowed
                    done.completeExceptionally(new IllegalStateException(reject.detail()));
                    session.changeDone();
                }
                case Verdict.Denied denied -> {
                    CompletableFuture<Void> over = endAndTell(session, denied.refusal(),
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

    static CompletableFuture<Void> all(List<CompletableFuture<Void>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
    }

    // End

    /** Ends a session; the future completes when nothing of it is forwarded any more. */
    CompletableFuture<Void> end(Session session) {
        CompletableFuture<Void> before = session.gone;
        if (before != null) {
            return before;
        }
        CompletableFuture<Void> gone = new CompletableFuture<>();
        session.gone = gone;
        table.remove(session);
        counters.countEnded();
        SessionGate.onLoop(loop, remove(session), (_, failure) -> {
            if (failure == null) {
                pools.giveBack(session.ipv4, session.ipv6Prefix);
                gone.complete(null);
            } else {
                LOG.error("the user plane did not drop the session of IMSI {}",
                        session.key.imsi(), failure);
                gone.completeExceptionally(failure);
            }
        });
        return gone;
    }

    private CompletionStage<Void> remove(Session session) {
        try {
            return userPlane.remove(session.userTeid);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Ends a session of our own will: traffic stops, then the carrier is told. */
    CompletableFuture<Void> endAndTell(Session session, @Nullable Refusal refusal, String reason,
            String detail) {
        return end(session).whenComplete(
                (_, _) -> farewell.tell(session, refusal, reason, detail));
    }

    /** Ends what a SIM has, and refuses what it is about to get; gives the number of sessions ended. */
    CompletableFuture<Integer> endAll(Imsi imsi, Refusal refusal, String detail) {
        attaching.forEach((key, attach) -> {
            if (key.bearer().imsi().equals(imsi)) {
                attach.cancelled = Reject.of(refusal, detail);
            }
        });
        List<CompletableFuture<Void>> over = new ArrayList<>();
        for (Session session : table.of(imsi)) {
            over.add(endAndTell(session, refusal, refusal.text(), detail));
        }
        return all(over).thenApply(_ -> over.size());
    }
}
