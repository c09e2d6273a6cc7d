package io.cellgate.dataplane.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.PcapFile;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.gtpc.Tshark;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.policy.subject.Plmn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A gateway's signalling on loopback addresses of this test process's own, with carriers A (two nodes) and B (one)
 * as its peers. When the tests of a class are through, tshark reads all that their gateways sent, see {@link DissectionExtension}.
 */
final class Harness implements AutoCloseable {
    static final Plmn GERMANY = Plmn.parse("26201");
    static final Plmn USA = Plmn.parse("310410");
    private static final int GTP_C_PORT = 2123;
    /** Not {@link #GTP_C_PORT}, which some program on this machine may have taken for all addresses. */
    private static final int PORT = 20_000 + (int) (ProcessHandle.current().pid() % 12_000);
    private static final int SHORT_MILLIS = 250;

    final InetAddress gateway;
    final Carrier carrierA = new Carrier(0, "carrier-a", "A", Set.of(), Set.of());
    final Carrier carrierB = new Carrier(1, "carrier-b", "B", Set.of(), Set.of());
    final FakeUserPlane userPlane = new FakeUserPlane();
    final FakeDirectory directory = new FakeDirectory();
    /** Of messages and sessions. */
    final List<SignallingEvent> events = new CopyOnWriteArrayList<>();
    final List<SignallingEvent> pathEvents = new CopyOnWriteArrayList<>();
    final SignallingServer server;
    /** What was said since {@link #dissect} was last called, by whichever test. */
    private static final PcapFile RECORDING = new PcapFile();
    private final List<Node> nodes = new ArrayList<>();
    private final InetSocketAddress gatewaySocket;

    Harness() {
        this(config(), DeviceConfig.defaults());
    }

    Harness(SignallingConfig config, DeviceConfig devices) {
        this(config, devices, Clock.systemUTC());
    }

    Harness(SignallingConfig config, DeviceConfig devices, Clock clock) {
        gateway = config.address();
        gatewaySocket = new InetSocketAddress(gateway, PORT);
        server = SignallingServer.start(config, devices, gateway, directory, userPlane,
                event -> (event.message().startsWith("path") ? pathEvents : events).add(event),
                clock);
        publish(carrierA);
    }

    /** A gateway at another address, whose peers listen on another port. */
    static Harness at(InetAddress address, int peerPort) {
        return new Harness(config().at(address).onPorts(PORT, peerPort), DeviceConfig.defaults());
    }

    /** A port of an address that nobody uses at the moment. */
    static int freePort(InetAddress address) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** T3 is longer than a busy machine pauses, so that no repeated request is taken for an answer. */
    static SignallingConfig config() {
        return SignallingConfig.defaults(17).at(address(1)).onPorts(PORT, PORT).withTimers(
                Duration.ofSeconds(10), 3, Duration.ofSeconds(60));
    }

    /** A gateway that soon sends again, up to {@code n3} times, what is not answered. */
    static Harness thatRepeats(int n3) {
        return new Harness(
                config().withTimers(Duration.ofMillis(100), n3, Duration.ofSeconds(60)),
                DeviceConfig.defaults());
    }

    /** The tables of carriers as usual, but with A's entitlements as given. */
    void publish(Carrier a) {
        await(server.publishPeers(
                new PeerTable(List.of(new PeerTable.Entry(address(2), a),
                        new PeerTable.Entry(address(3), a),
                        new PeerTable.Entry(address(4), carrierB)))));
    }

    /** Loopback addresses that another test process is unlikely to use. */
    static InetAddress address(int host) {
        long pid = ProcessHandle.current().pid();
        try {
            return InetAddress.getByAddress(
                    new byte[]{127, (byte) (64 + (pid >>> 8) % 128), (byte) pid, (byte) host});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A carrier's node; 2 and 3 are carrier A's, 4 is carrier B's, others are nobody's. */
    Node node(int host) {
        Node node = new Node(address(host), PORT);
        nodes.add(node);
        return node;
    }

    Node nodeAt(InetAddress address, int port) {
        Node node = new Node(address, port);
        nodes.add(node);
        return node;
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come true within 10 s");
            }
            Thread.onSpinWait();
        }
    }

    long count(SignallingFault fault) {
        return server.counters().of(fault);
    }

    int sessions() {
        return await(server.sessions()).size();
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.socket.close());
        server.close();
    }

    /** Has tshark read all that gateways sent since the last time, where it is installed. */
    static void dissect() {
        if (!Tshark.isThere() || RECORDING.count() == 0) {
            return;
        }
        try {
            Path file = Files.createTempFile("cellgate-signalling-", ".pcap");
            RECORDING.writeTo(file);
            RECORDING.clear();
            assertThat(Tshark.complaints(file,
                    "ip.src == " + address(1).getHostAddress() + " or ipv6 and udp.srcport == "
                            + GTP_C_PORT))
                    .as("what tshark finds wrong with what the gateway sent").isEmpty();
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As if everything had gone over the port of GTP-C, by which tshark knows it. */
    private void record(InetAddress from, int fromPort, InetAddress to, int toPort,
            byte[] datagram) {
        RECORDING.add(new InetSocketAddress(from, fromPort == PORT ? GTP_C_PORT : fromPort),
                new InetSocketAddress(to, toPort == PORT ? GTP_C_PORT : toPort), datagram);
    }

    /** A carrier's node on a UDP socket. */
    final class Node {
        final InetAddress address;
        private final DatagramSocket socket;

        private Node(InetAddress address, int port) {
            this.address = address;
            try {
                socket = new DatagramSocket(new InetSocketAddress(address, port));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The same node on another port, as requests may come from. */
        Node onPort(int port) {
            Node other = new Node(address, port);
            nodes.add(other);
            return other;
        }

        int port() {
            return socket.getLocalPort();
        }

        void send(byte[] datagram) {
            try {
                record(address, port(), gateway, PORT, datagram);
                socket.send(new DatagramPacket(datagram, datagram.length, gatewaySocket));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        byte[] receive() {
            byte[] datagram = receive(10_000);
            if (datagram.length == 0) {
                throw new AssertionError("the gateway sent nothing within 10 s");
            }
            return datagram;
        }

        void receivesNothing() {
            assertThat(receive(SHORT_MILLIS)).as("what the gateway sent").isEmpty();
        }

        /** Takes what has come so far and what is still coming; how many that were. */
        int drain() {
            int datagrams = 0;
            while (receive(SHORT_MILLIS).length > 0) {
                datagrams++;
            }
            return datagrams;
        }

        private byte[] receive(int millis) {
            DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
            try {
                socket.setSoTimeout(millis);
                socket.receive(packet);
            } catch (SocketTimeoutException e) {
                return new byte[0];
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
            record(gateway, PORT, address, port(), datagram);
            return datagram;
        }

        Gtp2Message receive2() {
            return Gtp2Message.decode(Octets.of(receive())).orThrow();
        }

        Gtp1Message receive1() {
            return Gtp1Message.decode(Octets.of(receive())).orThrow();
        }

        Gtp2Message ask2(byte[] request) {
            send(request);
            return receive2();
        }

        Gtp1Message ask1(byte[] request) {
            send(request);
            return receive1();
        }
    }
}
