package io.cellgate.control.doctor;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at the machine: its Java, privileges, devices, ports, clock. */
public final class HostExam {
    private static final int NET_ADMIN_BIT = 12;
    private static final long NEEDED_FILES = 4096;
    private static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");

    private HostExam() {}

    /** What a gateway would be run with. */
    public record Plan(InetAddress gtp, int gtpcPort, int gtpuPort, InetAddress api, int apiPort,
            boolean nat, boolean gateway) {}

    public static List<Finding> examine(Plan plan) {
        List<Finding> findings = new ArrayList<>();
        findings.add(java());
        findings.add(clock());
        findings.add(files());
        findings.add(tcp(plan));
        if (plan.gateway()) {
            findings.add(netAdmin());
            findings.add(tun());
            findings.add(udp("GTP-C port", plan.gtp(), plan.gtpcPort()));
            findings.add(udp("GTP-U port", plan.gtp(), plan.gtpuPort()));
            findings.add(forwarding(plan.nat()));
            findings.add(resolvers());
            if (plan.nat()) {
                findings.add(nft());
            }
        }
        return findings;
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        String found = Runtime.version() + " in " + System.getProperty("java.home");
        return version >= 25
                ? Finding.ok("Java", found)
                : Finding.fail("Java", found, "25 or newer",
                        "install a JDK 25 and set JAVA_HOME to it");
    }

    private static Finding clock() {
        Instant now = Instant.now();
        if (now.isBefore(WRITTEN)) {
            return Finding.fail("clock", now.toString(), "the present time",
                    "set the clock: tokens, time rules and certificates go by it");
        }
        String synchronised = output("timedatectl", "show", "-p", "NTPSynchronized", "--value");
        if (synchronised == null) {
            return Finding.ok("clock", now + "; whether it is synchronised cannot be told here");
        }
        return synchronised.equals("yes")
                ? Finding.ok("clock", now + ", synchronised")
                : Finding.warn("clock", now + ", not synchronised", "a synchronised clock",
                        "enable NTP: timedatectl set-ntp true, or chrony");
    }

    private static Finding files() {
        String line = lineOf("/proc/self/limits", "Max open files");
        if (line == null) {
            return Finding.ok("open files", "no limit can be told");
        }
        String soft = line.substring("Max open files".length()).strip().split("\\s+")[0];
        return soft.equals("unlimited") || Long.parseLong(soft) >= NEEDED_FILES
                ? Finding.ok("open files", "at most " + soft)
                : Finding.warn("open files", "at most " + soft, "at least " + NEEDED_FILES,
                        "ulimit -n " + NEEDED_FILES + ", or LimitNOFILE= of the systemd unit");
    }

    private static Finding netAdmin() {
        String line = lineOf("/proc/self/status", "CapEff:");
        boolean has = line != null && (Long.parseUnsignedLong(
                line.substring("CapEff:".length()).strip(), 16) >>> NET_ADMIN_BIT & 1) == 1;
        return has
                ? Finding.ok("CAP_NET_ADMIN", "there")
                : Finding.fail("CAP_NET_ADMIN", "missing", "the capability, for the TUN device",
                        "run as root, or AmbientCapabilities=CAP_NET_ADMIN in the systemd unit; --no-gateway needs none");
    }

    private static Finding tun() {
        Path device = Path.of("/dev/net/tun");
        if (!Files.exists(device)) {
            return Finding.fail("TUN", device + " is missing", "the device",
                    "modprobe tun; in a container, give it the device");
        }
        return Files.isReadable(device) && Files.isWritable(device)
                ? Finding.ok("TUN", device + " can be opened")
                : Finding.fail("TUN", device + " cannot be read and written", "both",
                        "run as root, or chmod 666 " + device);
    }

    private static Finding udp(String what, InetAddress address, int port) {
        String at = "UDP " + address.getHostAddress() + " port " + port;
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.setReuseAddress(false);
            socket.bind(new InetSocketAddress(address, port));
            return Finding.ok(what, at + " is free");
        } catch (SocketException taken) {
            return Finding.fail(what, at + ": " + taken.getMessage(),
                    "an address of this host, with the port free",
                    "stop what uses it (ss -ulpn), or another --gtp-address");
        }
    }

    private static Finding tcp(Plan plan) {
        String at = "TCP " + plan.api().getHostAddress() + " port " + plan.apiPort();
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(plan.api(), plan.apiPort()));
            return Finding.ok("API port", at + " is free");
        } catch (IOException taken) {
            return Finding.fail("API port", at + ": " + taken.getMessage(),
                    "an address of this host, with the port free",
                    "stop what uses it (ss -tlpn), a gateway that runs already perhaps; or another --api-port");
        }
    }

    private static Finding forwarding(boolean nat) {
        String found = read("/proc/sys/net/ipv4/ip_forward");
        if (nat || "1".equals(found)) {
            return Finding.ok("forwarding",
                    nat ? "--nat switches it on" : "net.ipv4.ip_forward is 1");
        }
        return Finding.warn("forwarding", "net.ipv4.ip_forward is " + found, "1",
                "sysctl -w net.ipv4.ip_forward=1, or --nat: else devices reach nothing");
    }

    private static Finding resolvers() {
        String line = lineOf("/etc/resolv.conf", "nameserver");
        return line == null
                ? Finding.warn("DNS servers", "none in /etc/resolv.conf", "at least one",
                        "--dns-upstream ADDRESS")
                : Finding.ok("DNS servers", line.strip());
    }

    private static Finding nft() {
        String version = output("nft", "--version");
        return version == null
                ? Finding.fail("nft", "missing", "the program, for --nat",
                        "apt-get install nftables")
                : Finding.ok("nft", version);
    }

    private static @Nullable String lineOf(String file, String start) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(start)).findFirst().orElse(null);
        } catch (IOException absent) {
            return null;
        }
    }

    private static @Nullable String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException absent) {
            return null;
        }
    }

    /** What a program says; null: it is not there, or failed. */
    private static @Nullable String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8).strip();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0 ? said : null;
        } catch (IOException absent) {
            return null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
