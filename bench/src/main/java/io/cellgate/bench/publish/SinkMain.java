package io.cellgate.bench.publish;

import io.cellgate.bench.carrier.FleetMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The server that {@link FleetMain}'s datagrams go to: {@code SinkMain ADDRESS FILE}. Says {@code ready}; after a line on
 * its input it writes into the file when each datagram of the toggled stream came (nanoseconds of the clock that all
 * processes of a machine share), and says how many different ones of the steady stream came: {@code received N}.
 */
public final class SinkMain {
    private static final int QUIET_MILLIS = 1000;

    private SinkMain() {}

    public static void main(String[] arguments) throws Exception {
        InetAddress address = InetAddress.ofLiteral(arguments[0]);
        BitSet steady = new BitSet();
        List<String> toggled = new ArrayList<>();
        try (DatagramSocket first = open(address, FleetMain.STEADY_PORT);
                DatagramSocket second = open(address, FleetMain.TOGGLED_PORT);
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            Thread one = Thread.ofPlatform()
                    .start(() -> receive(first, (number, _) -> steady.set((int) number)));
            Thread other = Thread.ofPlatform().start(() -> receive(second,
                    (_, atNanos) -> toggled.add(Long.toString(atNanos))));
            System.out.println("ready");
            String _ = in.readLine();
            one.interrupt();
            other.interrupt();
            one.join();
            other.join();
        }
        Path _ = Files.write(Path.of(arguments[1]), toggled);
        System.out.println("received " + steady.cardinality());
    }

    private static DatagramSocket open(InetAddress address, int port) throws SocketException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, port));
        socket.setReceiveBufferSize(8 << 20);
        socket.setSoTimeout(QUIET_MILLIS);
        return socket;
    }

    private interface Arrival {
        void of(long number, long atNanos);
    }

    /** Until it is interrupted and nothing has come for a second. */
    private static void receive(DatagramSocket socket, Arrival arrival) {
        byte[] octets = new byte[64];
        boolean ending = false;
        while (true) {
            try {
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                socket.receive(packet);
                arrival.of(ByteBuffer.wrap(octets).getLong(), System.nanoTime());
            } catch (SocketTimeoutException quiet) {
                if (ending) {
                    return;
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            ending |= Thread.interrupted();
        }
    }
}
