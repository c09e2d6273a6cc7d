package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.MessageRates;
import io.cellgate.dataplane.path.PathState;
import io.cellgate.dataplane.path.PeerPath;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.peer.PeerTable;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of carriers that were heard of so far. There is one only for an address in the peer table, so their
 * number is bounded by the configuration, not by what arrives.
 */
final class Peers {
    private final Map<InetAddress, Peer> byAddress = new HashMap<>();
    private final Map<String, CarrierShare> shares = new HashMap<>();
    private final SignallingConfig config;
    private final LongSupplier nanoTime;
    private PeerTable peerTable = PeerTable.EMPTY;

    Peers(SignallingConfig config, LongSupplier nanoTime) {
        this.config = config;
        this.nanoTime = nanoTime;
    }

    PeerTable table() {
        return peerTable;
    }

    @Nullable
    Carrier carrierOf(InetAddress address) {
        return peerTable.carrierOf(address);
    }

    boolean owns(Carrier carrier, InetAddress address) {
        Carrier owner = carrierOf(address);
        return owner != null && owner.id().equals(carrier.id());
    }

    /** The node at an address that is known to be a carrier's. */
    Peer of(InetAddress address) {
        return byAddress.computeIfAbsent(address, this::node);
    }

    private Peer node(InetAddress address) {
        Carrier carrier = Objects.requireNonNull(peerTable.carrierOf(address));
        return new Peer(address, new ReplyCache(config.repliesPerPeer(), replyKeepNanos()),
                ratesOfPeer(carrier), shares.computeIfAbsent(carrier.id(),
                        _ -> new CarrierShare(ratesOfAll(carrier))),
                config.paths());
    }

    private MessageRates ratesOfPeer(Carrier carrier) {
        return new MessageRates(carrier.firewall().perPeer(), carrier.firewall().alarmPercent(),
                nanoTime.getAsLong());
    }

    private MessageRates ratesOfAll(Carrier carrier) {
        return new MessageRates(carrier.firewall().perCarrier(),
                carrier.firewall().alarmPercent(), nanoTime.getAsLong());
    }

    /** Peers may have other timers than ours: half as much again as our own repetitions take. */
    private long replyKeepNanos() {
        return config.t3().toNanos() * config.n3() * 3 / 2;
    }

    Collection<Peer> all() {
        return byAddress.values();
    }

    /** Takes a new table; returns the nodes that are in it no longer, or with another carrier. */
    List<Peer> publish(PeerTable next) {
        List<Peer> gone = new ArrayList<>();
        for (Peer peer : byAddress.values()) {
            Carrier before = peerTable.carrierOf(peer.address);
            Carrier after = next.carrierOf(peer.address);
            if (before == null || after == null || !before.id().equals(after.id())) {
                gone.add(peer);
            } else if (!before.firewall().equals(after.firewall())) {
                peer.rates = ratesOfPeer(after);
                peer.carrier.rates = ratesOfAll(after);
            }
        }
        peerTable = next;
        gone.forEach(peer -> byAddress.remove(peer.address));
        return gone;
    }

    /** A message of this version has gone to an address. */
    void countSent(InetAddress address, GtpVersion version) {
        Peer peer = byAddress.get(address);
        if (peer != null) {
            peer.path(version).traffic().countSent();
        }
    }

    /** A request of this version has gone to an address again. */
    void countRepeated(InetAddress address, GtpVersion version) {
        Peer peer = byAddress.get(address);
        if (peer != null) {
            peer.path(version).traffic().countRepeatedByUs();
        }
    }

    private static PeerView view(PeerTable.Entry entry, PeerPath path, GtpVersion version,
            int sessions) {
        return new PeerView(entry.address(), entry.carrier().id(), version, path.state(),
                instant(path.stateSinceMillis()), instant(path.lastHeardMillis()),
                path.restartCounter(), sessions, path.roundTripNanos(),
                path.traffic().snapshot());
    }

    private static @Nullable Instant instant(long epochMillis) {
        return epochMillis == 0 ? null : Instant.ofEpochMilli(epochMillis);
    }

    List<PeerView> views() {
        List<PeerView> views = new ArrayList<>();
        for (PeerTable.Entry entry : peerTable.entries()) {
            Peer peer = byAddress.get(entry.address());
            for (GtpVersion version : GtpVersion.values()) {
                if (peer != null && (peer.path(version)
                        .state() != PathState.UNKNOWN
                        || peer.sessionsOf(version) > 0)) {
                    views.add(view(entry, peer.path(version), version,
                            peer.sessionsOf(version)));
                }
            }
        }
        return views;
    }
}
