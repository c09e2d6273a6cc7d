package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.radius.AccountingClient;
import io.cellgate.dataplane.radius.AccountingCounters;
import io.cellgate.dataplane.radius.AccountingCounters.Count;
import io.cellgate.dataplane.radius.AccountingRequest;
import io.cellgate.dataplane.radius.Binding;
import io.cellgate.dataplane.radius.BindingStore;
import io.cellgate.dataplane.signalling.BoundSessions.BearerId;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Whose an address is, as carriers' gateways tell it, and what follows of that.
 *
 * <p>Messages come late, twice, in another order, or not at all, so what they say is held against what is known:
 *
 * <pre>
 *   a Start or Interim of an address that another SIM has   the later of the two happenings holds; the session before ends
 *   of a bearer that is over                                answered, and nothing comes of it
 *   of a bearer beside another of the same session          the session is over with the last of them
 *   of a bearer that another session of the SIM had         its Stop was lost: that session ends
 *   a Stop before its Start                                 remembered, so that the Start binds nothing
 *   On or Off of a gateway                                  all of its sessions end
 *   nothing for longer than the client's time-out           the session ends
 * </pre>
 */
final class Bindings {
    private final AccountingConfig config;
    private final BoundSessions sessions;
    private final BoundTraffic traffic;
    private final PlainIds ids;
    private final Firewall firewall;
    private final BindingStore store;
    private final EventExecutor loop;
    private final Clock clock;
    private final SignallingLog log;
    private final AccountingCounters counters;

    Bindings(AccountingConfig config, BoundSessions sessions, BoundTraffic traffic, PlainIds ids,
            Firewall firewall,
            BindingStore store, EventExecutor loop, Clock clock, SignallingLog log,
            AccountingCounters counters) {
        this.config = config;
        this.sessions = sessions;
        this.traffic = traffic;
        this.ids = ids;
        this.firewall = firewall;
        this.store = store;
        this.loop = loop;
        this.clock = clock;
        this.log = log;
        this.counters = counters;
    }

    /** Carries a message out; completes when what it says is in force and durable. */
    CompletableFuture<Void> take(Told told) {
        return switch (told.request().kind()) {
            case START, INTERIM -> began(told);
            case STOP -> stopped(told);
            case ON, OFF -> gatewayRestarted(told);
        };
    }

    // Start and Interim-Update

    private CompletableFuture<Void> began(Told told) {
        AccountingRequest request = told.request();
        BearerId bearer = told.bearer();
        if (sessions.isOver(bearer, clock.millis())) {
            return outdated(told, "the bearer is over");
        }
        BoundSession known = sessions.of(bearer);
        if (known == null) {
            return request.hasAddress() ? bind(told, bearer) : accepted(told);
        }
        if (!known.imsi().equals(request.imsi())) {
            return refuse(told, "got IMSI " + request.imsi() + " for a session of IMSI "
                    + known.imsi());
        }
        if (told.when().isBefore(known.binding.occurred())) {
            return outdated(told, "a later message came before it");
        }
        if (!told.movesFrom(known.binding)) {
            return changed(told, known);
        }
        Binding moved = told.binding(known.binding);
        if (isRefused(told, moved)) {
            return CompletableFuture.completedFuture(null);
        }
        if (isTakenLater(told, moved)) {
            return CompletableFuture.completedFuture(null);
        }
        // it has got another address, or one more: one session ends and another begins
        List<CompletableFuture<Void>> leaving = new ArrayList<>();
        leaving.add(end(known));
        return begin(told, moved, leaving);
    }

    private CompletableFuture<Void> changed(Told told, BoundSession session) {
        session.binding = session.binding.with(told.request(), told.now(), told.when());
        sessions.heard(session);
        return onceSettled(told, session);
    }

    private CompletableFuture<Void> bind(Told told, BearerId bearer) {
        Binding binding = told.binding(null);
        if (isRefused(told, binding)) {
            return CompletableFuture.completedFuture(null);
        }
        BoundSession same = sessions.at(binding.key());
        if (same != null && isSameSession(same, binding)) {
            if (same.binding.bearers().size() >= Binding.MAX_BEARERS) {
                return refuse(told, "got one more bearer than " + Binding.MAX_BEARERS);
            }
            sessions.addBearer(same, bearer);
            return changed(told, same);
        }
        return isTakenLater(told, binding) || isOneTooMany(told, binding)
                ? CompletableFuture.completedFuture(null)
                : begin(told, binding, new ArrayList<>());
    }

    /** Whether its client has as many sessions as it may have. Each is kept, even one of a SIM that is not ours. */
    private boolean isOneTooMany(Told told, Binding binding) {
        AccountingClient client = told.client();
        if (!inTheWayOf(binding).isEmpty()
                || firewall.withinTunnels(sessions.sizeOf(client.id()), told.source(),
                        client.carrier(), told.message(), binding.imsi())) {
            return false;
        }
        counters.count(client.id(), Count.REFUSED);
        return true;
    }

    /** Whether another SIM has got one of these addresses since. */
    private boolean isTakenLater(Told told, Binding binding) {
        for (InetAddress address : binding.addresses()) {
            BoundSession occupant = sessions.at(address);
            if (occupant != null && binding.occurred().isBefore(occupant.binding.occurred())) {
                var _ = outdated(told, address.getHostAddress() + " is IMSI " + occupant.imsi()
                        + "'s since " + occupant.binding.occurred());
                return true;
            }
        }
        return false;
    }

    /** The sessions that cannot be any more where this is: of its addresses, and of its bearer (whose Stop was lost). */
    private Set<BoundSession> inTheWayOf(Binding binding) {
        Set<BoundSession> all = new LinkedHashSet<>();
        for (InetAddress address : binding.addresses()) {
            BoundSession occupant = sessions.at(address);
            if (occupant != null) {
                all.add(occupant);
            }
        }
        for (BoundSession other : sessions.of(binding.imsi())) {
            if (other.binding.nas().equals(binding.nas()) && binding.nsapi() != null
                    && other.client.id().equals(binding.client())
                    && binding.nsapi().equals(other.binding.nsapi())) {
                all.add(other);
            }
        }
        return all;
    }

    private static boolean isSameSession(BoundSession session, Binding binding) {
        return session.client.id().equals(binding.client())
                && session.binding.nas().equals(binding.nas())
                && session.imsi().equals(binding.imsi())
                && session.binding.addresses().containsAll(binding.addresses());
    }

    /** Whether the client may not say whose these addresses are, or no link has them. */
    private boolean isRefused(Told told, Binding binding) {
        for (InetAddress address : binding.addresses()) {
            if (!told.client().mayBind(address)) {
                var _ = refuse(told, "got " + address.getHostAddress()
                        + ", expected an address in the ranges " + told.client().ranges()
                        + " of client " + told.client().id());
                return true;
            }
        }
        if (!config.reaches(binding)) {
            var _ = refuse(told, "got " + binding.addresses()
                    + ", expected addresses behind one of the links " + config.links());
            return true;
        }
        return false;
    }

    /** Begins a session once those that leave, and those that are in its way, are gone. */
    private CompletableFuture<Void> begin(Told told, Binding binding,
            List<CompletableFuture<Void>> leaving) {
        for (BoundSession other : inTheWayOf(binding)) {
            leaving.add(endAndSay(other, "displaced", "IMSI " + binding.imsi() + " has "
                    + binding.key().getHostAddress() + " now"));
        }
        BoundSession session = add(told.client(), binding, told.source());
        counters.count(told.client().id(), Count.STARTED);
        return then(BoundTraffic.together(leaving), () -> onceSettled(told, session));
    }

    /** Begins a session of which nothing passes yet. */
    BoundSession add(AccountingClient client, Binding binding, InetAddress source) {
        int[] names = new int[BoundSession.parts(binding)];
        for (int i = 0; i < names.length; i++) {
            names[i] = ids.take(binding.imsi());
        }
        BoundSession session = new BoundSession(client, binding, source,
                config.linkOf(binding.addresses()), names);
        sessions.add(session);
        return session;
    }

    private CompletableFuture<Void> onceSettled(Told told, BoundSession session) {
        if (session.hasEnded()) {
            return CompletableFuture.completedFuture(null);
        }
        return then(traffic.settle(session), () -> {
            if (session.hasEnded()) {
                return CompletableFuture.completedFuture(null);
            }
            Reject barred = session.barred;
            if (barred == null) {
                log.accepted(told.source(), told.message(), told.imsi(), 0);
            } else {
                counters.count(told.client().id(), Count.REFUSED);
            }
            return store.keep(session.binding).toCompletableFuture();
        });
    }

    // Stop, On, Off

    private CompletableFuture<Void> stopped(Told told) {
        BearerId bearer = told.bearer();
        BoundSession session = sessions.of(bearer);
        if (session == null) {
            sessions.end(bearer, clock.millis());
            return outdated(told, "no session has the bearer");
        }
        if (session.binding.bearers().size() > 1 && !told.request().endsAll()) {
            sessions.endBearer(session, bearer, clock.millis());
            return then(store.keep(session.binding), () -> accepted(told));
        }
        return then(end(session), () -> accepted(told));
    }

    /** A gateway of the client's begins anew, or ends: it has none of its sessions any more. */
    private CompletableFuture<Void> gatewayRestarted(Told told) {
        String client = told.client().id();
        List<BoundSession> all = sessions.ofClient(client).stream()
                .filter(session -> session.binding.nas().equals(told.nas())).toList();
        String message = told.message();
        return then(new Sweep<>(loop, all, session -> endAndSay(session, "gateway_restarted",
                message + " of " + told.nas())).start(), () -> {
                    sessions.forgetEnds(client, told.nas());
                    return accepted(told);
                });
    }

    /** Ends a session that its carrier did not end. */
    CompletableFuture<Void> endAndSay(BoundSession session, String reason,
            String detail) {
        if (!session.hasEnded()) {
            log.ended(session.source, "accounting binding", session.imsi(), 0, reason, detail);
        }
        return end(session);
    }

    private CompletableFuture<Void> end(BoundSession session) {
        CompletableFuture<Void> before = session.gone;
        if (before != null) {
            return before;
        }
        CompletableFuture<Void> gone = new CompletableFuture<>();
        session.gone = gone;
        sessions.remove(session, clock.millis());
        counters.count(session.client.id(), Count.ENDED);
        CompletionStage<Void> forgotten = store.forget(session.binding.key());
        SessionGate.onLoop(loop, BoundTraffic.together(List.of(traffic.stop(session), forgotten)),
                (_, failure) -> {
                    for (int id : session.ids) {
                        ids.give(id);
                    }
                    if (failure == null) {
                        gone.complete(null);
                    } else {
                        gone.completeExceptionally(failure);
                    }
                });
        return gone;
    }

    // answers

    private CompletableFuture<Void> accepted(Told told) {
        log.accepted(told.source(), told.message(), told.imsi(), 0);
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> outdated(Told told, String detail) {
        counters.count(told.client().id(), Count.OUTDATED);
        log.outdated(told.source(), told.message(), told.imsi(), detail);
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> refuse(Told told, String detail) {
        counters.count(told.client().id(), Count.REFUSED);
        firewall.dropped(FirewallCheck.BINDING, told.source(), told.client().carrier(),
                told.message(), told.imsi(), detail);
        return CompletableFuture.completedFuture(null);
    }

    /** Continues on the event loop. */
    private CompletableFuture<Void> then(CompletionStage<Void> first,
            Supplier<CompletableFuture<Void>> next) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        SessionGate.onLoop(loop, first, (_, failure) -> {
            if (failure != null) {
                done.completeExceptionally(failure);
                return;
            }
            var _ = carriedOut(next).whenComplete((_, later) -> {
                if (later == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(later);
                }
            });
        });
        return done;
    }

    /** A bug in what follows must not leave whoever waits waiting. */
    private static CompletableFuture<Void> carriedOut(Supplier<CompletableFuture<Void>> next) {
        try {
            return next.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
