package io.cellgate.control.live;

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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The gateway as the API needs it: told of changes, asked what goes on. */
public interface LiveGateway extends AutoCloseable {
    /** Replaces the table of who may peer. */
    void publishPeers(PeerTable peers);

    /** Replaces those who tell of sessions by RADIUS accounting. */
    void publishClients(AccountingClients clients);

    /** What came of a client's messages, by kind or fault, and how many sessions it has told of. */
    Map<String, Long> accounting(String client);

    /** The networks of devices whose carriers route their packets here as they are; none where no gateway runs. */
    List<IpPrefix> plainNetworks();

    /** Replaces the plan of pools and access points. */
    void publishPools(PoolPlan plan);

    /** These addresses are had from now on only by the SIMs whose they are. */
    void reserve(Collection<InetAddress> addresses);

    /** These addresses are no SIM's own any more. */
    void release(Collection<InetAddress> addresses);

    /** How each pool of the plan stands, by its id. */
    Map<String, AddressPool.Fill> poolFill();

    /** The networks of devices' addresses; none where no gateway runs. */
    List<Prefix> deviceNetworks();

    /** Ends the SIM's sessions; completes, with how many there were, when nothing of them is forwarded any more. */
    CompletionStage<Integer> endSessions(Imsi imsi, Refusal reason);

    /** Judges the sessions of these SIMs again, and installs them with what holds now; completes when that is done. */
    CompletionStage<Void> reevaluate(Collection<Imsi> imsis);

    /** The same of all SIMs of a group. */
    CompletionStage<Void> reevaluate(SimGroup sims);

    /** Has the carriers of a SIM hold it to so many bits a second, or with 0 to what they say themselves. */
    CompletionStage<Void> holdTo(Imsi imsi, long rateBps);

    /** How many sessions there are. */
    default int sessionCount() {
        return sessions().size();
    }

    List<LiveSession> sessions();

    /** Those of one SIM. */
    default List<LiveSession> sessions(Imsi imsi) {
        return sessions().stream().filter(session -> session.imsi().equals(imsi)).toList();
    }

    /** What a session has used; null where it has ended. */
    @Nullable
    Usage usage(LiveSession session);

    /** Has a SIM's packets go to a capture until that is over; completes when it has them. */
    CompletionStage<Void> capture(Imsi imsi, PacketCapture to);

    List<LivePath> paths();

    /** What each check of the GTP firewall has found, user packets included. */
    Map<FirewallCheck, FirewallCounters.Count> firewall();

    /** What each check has found in one carrier's messages; its devices' packets are counted for all carriers only. */
    Map<FirewallCheck, FirewallCounters.Count> firewall(String carrier);

    /** Counters by their name, then by reason or kind. */
    Map<String, Map<String, Long>> counters();

    /** Each part of it and how it stands; {@code ok} for one that works. */
    Map<String, String> parts();

    @Override
    void close();

    /** A live PDN connection. */
    record LiveSession(String iccid, Imsi imsi, @Nullable String imei, String account,
            @Nullable String fleet, String apn, String carrier, String peer,
            @Nullable Integer gtpVersion,
            @Nullable String rat, @Nullable String plmn, @Nullable String ipv4,
            @Nullable String ipv6, Instant startedAt, int userTeid,
            @Nullable String quarantine, @Nullable String barred, @Nullable Ambr apnAmbr) {}

    /** What a session has sent and received, in packets and octets of IP, and how many flows it has. */
    record Usage(long packetsUp, long octetsUp, long packetsDown, long octetsDown, int flows) {}

    /** A peer that the gateway has heard from, in one version of GTP. */
    record LivePath(String address, int gtpVersion, String state, @Nullable Instant since,
            @Nullable Instant lastHeard, @Nullable Double roundTripMillis,
            @Nullable Integer restartCounter, int sessions, Messages messages) {}

    /** What went over a path since the gateway's start, and of late; how many were requests sent again. */
    record Messages(long received, long sent, double receivedPerSecond, double sentPerSecond,
            long repeatedByPeer, long repeatedByUs) {}

    /** No gateway in this process: the API serves the inventory alone. */
    final class None implements LiveGateway {
        @Override
        public void publishPeers(PeerTable peers) {
            // nobody peers with a process that has no gateway
        }

        @Override
        public void publishClients(AccountingClients clients) {
            // nobody is listened to
        }

        @Override
        public Map<String, Long> accounting(String client) {
            return Map.of();
        }

        @Override
        public List<IpPrefix> plainNetworks() {
            return List.of();
        }

        @Override
        public void publishPools(PoolPlan plan) {
            // nobody attaches
        }

        @Override
        public void reserve(Collection<InetAddress> addresses) {
            // nobody attaches
        }

        @Override
        public void release(Collection<InetAddress> addresses) {
            // nobody attaches
        }

        @Override
        public Map<String, AddressPool.Fill> poolFill() {
            return Map.of();
        }

        @Override
        public List<Prefix> deviceNetworks() {
            return List.of();
        }

        @Override
        public CompletionStage<Integer> endSessions(Imsi imsi, Refusal reason) {
            return CompletableFuture.completedFuture(0);
        }

        @Override
        public CompletionStage<Void> reevaluate(Collection<Imsi> imsis) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> reevaluate(SimGroup sims) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> holdTo(Imsi imsi, long rateBps) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public List<LiveSession> sessions() {
            return List.of();
        }

        @Override
        public @Nullable Usage usage(LiveSession session) {
            return null;
        }

        @Override
        public CompletionStage<Void> capture(Imsi imsi, PacketCapture to) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public List<LivePath> paths() {
            return List.of();
        }

        @Override
        public Map<FirewallCheck, FirewallCounters.Count> firewall() {
            return Map.of();
        }

        @Override
        public Map<FirewallCheck, FirewallCounters.Count> firewall(String carrier) {
            return Map.of();
        }

        @Override
        public Map<String, Map<String, Long>> counters() {
            return Map.of();
        }

        @Override
        public Map<String, String> parts() {
            return Map.of();
        }

        @Override
        public void close() {
            // nothing was opened
        }
    }
}
