package io.cellgate.control.live;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.firewall.FirewallCounters;
import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.gateway.Gateway;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.pool.AddressPool;
import io.cellgate.dataplane.pool.PoolPlan;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.dataplane.radius.AccountingClients;
import io.cellgate.dataplane.radius.AccountingCounters;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SimGroup;
import io.cellgate.dataplane.path.PathTraffic;
import io.cellgate.dataplane.signalling.PeerView;
import io.cellgate.dataplane.signalling.SessionView;
import io.cellgate.dataplane.signalling.SignallingCounters;
import io.cellgate.dataplane.worker.SessionUsage;
import io.cellgate.dataplane.worker.UserPlaneCounters;
import io.cellgate.dns.DnsCounters;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.net.InetAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The gateway that runs in this process, as the API sees it. */
public final class RunningGateway implements LiveGateway {
    private static final int VIEW_SECONDS = 5;

    private final Gateway gateway;

    public RunningGateway(Gateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public void publishPeers(PeerTable peers) {
        Void _ = await(gateway.publishPeers(peers));
    }

    @Override
    public void publishClients(AccountingClients clients) {
        Void _ = await(gateway.publishClients(clients));
    }

    @Override
    public Map<String, Long> accounting(String client) {
        Map<String, Long> counters = shown(gateway.accounting().ofClient(client));
        counters.put("sessions", (long) await(gateway.boundSessions(client)));
        return counters;
    }

    private static Map<String, Long> shown(AccountingCounters.View view) {
        Map<String, Long> counters = new TreeMap<>();
        view.counts().forEach((count, number) -> counters.put(count.text(), number));
        view.faults().forEach((fault, number) -> counters.put(fault.text(), number));
        return counters;
    }

    @Override
    public List<IpPrefix> plainNetworks() {
        return gateway.plainNetworks();
    }

    @Override
    public void publishPools(PoolPlan plan) {
        Void _ = await(gateway.publishPools(plan));
    }

    @Override
    public void reserve(Collection<InetAddress> addresses) {
        Void _ = await(gateway.reserve(addresses));
    }

    @Override
    public void release(Collection<InetAddress> addresses) {
        Void _ = await(gateway.release(addresses));
    }

    @Override
    public Map<String, AddressPool.Fill> poolFill() {
        return await(gateway.poolFill());
    }

    @Override
    public List<Prefix> deviceNetworks() {
        return gateway.deviceNetworks();
    }

    @Override
    public CompletionStage<Integer> endSessions(Imsi imsi, Refusal reason) {
        return gateway.endSessions(imsi, reason);
    }

    @Override
    public CompletionStage<Void> reevaluate(Collection<Imsi> imsis) {
        return gateway.reevaluate(imsis);
    }

    @Override
    public CompletionStage<Void> reevaluate(SimGroup sims) {
        return gateway.reevaluate(sims);
    }

    @Override
    public CompletionStage<Void> holdTo(Imsi imsi, long rateBps) {
        return gateway.holdTo(imsi, rateBps);
    }

    @Override
    public int sessionCount() {
        return gateway.sessionCount();
    }

    @Override
    public List<LiveGateway.LiveSession> sessions() {
        return await(gateway.sessions()).stream().map(RunningGateway::view).toList();
    }

    @Override
    public List<LiveGateway.LiveSession> sessions(Imsi imsi) {
        return await(gateway.sessions(imsi)).stream().map(RunningGateway::view).toList();
    }

    @Override
    public LiveGateway.@Nullable Usage usage(LiveGateway.LiveSession session) {
        SessionUsage usage = await(gateway.usage(session.userTeid()));
        return usage == null
                ? null
                : new LiveGateway.Usage(usage.packetsUp(), usage.bytesUp(), usage.packetsDown(),
                        usage.bytesDown(), usage.flows());
    }

    @Override
    public CompletionStage<Void> capture(Imsi imsi, PacketCapture to) {
        return gateway.capture(imsi, to);
    }

    private static LiveGateway.LiveSession view(SessionView session) {
        Imei imei = session.imei();
        Plmn plmn = session.location().plmn();
        return new LiveGateway.LiveSession(session.iccid().digits(), session.imsi(),
                imei == null ? null : imei.digits(), session.account(), session.fleet(),
                session.apn(), session.carrier(), session.peer().getHostAddress(),
                session.version() == null ? null : session.version().number(),
                session.rat() == null ? null : session.rat().text(),
                plmn == null ? null : plmn.toString(), text(session.ipv4()),
                text(session.ipv6Prefix()), session.since(), session.userTeid(),
                session.quarantine(), session.barred(), session.apnAmbr());
    }

    private static @Nullable String text(@Nullable InetAddress address) {
        return address == null ? null : address.getHostAddress();
    }

    @Override
    public List<LiveGateway.LivePath> paths() {
        return await(gateway.peers()).stream().map(RunningGateway::view).toList();
    }

    private static LiveGateway.LivePath view(PeerView peer) {
        PathTraffic.Snapshot traffic = peer.traffic();
        return new LiveGateway.LivePath(peer.address().getHostAddress(), peer.version().number(),
                peer.state().text(), peer.since(), peer.lastHeard(),
                peer.roundTripNanos() < 0 ? null : peer.roundTripNanos() / 1e6,
                peer.restartCounter() < 0 ? null : peer.restartCounter(), peer.sessions(),
                new LiveGateway.Messages(traffic.received(), traffic.sent(),
                        traffic.receivedPerSecond(), traffic.sentPerSecond(),
                        traffic.repeatedByPeer(), traffic.repeatedByUs()));
    }

    @Override
    public Map<FirewallCheck, FirewallCounters.Count> firewall() {
        return gateway.firewall();
    }

    @Override
    public Map<FirewallCheck, FirewallCounters.Count> firewall(String carrier) {
        return gateway.firewall(carrier);
    }

    @Override
    public Map<String, Map<String, Long>> counters() {
        UserPlaneCounters packets = gateway.userPlaneCounters();
        SignallingCounters messages = gateway.signallingCounters();
        Map<String, Map<String, Long>> all = new LinkedHashMap<>();
        Map<String, Long> drops = new TreeMap<>();
        packets.drops().forEach((reason, count) -> drops.put(reason.text(), count));
        all.put("userplane.drops", drops);
        all.put("userplane.packets", Map.of("up", packets.packetsUp(), "down",
                packets.packetsDown()));
        all.put("userplane.octets", Map.of("up", packets.bytesUp(), "down", packets.bytesDown()));
        all.put("userplane.flows", Map.of("started", packets.flowsStarted(), "log_lost",
                packets.flowLogLost()));
        all.put("userplane.kernel", Map.of("packets", packets.kernelPackets()));
        all.put("userplane.judged", Map.of("dns_queries", packets.dnsQueries(), "requests",
                packets.requestsJudged()));
        all.put("policy.shadow_differences", Map.of("traffic", packets.shadowDifferences(),
                "session", messages.shadowDifferences()));
        Map<String, Long> faults = new TreeMap<>();
        messages.faults().forEach((fault, count) -> faults.put(fault.text(), count));
        all.put("signalling.faults", faults);
        all.put("signalling.messages", Map.of("received", messages.received(), "sent",
                messages.sent()));
        all.put("signalling.sessions", Map.of("created", messages.created(), "refused",
                messages.refused(), "ended", messages.ended()));
        all.put("accounting", shown(gateway.accounting().all()));
        Map<String, Long> dropped = new TreeMap<>();
        Map<String, Long> alarmed = new TreeMap<>();
        gateway.firewall().forEach((check, found) -> {
            dropped.put(check.text(), found.dropped());
            alarmed.put(check.text(), found.alarmed());
        });
        all.put("firewall.dropped", dropped);
        all.put("firewall.alarmed", alarmed);
        DnsCounters names = gateway.dnsCounters();
        all.put("dns.forwarder", Map.of("queries", names.queries(), "cache_hits",
                names.cacheHits(), "coalesced", names.coalesced(), "upstream_queries",
                names.upstreamQueries(), "upstream_failures", names.upstreamFailures(),
                "case_mismatches", names.caseMismatches(), "failed", names.failed(), "withheld",
                names.withheld(), "too_many_in_flight", names.tooManyInFlight(),
                "too_many_of_asker", names.tooManyOfAsker()));
        return all;
    }

    @Override
    public Map<String, String> parts() {
        Map<String, String> parts = new TreeMap<>();
        try {
            // asked of no session: only a worker that takes commands answers
            @Nullable
            SessionUsage _ = await(gateway.usage(0));
            parts.put("user_plane", "ok");
        } catch (RuntimeException broken) {
            parts.put("user_plane", "does not answer");
        }
        try {
            int _ = await(gateway.peers()).size();
            parts.put("signalling", "ok");
        } catch (RuntimeException broken) {
            parts.put("signalling", "does not answer");
        }
        return parts;
    }

    private static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(VIEW_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            throw new IllegalStateException("the gateway does not answer", failed);
        }
    }

    @Override
    public void close() {
        gateway.close();
    }
}
