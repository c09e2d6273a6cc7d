package io.cellgate.dataplane.gateway;

import io.cellgate.dataplane.io.PacketBackends;
import io.cellgate.dataplane.io.PlainLink;
import io.cellgate.dataplane.io.WorkerCores;
import io.cellgate.dataplane.radius.BindingStore;
import io.cellgate.dataplane.signalling.AccountingConfig;
import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.dataplane.signalling.DeviceConfig;
import io.cellgate.dataplane.signalling.SignallingConfig;
import io.cellgate.dataplane.worker.UserPlaneConfig;
import io.cellgate.dns.ForwarderConfig;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one gateway is set up with.
 *
 * @param signalling how it speaks GTP-C
 * @param devices    what devices are given
 * @param tunnels    where user packets come from and go to
 * @param dns        how names that devices ask for are resolved
 * @param atlas      what is known of the addresses and names that they reach for; default nothing
 * @param plain      how it serves carriers that have the sessions themselves; default not at all
 */
public record GatewayConfig(SignallingConfig signalling, DeviceConfig devices, Tunnels tunnels,
        ForwarderConfig dns, LiveAtlas atlas, Plain plain) {
    public GatewayConfig {
        for (IpPrefix network : plain.networks()) {
            for (Prefix pool : devices.networks()) {
                if (IpPrefix.of(pool.network(), pool.length()).overlaps(network)) {
                    throw new IllegalArgumentException("plain route: got " + network
                            + ", expected a network that does not overlap the pool " + pool);
                }
            }
        }
    }

    /** One to which no carrier routes devices' packets as they are. */
    public GatewayConfig(SignallingConfig signalling, DeviceConfig devices, Tunnels tunnels,
            ForwarderConfig dns, LiveAtlas atlas) {
        this(signalling, devices, tunnels, dns, atlas, Plain.NONE);
    }

    /**
     * The side of carriers that have a PGW of their own, and route devices' packets to us as they are.
     *
     * @param links      to their routers
     * @param accounting where they tell of sessions; null: nowhere
     * @param bindings   where what they told outlives the process
     */
    public record Plain(List<PlainLink> links, @Nullable InetSocketAddress accounting,
            BindingStore bindings) {
        public static final Plain NONE = new Plain(List.of(), null, BindingStore.NONE);

        public Plain {
            links = List.copyOf(links);
        }

        /** The networks of devices behind the links. */
        List<IpPrefix> networks() {
            return links.stream().flatMap(PlainLink::networks).toList();
        }

        AccountingConfig signalling() {
            return accounting == null
                    ? AccountingConfig.off()
                    : AccountingConfig.of(accounting,
                            links.stream().map(link -> link.networks().toList()).toList());
        }
    }

    /** One that knows nothing of addresses and names. */
    public GatewayConfig(SignallingConfig signalling, DeviceConfig devices, Tunnels tunnels,
            ForwarderConfig dns) {
        this(signalling, devices, tunnels, dns, LiveAtlas.empty());
    }

    /**
     * The user plane's two sides.
     *
     * @param gtpu              where it listens for GTP-U, and what carriers are told to send to; a real address, not
     *                          the wildcard. Default 127.0.0.1, port 2152
     * @param device            name of the TUN device on the internet's side. Default cellgate0
     * @param setsUpDevice      whether the device gets the pools' prefixes and is brought up; else the operator has
     *                          done so. Default true
     * @param protectedPrefixes networks that no device may reach, whatever its policy, beyond those that are always
     *                          so, and beyond what this host's interfaces have. Default: none
     * @param maxFlows          flows of a worker at a time, whose memory is taken as they come; default 2 097 152
     * @param maxFlowsPerSession flows that one session may have at a time; default 1024
     * @param workers           threads that forward, each with packet I/O of its own; default 1
     * @param cores             those that each worker has to itself; default none
     * @param io                how packets come in and go out. Default: through the kernel
     */
    public record Tunnels(InetSocketAddress gtpu, String device, boolean setsUpDevice,
            List<IpPrefix> protectedPrefixes, int maxFlows, int maxFlowsPerSession, int workers,
            WorkerCores cores, PacketBackends.Wish io) {
        public static final int GTP_U_PORT = 2152;
        public static final int MAX_WORKERS = 64;

        public Tunnels {
            protectedPrefixes = List.copyOf(protectedPrefixes);
            if (gtpu.isUnresolved() || gtpu.getAddress().isAnyLocalAddress()) {
                throw new IllegalArgumentException("GTP-U address: got " + gtpu
                        + ", expected an address that carriers can send to");
            }
            if (workers < 1 || workers > MAX_WORKERS) {
                throw new IllegalArgumentException(
                        "workers: got " + workers + ", expected 1 to " + MAX_WORKERS);
            }
        }

        public static Tunnels defaults() {
            return at(new InetSocketAddress(InetAddress.getLoopbackAddress(), GTP_U_PORT));
        }

        /** The defaults on this address. */
        public static Tunnels at(InetSocketAddress gtpu) {
            return new Tunnels(gtpu, "cellgate0", true, List.of(), 1 << 21, 1024, 1,
                    WorkerCores.NONE, PacketBackends.Wish.TUN);
        }
    }

    /** The same with more networks that no device may reach. */
    GatewayConfig protecting(List<IpPrefix> more) {
        List<IpPrefix> all = new ArrayList<>(tunnels.protectedPrefixes());
        all.addAll(more);
        return new GatewayConfig(signalling, devices,
                new Tunnels(tunnels.gtpu(), tunnels.device(), tunnels.setsUpDevice(), all,
                        tunnels.maxFlows(), tunnels.maxFlowsPerSession(), tunnels.workers(),
                        tunnels.cores(), tunnels.io()),
                dns, atlas, plain);
    }

    /** The user plane's view of this. */
    UserPlaneConfig userPlane() {
        Prefix v4 = devices.ipv4Pool();
        List<IpPrefix> guarded = new ArrayList<>(tunnels.protectedPrefixes());
        guarded.add(IpPrefix.host(signalling.address()));
        UserPlaneConfig usual = UserPlaneConfig.of(List.of(tunnels.gtpu().getAddress()), pools(),
                guarded, v4 == null ? null : devices.ipv4Gateway(), devices.ipv6Gateway(),
                dnsIpv6()).withFlows(tunnels.maxFlows(), tunnels.maxFlowsPerSession());
        return new UserPlaneConfig(usual.gtpuAddresses(), usual.pools(),
                usual.protectedPrefixes(), usual.gatewayIpv4(), usual.gatewayIpv6(),
                usual.dnsIpv6(), devices.mtu(), usual.maxFlows(), usual.maxFlowsPerSession(),
                usual.maxBindingsPerSession(), usual.minBindingSeconds(), usual.maxInspections(),
                usual.maxHeldPackets(), usual.errorIndicationsPerSecond(),
                usual.rejectsPerSecond(), usual.flowLogEntries(), usual.commandQueueEntries(),
                atlas, tunnels.cores());
    }

    /** The prefixes that devices' addresses are of. */
    List<IpPrefix> pools() {
        List<IpPrefix> pools = new ArrayList<>();
        Prefix v4 = devices.ipv4Pool();
        Prefix v6 = devices.ipv6Pool();
        if (v4 != null) {
            pools.add(IpPrefix.of(v4.network(), v4.length()));
        }
        if (v6 != null) {
            pools.add(IpPrefix.of(v6.network(), v6.length()));
        }
        pools.addAll(plain.networks());
        return pools;
    }

    /** What the TUN device is given: the gateway's own addresses with the pools' lengths. */
    List<String> deviceAddresses() {
        List<String> addresses = new ArrayList<>();
        Prefix v4 = devices.ipv4Pool();
        Prefix v6 = devices.ipv6Pool();
        Inet6Address gateway6 = devices.ipv6Gateway();
        if (tunnels.setsUpDevice() && v4 != null) {
            addresses.add(devices.ipv4Gateway().getHostAddress() + "/" + v4.length());
        }
        if (tunnels.setsUpDevice() && v6 != null && gateway6 != null) {
            addresses.add(gateway6.getHostAddress() + "/" + v6.length());
        }
        return addresses;
    }

    private @Nullable Inet6Address dnsIpv6() {
        for (InetAddress server : devices.dnsServers()) {
            if (server instanceof Inet6Address v6) {
                return v6;
            }
        }
        return null;
    }
}
