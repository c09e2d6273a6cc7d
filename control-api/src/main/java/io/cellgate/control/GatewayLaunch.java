package io.cellgate.control;

import io.cellgate.control.live.LiveGateway;
import io.cellgate.control.live.RunningGateway;
import io.cellgate.dataplane.gateway.Gateway;
import io.cellgate.dataplane.gateway.GatewayConfig;
import io.cellgate.dataplane.io.PlainLink;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.radius.BindingStore;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.dataplane.signalling.DeviceConfig;
import io.cellgate.dataplane.signalling.SignallingConfig;
import io.cellgate.dns.AddressPrefix;
import io.cellgate.dns.ForwarderConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the gateway of a process by its settings: the host's part, the packet I/O, the two planes. */
final class GatewayLaunch {
    private static final Logger log = LoggerFactory.getLogger(GatewayLaunch.class);

    private final Settings.Gateway settings;
    private final InetAddress apiAddress;
    private final @Nullable Prefix ipv4Pool;
    private final @Nullable Prefix ipv6Pool;

    private GatewayLaunch(Settings.Gateway settings, InetAddress apiAddress) {
        this.settings = settings;
        this.apiAddress = apiAddress;
        ipv4Pool = pool("--pool-ipv4", settings.ipv4Pool(), Inet4Address.class);
        ipv6Pool = pool("--pool-ipv6", settings.ipv6Pool(), Inet6Address.class);
    }

    /** @param parts what has to be closed again, the last one first */
    static LiveGateway start(Settings.Gateway settings, InetAddress apiAddress,
            GatewayProcess.GatewayNeeds needs, Deque<AutoCloseable> parts) {
        return new GatewayLaunch(settings, apiAddress).start(needs, parts);
    }

    private LiveGateway start(GatewayProcess.GatewayNeeds needs, Deque<AutoCloseable> parts) {
        GatewayConfig config = config(needs);
        if (settings.nat()) {
            parts.push(Nat.open(settings.tun(), devices()));
        } else if (!Nat.hostForwards()) {
            log.warn(
                    "this host forwards no packets (net.ipv4.ip_forward is 0): devices reach nothing");
        }
        try {
            return new RunningGateway(
                    Gateway.start(config, needs.directory(), needs.logs(), needs.usage(),
                            Clock.systemUTC()));
        } catch (IOException e) {
            throw new StartFailure("GTP-U at " + shown(settings.gtpu()) + " or the TUN device "
                    + settings.tun() + ", or the packet I/O asked for, cannot be opened: "
                    + e.getMessage()
                    + ". The TUN device needs /dev/net/tun (modprobe tun) and the capability CAP_NET_ADMIN:"
                    + " run as root, or give it by systemd's AmbientCapabilities=CAP_NET_ADMIN;"
                    + " to serve the API alone: --no-gateway", e);
        } catch (UncheckedIOException e) {
            throw new StartFailure("the gateway cannot start: " + e.getMessage(), e);
        }
    }

    private GatewayConfig config(GatewayProcess.GatewayNeeds needs) {
        int restartCounter = needs.restartCounter();
        InetSocketAddress gtpc = settings.gtpc();
        SignallingConfig signalling = SignallingConfig.defaults(restartCounter)
                .at(gtpc.getAddress())
                .onPorts(gtpc.getPort(), SignallingConfig.GTP_C_PORT)
                .withTimers(Duration.ofSeconds(settings.paths().t3Seconds()), settings.paths().n3(),
                        Duration.ofSeconds(settings.paths().echoIntervalSeconds()))
                .withPaths(needs.paths());
        DeviceConfig usual = DeviceConfig.defaults();
        List<InetAddress> dns = settings.dns().isEmpty()
                ? pools().stream().map(GatewayLaunch::first).toList()
                : settings.dns();
        DeviceConfig devices = new DeviceConfig(ipv4Pool,
                ipv4Pool == null ? usual.ipv4Gateway() : (Inet4Address) first(ipv4Pool), ipv6Pool,
                usual.quarantine(), dns, settings.mtu());
        GatewayConfig.Tunnels standard = GatewayConfig.Tunnels.at(settings.gtpu());
        return new GatewayConfig(signalling, devices,
                new GatewayConfig.Tunnels(settings.gtpu(), settings.tun(), true,
                        protectedPrefixes(), standard.maxFlows(), standard.maxFlowsPerSession(),
                        settings.workers(), settings.workerCores(), settings.io()),
                ForwarderConfig.of(settings.upstreams())
                        .withForbiddenAnswers(forbiddenAnswers()),
                needs.atlas(), plain(needs.bindings()));
    }

    private GatewayConfig.Plain plain(BindingStore bindings) {
        Settings.Gateway.Plain plain = settings.plain();
        if (plain.routes().isEmpty()) {
            return GatewayConfig.Plain.NONE;
        }
        try {
            return new GatewayConfig.Plain(PlainLink.to(plain.routes(), settings.tun() + "-p"),
                    new InetSocketAddress(plain.accounting(), plain.port()), bindings);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("--plain-route: " + wrong.getMessage(), wrong);
        }
    }

    /** What no device may reach, whatever its policy, beside what the gateway knows itself. */
    private List<IpPrefix> protectedPrefixes() {
        return apiAddress.isAnyLocalAddress() ? List.of() : List.of(IpPrefix.host(apiAddress));
    }

    /** Names that lead to devices or to us would be a way around the policies (DNS rebinding). */
    private List<AddressPrefix> forbiddenAnswers() {
        List<AddressPrefix> networks = new ArrayList<>();
        devices().forEach(network -> networks.add(AddressPrefix.parse(network.toString())));
        networks.add(AddressPrefix.parse("127.0.0.0/8"));
        networks.add(AddressPrefix.parse("::1/128"));
        return networks;
    }

    /** All networks of devices. */
    private List<Prefix> devices() {
        List<Prefix> devices = pools();
        settings.plain().routes()
                .forEach(route -> devices.add(Prefix.parse(route.network().toString())));
        return devices;
    }

    private List<Prefix> pools() {
        List<Prefix> pools = new ArrayList<>();
        if (ipv4Pool != null) {
            pools.add(ipv4Pool);
        }
        if (ipv6Pool != null) {
            pools.add(ipv6Pool);
        }
        return pools;
    }

    private static @Nullable Prefix pool(String option, @Nullable String text,
            Class<? extends InetAddress> family) {
        if (text == null) {
            return null;
        }
        try {
            Prefix prefix = Prefix.parse(text);
            if (family.isInstance(prefix.network())) {
                return prefix;
            }
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(option + ": " + wrong.getMessage(), wrong);
        }
        throw new IllegalArgumentException(option + ": got " + text
                + ", expected a prefix of the other version of IP");
    }

    /** A prefix's first address after that of the network: the gateway's own. */
    private static InetAddress first(Prefix pool) {
        byte[] octets = pool.network().getAddress();
        octets[octets.length - 1] |= 1;
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of the length of an address", impossible);
        }
    }

    private static String shown(InetSocketAddress socket) {
        return socket.getAddress().getHostAddress() + " port " + socket.getPort();
    }
}
