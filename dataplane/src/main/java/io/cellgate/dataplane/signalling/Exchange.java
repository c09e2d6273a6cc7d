package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.path.PeerPath;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.policy.subject.Imsi;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A request being answered: who asked, and where the answer goes and is kept. */
final class Exchange {
    final Peer peer;
    final Carrier carrier;
    final InetSocketAddress from;
    private final PeerPath path;
    private final int restarts;
    private final long cacheKey;
    private final OwnRequests.Sender sender;
    private final LongSupplier nanoTime;
    private final Firewall firewall;

    Exchange(Peer peer, PeerPath path, Carrier carrier, InetSocketAddress from,
            long cacheKey, OwnRequests.Sender sender, LongSupplier nanoTime, Firewall firewall) {
        this.peer = peer;
        this.path = path;
        restarts = path.restarts();
        this.carrier = carrier;
        this.from = from;
        this.cacheKey = cacheKey;
        this.sender = sender;
        this.nanoTime = nanoTime;
        this.firewall = firewall;
    }

    /** Whether the request is to be carried out: not where it is a repetition, which gets what it got before. */
    boolean begin(SignallingCounters counters) {
        return switch (peer.replies.begin(cacheKey, nanoTime.getAsLong())) {
            case NEW -> true;
            case IN_PROGRESS -> {
                path.traffic().countRepeatedByPeer();
                counters.count(SignallingFault.STILL_IN_PROGRESS);
                yield false;
            }
            case ANSWERED -> {
                path.traffic().countRepeatedByPeer();
                counters.countRepeatedReply();
                sender.send(peer.replies.reply(cacheKey), from);
                yield false;
            }
        };
    }

    /** Whether the peer may be told of a refusal: not where the firewall has such messages dropped in silence. */
    boolean mayTell(Reject reject, String message, @Nullable Imsi imsi) {
        SignallingFault fault = reject.fault();
        FirewallCheck check = fault == null ? null : FirewallCheck.of(fault);
        return check == null
                || firewall.lets(check, peer.address, carrier, message, imsi, reject.detail())
                || !check.isSilent();
    }

    /** The message is dropped for a fault, in silence. */
    void drop(Fault fault, String message) {
        boolean _ = firewall.lets(fault, peer.address, carrier, message, null);
        drop();
    }

    /** The peer has restarted since it asked: it may use the request's number for another one now. */
    private boolean isOutdated() {
        return path.restarts() != restarts;
    }

    void reply(byte[] datagram) {
        if (isOutdated()) {
            return;
        }
        peer.replies.answered(cacheKey, datagram, nanoTime.getAsLong());
        sender.send(datagram, from);
    }

    /** There is no answer; a repetition is looked at anew. */
    void drop() {
        if (isOutdated()) {
            return;
        }
        peer.replies.forget(cacheKey);
    }
}
