package io.cellgate.bench.carrier;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The GTP-C end of the simulator: requests of ours with their retransmission (TS 29.274 §7.6, TS 29.060 §7.6), and answers to
 * the gateway's. One thread reads; requests may be made from any.
 */
final class Signalling implements AutoCloseable {
    private static final Repetition USUAL = new Repetition(2000, 3);
    private static final int MAX_DATAGRAM_OCTETS = 65_535;

    /** Which sessions the gateway may end. */
    interface Sessions {
        /**
         * The gateway deletes the session of this control TEID of ours.
         *
         * @return the gateway's TEID for the answer, or 0 where there is no such session
         */
        int deletedByGateway(int controlTeid, int cause);
    }

    private record Pending(int version, int sequence) {}

    /** How often a request is sent until it is answered, and how long after each other: N3 and T3, TS 29.274 §7.6. */
    record Repetition(int t3Millis, int n3) {}

    private final DatagramChannel channel;
    private final Repetition repetition;
    private final Sessions sessions;
    private final Thread reader;
    private final int restartCounter;
    private final AtomicInteger sequence = new AtomicInteger(1);
    private final Map<Pending, CompletableFuture<ByteBuffer>> pending = new ConcurrentHashMap<>();

    Signalling(InetAddress self, int restartCounter, Sessions sessions) throws IOException {
        this(self, restartCounter, sessions, USUAL);
    }

    Signalling(InetAddress self, int restartCounter, Sessions sessions, Repetition repetition)
            throws IOException {
        this.repetition = repetition;
        this.sessions = sessions;
        this.restartCounter = restartCounter;
        channel = DatagramChannel.open().bind(new InetSocketAddress(self, Gtpv2.PORT));
        reader = Thread.ofPlatform().name("carrier-signalling").daemon().start(this::read);
    }

    int nextSequence() {
        return sequence.updateAndGet(value -> value % 0xffff + 1);
    }

    Gtpv2.Message askV2(InetAddress gateway, int sequenceNumber, byte[] request)
            throws IOException {
        Gtpv2.Message answer = Gtpv2.Message.read(ask(gateway, 2, sequenceNumber, request));
        if (answer == null) {
            throw new IOException("the gateway's answer is no GTPv2-C message");
        }
        return answer;
    }

    Gtpv1.Message askV1(InetAddress gateway, int sequenceNumber, byte[] request)
            throws IOException {
        Gtpv1.Message answer = Gtpv1.Message.read(ask(gateway, 1, sequenceNumber, request));
        if (answer == null) {
            throw new IOException("the gateway's answer is no GTPv1-C message");
        }
        return answer;
    }

    private ByteBuffer ask(InetAddress gateway, int version, int sequenceNumber, byte[] request)
            throws IOException {
        Pending key = new Pending(version, sequenceNumber);
        CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
        pending.put(key, answer);
        try {
            for (int attempt = 0; attempt < repetition.n3; attempt++) {
                channel.send(ByteBuffer.wrap(request),
                        new InetSocketAddress(gateway, Gtpv2.PORT));
                if (cameInTime(answer)) {
                    return answer.resultNow();
                }
            }
            throw new IOException(
                    "no answer from " + gateway.getHostAddress() + " after " + repetition.n3
                            + " attempts of " + repetition.t3Millis + " ms");
        } finally {
            pending.remove(key);
        }
    }

    private boolean cameInTime(CompletableFuture<ByteBuffer> answer) throws IOException {
        try {
            return answer.get(repetition.t3Millis, TimeUnit.MILLISECONDS) != null;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void read() {
        ByteBuffer datagram = ByteBuffer.allocate(MAX_DATAGRAM_OCTETS);
        try {
            while (true) {
                InetSocketAddress from = (InetSocketAddress) channel.receive(datagram.clear());
                if (from == null) {
                    return;
                }
                take(copy(datagram.flip()), from);
            }
        } catch (IOException closed) {
            pending.values().forEach(future -> future.completeExceptionally(closed));
        }
    }

    private static ByteBuffer copy(ByteBuffer datagram) {
        return ByteBuffer.allocate(datagram.remaining()).put(datagram).flip();
    }

    private void take(ByteBuffer datagram, InetSocketAddress from) throws IOException {
        Gtpv2.Message v2 = Gtpv2.Message.read(datagram.duplicate());
        if (v2 != null) {
            switch (v2.type()) {
                case Gtpv2.ECHO_REQUEST ->
                    channel.send(ByteBuffer.wrap(
                            Gtpv2.echoResponse(v2.sequence(), restartCounter)), from);
                case Gtpv2.DELETE_BEARER_REQUEST -> {
                    int teid = sessions.deletedByGateway(v2.teid(), v2.cause());
                    int cause = teid == 0 ? Gtpv2.CAUSE_CONTEXT_NOT_FOUND : Gtpv2.CAUSE_ACCEPTED;
                    channel.send(ByteBuffer.wrap(Gtpv2.deleteBearerResponse(v2.sequence(), teid,
                            cause)), from);
                }
                default -> complete(2, v2.sequence(), datagram);
            }
            return;
        }
        Gtpv1.Message v1 = Gtpv1.Message.read(datagram.duplicate());
        if (v1 != null) {
            switch (v1.type()) {
                case Gtpv1.ECHO_REQUEST ->
                    channel.send(ByteBuffer.wrap(
                            Gtpv1.echoResponse(v1.sequence(), restartCounter)), from);
                case Gtpv1.DELETE_PDP_CONTEXT_REQUEST -> {
                    int teid = sessions.deletedByGateway(v1.teid(), v1.cause());
                    int cause = teid == 0 ? Gtpv1.CAUSE_NON_EXISTENT : Gtpv1.CAUSE_ACCEPTED;
                    channel.send(ByteBuffer.wrap(Gtpv1.deletePdpContextResponse(v1.sequence(),
                            teid, cause)), from);
                }
                default -> complete(1, v1.sequence(), datagram);
            }
        }
    }

    private void complete(int version, int sequenceNumber, ByteBuffer datagram) {
        CompletableFuture<ByteBuffer> waiting = pending.get(new Pending(version, sequenceNumber));
        if (waiting != null) {
            waiting.complete(datagram);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        try {
            reader.join(); // until it has left the channel, the port is taken
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
