package io.cellgate.bench.signalling;

import io.cellgate.bench.carrier.LoadPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.List;

/**
 * User packets of one peer's devices, at a steady rate: each goes to the gateway in GTP-U (TS 29.281 §5), out to a server,
 * and comes back the same way. Counts those that did not, and how long the others took. One thread calls it, often.
 */
final class EchoTraffic implements AutoCloseable {
    private static final int GTP_U_PORT = 2152;
    private static final int GTP_U_OCTETS = 8;
    private static final int IPV4_OCTETS = 20;
    private static final int UDP_OCTETS = 8;
    private static final int PAYLOAD_OCTETS = 16;
    private static final int G_PDU = 255;
    private static final int UDP = 17;
    private static final int DEVICE_PORT = 40_000;
    private static final int MOST = 1_000_000;

    private final DatagramChannel channel;
    private final List<LoadPeer.Assigned> devices;
    private final int server;
    private final int port;
    private final ByteBuffer out = ByteBuffer.allocateDirect(256);
    private final ByteBuffer in = ByteBuffer.allocateDirect(2048);
    private final long[] nanos = new long[MOST];
    private int sent;
    private int came;

    EchoTraffic(InetAddress peer, InetAddress gateway, List<LoadPeer.Assigned> devices,
            InetAddress server, int port) throws IOException {
        this.devices = devices;
        this.server = ByteBuffer.wrap(server.getAddress()).getInt();
        this.port = port;
        channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 8 << 20);
        channel.bind(new InetSocketAddress(peer, GTP_U_PORT));
        channel.connect(new InetSocketAddress(gateway, GTP_U_PORT));
        channel.configureBlocking(false);
    }

    /** Sends what is due since a time, and takes what has come back. */
    void poll(long startNanos, int perSecond) throws IOException {
        long due = (System.nanoTime() - startNanos) * perSecond / 1_000_000_000L;
        while (sent < due && sent < MOST) {
            send(devices.get(sent % devices.size()));
        }
        take();
    }

    private void send(LoadPeer.Assigned device) throws IOException {
        int inner = IPV4_OCTETS + UDP_OCTETS + PAYLOAD_OCTETS;
        out.clear();
        out.put((byte) 0x30).put((byte) G_PDU).putShort((short) inner).putInt(device.userTeid());
        int at = out.position();
        out.put((byte) 0x45).put((byte) 0).putShort((short) inner).putInt(0).put((byte) 64)
                .put((byte) UDP).putShort((short) 0).putInt(device.ipv4()).putInt(server);
        out.putShort(at + 10, checksum(at));
        out.putShort((short) DEVICE_PORT).putShort((short) port)
                .putShort((short) (UDP_OCTETS + PAYLOAD_OCTETS)).putShort((short) 0);
        out.putLong(sent).putLong(System.nanoTime()).flip();
        while (channel.write(out) == 0) {
            Thread.onSpinWait();
        }
        sent++;
    }

    /** RFC 791 §3.1. */
    private short checksum(int at) {
        int sum = 0;
        for (int i = 0; i < IPV4_OCTETS; i += 2) {
            sum += out.getShort(at + i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    private void take() throws IOException {
        for (in.clear(); channel.read(in) > 0; in.clear()) {
            int payload = in.position() - PAYLOAD_OCTETS;
            if ((in.get(1) & 0xff) == G_PDU && payload >= GTP_U_OCTETS && came < MOST) {
                nanos[came++] = System.nanoTime() - in.getLong(payload + 8);
            }
        }
    }

    /** Waits for what is still under way, at most a second; gives how many never came. */
    int lost() throws IOException {
        long deadline = System.nanoTime() + 1_000_000_000L;
        while (came < sent && System.nanoTime() < deadline) {
            take();
        }
        return sent - came;
    }

    int sent() {
        return sent;
    }

    double millis(double part) {
        long[] sorted = Arrays.copyOf(nanos, came);
        Arrays.sort(sorted);
        return came == 0 ? 0 : sorted[(int) Math.min(came - 1, part * came)] / 1e6;
    }

    void clear() {
        sent = 0;
        came = 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
