package io.cellgate.bench.lab;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the packets that arrive in a namespace and match, with nftables: what a server's network saw. */
public final class PacketCounter {
    private static final Pattern PACKETS = Pattern.compile("packets ([0-9]+)");

    private final Namespace namespace;
    private final String name;

    /**
     * Begins to count.
     *
     * @param name  letters and digits, once in a namespace
     * @param match an nft(8) expression, as {@code ip daddr 203.0.113.20}
     */
    public PacketCounter(Namespace namespace, String name, String match) {
        this.namespace = namespace;
        this.name = name;
        Command.Result loaded = namespace.command("nft", "-f", "-").run("""
                table inet seen {
                  counter %1$s { }
                  chain input_%1$s {
                    type filter hook prerouting priority -300;
                    %2$s counter name %1$s
                  }
                }
                """.formatted(name, match));
        if (!loaded.ok()) {
            throw new IllegalStateException("nft does not take `" + match + "`: " + loaded.err());
        }
    }

    public long packets() {
        Matcher found = PACKETS.matcher(
                namespace.must("nft", "list", "counter", "inet", "seen", name));
        if (!found.find()) {
            throw new IllegalStateException("nft shows no packets of counter " + name);
        }
        return Long.parseLong(found.group(1));
    }
}
