package io.cellgate.bench.carrier;

import io.cellgate.policy.subject.Plmn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * A carrier with many devices and no networks behind them: {@code FleetMain SELF GATEWAY FIRST_IMSI COUNT SINK}. It
 * attaches them, says {@code attached N}, waits for a line, then sends two streams of numbered datagrams to the sink
 * until the next line: one of the first device to {@link #STEADY_PORT}, one of the {@link #TOGGLED_DEVICES} after it,
 * in turn, to {@link #TOGGLED_PORT}. At the end it says how many it sent: {@code sent STEADY TOGGLED}.
 */
public final class FleetMain {
    public static final int STEADY_PORT = 5683;
    public static final int TOGGLED_PORT = 5684;
    private static final int TOGGLED_DEVICES = 20;
    private static final long STEADY_NANOS = 1_000_000;
    private static final long TOGGLED_NANOS = 500_000;
    private static final int GTPU_PORT = 2152;
    private static final int AT_ONCE = 32;
    private static final int INNER_OCTETS = 20 + 8 + 8;

    private final InetAddress self;
    private final InetAddress gateway;
    private final InetAddress sink;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(8 + INNER_OCTETS);

    private FleetMain(InetAddress self, InetAddress gateway, InetAddress sink) {
        this.self = self;
        this.gateway = gateway;
        this.sink = sink;
    }

    public static void main(String[] arguments) throws Exception {
        new FleetMain(InetAddress.ofLiteral(arguments[0]), InetAddress.ofLiteral(arguments[1]),
                InetAddress.ofLiteral(arguments[4]))
                .run(Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
    }

    private void run(long firstImsi, int count) throws Exception {
        try (Signalling signalling = new Signalling(self, 1, (_, _) -> 0);
                DatagramChannel channel = DatagramChannel.open()
                        .bind(new InetSocketAddress(self, GTPU_PORT));
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            List<Assignment> sessions = attach(signalling, firstImsi, count);
            System.out.println("attached " + sessions.size());
            String _ = in.readLine();
            Thread sender = Thread.ofPlatform().start(() -> send(channel, sessions));
            String _ = in.readLine();
            sender.interrupt();
            sender.join();
        }
    }

    private List<Assignment> attach(Signalling signalling, long firstImsi, int count)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Assignment>> asked = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String imsi = "%015d".formatted(firstImsi + i);
                String imei = "%014d".formatted(35693803000000L + i);
                int number = i + 1;
                asked.add(threads.submit(() -> attach(signalling, new Device(imsi, imei,
                        "49151%08d".formatted(number), new Plmn("262", "01"), 6, 1, number,
                        "iot", Device.PDN_IPV4), number)));
            }
            List<Assignment> sessions = new ArrayList<>();
            for (Future<Assignment> each : asked) {
                sessions.add(each.get());
            }
            return sessions;
        }
    }

    private Assignment attach(Signalling signalling, Device device, int teid) throws IOException {
        int sequence = signalling.nextSequence();
        Gtpv2.Message answer = signalling.askV2(gateway, sequence,
                Gtpv2.createSession(sequence, device, self, teid, teid, 1));
        Assignment assignment = Gtpv2.assignment(answer);
        if (answer.cause() != Gtpv2.CAUSE_ACCEPTED || assignment == null
                || assignment.ipv4() == null) {
            throw new IOException("IMSI " + device.imsi() + " was refused: " + answer.cause());
        }
        return assignment;
    }

    private void send(DatagramChannel channel, List<Assignment> sessions) {
        long start = System.nanoTime();
        long steady = 0;
        long toggled = 0;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long since = System.nanoTime() - start;
                while (steady * STEADY_NANOS <= since) {
                    send(channel, sessions.getFirst(), STEADY_PORT, steady++);
                }
                while (toggled * TOGGLED_NANOS <= since) {
                    int device = 1 + (int) (toggled % TOGGLED_DEVICES);
                    send(channel, sessions.get(device), TOGGLED_PORT, toggled++);
                }
                LockSupport.parkNanos(200_000);
            }
            System.out.println("sent " + steady + " " + toggled);
        } catch (IOException e) {
            System.out.println("broke off: " + e);
        }
    }

    /** A G-PDU (TS 29.281 §5.1) with a datagram of the device that holds this number. */
    private void send(DatagramChannel channel, Assignment session, int port, long number)
            throws IOException {
        byte[] device = session.ipv4() == null ? new byte[4] : session.ipv4().getAddress();
        datagram.clear().put((byte) 0x30).put((byte) 0xff).putShort((short) INNER_OCTETS)
                .putInt(session.gatewayDataTeid());
        int ip = datagram.position();
        datagram.putShort((short) 0x4500).putShort((short) INNER_OCTETS).putInt(0)
                .put((byte) 64).put((byte) 17).putShort((short) 0).put(device)
                .put(sink.getAddress());
        int sum = 0;
        for (int at = ip; at < ip + 20; at += 2) {
            sum += datagram.getShort(at) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        datagram.putShort(ip + 10, (short) ~sum);
        datagram.putShort((short) 40_000).putShort((short) port).putShort((short) 16)
                .putShort((short) 0).putLong(number).flip();
        int _ = channel.send(datagram, new InetSocketAddress(session.gatewayData(), GTPU_PORT));
    }
}
