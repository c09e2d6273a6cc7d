package io.cellgate.control;

import io.cellgate.control.http.ApiServer;
import io.cellgate.dataplane.atlas.AtlasFiles;
import io.cellgate.dns.NameListReader;
import io.cellgate.control.log.LogRetention;
import io.cellgate.dataplane.io.PacketBackends;
import io.cellgate.dataplane.io.PlainLink;
import io.cellgate.dataplane.io.WorkerCores;
import io.cellgate.inventory.account.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cellgate run}: one gateway process, until it is told to stop. */
@Command(name = "run", sortOptions = false, mixinStandardHelpOptions = true, description = "Runs a gateway with its API until it is stopped (SIGTERM, SIGINT).", footer = {
        "",
        "Each option may stand in the file of --config as a line OPTION = VALUE, without the dashes.",
        "The TUN device and the ports below 1024 need the capability CAP_NET_ADMIN: run as root, or",
        "give it to the process, as by systemd's AmbientCapabilities=CAP_NET_ADMIN."})
final class RunCommand implements Callable<Integer> {
    private static final Pattern CATEGORY = Pattern
            .compile("([A-Za-z0-9_-]{1,64})(?::(domains|hosts|rpz))?=(.+)");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "File with options; those of the command line come first.")
    @Nullable
    private Path config;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Option(names = "--api-address", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Where the API listens; another than a loopback address needs TLS (${DEFAULT-VALUE}).")
    private String apiAddress = "";

    @Option(names = "--api-port", paramLabel = "PORT", defaultValue = "8080", description = "Its TCP port; 0: any free one (${DEFAULT-VALUE}).")
    private int apiPort;

    @Option(names = "--api-cert", paramLabel = "FILE", description = "PEM file with the API's certificate and those that vouch for it.")
    @Nullable
    private String apiCert;

    @Option(names = "--api-key", paramLabel = "FILE", description = "PEM file with the certificate's private key (PKCS #8).")
    @Nullable
    private String apiKey;

    @Option(names = "--api-rate", paramLabel = "REQUESTS", defaultValue = "5000", description = "Requests a second that one account may make, unless it was given another limit (${DEFAULT-VALUE}).")
    private long apiRate;

    @Option(names = "--webhook-networks", paramLabel = "PREFIX", split = ",", description = "Networks that webhooks may reach though they are not public, also by plain http; none unless told.")
    @Nullable
    private List<String> webhookNetworks;
    @Option(names = "--log-octets", paramLabel = "OCTETS", defaultValue = "1G", description = "Most that the logs of flows, DNS queries and signalling take of the disk, such as 500M or 20G; the oldest lines go first (${DEFAULT-VALUE}).")
    private String logOctets = "";

    @Option(names = "--log-days", paramLabel = "DAYS", defaultValue = "30", description = "How long their lines are kept at most (${DEFAULT-VALUE}).")
    private int logDays;

    @Option(names = "--no-gateway", description = "Serve the API alone: to prepare SIMs and policies where no carrier is connected.")
    private boolean noGateway;

    @Option(names = "--gtp-address", paramLabel = "ADDRESS", defaultValue = "127.0.0.1", description = "Where carriers' GTP arrives; told to them as our endpoint (${DEFAULT-VALUE}).")
    private String gtpAddress = "";

    @Option(names = "--gtpu-address", paramLabel = "ADDRESS", description = "Where GTP-U arrives, if not at --gtp-address.")
    @Nullable
    private String gtpuAddress;

    @Option(names = "--gtpc-port", paramLabel = "PORT", defaultValue = "2123", description = "UDP port of GTP-C (${DEFAULT-VALUE}).")
    private int gtpcPort;

    @Option(names = "--gtpu-port", paramLabel = "PORT", defaultValue = "2152", description = "UDP port of GTP-U (${DEFAULT-VALUE}).")
    private int gtpuPort;

    @Option(names = "--tun", paramLabel = "NAME", defaultValue = "cellgate0", description = "TUN device on the internet's side, made at start (${DEFAULT-VALUE}).")
    private String tun = "";

    @Option(names = "--gtp-t3", paramLabel = "SECONDS", defaultValue = "3", description = "After which a request to a carrier's node that was not answered is repeated, T3-RESPONSE (${DEFAULT-VALUE}).")
    private int gtpT3;

    @Option(names = "--gtp-n3", paramLabel = "N", defaultValue = "3", description = "How often one is sent at most, N3-REQUESTS; an Echo Request that is not answered then ends the node's sessions (${DEFAULT-VALUE}).")
    private int gtpN3;

    @Option(names = "--gtp-echo-interval", paramLabel = "SECONDS", defaultValue = "60", description = "Between two Echo Requests to a node that has sessions (${DEFAULT-VALUE}).")
    private int gtpEchoInterval;

    @Option(names = "--io", paramLabel = "BACKEND", defaultValue = "auto", description = "How packets come in and go out: auto, tun (through the kernel), xdp (AF_XDP, past "
            + "it; needs CAP_BPF and CAP_NET_RAW, too) or afpacket (packet sockets, past it, slower). auto takes the fastest that works and logs why not a faster one (${DEFAULT-VALUE}).")
    private String io = "";

    @Option(names = "--access-interface", paramLabel = "NAME", description = "Interface towards the carriers, for xdp and afpacket (the one that has the GTP-U address).")
    @Nullable
    private String accessInterface;

    @Option(names = "--core-interface", paramLabel = "NAME", description = "Interface towards the internet, for xdp and afpacket; without it, the kernel forwards.")
    @Nullable
    private String coreInterface;

    @Option(names = "--kernel-flows", paramLabel = "N", defaultValue = "131072", description = "With xdp, how many flows the kernel forwards by itself once nothing more of them is to be looked at; each takes 80 octets from the start. 0: none (${DEFAULT-VALUE}).")
    private int kernelFlows;

    @Option(names = "--workers", paramLabel = "N", defaultValue = "1", description = "Threads that forward packets; more than one needs CAP_BPF, too (${DEFAULT-VALUE}).")
    private int workers;

    @Option(names = "--worker-cores", paramLabel = "LIST", description = "Cores that these threads have to themselves, one for each, such as 1 or 2,3 or 2-5: the first has the first of the list, and all "
            + "other threads of the process keep off them. Not given: all share all.")
    @Nullable
    private String workerCores;

    @Option(names = "--nat", description = "Let devices' IPv4 packets leave under this host's address: adds a masquerade rule by nft.")
    private boolean nat;

    @Option(names = "--pool-ipv4", paramLabel = "PREFIX", defaultValue = "10.45.0.0/16", description = "Devices' IPv4 addresses; none: no IPv4 (${DEFAULT-VALUE}).")
    private String poolIpv4 = "";

    @Option(names = "--pool-ipv6", paramLabel = "PREFIX", defaultValue = "fd45::/40", description = "Where devices' /64 prefixes come from; none: no IPv6 (${DEFAULT-VALUE}).")
    private String poolIpv6 = "";

    @Option(names = "--plain-route", paramLabel = "NETWORK=ROUTER", split = ",", description = "Network of devices whose carrier has a PGW of its own and routes their packets here as they are, and its router's "
            + "address in a network of this host, such as 10.50.0.0/16=192.0.2.1. What SIM has an address is told by RADIUS accounting.")
    @Nullable
    private List<String> plainRoutes;

    @Option(names = "--radius-address", paramLabel = "ADDRESS", description = "Where RADIUS accounting arrives, if not at --gtp-address; with --plain-route only.")
    @Nullable
    private String radiusAddress;

    @Option(names = "--radius-port", paramLabel = "PORT", defaultValue = "1813", description = "Its UDP port (${DEFAULT-VALUE}).")
    private int radiusPort;

    @Option(names = "--mtu", paramLabel = "OCTETS", defaultValue = "1358", description = "Longest packet, told to devices that ask (${DEFAULT-VALUE}).")
    private int mtu;

    @Option(names = "--device-dns", paramLabel = "ADDRESS", split = ",", description = "DNS servers that devices are told (the pools' first addresses). Queries are taken in "
            + "whatever server they go to.")
    @Nullable
    private List<String> deviceDns;

    @Option(names = "--dns-upstream", paramLabel = "ADDRESS[:PORT]", split = ",", description = "DNS servers that allowed queries go to (those of /etc/resolv.conf).")
    @Nullable
    private List<String> dnsUpstreams;

    @Option(names = "--geoip-country", paramLabel = "FILE", description = "MaxMind DB with the countries of addresses, for net.dst.country and dns.answer.country.")
    @Nullable
    private Path geoipCountry;

    @Option(names = "--geoip-asn", paramLabel = "FILE", description = "MaxMind DB with their autonomous systems, for net.dst.asn. All such files are read again when they change.")
    @Nullable
    private Path geoipAsn;

    @Option(names = "--dns-category", paramLabel = "NAME[:FORMAT]=FILE", split = ",", description = "List of the names of a category, for dns.categories; FORMAT is domains (one a line), hosts or rpz (domains).")
    @Nullable
    private List<String> dnsCategories;

    @Nullable
    Path config() {
        return config;
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = settings();
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        try (GatewayProcess process = GatewayProcess.start(settings)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stop, stopped), "stop"));
            announce(settings, process);
            stop.await();
            log().info("stopping");
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    /** Found when it is used: every command makes this object, and most end sooner than logging is set up. */
    private static Logger log() {
        return LoggerFactory.getLogger(RunCommand.class);
    }

    /** What a signal to end leads to. */
    private static void stop(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        try {
            if (stopped.await(20, TimeUnit.SECONDS)) {
                // it was asked to stop and did: not 143, which service managers take for a failure
                Runtime.getRuntime().halt(0);
            }
            log().warn("the process does not stop in time; leaving");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void announce(Settings settings, GatewayProcess process) {
        var out = spec.commandLine().getOut();
        out.println("Cellgate's API listens at " + process.apiUri());
        String token = process.bootstrapToken();
        if (token != null) {
            out.println("The operator's token, shown this once: " + token);
        }
        Settings.Gateway gateway = settings.gateway();
        out.println(gateway == null
                ? "No gateway runs in this process (--no-gateway)."
                : "Carriers reach the gateway at " + gateway.gtpc().getAddress().getHostAddress()
                        + ", GTP-C " + gateway.gtpc().getPort() + ", GTP-U "
                        + gateway.gtpu().getPort() + "; devices leave by " + gateway.tun() + ".");
        out.flush();
    }

    private Settings settings() {
        return new Settings(store.store(),
                new ApiServer.Binding(apiAddress, apiPort, apiCert, apiKey),
                apiRate, webhookNetworks(), logs(), noGateway ? null : gateway(), atlas());
    }

    private AtlasFiles atlas() {
        List<String> categories = dnsCategories;
        return new AtlasFiles(geoipCountry, geoipAsn,
                categories == null
                        ? List.of()
                        : categories.stream().map(RunCommand::category).toList());
    }

    private static AtlasFiles.CategoryFile category(String text) {
        Matcher parts = CATEGORY.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("--dns-category: got \"" + text
                    + "\", expected NAME=FILE or NAME:FORMAT=FILE, with a name of letters, digits, '_' and '-' and domains, hosts or rpz for a format");
        }
        String format = parts.group(2);
        return new AtlasFiles.CategoryFile(parts.group(1),
                format == null
                        ? NameListReader.Format.DOMAINS
                        : NameListReader.Format.valueOf(format.toUpperCase(Locale.ROOT)),
                Path.of(parts.group(3)));
    }

    private List<Network> webhookNetworks() {
        List<String> told = webhookNetworks;
        return told == null ? List.of() : told.stream().map(text -> {
            try {
                return Network.parse(text);
            } catch (IllegalArgumentException notOne) {
                throw new IllegalArgumentException("--webhook-networks: got " + text
                        + ", expected a prefix such as 10.0.0.0/8", notOne);
            }
        }).toList();
    }

    private LogRetention logs() {
        if (!logOctets.matches("[1-9][0-9]{0,9}[KMGT]?")) {
            throw new IllegalArgumentException("--log-octets: got \"" + logOctets
                    + "\", expected a number, or one of kilo-, mega-, giga- or terabytes such as 20G");
        }
        int unit = "KMGT".indexOf(logOctets.charAt(logOctets.length() - 1)) + 1;
        long octets = Long.parseLong(
                unit == 0 ? logOctets : logOctets.substring(0, logOctets.length() - 1)) << 10
                        * unit;
        if (octets < 1 << 20 || octets > 1L << 50) {
            throw new IllegalArgumentException(
                    "--log-octets: got " + logOctets + ", expected 1M to 1024T");
        }
        if (logDays < 1 || logDays > 3660) {
            throw new IllegalArgumentException(
                    "--log-days: got " + logDays + ", expected 1 to 3660");
        }
        return new LogRetention(octets, Duration.ofDays(logDays));
    }

    private Settings.Gateway gateway() {
        InetAddress gtp = HostPort.address("--gtp-address", gtpAddress);
        InetAddress gtpu = gtpuAddress == null
                ? gtp
                : HostPort.address("--gtpu-address", gtpuAddress);
        List<String> told = deviceDns;
        List<String> upstreams = dnsUpstreams;
        return new Settings.Gateway(new InetSocketAddress(gtp, port("--gtpc-port", gtpcPort)),
                new Settings.Gateway.Paths(gtpT3, gtpN3, gtpEchoInterval),
                new InetSocketAddress(gtpu, port("--gtpu-port", gtpuPort)), tun, nat,
                poolIpv4.equals("none") ? null : poolIpv4,
                poolIpv6.equals("none") ? null : poolIpv6, mtu,
                told == null
                        ? List.of()
                        : told.stream().map(text -> HostPort.address("--device-dns", text))
                                .toList(),
                upstreams == null
                        ? HostPort.systemNameServers()
                        : upstreams.stream()
                                .map(text -> HostPort.endpoint("--dns-upstream", text, 53))
                                .toList(),
                workers, workerCores(),
                new PacketBackends.Wish(PacketBackends.Backend.of(io), accessInterface,
                        coreInterface, nat, kernelFlows),
                plain(gtp));
    }

    private WorkerCores workerCores() {
        try {
            return workerCores == null ? WorkerCores.NONE : WorkerCores.parse(workerCores);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("--worker-cores: " + wrong.getMessage(), wrong);
        }
    }

    private Settings.Gateway.Plain plain(InetAddress gtp) {
        List<String> told = plainRoutes;
        return new Settings.Gateway.Plain(
                told == null ? List.of() : told.stream().map(RunCommand::route).toList(),
                radiusAddress == null ? gtp : HostPort.address("--radius-address", radiusAddress),
                port("--radius-port", radiusPort));
    }

    private static PlainLink.Route route(String text) {
        try {
            return PlainLink.Route.parse(text);
        } catch (IllegalArgumentException notOne) {
            throw new IllegalArgumentException("--plain-route: " + notOne.getMessage(), notOne);
        }
    }

    private static int port(String option, int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    option + ": got " + port + ", expected 1 to 65535");
        }
        return port;
    }
}
