package io.cellgate.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.IpAddresses;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Datagrams gathered into messages that the kernel cuts, received by sockets of the JDK. */
class DatagramBatchTest {
    private static final int PACKETS = 256;
    private static final int[] LENGTHS = {64, 128, 256, 576, 1400, 1401};

    /** Whatever tunnels, lengths and peers follow on another: each datagram comes once, whole, in its tunnel's order. */
    @Test
    void datagrams_comeWhole_andInTheOrderOfTheirTunnel() throws IOException {
        long seed = Long.getLong("cellgate.seed", System.nanoTime());
        Random random = new Random(seed);
        InetAddress local = InetAddress.ofLiteral("127.0.0.1");
        try (Arena arena = Arena.ofConfined();
                DatagramSocket one = new DatagramSocket(new InetSocketAddress(local, 0));
                DatagramSocket other = new DatagramSocket(new InetSocketAddress(local, 0))) {
            DatagramSocket[] peers = {one, other};
            for (DatagramSocket peer : peers) {
                peer.setReceiveBufferSize(1 << 20);
                peer.setSoTimeout(5000);
            }
            LinuxCalls calls = new LinuxCalls(arena);
            AccessSocket socket = new AccessSocket(calls, arena, new InetSocketAddress(local, 0),
                    64,
                    1 << 20, false);
            MemorySegment memory = arena.allocate((long) PACKETS * 2048, 64);
            for (int tunnels : new int[]{1, 3, 1000}) {
                Burst burst = new Burst(PACKETS);
                int[] expected = new int[2];
                for (int i = 0; i < PACKETS; i++) {
                    int length = LENGTHS[random.nextInt(LENGTHS.length)];
                    int tunnel = random.nextInt(tunnels);
                    int peer = tunnel % 2;
                    expected[peer]++;
                    ByteBuffer octets = ByteBuffer.allocate(length).putInt(0x30ff0000)
                            .putInt(tunnel).putInt(i);
                    Arrays.fill(octets.array(), 12, length, (byte) i);
                    MemorySegment packet = memory.asSlice(2048L * i, length);
                    packet.copyFrom(MemorySegment.ofArray(octets.array()));
                    burst.add(packet.address(), length, 0, IpAddresses.lo(local),
                            peers[peer].getLocalPort());
                }
                assertThat(socket.send(burst)).as("seed %d", seed).isEqualTo(PACKETS);
                for (int peer = 0; peer < 2; peer++) {
                    Map<Integer, Integer> last = new HashMap<>();
                    for (int n = 0; n < expected[peer]; n++) {
                        DatagramPacket got = new DatagramPacket(new byte[4096], 4096);
                        peers[peer].receive(got);
                        ByteBuffer octets = ByteBuffer.wrap(got.getData(), 0, got.getLength());
                        int tunnel = octets.getInt(4);
                        int number = octets.getInt(8);
                        assertThat(got.getLength()).as("seed %d, number %d", seed, number)
                                .isEqualTo(burst.length(number));
                        assertThat(got.getData()[got.getLength() - 1]).isEqualTo((byte) number);
                        Integer before = last.put(tunnel, number);
                        assertThat(before == null || before < number)
                                .as("seed %d, tunnel %d: %s before %d", seed, tunnel, before,
                                        number)
                                .isTrue();
                    }
                }
            }
            calls.close(socket.fd);
        }
    }
}
