package io.cellgate.dataplane.gateway;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.firewall.FirewallCounters;
import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.io.PacketBackends;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.io.TunPacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.pool.AddressPool;
import io.cellgate.dataplane.pool.PoolPlan;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.dataplane.radius.AccountingClients;
import io.cellgate.dataplane.radius.AccountingCounters;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SimGroup;
import io.cellgate.dataplane.session.SubscriberDirectory;
import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.dataplane.signalling.PeerView;
import io.cellgate.dataplane.signalling.SessionView;
import io.cellgate.dataplane.signalling.SignallingCounters;
import io.cellgate.dataplane.signalling.SignallingEvent;
import io.cellgate.dataplane.signalling.SignallingServer;
import io.cellgate.dataplane.usage.UsageRecord;
import io.cellgate.dataplane.worker.SessionUsage;
import io.cellgate.dataplane.worker.UserPlaneCounters;
import io.cellgate.dataplane.worker.WorkerUserPlane;
import io.cellgate.dns.DnsCounters;
import io.cellgate.dns.DnsForwarder;
import io.cellgate.policy.subject.Imsi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running gateway: signalling towards carriers, the user plane between carriers and the internet, and the name
 * server that devices' queries end at. Any thread may call it; stages complete on the gateway's own threads, which
 * whoever continues on them must not block.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    private final DnsForwarder resolver;
    private final WorkerUserPlane userPlane;
    private final SignallingServer signalling;
    private @Nullable HostAddressWatch hostAddresses;
    private final List<Prefix> deviceNetworks;
    private final List<IpPrefix> plainNetworks;
    /** What no device may reach beside what was configured: this host's addresses, and those of accounting clients. */
    private List<IpPrefix> ofHost = List.of();
    private List<IpPrefix> ofClients = List.of();

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
            SignallingServer signalling, GatewayConfig config) {
        deviceNetworks = config.devices().networks();
        plainNetworks = config.plain().networks();
        this.resolver = resolver;
        this.userPlane = userPlane;
        this.signalling = signalling;
    }

    /**
     * Starts a gateway on the packet I/O that its configuration asks for. It has no peers yet. Needs CAP_NET_ADMIN, or a
     * TUN device made before for this user. No device may reach an address that this host has, now or later.
     */
    public static Gateway start(GatewayConfig config, SubscriberDirectory directory,
            Listener listener, UsageRecord.Listener usage, Clock clock) throws IOException {
        List<? extends PacketIo> ios = PacketBackends.open(
                new TunPacketIo.Config(List.of(config.tunnels().gtpu()), config.tunnels().device(),
                        config.deviceAddresses(), 1500, 8 << 20, config.plain().links()),
                config.tunnels().workers(), config.tunnels().io(), config.pools(), log::warn);
        try {
            Gateway gateway = start(config.protecting(HostAddresses.all()), ios, directory,
                    listener, usage, clock);
            gateway.hostAddresses = new HostAddressWatch(gateway::protectHost);
            return gateway;
        } catch (SocketException e) {
            ios.forEach(PacketIo::close);
            throw e;
        }
    }

    /**
     * Starts a gateway on other packet I/O, one for each worker. It is the gateway's from now on, even where that does
     * not start.
     */
    public static Gateway start(GatewayConfig config, List<? extends PacketIo> ios,
            SubscriberDirectory directory,
            Listener listener, UsageRecord.Listener usage, Clock clock) {
        DnsForwarder resolver = null;
        WorkerUserPlane userPlane = null;
        try {
            resolver = new DnsForwarder(config.dns());
            LateEvents events = new LateEvents();
            Consumer<FlowRecord> flows = listener::on;
            userPlane = WorkerUserPlane.start(config.userPlane(), ios, events, resolver, flows,
                    usage);
            SignallingServer signalling = SignallingServer.start(config.signalling(),
                    config.devices(), config.tunnels().gtpu().getAddress(), directory, userPlane,
                    listener, clock, config.plain().signalling(), config.plain().bindings());
            events.signalling = signalling;
            return new Gateway(resolver, userPlane, signalling, config);
        } catch (RuntimeException e) {
            if (userPlane != null) {
                userPlane.close();
            } else {
                ios.forEach(PacketIo::close);
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
     * Replaces the clients that tell of sessions by RADIUS accounting. What was told by who is none any more ends; with the
     * first ones, what was told before this start comes back, in its time.
     */
    public CompletionStage<Void> publishClients(AccountingClients clients) {
        return protectClients(clients).thenCompose(_ -> signalling.publishClients(clients));
    }

    private synchronized CompletionStage<Void> protectHost(List<IpPrefix> addresses) {
        ofHost = addresses;
        return protect();
    }

    private synchronized CompletionStage<Void> protectClients(AccountingClients clients) {
        ofClients = clients.all().stream().flatMap(client -> client.sources().stream()).toList();
        return protect();
    }

    private CompletionStage<Void> protect() {
        return userPlane.protect(Stream.concat(ofHost.stream(), ofClients.stream()).toList());
    }

    /** How many sessions an accounting client has told of that are not over. */
    public CompletionStage<Integer> boundSessions(String client) {
        return signalling.boundSessions(client);
    }

    /** What came of accounting messages. */
    public AccountingCounters accounting() {
        return signalling.accounting();
    }

    /** The networks of devices whose carriers route their packets to us as they are. */
    public List<IpPrefix> plainNetworks() {
        return plainNetworks;
    }

    /** Replaces the plan of pools and access points; sessions keep their addresses. */
    public CompletionStage<Void> publishPools(PoolPlan plan) {
        return signalling.publishPools(plan);
    }

    /** These addresses are had from now on only by the SIMs whose they are. */
    public CompletionStage<Void> reserve(Collection<InetAddress> addresses) {
        return signalling.reserve(addresses);
    }

    /** These addresses are no SIM's own any more. */
    public CompletionStage<Void> release(Collection<InetAddress> addresses) {
        return signalling.release(addresses);
    }

    /** How each pool of the plan stands, by its id. */
    public CompletionStage<Map<String, AddressPool.Fill>> poolFill() {
        return signalling.poolFill();
    }

    /** The networks in which devices' addresses are. */
    public List<Prefix> deviceNetworks() {
        return deviceNetworks;
    }

    /** What each check of the firewall found, in messages and in user packets. */
    public Map<FirewallCheck, FirewallCounters.Count> firewall() {
        Map<FirewallCheck, FirewallCounters.Count> all = signalling.firewall().all();
        Map<DropReason, Long> drops = userPlane.counters().drops();
        all.replaceAll((check, found) -> new FirewallCounters.Count(found.dropped() + check.drops()
                .stream().mapToLong(reason -> drops.getOrDefault(reason, 0L)).sum(),
                found.alarmed()));
        return all;
    }

    /** What each check found in the messages of a carrier. */
    public Map<FirewallCheck, FirewallCounters.Count> firewall(String carrier) {
        return signalling.firewall().of(carrier);
    }

    /**
     * Ends the sessions of a SIM, and refuses attaches of it that are under way. The stage completes when none of
     * its packets is forwarded any more, with how many sessions there were.
     */
    public CompletionStage<Integer> endSessions(Imsi imsi, Refusal refusal) {
        return signalling.endSessions(imsi, refusal);
    }

    /** Holds the sessions of a SIM to so many bits a second, or with 0 to what their carriers say; these are told. */
    public CompletionStage<Void> holdTo(Imsi imsi, long rateBps) {
        return signalling.holdTo(imsi, rateBps);
    }

    /**
     * Judges the sessions of some SIMs again, as after a change of their policy, lock or fence: those that may not be
     * any more end, the others get what holds now. The stage completes when that is done.
     */
    public CompletionStage<Void> reevaluate(Collection<Imsi> imsis) {
        return signalling.reevaluate(imsis);
    }

    /** Judges all sessions again. */
    public CompletionStage<Void> reevaluate(SimGroup sims) {
        return signalling.reevaluate(sims);
    }

    public int sessionCount() {
        return signalling.sessionCount();
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

    /** Has a SIM's packets, of its sessions now and later, go to a capture until that is over. */
    public CompletionStage<Void> capture(Imsi imsi, PacketCapture to) {
        return userPlane.capture(imsi, to);
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
        HostAddressWatch watch = hostAddresses;
        if (watch != null) {
            watch.close();
        }
        signalling.close();
        userPlane.close();
        resolver.close();
    }
}
