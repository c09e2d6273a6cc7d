package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.SubscriberDirectory;
import io.cellgate.dataplane.session.SubscriberDirectory.Admission;
import io.cellgate.dataplane.signalling.SessionRules.Ruling;
import io.cellgate.dataplane.signalling.SessionRules.Trial;
import io.cellgate.policy.subject.Plmn;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may have a session: first what the carrier is entitled to, then what the inventory says of the SIM, last the
 * session-phase rules of its policy as they stand when the inventory has answered.
 */
final class SessionGate {
    private static final Logger LOG = LoggerFactory.getLogger(SessionGate.class);

    private final SubscriberDirectory directory;
    private final SessionRules rules;
    private final EventExecutor loop;
    private final Clock clock;
    private final Firewall firewall;

    /** The gate's answer. */
    sealed interface Verdict {
        /** @param ruling what the session-phase rules say; no objection */
        record Allowed(Subscriber subscriber, Ruling ruling) implements Verdict {}

        /**
         * @param refusal  null where it was our own failure
         * @param trials   of the session-phase rules, where they were asked
         * @param admitted whom the inventory had let in before these rules objected, else null
         */
        record Denied(@Nullable Refusal refusal, Reject reject, List<Trial> trials,
                @Nullable Subscriber admitted)
                implements
                    Verdict {
            public Denied {
                trials = List.copyOf(trials);
            }

            static Denied of(Refusal refusal, String detail) {
                return new Denied(refusal, Reject.of(refusal, detail), List.of(), null);
            }
        }

        /** Whom the inventory let in, whatever the rules say; null where it did not. */
        default @Nullable Subscriber admitted() {
            return switch (this) {
                case Allowed allowed -> allowed.subscriber();
                case Denied denied -> denied.admitted();
            };
        }

        default List<Trial> trials() {
            return switch (this) {
                case Allowed allowed -> allowed.ruling().trials();
                case Denied denied -> denied.trials();
            };
        }
    }

    SessionGate(SubscriberDirectory directory, SessionRules rules, EventExecutor loop,
            Clock clock, Firewall firewall) {
        this.firewall = firewall;
        this.directory = directory;
        this.rules = rules;
        this.loop = loop;
        this.clock = clock;
    }

    /**
     * Judges an attach, and runs {@code then} with the verdict on the event loop.
     *
     * @param peer the carrier's node that brings the device
     */
    void judge(AttachRequest request, InetAddress peer, @Nullable ZoneOffset timeZone,
            Consumer<Verdict> then) {
        judge(request, peer, timeZone, directory::admit, then);
    }

    /** The same of a session that is there and moved, or whose SIM changed. */
    void judgeAgain(AttachRequest request, InetAddress peer, @Nullable ZoneOffset timeZone,
            Consumer<Verdict> then) {
        judge(request, peer, timeZone, directory::keep, then);
    }

    private void judge(AttachRequest request, InetAddress peer, @Nullable ZoneOffset timeZone,
            Function<AttachRequest, CompletionStage<Admission>> question,
            Consumer<Verdict> then) {
        Carrier carrier = request.carrier();
        Plmn serving = request.location().plmn();
        if (!carrier.mayBring(request.imsi())) {
            String detail = "got IMSI " + request.imsi() + ", expected one of the home networks "
                    + carrier.homePlmns() + " of carrier " + carrier.id();
            if (!firewall.lets(FirewallCheck.HOME_PLMN, peer, carrier, "attach", request.imsi(),
                    detail)) {
                then.accept(Verdict.Denied.of(Refusal.CARRIER_NOT_ENTITLED, detail));
                return;
            }
        }
        if (!carrier.mayServeIn(serving)) {
            String detail = "got serving network " + serving + ", expected one of "
                    + carrier.servingPlmns() + " of carrier " + carrier.id();
            if (!firewall.lets(FirewallCheck.SERVING_PLMN, peer, carrier, "attach",
                    request.imsi(), detail)) {
                then.accept(Verdict.Denied.of(Refusal.CARRIER_NOT_ENTITLED, detail));
                return;
            }
        }
        onLoop(loop, asked(question, request), (admission, failure) -> then
                .accept(safeVerdict(request, timeZone, admission, failure)));
    }

    private static CompletionStage<Admission> asked(
            Function<AttachRequest, CompletionStage<Admission>> question, AttachRequest request) {
        try {
            return question.apply(request);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A verdict in any case: an attach that never gets one would stay among those that wait. */
    private Verdict safeVerdict(AttachRequest request, @Nullable ZoneOffset timeZone,
            @Nullable Admission admission, @Nullable Throwable failure) {
        try {
            return verdict(request, timeZone, admission, failure);
        } catch (RuntimeException e) {
            return verdict(request, timeZone, null, e);
        }
    }

    private Verdict verdict(AttachRequest request, @Nullable ZoneOffset timeZone,
            @Nullable Admission admission, @Nullable Throwable failure) {
        if (failure != null || admission == null) {
            LOG.error("the inventory could not judge IMSI {}", request.imsi(), failure);
            return new Verdict.Denied(null,
                    Reject.of(SignallingFault.SYSTEM_FAILURE, "the inventory did not answer"),
                    List.of(), null);
        }
        return switch (admission) {
            case Admission.Refused(Refusal reason, String detail) -> Verdict.Denied.of(reason,
                    detail);
            case Admission.Admitted(Subscriber subscriber) -> {
                Ruling ruling = rules.judge(subscriber, request, timeZone, clock.instant());
                String objection = ruling.objection();
                if (objection == null) {
                    directory.ruled(subscriber, ruling.quarantine());
                }
                yield objection == null
                        ? new Verdict.Allowed(subscriber, ruling)
                        : new Verdict.Denied(Refusal.POLICY,
                                Reject.of(Refusal.POLICY, objection), ruling.trials(),
                                subscriber);
            }
        };
    }

    /** An attach that the inventory admitted comes to nothing. */
    void notAttached(Subscriber subscriber) {
        directory.notAttached(subscriber);
    }

    /** Continues on the event loop: at once where that is where the stage completes. */
    static <T> void onLoop(EventExecutor loop, CompletionStage<T> stage,
            BiConsumer<? super @Nullable T, ? super @Nullable Throwable> then) {
        var _ = stage.whenComplete((value, failure) -> {
            if (loop.inEventLoop()) {
                then.accept(value, failure);
            } else {
                loop.execute(() -> then.accept(value, failure));
            }
        });
    }
}
