package io.cellgate.dataplane.worker;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What kind of place an address is: infrastructure, which no device may reach whatever its policy says, another
 * device, or the internet. Asked once per flow. Immutable.
 */
final class Destinations {
    /** Kinds as {@code net.dst.kind} writes them. */
    static final String INTERNET = "internet";
    static final String DEVICE = "device";

    /**
     * Addresses that are no host on the internet, or embed one of IPv4 in a way that would go round the other
     * prefixes: RFC 6890's registries, RFC 4291 §2.5.5, RFC 6052, RFC 8215, RFC 3056, RFC 4380.
     */
    private static final List<String> NEVER = List.of("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16",
            "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48",
            "2002::/16",
            "2001::/32", "fe80::/10", "fec0::/10", "ff00::/8");

    private final IpPrefix[] infrastructure;
    private final IpPrefix[] pools;

    /** @param beside what the host has for its own now, beside what was configured */
    Destinations(UserPlaneConfig config, List<IpPrefix> beside) {
        List<IpPrefix> all = new ArrayList<>(config.protectedPrefixes());
        all.addAll(beside);
        NEVER.forEach(text -> all.add(IpPrefix.parse(text)));
        for (InetAddress address : config.gtpuAddresses()) {
            if (!address.isAnyLocalAddress()) {
                all.add(IpPrefix.host(address));
            }
        }
        if (config.gatewayIpv4() != null) {
            all.add(IpPrefix.host(config.gatewayIpv4()));
        }
        if (config.gatewayIpv6() != null) {
            all.add(IpPrefix.host(config.gatewayIpv6()));
        }
        infrastructure = all.toArray(IpPrefix[]::new);
        pools = config.pools().toArray(IpPrefix[]::new);
    }

    boolean isInfrastructure(long hi, long lo) {
        return isIn(infrastructure, hi, lo) || (hi == 0 && !IpAddresses.isIpv4(hi, lo));
    }

    boolean isDevice(long hi, long lo) {
        return isIn(pools, hi, lo);
    }

    private static boolean isIn(IpPrefix[] prefixes, long hi, long lo) {
        for (IpPrefix prefix : prefixes) {
            if (prefix.contains(hi, lo)) {
                return true;
            }
        }
        return false;
    }
}
