package io.cellgate.control.live;

import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SubscriberDirectory;
import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.dataplane.signalling.DeviceConfig;
import io.cellgate.dataplane.signalling.SessionView;
import io.cellgate.dataplane.signalling.SignallingConfig;
import io.cellgate.dataplane.signalling.SignallingCounters;
import io.cellgate.dataplane.signalling.SignallingServer;
import io.cellgate.dataplane.worker.UserPlaneConfig;
import io.cellgate.dataplane.worker.UserPlaneCounters;
import io.cellgate.dataplane.worker.WorkerUserPlane;
import io.cellgate.dns.DnsCounters;
import io.cellgate.dns.DnsForwarder;
import io.cellgate.dns.ForwarderConfig;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Signalling, the user plane and the DNS forwarder, joined: the gateway that runs in this process. */
public final class RunningGateway implements LiveGateway {
    private static final int VIEW_SECONDS = 5;

    private final DnsForwarder resolver;
    private final WorkerUserPlane userPlane;
    private final SignallingServer signalling;

    /** How its halves are set up. */
    public record Config(SignallingConfig signalling, DeviceConfig devices, InetAddress gtpuAddress,
            UserPlaneConfig userPlane, ForwarderConfig resolver) {}

    private RunningGateway(DnsForwarder resolver, WorkerUserPlane userPlane,
            SignallingServer signalling) {
        this.resolver = resolver;
        this.userPlane = userPlane;
        this.signalling = signalling;
    }

    /**
     * Starts it: first what carries packets, then what makes sessions. On a failure all is closed again.
     *
     * @param io the gateway's from now on
     */
    public static RunningGateway start(Config config, PacketIo io, SubscriberDirectory directory,
            TrafficLogs logs) {
        AtomicReference<UserPlane.@Nullable Events> toSignalling = new AtomicReference<>();
        DnsForwarder resolver = new DnsForwarder(config.resolver());
        WorkerUserPlane userPlane = WorkerUserPlane.start(config.userPlane(), io, teid -> {
            UserPlane.Events events = toSignalling.get();
            if (events != null) {
                events.errorIndication(teid);
            }
        }, resolver, logs::on);
        try {
            SignallingServer signalling =
                    SignallingServer.start(config.signalling(), config.devices(),
                            config.gtpuAddress(), directory, userPlane, logs, Clock.systemUTC());
            toSignalling.set(signalling);
            return new RunningGateway(resolver, userPlane, signalling);
        } catch (RuntimeException failed) {
            userPlane.close();
            resolver.close();
            throw failed;
        }
    }

    /** First the user plane learns who may send, then signalling whose sessions it may make. */
    @Override
    public void publishPeers(PeerTable peers) {
        Void _ = await(userPlane.publishPeers(peers)
                .thenCompose(_ -> signalling.publishPeers(peers)));
    }

    @Override
    public CompletionStage<Integer> endSessions(Imsi imsi, Refusal reason) {
        return signalling.sessions(imsi).thenCompose(
                before -> signalling.endSessions(imsi, reason).thenApply(_ -> before.size()));
    }

    @Override
    public CompletionStage<Void> reevaluate(Collection<Imsi> imsis) {
        return signalling.reevaluate(imsis);
    }

    @Override
    public List<LiveGateway.LiveSession> sessions() {
        return await(signalling.sessions()).stream().map(RunningGateway::view).toList();
    }

    private static LiveGateway.LiveSession view(SessionView session) {
        Imei imei = session.imei();
        Plmn plmn = session.location().plmn();
        return new LiveGateway.LiveSession(session.iccid().digits(), session.imsi(),
                imei == null ? null : imei.digits(), session.account(), session.fleet(),
                session.apn(), session.carrier(), session.peer().getHostAddress(),
                session.version().number(), session.rat() == null ? null : session.rat().text(),
                plmn == null ? null : plmn.toString(), text(session.ipv4()),
                text(session.ipv6Prefix()), session.since());
    }

    private static @Nullable String text(@Nullable InetAddress address) {
        return address == null ? null : address.getHostAddress();
    }

    @Override
    public List<LiveGateway.LivePeer> peers() {
        return await(signalling.peers()).stream()
                .map(peer -> new LiveGateway.LivePeer(peer.address().getHostAddress(),
                        peer.state().text(),
                        peer.restartCounter() < 0 ? null : peer.restartCounter()))
                .toList();
    }

    @Override
    public Map<String, Map<String, Long>> counters() {
        UserPlaneCounters packets = userPlane.counters();
        SignallingCounters messages = signalling.counters();
        DnsCounters dns = resolver.counters();
        Map<String, Map<String, Long>> all = new LinkedHashMap<>();
        Map<String, Long> drops = new TreeMap<>();
        packets.drops().forEach((reason, count) -> drops.put(reason.text(), count));
        all.put("userplane.drops", drops);
        all.put("userplane.packets", Map.of("up", packets.packetsUp(), "down",
                packets.packetsDown()));
        all.put("userplane.octets", Map.of("up", packets.bytesUp(), "down", packets.bytesDown()));
        all.put("userplane.flows", Map.of("started", packets.flowsStarted(), "log_lost",
                packets.flowLogLost()));
        all.put("userplane.judged", Map.of("dns_queries", packets.dnsQueries(), "requests",
                packets.requestsJudged()));
        Map<String, Long> faults = new TreeMap<>();
        messages.faults().forEach((fault, count) -> faults.put(fault.text(), count));
        all.put("signalling.faults", faults);
        all.put("signalling.messages", Map.of("received", messages.received(), "sent",
                messages.sent()));
        all.put("signalling.sessions", Map.of("created", messages.created(), "refused",
                messages.refused(), "ended", messages.ended()));
        all.put("dns.forwarder", Map.of("queries", dns.queries(), "cache_hits", dns.cacheHits(),
                "upstream_queries", dns.upstreamQueries(), "upstream_failures",
                dns.upstreamFailures(), "failed", dns.failed(), "withheld", dns.withheld()));
        return all;
    }

    @Override
    public Map<String, String> parts() {
        Map<String, String> parts = new TreeMap<>();
        try {
            UserPlaneCounters _ = userPlane.counters();
            parts.put("user_plane", "ok");
        } catch (RuntimeException broken) {
            parts.put("user_plane", "does not answer");
        }
        try {
            int _ = await(signalling.peers()).size();
            parts.put("signalling", "ok");
        } catch (RuntimeException broken) {
            parts.put("signalling", "does not answer");
        }
        return parts;
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(VIEW_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException failed) {
            throw new IllegalStateException("the gateway does not answer", failed);
        }
    }

    @Override
    public void close() {
        signalling.close();
        userPlane.close();
        resolver.close();
    }
}
