package io.cellgate.dataplane.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has the host's kernel bring plain packets to their links, and those from there to the carriers' routers:
 *
 * <pre>
 *   carrier's router ─► host interface ─ rule iif: table ─► link's TUN device ─► worker
 *   carrier's router ◄─ host interface ◄─ rule iif: table ─ link's TUN device ◄─ worker
 *                                  the networks' routes ─► core TUN device    ─► worker
 * </pre>
 *
 * A device's packet to one of the host's own addresses would be delivered to the host before any of these rules; a table of
 * nftables drops it. All of it is removed again at the end, and before it is made: a killed process may have left it.
 */
final class PlainRoutes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PlainRoutes.class);
    /** The first priority of our routing rules and number of our routing tables. */
    private static final int FIRST_TABLE = 5210;
    private static final String TABLE = "cellgate_plain";

    private final List<PlainLink> links;

    private PlainRoutes(List<PlainLink> links) {
        this.links = links;
    }

    /** @param coreDevice the TUN device of the core side */
    static PlainRoutes open(List<PlainLink> links, String coreDevice, int mtuOctets)
            throws IOException {
        PlainRoutes routes = new PlainRoutes(links);
        routes.remove();
        try {
            routes.make(coreDevice, mtuOctets);
            return routes;
        } catch (IOException | RuntimeException e) {
            routes.remove();
            throw e;
        }
    }

    private void make(String coreDevice, int mtuOctets) throws IOException {
        StringBuilder own = new StringBuilder("table inet " + TABLE
                + " {\n chain input {\n  type filter hook input priority -10;\n");
        for (int i = 0; i < links.size(); i++) {
            PlainLink link = links.get(i);
            String up = Integer.toString(FIRST_TABLE + 2 * i);
            String down = Integer.toString(FIRST_TABLE + 2 * i + 1);
            // no solicitations of the host's own; a host without IPv6 has none to begin with
            boolean _ = HostCommand.tryRun("ip", "link", "set", link.device(), "addrgenmode",
                    "none");
            HostCommand.run("ip", "link", "set", link.device(), "mtu",
                    Integer.toString(mtuOctets), "up");
            looseReversePath(link.device());
            looseReversePath(link.hostInterface());
            for (String family : families(link)) {
                HostCommand.run("ip", family, "route", "replace", "default", "dev",
                        link.device(), "table", up);
                HostCommand.run("ip", family, "rule", "add", "iif", link.hostInterface(),
                        "lookup", up, "pref", up);
                HostCommand.run("ip", family, "rule", "add", "iif", link.device(), "lookup",
                        down, "pref", down);
            }
            for (PlainLink.Route route : link.routes()) {
                String network = route.network().toString();
                String family = route.isIpv4() ? "-4" : "-6";
                HostCommand.run("ip", family, "route", "replace", network, "via",
                        route.router().getHostAddress(), "dev", link.hostInterface(), "table",
                        down);
                HostCommand.run("ip", family, "route", "replace", network, "dev", coreDevice);
                own.append("  iifname \"").append(link.hostInterface()).append("\" ")
                        .append(route.isIpv4() ? "ip" : "ip6").append(" saddr ").append(network)
                        .append(" counter drop\n");
            }
        }
        HostCommand.runWith(own.append(" }\n}\n").toString(), "nft", "-f", "-");
    }

    /** The way back to a device is not the way that its packets came, which strict filtering (1) would not let in. */
    private static void looseReversePath(String device) {
        Path setting = Path.of("/proc/sys/net/ipv4/conf", device, "rp_filter");
        try {
            Files.writeString(setting, "2", StandardCharsets.US_ASCII);
        } catch (IOException e) {
            log.warn("cannot set {} to 2: where it is 1, devices' packets do not arrive ({})",
                    setting, e.getMessage());
        }
    }

    private static List<String> families(PlainLink link) {
        List<String> families = new ArrayList<>(2);
        if (link.routes().stream().anyMatch(PlainLink.Route::isIpv4)) {
            families.add("-4");
        }
        if (!link.routes().stream().allMatch(PlainLink.Route::isIpv4)) {
            families.add("-6");
        }
        return families;
    }

    private void remove() {
        for (int i = 0; i < links.size(); i++) {
            for (String family : families(links.get(i))) {
                for (int table = FIRST_TABLE + 2 * i; table <= FIRST_TABLE + 2 * i + 1; table++) {
                    boolean _ = HostCommand.tryRun("ip", family, "rule", "del", "pref",
                            Integer.toString(table));
                    boolean _ = HostCommand.tryRun("ip", family, "route", "flush", "table",
                            Integer.toString(table));
                }
            }
        }
        boolean _ = HostCommand.tryRun("nft", "delete", "table", "inet", TABLE);
    }

    @Override
    public void close() {
        remove();
    }
}
