package io.cellgate.bench.inventory;

import io.cellgate.bench.carrier.Device;
import io.cellgate.bench.carrier.LoopbackCarrier;
import io.cellgate.policy.subject.Plmn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * What a carrier and its devices see of the inventory: the first attach after a start, and the end of the traffic of a SIM
 * that is suspended through the API. Packets count when they have left by the TUN device.
 */
final class LiveBenchmark implements AutoCloseable {
    static final String CARRIER = "127.0.0.3";
    private static final Path FORWARDED = Path
            .of("/sys/class/net/" + Instance.TUN + "/statistics/rx_packets");
    /** Documentation addresses, RFC 5737: the host drops what goes there. */
    private static final byte[] DESTINATION = {(byte) 203, 0, 113, 9};
    private static final int PORT = 9;
    private static final long PACKET_NANOS = 200_000;
    private static final long AFTERWARDS_NANOS = 30_000_000;
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long START_PATIENCE_NANOS = 60_000_000_000L;
    private static final int EUTRAN = 6;

    private final LoopbackCarrier carrier;

    LiveBenchmark() throws IOException {
        carrier = new LoopbackCarrier(InetAddress.ofLiteral(CARRIER),
                InetAddress.ofLiteral(Instance.GATEWAY));
    }

    /** Registers the carrier that this is. */
    static void register(Api api) throws IOException {
        String id = api.send("/v1/carriers", "{\"name\":\"bench\",\"home_plmns\":[\"26299\"]}")
                .path("id").asText();
        api.send("/v1/carriers/" + id + "/peers", "{\"address\":\"" + CARRIER + "\"}");
    }

    void attach(String imsi) throws IOException {
        int cause = carrier.attach(new Device(imsi, "356938035643803", "4915112345678",
                Plmn.parse("26201"), EUTRAN, 1, 1, "iot", 1));
        if (cause < 16 || cause > 63) {
            throw new IOException("attach of " + imsi + ": got cause " + cause);
        }
    }

    /** Attaches at a gateway that starts just now, as devices do that try again and again. */
    void attachAsSoonAsItAnswers(String imsi) {
        long deadline = System.nanoTime() + START_PATIENCE_NANOS;
        while (true) {
            try {
                attach(imsi);
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() > deadline) {
                    throw new UncheckedIOException(notYet);
                }
            }
        }
    }

    private static long forwarded() throws IOException {
        return Long.parseLong(Files.readString(FORWARDED).strip());
    }

    /** From the request to suspend until the last packet left, for a device that sends one each 0.2 ms. */
    Durations suspend(Api api, java.util.List<String> iccids) throws IOException {
        long[] nanos = new long[iccids.size()];
        for (int i = 0; i < nanos.length; i++) {
            String imsi = api.get("/v1/sims/" + iccids.get(i)).path("imsi").asText();
            attach(imsi);
            ByteBuffer packet = carrier.packet(imsi, DESTINATION, PORT);
            flows(packet);
            String path = "/v1/sims/" + iccids.get(i) + "/actions";
            long begun = System.nanoTime();
            CompletableFuture<Long> answer = api.begin(path, "{\"action\":\"suspend\"}");
            nanos[i] = lastForwarded(packet, answer) - begun;
        }
        return new Durations(nanos);
    }

    private void flows(ByteBuffer packet) throws IOException {
        long before = forwarded();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (forwarded() < before + 5) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the device's packets are not forwarded");
            }
            carrier.send(packet);
            LockSupport.parkNanos(PACKET_NANOS);
        }
    }

    private long lastForwarded(ByteBuffer packet, CompletableFuture<Long> answer)
            throws IOException {
        long count = forwarded();
        long last = System.nanoTime();
        long begun = last;
        while (true) {
            carrier.send(packet);
            LockSupport.parkNanos(PACKET_NANOS);
            long now = System.nanoTime();
            long counted = forwarded();
            if (counted != count) {
                count = counted;
                last = now;
            }
            if (answer.isDone() && now - answer.join() > AFTERWARDS_NANOS) {
                return last;
            }
            if (now - begun > PATIENCE_NANOS) {
                throw new IOException("the suspension was not answered");
            }
        }
    }

    @Override
    public void close() throws IOException {
        carrier.close();
    }
}
