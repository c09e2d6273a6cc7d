package io.cellgate.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.dataplane.packet.IpAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The TUN backend on a real device and real sockets, in a network namespace of its own. */
class TunPacketIoTest {
    private NetworkNamespace namespace;

    @BeforeEach
    void makeNamespace() throws Exception {
        NetworkNamespace.assumePossible();
        namespace = new NetworkNamespace("tun");
    }

    @AfterEach
    void removeNamespace() throws Exception {
        if (namespace != null) {
            namespace.close();
        }
    }

    private static byte[] octets(long address, int length) {
        byte[] octets = new byte[length];
        new UnsafeBuffer(address, length).getBytes(0, octets);
        return octets;
    }

    /** Receives from the core until a UDP packet comes: the kernel sends router solicitations, too. */
    private static byte[] nextUdp(TunPacketIo io, Burst burst) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (System.nanoTime() < deadline) {
            int count = io.receiveCore(burst);
            for (int i = 0; i < count; i++) {
                byte[] packet = octets(burst.address(i), burst.length(i));
                if (packet[0] >>> 4 == 4 && packet[9] == 17) {
                    return packet;
                }
            }
            io.await(TimeUnit.MILLISECONDS.toNanos(100));
        }
        throw new AssertionError("nothing came");
    }

    @Test
    void packets_goThroughTheKernelBothWays_wholeAndWithRightAddresses() throws Exception {
        namespace.call(() -> {
            InetSocketAddress gtpu = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"),
                    2152);
            try (TunPacketIo io = new TunPacketIo(
                    TunPacketIo.Config.of(gtpu, "cgup0", "10.45.0.1/16", "2001:db8:45::1/48"));
                    DatagramSocket carrier = new DatagramSocket(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 2152));
                    DatagramSocket host = new DatagramSocket(
                            new InetSocketAddress(InetAddress.ofLiteral("10.45.0.1"), 7))) {
                Burst burst = new Burst(64);
                host.setSoTimeout(5000);
                carrier.setSoTimeout(5000);

                byte[] down = "to the device".getBytes(StandardCharsets.US_ASCII);
                host.send(new DatagramPacket(down, down.length,
                        new InetSocketAddress("10.45.0.7", 4000)));
                byte[] fromKernel = nextUdp(io, burst);
                assertThat(Arrays.copyOfRange(fromKernel, 28, fromKernel.length)).isEqualTo(down);

                byte[] up = fromKernel.clone();
                System.arraycopy(fromKernel, 12, up, 16, 4);
                System.arraycopy(fromKernel, 16, up, 12, 4);
                System.arraycopy(fromKernel, 20, up, 22, 2);
                System.arraycopy(fromKernel, 22, up, 20, 2);
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment packet = arena.allocate(2048);
                    packet.copyFrom(MemorySegment.ofArray(up));
                    burst.clear();
                    burst.add(packet.address(), up.length);
                    assertThat(io.sendCore(burst)).isEqualTo(1);
                    DatagramPacket got = new DatagramPacket(new byte[100], 100);
                    host.receive(got);
                    assertThat(got.getAddress().getHostAddress()).isEqualTo("10.45.0.7");
                    assertThat(Arrays.copyOf(got.getData(), got.getLength())).isEqualTo(down);

                    burst.clear();
                    for (int i = 0; i < 3; i++) {
                        burst.add(packet.address(), 10 + i, 0,
                                IpAddresses.lo(carrier.getLocalAddress()), 2152);
                    }
                    assertThat(io.sendAccess(burst)).isEqualTo(3);
                    for (int i = 0; i < 3; i++) {
                        carrier.receive(got);
                        assertThat(got.getLength()).isEqualTo(10 + i);
                        assertThat(got.getPort()).isEqualTo(2152);
                    }
                }
                carrier.send(new DatagramPacket(down, down.length, gtpu));
                io.await(TimeUnit.SECONDS.toNanos(5));
                assertThat(io.receiveAccess(burst)).isEqualTo(1);
                assertThat(burst.peerLo(0)).isEqualTo(IpAddresses.lo(carrier.getLocalAddress()));
                assertThat(burst.peerPort(0)).isEqualTo(2152);
                assertThat(octets(burst.address(0), burst.length(0))).isEqualTo(down);
            }
            return null;
        });
    }

    @Test
    void severalWorkers_getDatagramsByTheirTeid_andPacketsByTheirDestination() throws Exception {
        namespace.call(() -> {
            int workers = 3;
            InetSocketAddress gtpu = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"),
                    2152);
            List<TunPacketIo> ios = TunPacketIo.open(TunPacketIo.Config.of(gtpu, "cgup3",
                    "10.45.0.1/16", "2001:db8:45::1/48"), workers);
            try (DatagramSocket carrier = new DatagramSocket(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 2152));
                    DatagramSocket host = new DatagramSocket()) {
                Burst burst = new Burst(64);
                for (int teid = -30; teid < 30; teid++) {
                    byte[] message = ByteBuffer.allocate(12).putInt(0x30ff0004).putInt(teid)
                            .putInt(0).array();
                    carrier.send(new DatagramPacket(message, message.length, gtpu));
                }
                for (int worker = 0; worker < workers; worker++) {
                    assertThat(ios.get(worker).receiveAccess(burst)).isEqualTo(20);
                    for (int i = 0; i < burst.size(); i++) {
                        int teid = ByteBuffer.wrap(octets(burst.address(i), 12)).getInt(4);
                        assertThat(Integer.remainderUnsigned(teid, workers)).isEqualTo(worker);
                    }
                }
                for (int end = 2; end < 32; end++) {
                    byte[] payload = {(byte) end};
                    host.send(new DatagramPacket(payload, 1,
                            new InetSocketAddress("10.45.0." + end, 4000)));
                    host.send(new DatagramPacket(payload, 1, new InetSocketAddress(
                            InetAddress.ofLiteral("2001:db8:45:" + end + "::7"), 4000)));
                }
                for (int worker = 0; worker < workers; worker++) {
                    int udp = 0;
                    int count = ios.get(worker).receiveCore(burst);
                    for (int i = 0; i < count; i++) {
                        byte[] packet = octets(burst.address(i), burst.length(i));
                        boolean v4 = packet[0] >>> 4 == 4;
                        if (packet[v4 ? 9 : 6] == 17) {
                            int end = ByteBuffer.wrap(packet).getInt(v4 ? 16 : 28);
                            assertThat(Integer.remainderUnsigned(end, workers))
                                    .isEqualTo(worker);
                            udp++;
                        }
                    }
                    assertThat(udp).isEqualTo(20);
                }
            } finally {
                ios.forEach(TunPacketIo::close);
            }
            return null;
        });
    }

    @Test
    void parkedWorker_isWokenByAnotherThread() throws Exception {
        namespace.call(() -> {
            InetSocketAddress gtpu = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"),
                    2152);
            try (TunPacketIo io = new TunPacketIo(TunPacketIo.Config.of(gtpu, "cgup1"))) {
                Thread waker = Thread.ofPlatform().start(() -> {
                    try {
                        Thread.sleep(100);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    io.wake();
                });
                long before = System.nanoTime();
                io.await(TimeUnit.SECONDS.toNanos(10));
                assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(5));
                waker.join();
            }
            return null;
        });
    }

    @Test
    void failureToOpen_saysWhatWasTried() throws Exception {
        namespace.call(() -> {
            InetSocketAddress elsewhere = new InetSocketAddress(
                    InetAddress.ofLiteral("192.0.2.1"), 2152);
            assertThatThrownBy(() -> new TunPacketIo(TunPacketIo.Config.of(elsewhere, "cgup2")))
                    .hasMessageContaining("192.0.2.1");
            InetSocketAddress gtpu = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"),
                    2152);
            assertThatThrownBy(() -> new TunPacketIo(
                    TunPacketIo.Config.of(gtpu, "a-name-that-is-too-long")))
                    .hasMessageContaining("expected 1 to 15 characters");
            return null;
        });
    }
}
