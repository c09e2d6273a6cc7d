package io.cellgate.bench.load;

import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.Namespace;
import java.util.stream.Stream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The places that one gateway under test stands between, as in the demo, with a generator at each end:
 *
 * <pre>
 *   carrier ── s8 ── gateway ── sgi ── internet
 *   10.200.0.1   10.200.0.2 203.0.113.1   203.0.113.10
 * </pre>
 *
 * What reaches an end is counted by its interface, and where that takes redirected frames by a {@link Sink}, too, and then dropped
 * before the network stack sees it. Each end sends
 * with its checksums finished, as a network card does.
 */
public final class Site {
    public static final String CARRIER = "10.200.0.1";
    public static final String GATEWAY = "10.200.0.2";
    public static final String DEVICES = "10.45.0.0/16";
    public static final String SGI = "203.0.113.1";
    public static final String SERVER = "203.0.113.10";
    /** The carrier's and the gateway's interface towards each other. */
    public static final String S8 = "s8";
    public static final String SGI_INTERFACE = "sgi";
    static final String INTERNET_INTERFACE = "eth0";
    /** The longest packet that fits a frame of 1500 octets with the tunnel's headers around it. */
    public static final int TUNNEL_MTU = 1464;
    /** The processor of generators; gateways have the other one. */
    public static final int GENERATOR_CORE = 1;
    public static final int GATEWAY_CORE = 0;
    public static final String ALL_CORES = "0,1";
    private static final int POLLING_NICENESS = 10;
    private static final int GATEWAY_NICENESS = -10;

    public final Lab lab;
    public final String name;
    public final Namespace carrier;
    public final Namespace gateway;
    public final Namespace internet;
    public final GeneratorProcess atCarrier;
    public final GeneratorProcess atInternet;

    /** @param name letters and digits, once in a lab */
    public Site(Lab lab, String name) {
        this(lab, name, DEVICES);
    }

    /** @param devices the network of devices' addresses */
    public Site(Lab lab, String name, String devices) {
        this.lab = lab;
        this.name = name;
        carrier = lab.namespace(name + "-carrier");
        gateway = lab.namespace(name + "-gateway");
        internet = lab.namespace(name + "-internet");
        // else each interface now and then asks for a router, which is counted at the other end
        for (Namespace place : List.of(carrier, gateway, internet)) {
            place.sysctl("net.ipv6.conf.all.disable_ipv6", 1);
            place.sysctl("net.ipv6.conf.default.disable_ipv6", 1);
        }
        lab.join(carrier, S8, List.of(CARRIER + "/24"), gateway, S8, List.of(GATEWAY + "/24"));
        lab.join(gateway, SGI_INTERFACE, List.of(SGI + "/24"), internet, INTERNET_INTERFACE,
                List.of(SERVER + "/24"));
        gateway.sysctl("net.ipv4.ip_forward", 1);
        internet.ip("route add " + devices + " via " + SGI);
        for (String device : List.of(S8, SGI_INTERFACE)) {
            gateway.sysctl("net.ipv4.conf." + device + ".rp_filter", 0);
            // what is injected at the other end is only taken by an interface that polls
            gateway.must("ethtool", "-K", device, "gro", "on");
            // a message that the network card would cut counts as one packet at a veth's other end
            gateway.must("ethtool", "-K", device, "tx-udp-segmentation", "off");
        }
        finishChecksums(carrier, S8);
        finishChecksums(internet, INTERNET_INTERFACE);
        drop(carrier, S8, "udp dport 2152 drop; ip daddr " + devices + " drop; ip saddr " + SERVER
                + " drop");
        drop(internet, INTERNET_INTERFACE, "udp dport " + FrameSchedule.SERVER_PORT + " drop");
        // the gateway's first packets must not wait for an answer that a flood delays
        gateway.ip("neigh replace " + CARRIER + " lladdr " + mac(carrier, S8) + " dev " + S8
                + " nud permanent");
        gateway.ip("neigh replace " + SERVER + " lladdr " + mac(internet, INTERNET_INTERFACE)
                + " dev " + SGI_INTERFACE + " nud permanent");
        atCarrier = new GeneratorProcess(lab, carrier, S8, GENERATOR_CORE);
        atInternet = new GeneratorProcess(lab, internet, INTERNET_INTERFACE, GENERATOR_CORE);
    }

    /**
     * Has the far ends take what an XDP program in the gateway sends: veths do only where a program of their own or GRO is. As
     * with a network card, each processor's frames come in a queue of their own, of 256: where they share one, whichever
     * processor sent last empties it, and what the other one sends meanwhile may find it full. (A worker's come in the first,
     * as AF_XDP has them; so it is the gateway's core that is the first one.)
     */
    public void takeRedirected() {
        carrier.must("ethtool", "-L", S8, "rx", "2");
        internet.must("ethtool", "-L", INTERNET_INTERFACE, "rx", "2");
        atCarrier.swallow();
        atInternet.swallow();
    }

    /**
     * Has the gateway's interfaces polled by kernel threads of their own, on the gateway's core: what the kernel does for a
     * packet there is then the gateway's, too. They give way to a worker beside them: of the same weight, two of them would
     * receive what the worker then has no time for. Returns their process numbers.
     */
    public List<String> pollOnGatewayCore() {
        Set<String> before = pollingThreads();
        for (String device : List.of(S8, SGI_INTERFACE)) {
            gateway.must("sh", "-c", "echo 1 > /sys/class/net/" + device + "/threaded");
        }
        // the threads' names do not say in which namespace their interfaces are: those that are new
        // are ours
        Set<String> ours = new TreeSet<>();
        boolean found = Lab.await(Duration.ofSeconds(5), () -> {
            ours.addAll(pollingThreads());
            ours.removeAll(before);
            return ours.size() >= 2;
        });
        if (!found) {
            throw new IllegalStateException("no polling threads: is this kernel older than 5.12?");
        }
        for (String pid : ours) {
            Command.of("taskset", "-p", "-c", Integer.toString(GATEWAY_CORE), pid).mustRun();
            Command.of("renice", "-n", Integer.toString(POLLING_NICENESS), "-p", pid).mustRun();
        }
        return List.copyOf(ours);
    }

    private static Set<String> pollingThreads() {
        return new TreeSet<>(Command.of("pgrep", "^napi/(" + S8 + "|" + SGI_INTERFACE + ")-").run()
                .out().lines().toList());
    }

    private static void finishChecksums(Namespace end, String device) {
        end.must("ethtool", "-K", device, "tx", "off", "tso", "off", "gso", "off");
    }

    private static void drop(Namespace end, String device, String rules) {
        Command.Result loaded = end.command("nft", "-f", "-").run("""
                table netdev counted {
                  chain arrivals {
                    type filter hook ingress device "%s" priority 0;
                    %s
                  }
                }
                """.formatted(device, rules.replace("; ", "\n    ")));
        if (!loaded.ok()) {
            throw new IllegalStateException("nft: " + loaded.err());
        }
    }

    private static long macBits(Namespace namespace, String device) {
        return Long.parseLong(mac(namespace, device).replace(":", ""), 16);
    }

    private static String mac(Namespace namespace, String device) {
        // "2: s8@if3: <...> ... link/ether 02:00:00:00:00:01 brd ..."
        String[] words = namespace.ip("-oneline link show dev " + device).split("\\s+", -1);
        return words[List.of(words).indexOf("link/ether") + 1].toLowerCase(Locale.ROOT);
    }

    public FrameSchedule.Link access() {
        return new FrameSchedule.Link(macBits(carrier, S8), macBits(gateway, S8),
                InetAddress.ofLiteral(CARRIER), InetAddress.ofLiteral(GATEWAY));
    }

    public FrameSchedule.Link core() {
        return new FrameSchedule.Link(macBits(internet, INTERNET_INTERFACE),
                macBits(gateway, SGI_INTERFACE), server(), InetAddress.ofLiteral(SGI));
    }

    public static InetAddress server() {
        return InetAddress.ofLiteral(SERVER);
    }

    /** Packets that have come out of the gateway towards the internet. */
    public Count uplinkCount() {
        return Count.of(atInternet.pid(), INTERNET_INTERFACE);
    }

    /** Packets that have come to the gateway from the carrier, in the gateway's namespace by its own count. */
    public Count gatewayCount() {
        long pid = Long.parseLong(
                Command.of("ip", "netns", "pids", gateway.name()).mustRun().lines().findFirst()
                        .orElseThrow());
        return Count.of(pid, S8);
    }

    public Count downlinkCount() {
        return Count.of(atCarrier.pid(), S8);
    }

    /** What an interface has received. */
    public record Count(long packets, long octets, long nanos) {
        static Count of(long pid, String device) {
            try {
                for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/dev"))) {
                    if (line.strip().startsWith(device + ":")) {
                        String[] words = line.substring(line.indexOf(':') + 1).strip()
                                .split("\\s+", -1);
                        return new Count(Long.parseLong(words[1]), Long.parseLong(words[0]),
                                System.nanoTime());
                    }
                }
                throw new IllegalStateException("no interface " + device);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public double packetsPerSecondSince(Count before) {
            return (packets - before.packets) * 1e9 / (nanos - before.nanos);
        }
    }

    /**
     * Has all threads of a gateway but its workers, and what they start, use the generator's core, and before the generator:
     * while a garbage collector's wait for it, workers wait, too.
     */
    public static void leaveGatewayCoreToWorkers(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                if (!CpuTime.isWorker(CpuTime.nameOf(thread))) {
                    String id = thread.getFileName().toString();
                    // one that has ended meanwhile needs no core
                    Command.of("taskset", "-p", "-c", Integer.toString(GENERATOR_CORE), id).run();
                    Command.of("renice", "-n", Integer.toString(GATEWAY_NICENESS), "-p", id).run();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
