package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.radius.AccountingClient;
import io.cellgate.dataplane.radius.AccountingClients;
import io.cellgate.dataplane.radius.Binding;
import io.cellgate.dataplane.radius.BindingStore;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SimGroup;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.policy.Phase;
import io.cellgate.policy.subject.Imsi;
import io.netty.util.concurrent.EventExecutor;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a change outside accounting does to bound sessions: of clients, of SIMs, of the time; and a start. */
final class BoundReviews {
    private final AccountingConfig config;
    private final BoundSessions sessions;
    private final Bindings bindings;
    private final BoundTraffic traffic;
    private final BindingStore store;
    private final EventExecutor loop;
    private final Clock clock;
    private @Nullable List<Binding> kept;
    private long minute;

    BoundReviews(AccountingConfig config, BoundSessions sessions, Bindings bindings,
            BoundTraffic traffic, BindingStore store, EventExecutor loop, Clock clock) {
        this.config = config;
        this.sessions = sessions;
        this.bindings = bindings;
        this.traffic = traffic;
        this.store = store;
        this.loop = loop;
        this.clock = clock;
        kept = store.all();
        minute = minute();
    }

    /**
     * Takes new clients; with the first ones, begins to judge what was kept of them before this start. Completes when what
     * they may not bind any more has ended.
     */
    CompletableFuture<Void> publish(AccountingClients next) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (BoundSession session : sessions.all()) {
            AccountingClient client = next.byId(session.client.id());
            if (client == null) {
                all.add(bindings.endAndSay(session, "client_removed",
                        session.client.id() + " is no accounting client any more"));
            } else if (!session.binding.addresses().stream().allMatch(client::mayBind)) {
                all.add(bindings.endAndSay(session, "range_removed", session.binding.addresses()
                        + " are not in the ranges of client " + client.id() + " any more"));
            } else {
                boolean same = client.carrier().equals(session.client.carrier());
                session.client = client;
                if (!same) {
                    var _ = traffic.settle(session);
                }
            }
        }
        List<Binding> before = kept;
        kept = null;
        if (before != null) {
            restore(before, next);
        }
        return BoundTraffic.together(all);
    }

    private void restore(List<Binding> before, AccountingClients clients) {
        List<BoundSession> restored = new ArrayList<>();
        for (Binding binding : before) {
            AccountingClient client = clients.byId(binding.client());
            if (client == null || !binding.addresses().stream().allMatch(client::mayBind)
                    || !config.reaches(binding)
                    || isSilent(binding, client)) {
                var _ = store.forget(binding.key());
            } else {
                restored.add(bindings.add(client, binding, client.sources().getFirst().first()));
            }
        }
        var _ = new Sweep<>(loop, restored, traffic::settle).start();
    }

    /** Ends what was not heard of for too long, and follows the clock. */
    void tick(AccountingClients clients) {
        for (AccountingClient client : clients.all()) {
            BoundSession oldest = sessions.longestUnheard(client.id());
            while (oldest != null && isSilent(oldest.binding, client)) {
                var _ = bindings.endAndSay(oldest, "timed_out", "nothing was said of it for "
                        + client.timeout() + ", since " + oldest.binding.heard());
                oldest = sessions.longestUnheard(client.id());
            }
        }
        long now = minute();
        if (now != minute) {
            minute = now;
            var _ = new Sweep<>(loop,
                    sessions.all().stream().filter(BoundReviews::isToBeAsked).toList(),
                    traffic::settle).start();
        }
    }

    private boolean isSilent(Binding binding, AccountingClient client) {
        return binding.heard().plus(client.timeout()).isBefore(clock.instant());
    }

    /**
     * Whether the clock can change what a session may do, or it is barred: its carrier's device knows nothing of that and
     * does not try again by itself.
     */
    private static boolean isToBeAsked(BoundSession session) {
        Subscriber subscriber = session.subscriber;
        return session.barred != null || subscriber != null
                && subscriber.policy().current().asksForTime(Phase.SESSION);
    }

    private long minute() {
        return Math.floorDiv(clock.millis(), 60_000L);
    }

    /** Judges the sessions of a SIM again. */
    CompletableFuture<Void> reevaluate(Imsi imsi) {
        return BoundTraffic.together(sessions.of(imsi).stream().map(traffic::settle).toList());
    }

    /** Judges the sessions of these SIMs again, some at a time, and those of SIMs that were not known. */
    CompletableFuture<Void> reevaluate(SimGroup sims) {
        return new Sweep<>(loop, sessions.all().stream().filter(session -> {
            Subscriber whose = session.subscriber;
            return whose == null || sims.has(whose);
        }).toList(), traffic::settle).start();
    }

    /**
     * Lets nothing of a SIM's sessions pass, until they are judged again: at once where they were only to begin anew. Gives
     * the number of those of which something passed.
     */
    CompletableFuture<Integer> barAll(Imsi imsi, Refusal refusal, String detail) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        int passed = 0;
        for (BoundSession session : sessions.of(imsi)) {
            passed += session.installed.isEmpty() ? 0 : 1;
            session.stale = session.settling;
            all.add(traffic.bar(session, Reject.of(refusal, detail)).toCompletableFuture());
            if (refusal == Refusal.SESSION_RESET) {
                // the user plane carries out commands in their order: it goes before it comes again
                all.add(traffic.settle(session));
            }
        }
        int count = passed;
        return BoundTraffic.together(all).thenApply(_ -> count);
    }

    List<SessionView> views(List<BoundSession> of) {
        List<SessionView> views = new ArrayList<>();
        for (BoundSession session : of) {
            SessionView view = session.view();
            if (view != null) {
                views.add(view);
            }
        }
        return views;
    }

    List<SessionView> views() {
        return views(sessions.all());
    }

    List<SessionView> views(Imsi imsi) {
        return views(sessions.of(imsi));
    }

    /** How many sessions a client has told of that are not over. */
    int sessionsOf(String client) {
        return sessions.ofClient(client).size();
    }
}
