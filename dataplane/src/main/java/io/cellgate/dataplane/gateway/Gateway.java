package io.cellgate.dataplane.gateway;

import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.io.TunPacketIo;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SubscriberDirectory;
import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.dataplane.signalling.PeerView;
import io.cellgate.dataplane.signalling.SessionView;
import io.cellgate.dataplane.signalling.SignallingCounters;
import io.cellgate.dataplane.signalling.SignallingEvent;
import io.cellgate.dataplane.signalling.SignallingServer;
import io.cellgate.dataplane.worker.SessionUsage;
import io.cellgate.dataplane.worker.UserPlaneCounters;
import io.cellgate.dataplane.worker.WorkerUserPlane;
import io.cellgate.dns.DnsCounters;
import io.cellgate.dns.DnsForwarder;
import io.cellgate.policy.subject.Imsi;
import java.io.IOException;
import java.net.SocketException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One running gateway: signalling towards carriers, the user plane between carriers and the internet, and the name
 * server that devices' queries end at. Any thread may call it; stages complete on the gateway's own threads, which
 * whoever continues on them must not block.
 */
public final class Gateway implements AutoCloseable {
    private final DnsForwarder resolver;
    private final WorkerUserPlane userPlane;
    private final SignallingServer signalling;

    /** Who hears of what happens. Neither may throw; the first must not block, either. */
    public interface Listener extends SignallingEvent.Listener {
        /** A line of the flow log. Called on a thread of its own. */
        void on(FlowRecord flow);
    }

    /** Tells signalling what the user plane learned, from when there is signalling. */
    private static final class LateEvents implements UserPlane.Events {
        private volatile @Nullable SignallingServer signalling;

        @Override
        public void errorIndication(int localTeid) {
            SignallingServer current = signalling;
            if (current != null) {
                current.errorIndication(localTeid);
            }
        }
    }

    private Gateway(DnsForwarder resolver, WorkerUserPlane userPlane,
            SignallingServer signalling) {
        this.resolver = resolver;
        this.userPlane = userPlane;
        this.signalling = signalling;
    }

    /**
     * Starts a gateway on a TUN device. It has no peers yet. Needs CAP_NET_ADMIN, or a device made before for this
     * user. No device may reach an address that this host has now.
     */
    public static Gateway start(GatewayConfig config, SubscriberDirectory directory,
            Listener listener, Clock clock) throws IOException {
        PacketIo io = new TunPacketIo(new TunPacketIo.Config(List.of(config.tunnels().gtpu()),
                config.tunnels().device(), config.deviceAddresses(), 1500, 8 << 20));
        try {
            return start(config.protecting(HostAddresses.all()), io, directory, listener, clock);
        } catch (SocketException e) {
            io.close();
            throw e;
        }
    }

    /** Starts a gateway on other packet I/O, which is the gateway's from now on, even where it does not start. */
    public static Gateway start(GatewayConfig config, PacketIo io, SubscriberDirectory directory,
            Listener listener, Clock clock) {
        DnsForwarder resolver = null;
        WorkerUserPlane userPlane = null;
        try {
            resolver = new DnsForwarder(config.dns());
            LateEvents events = new LateEvents();
            Consumer<FlowRecord> flows = listener::on;
            userPlane = WorkerUserPlane.start(config.userPlane(), io, events, resolver, flows);
            SignallingServer signalling = SignallingServer.start(config.signalling(),
                    config.devices(), config.tunnels().gtpu().getAddress(), directory, userPlane,
                    listener, clock);
            events.signalling = signalling;
            return new Gateway(resolver, userPlane, signalling);
        } catch (RuntimeException e) {
            if (userPlane != null) {
                userPlane.close();
            } else {
                io.close();
            }
            if (resolver != null) {
                resolver.close();
            }
            throw e;
        }
    }

    /** Replaces the carriers and their peers. Sessions of who is none any more end. */
    public CompletionStage<Void> publishPeers(PeerTable peers) {
        return userPlane.publishPeers(peers).thenCompose(_ -> signalling.publishPeers(peers));
    }

    /**
     * Ends the sessions of a SIM, and refuses attaches of it that are under way. The stage completes when none of
     * its packets is forwarded any more, with how many sessions there were.
     */
    public CompletionStage<Integer> endSessions(Imsi imsi, Refusal refusal) {
        return signalling.endSessions(imsi, refusal);
    }

    /**
     * Judges the sessions of some SIMs again, as after a change of their policy, lock or fence: those that may not be
     * any more end, the others get what holds now. The stage completes when that is done.
     */
    public CompletionStage<Void> reevaluate(Collection<Imsi> imsis) {
        return signalling.reevaluate(imsis);
    }

    /** Judges all sessions again. */
    public CompletionStage<Void> reevaluateAll() {
        return signalling.reevaluateAll();
    }

    public CompletionStage<List<SessionView>> sessions() {
        return signalling.sessions();
    }

    public CompletionStage<List<SessionView>> sessions(Imsi imsi) {
        return signalling.sessions(imsi);
    }

    /** What a session has used, by its {@link SessionView#userTeid}; null where it has ended. */
    public CompletionStage<@Nullable SessionUsage> usage(int userTeid) {
        return userPlane.usage(userTeid);
    }

    /** The peers that were heard of, once for each version of GTP they speak. */
    public CompletionStage<List<PeerView>> peers() {
        return signalling.peers();
    }

    public SignallingCounters signallingCounters() {
        return signalling.counters();
    }

    public UserPlaneCounters userPlaneCounters() {
        return userPlane.counters();
    }

    public DnsCounters dnsCounters() {
        return resolver.counters();
    }

    /** Stops. Peers are not told: they learn of it by the next start's restart counter (TS 23.007 §18). */
    @Override
    public void close() {
        signalling.close();
        userPlane.close();
        resolver.close();
    }
}
