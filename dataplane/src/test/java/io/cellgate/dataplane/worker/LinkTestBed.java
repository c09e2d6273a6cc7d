package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.io.NetworkNamespace;
import io.cellgate.dataplane.io.PacketBackends;
import io.cellgate.dataplane.io.PacketBackends.Backend;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.io.TunPacketIo;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.RuleDocument;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A carrier, a gateway's packet I/O and the internet, each in a network namespace:
 *
 * <pre>
 *   carrier ── s8 ── gateway ── sgi ── internet
 *   10.200.0.1   10.200.0.2 203.0.113.1   203.0.113.10
 *                      2001:db8:113::1   2001:db8:113::10
 * </pre>
 *
 * Ends of the carrier and the internet are plain UDP sockets, so what they get has passed the kernel's own checks.
 */
final class LinkTestBed {
    static final String SERVER = "203.0.113.10";
    static final String SERVER_IPV6 = "2001:db8:113::10";
    static final int SERVER_PORT = 5000;
    static final InetAddress CARRIER = InetAddress.ofLiteral("10.200.0.1");
    private static final InetSocketAddress GATEWAY = new InetSocketAddress(
            InetAddress.ofLiteral("10.200.0.2"), 2152);
    private static final List<IpPrefix> DEVICES = List.of(IpPrefix.parse("10.45.0.0/16"),
            IpPrefix.parse("2001:db8:45::/48"));
    private static final TunPacketIo.Config KERNEL = TunPacketIo.Config.of(GATEWAY, "cgtun",
            "10.45.0.1/16", "2001:db8:45::1/48");
    private static final int OPEN_ATTEMPTS = 50;
    private static final int RECEIVE_MILLIS = 5000;

    final NetworkNamespace gatewaySpace = new NetworkNamespace("gateway");
    final NetworkNamespace internetSpace = new NetworkNamespace("internet");
    final DatagramSocket carrier;
    final DatagramSocket server;
    final UserPlaneConfig config = UserPlaneConfig.of(List.of(GATEWAY.getAddress()), DEVICES,
            List.of(), (Inet4Address) InetAddress.ofLiteral("10.45.0.1"),
            (Inet6Address) InetAddress.ofLiteral("2001:db8:45::1"), null);
    final PolicySlot slot = new PolicySlot(EffectivePolicy.nothing(1));
    /** What was said of backends that were opened. */
    final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final NetworkNamespace carrierSpace = new NetworkNamespace("carrier");
    private final int kernelFlows;
    private long revision = 1;

    /** @param kernelFlows how many flows the kernel may forward by itself on xdp */
    LinkTestBed(int kernelFlows) throws Exception {
        this.kernelFlows = kernelFlows;
        publish("net.protocol == \"udp\"");
        carrierSpace.join("s8", gatewaySpace, "s8");
        gatewaySpace.join("sgi", internetSpace, "eth0");
        carrierSpace.run("ip", "address", "add", "10.200.0.1/24", "dev", "s8");
        gatewaySpace.run("ip", "address", "add", "10.200.0.2/24", "dev", "s8");
        for (String address : List.of("203.0.113.1/24", "2001:db8:113::1/64")) {
            gatewaySpace.run("ip", "address", "add", address, "dev", "sgi", "nodad");
        }
        for (String address : List.of(SERVER + "/24", SERVER_IPV6 + "/64")) {
            internetSpace.run("ip", "address", "add", address, "dev", "eth0", "nodad");
        }
        internetSpace.run("ip", "route", "add", "10.45.0.0/16", "via", "203.0.113.1");
        internetSpace.run("ip", "route", "add", "2001:db8:45::/48", "via", "2001:db8:113::1");
        gatewaySpace.run("sysctl", "-qw", "net.ipv4.ip_forward=1",
                "net.ipv6.conf.all.forwarding=1");
        // so that no packet has to wait for an answer of Neighbor Discovery, or overtakes one that
        // has
        for (String neighbour : List.of("10.200.0.1", SERVER, SERVER_IPV6)) {
            gatewaySpace.run("ping", "-c", "1", "-W", "5", neighbour);
        }
        carrier = carrierSpace
                .call(() -> new DatagramSocket(new InetSocketAddress(CARRIER, 2152)));
        server = internetSpace.call(() -> new DatagramSocket(SERVER_PORT));
        for (DatagramSocket socket : List.of(carrier, server)) {
            socket.setReceiveBufferSize(4 << 20);
            socket.setSoTimeout(RECEIVE_MILLIS);
        }
    }

    /** Publishes a policy that allows flows of which this is true. */
    void publish(String when) {
        publish(UserPlaneTestBed.allow("flows", when));
    }

    void publish(RuleDocument... rules) {
        slot.publish(EffectivePolicy.of(++revision, null,
                UserPlaneTestBed.compiled("all", revision, rules)));
    }

    /** Has the ends take what an XDP program redirects to them, or not. */
    void takeRedirected(boolean take) throws Exception {
        carrierSpace.run("ethtool", "-K", "s8", "gro", take ? "on" : "off");
        internetSpace.run("ethtool", "-K", "eth0", "gro", take ? "on" : "off");
    }

    /**
     * The packet I/O of so many workers; whoever gets it closes it. The kernel lets go of a queue a moment after the socket
     * on it was closed.
     */
    List<? extends PacketIo> open(Backend backend, int workers) throws Exception {
        for (int attempt = 0;; attempt++) {
            try {
                return gatewaySpace.call(() -> PacketBackends.open(KERNEL, workers,
                        new PacketBackends.Wish(backend, "s8", "sgi", false, kernelFlows),
                        DEVICES, said::add));
            } catch (ExecutionException e) {
                if (attempt == OPEN_ATTEMPTS
                        || !String.valueOf(e.getMessage()).contains("it is in use")) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    PeerTable peers() {
        return new PeerTable(
                List.of(new PeerTable.Entry(CARRIER, UserPlaneTestBed.CARRIER)));
    }

    UserPlaneSession session(int teid, int remoteTeid, String ipv4, @Nullable String prefix)
            throws IOException {
        return UserPlaneTestBed.session(teid, remoteTeid, CARRIER, ipv4, prefix, slot);
    }

    void fromDevice(int teid, byte[] packet) throws IOException {
        byte[] message = UserPlaneTestBed.gPdu(teid, packet);
        carrier.send(new DatagramPacket(message, message.length, GATEWAY));
    }

    /** The next GTP-U message at the carrier. */
    byte[] atCarrier() throws IOException {
        DatagramPacket message = receive(carrier);
        return Arrays.copyOf(message.getData(), message.getLength());
    }

    /** The next datagram at a socket, with whom it is from. */
    static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket got = new DatagramPacket(new byte[10_000], 10_000);
        try {
            socket.receive(got);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing came to " + socket.getLocalSocketAddress(), e);
        }
        return got;
    }

    /** Waits until what the internet's kernel knows of the way to a device says this. */
    boolean internetLearns(String device, String what) throws Exception {
        for (int attempt = 0; attempt < 100; attempt++) {
            if (internetSpace.run("ip", "route", "get", device).contains(what)) {
                return true;
            }
            Thread.sleep(50);
        }
        return false;
    }

    void close() throws Exception {
        carrier.close();
        server.close();
        carrierSpace.close();
        internetSpace.close();
        gatewaySpace.close();
    }
}
