package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.OwnAddresses;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.signalling.CreateOutcome.PdnChange;
import io.cellgate.dataplane.signalling.SessionGate.Verdict;
import io.cellgate.policy.subject.Imsi;
import io.netty.util.concurrent.EventExecutor;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a device gets a session.
 *
 * <p>The order of things is what makes them safe. A device is let through only when carrier, inventory and policy
 * have agreed; the peer hears of success only when the user plane is ready. Attaches that wait for the inventory can be
 * overtaken: by a newer attach for the same bearer, by a suspension, by a change of policy; each of these marks what is
 * waiting, and the mark is looked at when the answer comes.
 */
final class Attaches {
    private static final Logger LOG = LoggerFactory.getLogger(Attaches.class);

    private final Map<AttachKey, Attach> waiting = new HashMap<>();
    private final SessionTable table;
    private final Peers peers;
    private final SessionGate gate;
    private final AddressPools pools;
    private final SessionTraffic traffic;
    private final EventExecutor loop;
    private final Clock clock;
    private final SignallingLog log;
    private final SessionEnds ends;
    private final int maxPendingAttaches;
    private final Firewall firewall;
    private final Frugality frugality = new Frugality();
    /** Also those that were overtaken and are not in {@link #waiting} any more. */
    private int pendingAttaches;

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
        /** Whom the inventory has admitted already: it is not to admit it a second time. */
        @Nullable
        Subscriber admitted;
        private final int restartsOfPeer;

        Attach(CreateOrder order, PdnChange pdnChange,
                Consumer<CreateOutcome> answer, Peer peer) {
            restartsOfPeer = peer.path(order.version()).restarts();
            this.order = order;
            this.key = new AttachKey(order.key(), order.request().carrier().id());
            this.pdnChange = pdnChange;
            this.answer = answer;
        }

        boolean isFromBeforeARestartOf(Peer peer) {
            return peer.path(order.version()).restarts() != restartsOfPeer;
        }
    }

    Attaches(SessionTable table, Peers peers, SessionGate gate, AddressPools pools,
            SessionTraffic traffic, EventExecutor loop, Clock clock, SignallingLog log,
            SessionEnds ends, Firewall firewall, SignallingConfig config) {
        this.table = table;
        this.peers = peers;
        this.gate = gate;
        this.pools = pools;
        this.traffic = traffic;
        this.loop = loop;
        this.clock = clock;
        this.log = log;
        this.ends = ends;
        this.maxPendingAttaches = config.maxPendingAttaches();
        this.firewall = firewall;
    }

    void create(CreateOrder asked, Consumer<CreateOutcome> answer) {
        AttachRequest request = asked.request();
        if (!pools.serves(request.apn())) {
            answer.accept(CreateOutcome.Rejected.of(Refusal.UNKNOWN_APN,
                    "got APN \"" + request.apn() + "\", expected one of " + pools.apns()));
            return;
        }
        if (pendingAttaches >= maxPendingAttaches) {
            log.counters.count(SignallingFault.TOO_MANY_PENDING);
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
        Attach attach = new Attach(order, pools.change(request.pdnType(), granted), answer,
                peers.of(order.control().address()));
        pendingAttaches++;
        Attach before = waiting.put(attach.key, attach);
        if (before != null) {
            before.cancelled = Reject.superseded();
        }
        // TS 29.274 §7.2.1: the old context goes. Another carrier's goes only once this one was let
        // in.
        Session old = table.find(order.key());
        if (old != null && old.carrier().id().equals(request.carrier().id())
                && predecessor(order) == null) {
            var _ = ends.end(old);
        }
        judge(attach);
    }

    private static AttachRequest with(AttachRequest request, PdnType pdnType) {
        return new AttachRequest(request.carrier(), request.imsi(), request.imei(), request.apn(),
                request.rat(), pdnType, request.location());
    }

    private void judge(Attach attach) {
        AttachRequest request = attach.order.request();
        InetAddress peer = attach.order.control().address();
        if (attach.admitted == null) {
            gate.judge(request, peer, attach.order.timeZone(),
                    verdict -> onVerdict(attach, verdict));
        } else {
            gate.judgeAgain(request, peer, attach.order.timeZone(),
                    verdict -> onVerdict(attach, verdict));
        }
    }

    private void onVerdict(Attach attach, Verdict verdict) {
        if (attach.admitted == null) {
            attach.admitted = verdict.admitted();
        }
        Reject cancelled = attach.cancelled;
        if (cancelled == null && attach.again) {
            attach.again = false;
            judge(attach);
            return;
        }
        if (cancelled == null && verdict instanceof Verdict.Allowed(Subscriber subscriber, var _)
                && waitsForOwnAddress(attach, subscriber, verdict)) {
            return;
        }
        pendingAttaches--;
        waiting.remove(attach.key, attach);
        if (cancelled != null) {
            reject(attach, cancelled);
            return;
        }
        CreateOrder asked = attach.order;
        log.trials(asked.control().address(), asked.key().imsi(), verdict.trials());
        switch (verdict) {
            case Verdict.Denied denied -> reject(attach, denied.reject());
            case Verdict.Allowed allowed -> establish(attach, allowed);
        }
    }

    private void reject(Attach attach, Reject why) {
        Subscriber admitted = attach.admitted;
        if (admitted != null) {
            gate.notAttached(admitted);
        }
        attach.answer.accept(new CreateOutcome.Rejected(why));
    }

    /**
     * An address of the SIM's own that a session of its own leaves just now: it is taken when it has been left. A session
     * that goes on as the new one does not leave it.
     */
    private boolean waitsForOwnAddress(Attach attach, Subscriber subscriber, Verdict verdict) {
        if (predecessor(attach.order) != null) {
            return false;
        }
        Session old = table.find(attach.order.key());
        if (old != null && !subscriber.own().equals(OwnAddresses.NONE)) {
            var _ = ends.end(old);
        }
        CompletableFuture<Void> leaving = ends.leaving(subscriber.own());
        if (leaving == null) {
            return false;
        }
        SessionGate.onLoop(loop, leaving, (_, _) -> onVerdict(attach, verdict));
        return true;
    }

    private void establish(Attach attach, Verdict.Allowed allowed) {
        CreateOrder order = frugality.of(attach.order, allowed.subscriber().imsi());
        if (!peers.owns(order.request().carrier(), order.control().address())) {
            reject(attach, Reject.endpointRemovedMeanwhile());
            return;
        }
        Peer peer = peers.of(order.control().address());
        if (attach.isFromBeforeARestartOf(peer)) {
            reject(attach, Reject.superseded());
            return;
        }
        Session predecessor = predecessor(order);
        Session old = table.find(order.key());
        if (old != null && old != predecessor) {
            var _ = ends.end(old);
        }
        if (predecessor != null) {
            takeOver(attach, order, allowed, predecessor);
            return;
        }
        if (!firewall.withinTunnels(peer, order.request().carrier(), order.key().imsi())) {
            reject(attach, Reject.of(Refusal.NO_RESOURCES,
                    "the peer or its carrier has as many sessions as it may have"));
            return;
        }
        PdnType type = order.request().pdnType();
        Subscriber subscriber = allowed.subscriber();
        Inet4Address ipv4 = type == PdnType.IPV6
                ? null
                : pools.takeIpv4(order.request(), subscriber);
        Inet6Address ipv6 = type == PdnType.IPV4
                ? null
                : pools.takeIpv6(order.request(), subscriber);
        if ((type != PdnType.IPV6 && ipv4 == null) || (type != PdnType.IPV4 && ipv6 == null)) {
            pools.giveBack(ipv4, ipv6);
            reject(attach, Reject.noAddress(pools.exhausted(order.request(), subscriber)));
            return;
        }
        Session session = new Session(order, peer, subscriber,
                table.newIdentity(teid -> traffic.suits(order.request().imsi(), teid)), ipv4,
                ipv6, clock.instant());
        begin(attach, allowed, session);
    }

    /**
     * The session whose address a device that comes from another access is to keep (TS 23.402 §8): the one that it has
     * with this carrier and APN, whichever bearer it was, where the request asks for no other PDN type.
     */
    private @Nullable Session predecessor(CreateOrder order) {
        AttachRequest now = order.request();
        if (!order.bearer().handover()) {
            return null;
        }
        for (Session session : table.of(order.key().imsi())) {
            AttachRequest then = session.request;
            if (then.apn().equals(now.apn()) && then.pdnType() == now.pdnType()
                    && then.carrier().id().equals(now.carrier().id())) {
                return session;
            }
        }
        return null;
    }

    private void takeOver(Attach attach, CreateOrder order, Verdict.Allowed allowed,
            Session predecessor) {
        ends.handOver(predecessor, order);
        begin(attach, allowed, new Session(order, peers.of(order.control().address()),
                allowed.subscriber(), table.identityAfter(predecessor), predecessor.ipv4,
                predecessor.ipv6Prefix, clock.instant()));
    }

    private void begin(Attach attach, Verdict.Allowed allowed, Session session) {
        session.ruling = allowed.ruling();
        table.add(session);
        SessionGate.onLoop(loop, traffic.install(session), (_, failure) -> {
            if (session.hasEnded()) {
                reject(attach, Reject.superseded());
            } else if (failure != null) {
                LOG.error("the user plane did not take the session of IMSI {}",
                        session.key.imsi(), failure);
                var _ = ends.end(session);
                reject(attach, Reject.of(SignallingFault.SYSTEM_FAILURE,
                        "the user plane did not take it"));
            } else {
                log.counters.countCreated();
                attach.answer.accept(new CreateOutcome.Created(session, attach.pdnChange));
            }
        });
    }

    // What overtakes those that wait

    /** Refuses what a SIM is about to get. */
    void cancel(Imsi imsi, Reject reject) {
        mark(key -> key.bearer().imsi().equals(imsi), attach -> attach.cancelled = reject);
    }

    /** What a SIM may do has changed: its attaches are judged once more when the inventory has answered. */
    void judgeAgain(Imsi imsi) {
        mark(key -> key.bearer().imsi().equals(imsi), attach -> attach.again = true);
    }

    void judgeAllAgain() {
        mark(_ -> true, attach -> attach.again = true);
    }

    /** What a carrier may do has changed: what waits in its name is judged by that. */
    void carrierChanged(Carrier carrier) {
        mark(key -> key.carrier().equals(carrier.id()), attach -> {
            attach.order = attach.order.withRequest(
                    ChangeOrder.withCarrier(attach.order.request(), carrier));
            attach.again = true;
        });
    }

    private void mark(Predicate<AttachKey> which, Consumer<Attach> how) {
        waiting.forEach((key, attach) -> {
            if (which.test(key)) {
                how.accept(attach);
            }
        });
    }
}
