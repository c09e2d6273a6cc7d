package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.dataplane.flow.FlowLog;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.io.DatagramPacketIo;
import io.cellgate.dataplane.io.PacketIo;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.Allowance;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.usage.UsageFeed;
import io.cellgate.dataplane.usage.UsageRecord;
import io.cellgate.dns.DnsForwarder;
import io.cellgate.dns.ForwarderConfig;
import io.cellgate.policy.Action;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.CompiledPolicy;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.ListCatalog;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicyCompiler;
import io.cellgate.policy.PolicyDocument;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.RuleDocument;
import io.cellgate.policy.subject.Iccid;
import io.cellgate.policy.subject.Imsi;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A running user plane between real sockets: one plays a carrier's gateway (port 2152 of a loopback address of its
 * own), one plays the internet (whole IP packets as datagrams), one is the DNS upstream.
 */
final class UserPlaneTestBed implements AutoCloseable {
    static final int TEID = 0x1a2b3c4d;
    static final int REMOTE_TEID = 0x0badcafe;
    static final String DEVICE = "10.45.0.7";
    static final String SERVER = "198.51.100.10";
    static final String OTHER_DEVICE = "10.45.0.8";
    static final Carrier CARRIER = new Carrier(3, "acme", "Acme Mobile", Set.of(), Set.of());
    private static final AtomicInteger NETS = new AtomicInteger(
            (int) (ProcessHandle.current().pid() % 8000) * 8);

    final BlockingQueue<Integer> errorIndications = new LinkedBlockingQueue<>();
    final ConcurrentLinkedQueue<FlowRecord> flows = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<UsageRecord> used = new ConcurrentLinkedQueue<>();
    final PolicySlot slot = new PolicySlot(EffectivePolicy.nothing(1));
    final DatagramSocket carrier;
    final DatagramSocket internet;
    final TestDnsServer dns;
    final DnsForwarder forwarder;
    final WorkerUserPlane userPlane;
    private final List<InetSocketAddress> gtpu = new ArrayList<>();
    private final List<InetSocketAddress> core = new ArrayList<>();
    private long revision = 1;

    UserPlaneTestBed() throws Exception {
        this(config -> config);
    }

    UserPlaneTestBed(UnaryOperator<UserPlaneConfig> change) throws Exception {
        this(change, 1);
    }

    /** @param workers how many; each has its own sockets, and gets whatever is sent to these */
    UserPlaneTestBed(UnaryOperator<UserPlaneConfig> change, int workers) throws Exception {
        int net = NETS.getAndIncrement();
        InetAddress gatewayAddress = loopback(net, 1);
        carrier = new DatagramSocket(new InetSocketAddress(loopback(net, 2), 2152));
        internet = new DatagramSocket(new InetSocketAddress(loopback(net, 3), 0));
        dns = new TestDnsServer();
        forwarder = new DnsForwarder(ForwarderConfig.of(List.of(dns.address())));
        List<DatagramPacketIo> ios = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            DatagramPacketIo io = new DatagramPacketIo(
                    List.of(new InetSocketAddress(gatewayAddress, 0)),
                    new InetSocketAddress(loopback(net, 4), 0),
                    (InetSocketAddress) internet.getLocalSocketAddress());
            ios.add(io);
            gtpu.add(io.accessAddress(0));
            core.add(io.coreAddress());
        }
        UserPlaneConfig config = UserPlaneConfig.of(List.of(gatewayAddress),
                List.of(IpPrefix.parse("10.45.0.0/16"), IpPrefix.parse("2001:db8:45::/48")),
                List.of(IpPrefix.parse("192.0.2.0/24")),
                (Inet4Address) InetAddress.ofLiteral("10.45.0.1"),
                (Inet6Address) InetAddress.ofLiteral("2001:db8:45::1"),
                (Inet6Address) InetAddress.ofLiteral("2001:db8:45::53"));
        userPlane = WorkerUserPlane.start(change.apply(config), ios,
                errorIndications::add,
                forwarder, flows::add, used::addAll);
        userPlane.publishPeers(peers()).toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    PeerTable peers() {
        return new PeerTable(
                List.of(new PeerTable.Entry(carrier.getLocalAddress(), CARRIER)));
    }

    private static InetAddress loopback(int net, int host) throws IOException {
        return InetAddress.getByAddress(new byte[]{127, (byte) (64 + (net >> 8 & 0x7f)),
                (byte) net, (byte) host});
    }

    static RuleDocument rule(String id, Phase phase,
            Action action, String when) {
        return new RuleDocument(id, phase, action, when);
    }

    static RuleDocument allow(String id, String when) {
        return new RuleDocument(id, Phase.NETWORK,
                Action.ALLOW, when);
    }

    static RuleDocument allowHttp(String id, String when) {
        return new RuleDocument(id, Phase.HTTP,
                Action.ALLOW, when);
    }

    static RuleDocument allowDns(String id, String when) {
        return new RuleDocument(id, Phase.DNS,
                Action.ALLOW, when);
    }

    /** Publishes a policy of these rules with the standard defaults. */
    void publish(RuleDocument... rules) {
        publish(policy -> policy, compiled("test", rules));
    }

    /** Publishes the enforced policy with what belongs beside it. */
    void publish(UnaryOperator<EffectivePolicy> with, CompiledPolicy own) {
        slot.publish(with.apply(EffectivePolicy.of(++revision, null, own)));
    }

    CompiledPolicy compiled(String name, RuleDocument... rules) {
        return compiled(name, revision + 1, rules);
    }

    static CompiledPolicy compiled(String name, long revision, RuleDocument... rules) {
        CompileResult result = PolicyCompiler.compile(
                new PolicyDocument(name, List.of(rules)), ListCatalog.EMPTY, revision);
        return switch (result) {
            case CompileResult.Compiled(var policy, var _) -> policy;
            case CompileResult.Rejected(var problems) -> throw new IllegalArgumentException(
                    problems.toString());
        };
    }

    UserPlaneSession session(int teid, int remoteTeid, @Nullable String ipv4,
            @Nullable String prefix, PolicySlot policy) throws IOException {
        return session(teid, remoteTeid, carrier.getLocalAddress(), ipv4, prefix, policy);
    }

    /** @param peer the carrier's gateway */
    static UserPlaneSession session(int teid, int remoteTeid, InetAddress peer,
            @Nullable String ipv4, @Nullable String prefix, PolicySlot policy)
            throws IOException {
        Imsi imsi = new Imsi(teid == TEID
                ? "262010123456789"
                : "26201%010d".formatted(teid & 0x7fff_ffffL));
        Subscriber subscriber = new Subscriber(new Iccid("894450010219830482"), imsi, null, "acc",
                null, "active", Map.of(), policy, null, null);
        AttachRequest request = new AttachRequest(CARRIER, imsi, null, "internet", Rat.LTE_M,
                PdnType.IPV4V6, UserLocation.UNKNOWN);
        return new UserPlaneSession(teid, remoteTeid, peer, CARRIER.index(),
                ipv4 == null ? null : (Inet4Address) InetAddress.ofLiteral(ipv4),
                prefix == null ? null : (Inet6Address) InetAddress.ofLiteral(prefix), subscriber,
                request, null, null);
    }

    /** The session as usual, but in this time zone and quarantine. */
    UserPlaneSession session(@Nullable ZoneOffset timeZone, @Nullable String quarantine)
            throws IOException {
        UserPlaneSession usual = session(TEID, REMOTE_TEID, DEVICE, null, slot);
        return new UserPlaneSession(usual.localTeid(), usual.access(), usual.carrierIndex(),
                usual.ipv4(), usual.ipv6Prefix(), usual.subscriber(), usual.request(), timeZone,
                quarantine, false);
    }

    /** The session as usual, of a SIM with this allowance. */
    UserPlaneSession session(Allowance allowance) throws IOException {
        UserPlaneSession usual = session(TEID, REMOTE_TEID, DEVICE, null, slot);
        Subscriber whose = usual.subscriber();
        return new UserPlaneSession(usual.localTeid(), usual.access(), usual.carrierIndex(),
                usual.ipv4(), usual.ipv6Prefix(),
                new Subscriber(whose.iccid(), whose.imsi(), whose.msisdn(), whose.account(),
                        whose.fleet(), whose.status(), whose.tags(), whose.policy(),
                        whose.imeiChanged(), whose.inFence(), allowance, whose.own(), whose.eid()),
                usual.request(), null, null, false);
    }

    /** A worker without a thread: whoever has it lets it go round. It has the carrier at this address, and these sessions. */
    static Worker worker(UserPlaneConfig config, PacketIo io, FlowLog log, UsageFeed feed,
            InetAddress peer, UserPlaneSession... sessions) {
        Worker worker = new Worker(config, io, _ -> {}, (_, _, _) -> false, log, feed,
                new Colleagues(), 1);
        List<WorkerCommand> commands = new ArrayList<>();
        commands.add(new WorkerCommand.Peers(
                new PeerTable(List.of(new PeerTable.Entry(peer, CARRIER))),
                new CompletableFuture<>()));
        for (UserPlaneSession session : sessions) {
            commands.add(new WorkerCommand.Install(session, new CompletableFuture<>()));
        }
        for (WorkerCommand command : commands) {
            if (!worker.offer(command)) {
                throw new AssertionError("no room for " + command);
            }
        }
        return worker;
    }

    /** The same with room for little, so that a test fills it. */
    static UserPlaneConfig small(UserPlaneConfig usual) {
        return new UserPlaneConfig(usual.gtpuAddresses(), usual.pools(),
                usual.protectedPrefixes(), usual.gatewayIpv4(), usual.gatewayIpv6(),
                usual.dnsIpv6(), usual.tunnelMtuOctets(), 256, 64, 16, 60, 16, 64, 100, 100, 64,
                16, LiveAtlas.empty(), usual.cores());
    }

    InetSocketAddress gtpu() {
        return gtpu.getFirst();
    }

    void install() throws Exception {
        install(session(TEID, REMOTE_TEID, DEVICE, null, slot));
    }

    void install(UserPlaneSession session) throws Exception {
        userPlane.install(session).toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    void remove(int... teids) throws Exception {
        userPlane.remove(teids).toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    /** Sends a GTP-U message from the carrier. */
    void fromCarrier(byte[] message) throws IOException {
        fromCarrier(0, message);
    }

    /** Sends a GTP-U message from the carrier to one of the workers. */
    void fromCarrier(int worker, byte[] message) throws IOException {
        carrier.send(new DatagramPacket(message, message.length, gtpu.get(worker)));
    }

    void fromDevice(byte[] packet) throws IOException {
        fromDevice(TEID, packet);
    }

    void fromDevice(int teid, byte[] packet) throws IOException {
        fromCarrier(gPdu(teid, packet));
    }

    static byte[] gPdu(int teid, byte[] packet) {
        return ByteBuffer.allocate(8 + packet.length).put((byte) 0x30).put((byte) 255)
                .putShort((short) packet.length).putInt(teid).put(packet).array();
    }

    void fromInternet(byte[] packet) throws IOException {
        fromInternet(0, packet);
    }

    /** Sends a packet from the internet to one of the workers. */
    void fromInternet(int worker, byte[] packet) throws IOException {
        internet.send(new DatagramPacket(packet, packet.length, core.get(worker)));
    }

    /** The next packet to the internet, or null where none comes. */
    byte @Nullable [] atInternet() throws IOException {
        return receive(internet, 2000);
    }

    /** The next GTP-U message at the carrier, or null where none comes. */
    byte @Nullable [] atCarrier() throws IOException {
        return receive(carrier, 2000);
    }

    /** The next packet to the device, checked to be in its tunnel; null where none comes. */
    byte @Nullable [] atDevice() throws IOException {
        byte[] message = atCarrier();
        if (message == null) {
            return null;
        }
        ByteBuffer header = ByteBuffer.wrap(message);
        if (header.get(0) != 0x30 || (header.get(1) & 0xff) != 255
                || header.getInt(4) != REMOTE_TEID
                || (header.getShort(2) & 0xffff) != message.length - 8) {
            throw new AssertionError("no G-PDU of the session: " + Arrays.toString(message));
        }
        return Arrays.copyOfRange(message, 8, message.length);
    }

    private static byte @Nullable [] receive(DatagramSocket socket, int millis)
            throws IOException {
        socket.setSoTimeout(millis);
        DatagramPacket datagram = new DatagramPacket(new byte[10_000], 10_000);
        try {
            socket.receive(datagram);
        } catch (SocketTimeoutException e) {
            return null;
        }
        return Arrays.copyOf(datagram.getData(), datagram.getLength());
    }

    /** Takes a packet that has come to the internet; true where there was none. */
    boolean internetIsEmpty() throws IOException {
        return receive(internet, 1) == null;
    }

    boolean nothingAtInternet() throws IOException {
        return receive(internet, 150) == null;
    }

    boolean nothingAtCarrier() throws IOException {
        return receive(carrier, 150) == null;
    }

    /** Waits until so many packets have been dropped for this reason. */
    boolean dropped(DropReason reason, long count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (System.nanoTime() < deadline) {
            if (userPlane.counters().dropped(reason) >= count) {
                return userPlane.counters().dropped(reason) == count;
            }
            Thread.sleep(5);
        }
        return false;
    }

    /** Waits for a record of the flow log. */
    FlowRecord record(Predicate<FlowRecord> wanted)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (System.nanoTime() < deadline) {
            for (FlowRecord flow : flows) {
                if (wanted.test(flow)) {
                    return flow;
                }
            }
            Thread.sleep(5);
        }
        throw new AssertionError("no such record in " + flows);
    }

    @Override
    public void close() {
        userPlane.close();
        forwarder.close();
        dns.close();
        carrier.close();
        internet.close();
    }
}
