package io.cellgate.bench.carrier;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The GTP-U end of the simulator (TS 29.281): what a device's TUN interface gives goes to the gateway under the session's
 * TEID, what the gateway sends goes to the TUN interface of its TEID. It carries any packet that the device makes, as a radio
 * network does: judging them is the gateway's part.
 */
final class UserPlane implements AutoCloseable {
    private static final int PORT = 2152;
    private static final int HEADER_OCTETS = 8;
    private static final int OPTIONAL_OCTETS = 4;
    private static final int MAX_PACKET_OCTETS = 65_535;
    private static final int READ_WAIT_MILLIS = 100;
    private static final int ECHO_REQUEST = 1;
    private static final int ECHO_RESPONSE = 2;
    private static final int ERROR_INDICATION = 26;
    private static final int G_PDU = 255;

    /** A device's end of its tunnel. Counters may be read by any thread. */
    static final class Tunnel {
        private final Tun tun;
        private final int gatewayTeid;
        private final InetSocketAddress gateway;
        private volatile boolean open = true;
        private final AtomicLong uplinkPackets = new AtomicLong();
        private final AtomicLong downlinkPackets = new AtomicLong();
        private volatile long lastDownlinkEpochMillis;

        private Tunnel(Tun tun, int gatewayTeid, InetAddress gateway) {
            this.tun = tun;
            this.gatewayTeid = gatewayTeid;
            this.gateway = new InetSocketAddress(gateway, PORT);
        }

        long uplinkPackets() {
            return uplinkPackets.get();
        }

        long downlinkPackets() {
            return downlinkPackets.get();
        }

        /** When the last packet reached the device; 0 where none has. */
        long lastDownlinkEpochMillis() {
            return lastDownlinkEpochMillis;
        }
    }

    private final DatagramChannel channel;
    private final Map<Integer, Tunnel> byTeid = new ConcurrentHashMap<>();
    private final AtomicLong errorIndications = new AtomicLong();

    UserPlane(InetAddress self) throws IOException {
        channel = DatagramChannel.open().bind(new InetSocketAddress(self, PORT));
        Thread.ofPlatform().name("carrier-downlink").daemon().start(this::downlink);
    }

    long errorIndications() {
        return errorIndications.get();
    }

    Tunnel open(int ourTeid, Tun tun, int gatewayTeid, InetAddress gateway) {
        Tunnel tunnel = new Tunnel(tun, gatewayTeid, gateway);
        byTeid.put(ourTeid, tunnel);
        Thread.ofPlatform().name("carrier-uplink-" + Integer.toHexString(ourTeid)).daemon()
                .start(() -> uplink(tunnel));
        return tunnel;
    }

    /** Ends a tunnel; its TUN interface goes when the thread that reads it has seen that. */
    void close(int ourTeid) {
        Tunnel tunnel = byTeid.remove(ourTeid);
        if (tunnel != null) {
            tunnel.open = false;
        }
    }

    private void uplink(Tunnel tunnel) {
        ByteBuffer packet = ByteBuffer.allocateDirect(MAX_PACKET_OCTETS);
        ByteBuffer datagram = ByteBuffer.allocateDirect(MAX_PACKET_OCTETS + HEADER_OCTETS);
        try (Tun tun = tunnel.tun) {
            while (tunnel.open) {
                int length = tun.read(packet, READ_WAIT_MILLIS);
                if (length > 0 && tunnel.open) {
                    datagram.clear().put((byte) 0x30).put((byte) G_PDU).putShort((short) length)
                            .putInt(tunnel.gatewayTeid).put(packet.clear().limit(length)).flip();
                    channel.send(datagram, tunnel.gateway);
                    tunnel.uplinkPackets.incrementAndGet();
                }
            }
        } catch (IOException e) {
            // the interface or the socket went while the run ends; the device is simply gone
            tunnel.open = false;
        }
    }

    private void downlink() {
        ByteBuffer datagram = ByteBuffer.allocateDirect(MAX_PACKET_OCTETS);
        try {
            while (true) {
                InetSocketAddress from = (InetSocketAddress) channel.receive(datagram.clear());
                datagram.flip();
                if (from == null) {
                    return;
                }
                if (datagram.remaining() >= HEADER_OCTETS) {
                    take(datagram, from);
                }
            }
        } catch (IOException closed) {
            // the simulator ends
        }
    }

    private void take(ByteBuffer datagram, InetSocketAddress from) throws IOException {
        int flags = datagram.get();
        int type = datagram.get() & 0xff;
        datagram.getShort();
        int teid = datagram.getInt();
        switch (type) {
            case ECHO_REQUEST -> {
                int sequence = datagram.remaining() >= 2 ? datagram.getShort() & 0xffff : 0;
                channel.send(ByteBuffer.wrap(Octets.join(Octets.octets(0x32, ECHO_RESPONSE, 0, 6),
                        Octets.int32(0), Octets.int16(sequence), Octets.octets(0, 0, 14, 0))),
                        from);
            }
            case ERROR_INDICATION -> errorIndications.incrementAndGet();
            case G_PDU -> {
                Tunnel tunnel = byTeid.get(teid);
                if (tunnel != null && skipOptional(datagram, flags)
                        && tunnel.tun.write(datagram)) {
                    tunnel.downlinkPackets.incrementAndGet();
                    tunnel.lastDownlinkEpochMillis = System.currentTimeMillis();
                }
            }
            default -> {
                // End Marker and the like mean nothing to a device that never moves between cells
            }
        }
    }

    /** Steps over the optional fields and extension headers, TS 29.281 §5.1 and §5.2. */
    private static boolean skipOptional(ByteBuffer datagram, int flags) {
        if ((flags & 7) == 0) {
            return true;
        }
        if (datagram.remaining() < OPTIONAL_OCTETS) {
            return false;
        }
        datagram.position(datagram.position() + OPTIONAL_OCTETS - 1);
        int next = datagram.get() & 0xff;
        while ((flags & 4) != 0 && next != 0) {
            int octets = datagram.hasRemaining() ? 4 * (datagram.get() & 0xff) : 0;
            if (octets == 0 || octets - 1 > datagram.remaining()) {
                return false;
            }
            datagram.position(datagram.position() + octets - 2);
            next = datagram.get() & 0xff;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        byTeid.keySet().forEach(this::close);
        channel.close();
    }
}
