package io.cellgate.control;

import io.cellgate.dataplane.pool.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's part in {@code --nat}: an nftables table of our own that lets devices' packets leave under the host's
 * address, removed at the end. Packets must be forwarded by the host at all, which is switched on where it is off, and
 * stays so.
 */
final class Nat implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Nat.class);
    private static final List<Path> FORWARDING = List.of(Path.of("/proc/sys/net/ipv4/ip_forward"),
            Path.of("/proc/sys/net/ipv6/conf/all/forwarding"));

    private final String table;

    private Nat(String table) {
        this.table = table;
    }

    /** Sets it up. A table that a process before us left behind is replaced. */
    static Nat open(String tun, List<Prefix> pools) {
        String table = "cellgate_" + tun.replaceAll("[^A-Za-z0-9]", "_");
        StringBuilder rules = new StringBuilder("add table inet " + table + "\ndelete table inet "
                + table + "\ntable inet " + table + " {\n  chain postrouting {\n"
                + "    type nat hook postrouting priority srcnat; policy accept;\n");
        for (Prefix pool : pools) {
            rules.append("    oifname != \"").append(tun).append("\" ")
                    .append(pool.network().getAddress().length == 4 ? "ip" : "ip6")
                    .append(" saddr ").append(pool).append(" masquerade\n");
        }
        nft(rules.append("  }\n}\n").toString());
        FORWARDING.forEach(Nat::switchOn);
        return new Nat(table);
    }

    private static void switchOn(Path setting) {
        try {
            if (Files.exists(setting) && !Files.readString(setting).strip().equals("1")) {
                Files.writeString(setting, "1");
                log.info("switched on {}", setting);
            }
        } catch (IOException e) {
            throw new StartFailure("--nat: " + setting
                    + " is 0 and cannot be set; as root: echo 1 > " + setting, e);
        }
    }

    /** Whether the host forwards IPv4 packets; without that no device reaches anything. */
    static boolean hostForwards() {
        try {
            return Files.readString(FORWARDING.getFirst()).strip().equals("1");
        } catch (IOException unknown) {
            return true;
        }
    }

    private static void nft(String rules) {
        try {
            Process process = new ProcessBuilder("nft", "-f", "-").redirectErrorStream(true)
                    .start();
            try (var in = process.getOutputStream()) {
                in.write(rules.getBytes(StandardCharsets.UTF_8));
            }
            String said = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new StartFailure("--nat: nft refused the masquerade rule: " + said
                        + "; it needs CAP_NET_ADMIN and nftables in the kernel", null);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartFailure("--nat: interrupted", interrupted);
        } catch (IOException missing) {
            throw new StartFailure("--nat: the program nft cannot be run (" + missing.getMessage()
                    + "); install nftables, or leave out --nat and route the pools yourself",
                    missing);
        }
    }

    @Override
    public void close() {
        nft("delete table inet " + table + "\n");
    }
}
