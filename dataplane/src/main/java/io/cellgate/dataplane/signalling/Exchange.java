package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.peer.Carrier;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;

/** A request being answered: who asked, and where the answer goes and is kept. */
final class Exchange {
    final Peer peer;
    final Carrier carrier;
    private final InetSocketAddress from;
    private final long cacheKey;
    private final OwnRequests.Sender sender;
    private final LongSupplier nanoTime;

    Exchange(Peer peer, Carrier carrier, InetSocketAddress from, long cacheKey,
            OwnRequests.Sender sender, LongSupplier nanoTime) {
        this.peer = peer;
        this.carrier = carrier;
        this.from = from;
        this.cacheKey = cacheKey;
        this.sender = sender;
        this.nanoTime = nanoTime;
    }

    /** Whether the request is to be carried out: not where it is a repetition, which gets what it got before. */
    boolean begin(SignallingCounters counters) {
        return switch (peer.replies.begin(cacheKey, nanoTime.getAsLong())) {
            case NEW -> true;
            case IN_PROGRESS -> {
                counters.count(SignallingFault.STILL_IN_PROGRESS);
                yield false;
            }
            case ANSWERED -> {
                counters.countRepeatedReply();
                sender.send(peer.replies.reply(cacheKey), from);
                yield false;
            }
        };
    }

    void reply(byte[] datagram) {
        peer.replies.answered(cacheKey, datagram, nanoTime.getAsLong());
        sender.send(datagram, from);
    }

    /** There is no answer; a repetition is looked at anew. */
    void drop() {
        peer.replies.forget(cacheKey);
    }
}
