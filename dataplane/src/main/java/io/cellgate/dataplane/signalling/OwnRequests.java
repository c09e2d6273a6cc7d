package io.cellgate.dataplane.signalling;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Our requests to peers, repeated after T3 until they are answered or were sent N3 times (TS 29.274 §7.6). As T3 is
 * the same for all, those waiting stand in the order of their deadlines. Of one peer so many are under way at once
 * that it is not flooded; the rest wait for their turn.
 */
final class OwnRequests {
    private static final int WINDOW = 512;
    /** A peer that answers nothing must not fill the memory with what it is to be told. */
    static final int MAX_WAITING = 65_536;

    private final Map<Key, Pending> pending = new HashMap<>();
    private final ArrayDeque<Pending> byDeadline = new ArrayDeque<>();
    private final Map<InetAddress, Lane> lanes = new HashMap<>();
    private final SecureRandom random;
    private final Sender sender;
    private final Repetitions repetitions;
    private final long t3Nanos;
    private final int n3;
    private final int peerPort;

    /** Puts a datagram on the wire. */
    interface Sender {
        void send(byte[] datagram, InetSocketAddress to);
    }

    /** Hears that a request was sent again. */
    interface Repetitions {
        void of(InetAddress peer, GtpVersion version);
    }

    /** What becomes of a request; called once. */
    interface Outcome {
        /** @param cause what the response says, or 0 where it says nothing */
        void answered(int cause);

        void unanswered();

        /** The answer holds its sender's restart counter; called before {@link #answered}. */
        default void recovery(int counter) {}

        default void repeated() {}
    }

    private record Key(InetAddress address, GtpVersion version, int sequence) {}

    /** A request not yet sent, for want of room in the window. */
    private record Waiting(GtpVersion version, int responseType, IntFunction<byte[]> encoder,
            Outcome outcome) {}

    /** The requests to one peer. */
    private static final class Lane {
        int underWay;
        int nextSequence;
        final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    }

    private static final class Pending {
        final Key key;
        final InetSocketAddress to;
        final int responseType;
        final byte[] datagram;
        final Outcome outcome;
        int sent = 1;
        long deadlineNanos;
        boolean done;

        Pending(Key key, InetSocketAddress to, int responseType, byte[] datagram,
                Outcome outcome) {
            this.key = key;
            this.to = to;
            this.responseType = responseType;
            this.datagram = datagram;
            this.outcome = outcome;
        }
    }

    OwnRequests(SecureRandom random, Sender sender, Repetitions repetitions, long t3Nanos, int n3,
            int peerPort) {
        this.repetitions = repetitions;
        this.random = random;
        this.sender = sender;
        this.t3Nanos = t3Nanos;
        this.n3 = n3;
        this.peerPort = peerPort;
    }

    /** @param encoder makes the datagram of a sequence number */
    void send(InetAddress to, GtpVersion version, int responseType, IntFunction<byte[]> encoder,
            Outcome outcome, long nowNanos) {
        Lane lane = lane(to);
        Waiting request = new Waiting(version, responseType, encoder, outcome);
        if (lane.underWay >= WINDOW) {
            if (lane.waiting.size() >= MAX_WAITING) {
                outcome.unanswered();
            } else {
                lane.waiting.add(request);
            }
        } else {
            start(to, lane, request, nowNanos);
        }
    }

    /** The same ahead of all that waits for its turn, and however much is under way: what asks whether the peer is there. */
    void sendAhead(InetAddress to, GtpVersion version, int responseType,
            IntFunction<byte[]> encoder, Outcome outcome, long nowNanos) {
        start(to, lane(to), new Waiting(version, responseType, encoder, outcome), nowNanos);
    }

    private Lane lane(InetAddress to) {
        return lanes.computeIfAbsent(to, address -> {
            Lane fresh = new Lane();
            fresh.nextSequence = random.nextInt();
            return fresh;
        });
    }

    /**
     * Waits for the answer to a request that has just been sent as a peer's command wanted it: under the command's
     * sequence number, to the port that the command came from (TS 29.274 §7.6, §4.2.2.2). False where a request to the
     * peer is under way with that number.
     */
    boolean expect(InetSocketAddress to, int sequence, int responseType, byte[] datagram,
            Outcome outcome, long nowNanos) {
        Key key = new Key(to.getAddress(), GtpVersion.V2, sequence);
        Pending request = new Pending(key, to, responseType, datagram, outcome);
        if (pending.putIfAbsent(key, request) != null) {
            return false;
        }
        lane(to.getAddress()).underWay++;
        await(request, nowNanos);
        return true;
    }

    private void start(InetAddress to, Lane lane, Waiting request, long nowNanos) {
        Key key = newKey(to, lane, request.version());
        Pending started = new Pending(key, new InetSocketAddress(to, peerPort),
                request.responseType(), request.encoder().apply(key.sequence()),
                request.outcome());
        lane.underWay++;
        pending.put(started.key, started);
        transmit(started, nowNanos);
    }

    /**
     * A number that nothing under way has. The highest of the 24 bits marks what a peer's command triggered (TS 29.274
     * §7.6), but peers may send commands without it.
     */
    private Key newKey(InetAddress to, Lane lane, GtpVersion version) {
        Key key;
        do {
            key = new Key(to, version,
                    lane.nextSequence++ & (version == GtpVersion.V1 ? 0xffff : 0x7f_ffff));
        } while (pending.containsKey(key));
        return key;
    }

    private void transmit(Pending request, long nowNanos) {
        await(request, nowNanos);
        sender.send(request.datagram, request.to);
    }

    private void await(Pending request, long nowNanos) {
        request.deadlineNanos = nowNanos + t3Nanos;
        byDeadline.add(request);
    }

    /** Takes a response; false where it answers nothing. */
    boolean onResponse(InetAddress from, GtpVersion version, int sequence, int type,
            int cause, @Nullable Integer recovery, long nowNanos) {
        Key key = new Key(from, version, sequence);
        Pending request = pending.get(key);
        if (request == null || request.responseType != type) {
            return false;
        }
        finish(request, nowNanos);
        if (recovery != null) {
            request.outcome.recovery(recovery);
        }
        request.outcome.answered(cause);
        return true;
    }

    private void finish(Pending request, long nowNanos) {
        request.done = true;
        pending.remove(request.key);
        InetAddress to = request.key.address();
        Lane lane = lanes.get(to);
        if (lane != null) {
            lane.underWay--;
            Waiting next = lane.underWay < WINDOW ? lane.waiting.poll() : null;
            if (next != null) {
                start(to, lane, next, nowNanos);
            }
        }
    }

    /** Repeats or gives up what is due. */
    void tick(long nowNanos) {
        @Nullable
        Pending request = byDeadline.peek();
        while (request != null && (request.done || nowNanos - request.deadlineNanos >= 0)) {
            byDeadline.remove();
            if (!request.done && request.sent < n3) {
                request.sent++;
                repetitions.of(request.key.address(), request.key.version());
                transmit(request, nowNanos);
                request.outcome.repeated();
            } else if (!request.done) {
                finish(request, nowNanos);
                request.outcome.unanswered();
            }
            request = byDeadline.peek();
        }
    }

    int underWay() {
        return pending.size();
    }
}
