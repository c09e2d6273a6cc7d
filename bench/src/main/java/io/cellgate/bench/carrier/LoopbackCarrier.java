package io.cellgate.bench.carrier;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A carrier without interfaces: it attaches devices by GTPv2 and sends packets of theirs that it makes itself, for
 * measurements that need no program on the device. Used by one thread.
 */
public final class LoopbackCarrier implements AutoCloseable {
    private static final int USER_PORT = 2152;
    private static final int GTP_OCTETS = 8;
    private static final int IPV4_OCTETS = 20;
    private static final int UDP_OCTETS = 8;
    private static final int PAYLOAD_OCTETS = 32;
    private static final int RESTART_COUNTER = 1;
    /** It can be asked when a gateway that starts first answers. */
    private static final Signalling.Repetition OFTEN = new Signalling.Repetition(25, 80);

    private final InetAddress self;
    private final InetAddress gateway;
    private final Signalling signalling;
    private final DatagramChannel user;
    private final Map<String, Assignment> byImsi = new HashMap<>();

    public LoopbackCarrier(InetAddress self, InetAddress gateway) throws IOException {
        this.self = self;
        this.gateway = gateway;
        signalling = new Signalling(self, RESTART_COUNTER, (_, _) -> 0, OFTEN);
        user = DatagramChannel.open().bind(new InetSocketAddress(self, USER_PORT));
    }

    /**
     * Attaches a device.
     *
     * @return the gateway's cause; 16 to 63 where it accepts
     * @throws IOException if no answer came
     */
    public int attach(Device device) throws IOException {
        int sequence = signalling.nextSequence();
        Gtpv2.Message answer = signalling.askV2(gateway, sequence,
                Gtpv2.createSession(sequence, device, self,
                        ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE),
                        ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE),
                        RESTART_COUNTER));
        Assignment assignment = Gtpv2.assignment(answer);
        if (assignment != null) {
            byImsi.put(device.imsi(), assignment);
        }
        return answer.cause();
    }

    /** One UDP packet of a device, made once and sent as often as wanted. */
    public ByteBuffer packet(String imsi, byte[] destination, int port) {
        Assignment assignment = byImsi.get(imsi);
        if (assignment == null || assignment.ipv4() == null) {
            throw new IllegalStateException(imsi + " has no IPv4 address");
        }
        int length = IPV4_OCTETS + UDP_OCTETS + PAYLOAD_OCTETS;
        ByteBuffer packet = ByteBuffer.allocateDirect(GTP_OCTETS + length);
        // a G-PDU without options, TS 29.281 §5.1
        packet.put((byte) 0x30).put((byte) 0xff).putShort((short) length)
                .putInt(assignment.gatewayDataTeid());
        packet.put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0).put((byte) 64)
                .put((byte) 17).putShort((short) 0).put(assignment.ipv4().getAddress())
                .put(destination);
        packet.putShort(GTP_OCTETS + 10, checksum(packet));
        packet.putShort((short) 40_000).putShort((short) port)
                .putShort((short) (UDP_OCTETS + PAYLOAD_OCTETS)).putShort((short) 0);
        packet.put(new byte[PAYLOAD_OCTETS]);
        return packet.flip();
    }

    /** RFC 791 §3.1, of the header that begins behind GTP's. */
    private static short checksum(ByteBuffer packet) {
        int sum = 0;
        for (int i = 0; i < IPV4_OCTETS; i += 2) {
            sum += packet.getShort(GTP_OCTETS + i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (short) ~(sum + (sum >>> 16));
    }

    public void send(ByteBuffer packet) throws IOException {
        user.send(packet.duplicate(), new InetSocketAddress(gateway, USER_PORT));
    }

    @Override
    public void close() throws IOException {
        signalling.close();
        user.close();
    }
}
