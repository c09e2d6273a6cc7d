package io.cellgate.control;

import io.cellgate.control.live.LiveGateway;
import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.firewall.FirewallCounters;
import io.cellgate.dataplane.capture.PacketCapture;
import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.pool.AddressPool;
import io.cellgate.dataplane.pool.PoolPlan;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.dataplane.radius.AccountingClients;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SimGroup;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A gateway without traffic that keeps what it was told. */
final class RecordingGateway implements LiveGateway, GatewayProcess.GatewayStarter {
    final List<String> told = new CopyOnWriteArrayList<>();
    final List<PacketCapture> captures = new CopyOnWriteArrayList<>();
    volatile boolean refusesCaptures;
    final List<LiveSession> live = new CopyOnWriteArrayList<>();
    private volatile GatewayProcess.@Nullable GatewayNeeds needs;
    /** What else happens when sessions are to end. */
    volatile Runnable beforeEnd = () -> {};
    volatile PeerTable peerTable = PeerTable.EMPTY;

    @Override
    public LiveGateway start(GatewayProcess.GatewayNeeds given, Deque<AutoCloseable> parts) {
        needs = given;
        return this;
    }

    GatewayProcess.GatewayNeeds needs() {
        GatewayProcess.GatewayNeeds given = needs;
        if (given == null) {
            throw new IllegalStateException("not started");
        }
        return given;
    }

    void attach(String iccid, String imsi, String imei, String account, @Nullable String fleet) {
        live.add(new LiveSession(iccid, new Imsi(imsi), imei, account, fleet, "iot", "car_1",
                "192.0.2.1", 2, "eutran", "26201", "10.45.0.2", null, Instant.EPOCH, 7, "repair",
                null, new Ambr(256, 1024)));
    }

    @Override
    public void publishPeers(PeerTable peers) {
        peerTable = peers;
    }

    @Override
    public void publishClients(AccountingClients clients) {
        told.add("clients " + clients.all().stream()
                .map(client -> client.carrier().name() + " " + client.sources() + " "
                        + client.ranges() + " " + client.timeout())
                .toList());
    }

    @Override
    public Map<String, Long> accounting(String client) {
        return Map.of("answered", 11L, "sessions", 2L);
    }

    @Override
    public List<IpPrefix> plainNetworks() {
        return List.of(IpPrefix.parse("10.50.0.0/16"), IpPrefix.parse("2001:db8:50::/48"));
    }

    @Override
    public void publishPools(PoolPlan plan) {
        told.add("pools " + plan.pools().stream().map(pool -> pool.prefix().toString()).toList()
                + " apns " + plan.apns());
    }

    @Override
    public void reserve(Collection<InetAddress> addresses) {
        told.add("reserve " + addresses);
    }

    @Override
    public void release(Collection<InetAddress> addresses) {
        told.add("release " + addresses);
    }

    @Override
    public Map<String, AddressPool.Fill> poolFill() {
        return Map.of();
    }

    @Override
    public List<Prefix> deviceNetworks() {
        return List.of(Prefix.parse("10.45.0.0/16"), Prefix.parse("fd45::/40"));
    }

    @Override
    public CompletionStage<Integer> endSessions(Imsi imsi, Refusal reason) {
        beforeEnd.run();
        told.add("end " + imsi + " " + reason.text());
        int before = live.size();
        live.removeIf(session -> session.imsi().equals(imsi));
        return CompletableFuture.completedFuture(before - live.size());
    }

    @Override
    public CompletionStage<Void> reevaluate(Collection<Imsi> imsis) {
        told.add("judge " + new ArrayList<>(imsis));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> reevaluate(SimGroup sims) {
        return reevaluate(live.stream().filter(each -> sims.has(each.account(), each.fleet()))
                .map(LiveSession::imsi).distinct().toList());
    }

    @Override
    public CompletionStage<Void> holdTo(Imsi imsi, long rateBps) {
        told.add("hold " + imsi + " to " + rateBps);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<LiveSession> sessions() {
        return List.copyOf(live);
    }

    @Override
    public @Nullable Usage usage(LiveSession session) {
        return new Usage(3, 300, 4, 4000, 1);
    }

    @Override
    public CompletionStage<Void> capture(Imsi imsi, PacketCapture to) {
        captures.add(to);
        if (refusesCaptures) {
            return CompletableFuture.failedFuture(new IllegalStateException("a queue is full"));
        }
        told.add("capture " + imsi);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<LivePath> paths() {
        return List.of(
                new LivePath("192.0.2.7", 1, "down", Instant.EPOCH, Instant.EPOCH, null, 2, 0,
                        new Messages(10, 9, 0, 0, 1, 3)),
                new LivePath("192.0.2.7", 2, "up", Instant.EPOCH, Instant.EPOCH.plusSeconds(1),
                        1.5, 3, 7, new Messages(100, 99, 2.5, 2.25, 0, 0)));
    }

    @Override
    public Map<FirewallCheck, FirewallCounters.Count> firewall() {
        return Map.of(FirewallCheck.HOME_PLMN, new FirewallCounters.Count(5, 2));
    }

    @Override
    public Map<FirewallCheck, FirewallCounters.Count> firewall(String carrier) {
        return Map.of(FirewallCheck.HOME_PLMN, new FirewallCounters.Count(3, 1));
    }

    @Override
    public Map<String, Map<String, Long>> counters() {
        return Map.of("userplane.drops", Map.of("source_spoofed", 7L));
    }

    @Override
    public Map<String, String> parts() {
        return Map.of("signalling", "ok");
    }

    @Override
    public void close() {
        told.add("closed");
    }
}
