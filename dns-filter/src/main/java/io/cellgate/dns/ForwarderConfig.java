package io.cellgate.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How names are resolved.
 *
 * @param upstreams         recursive resolvers, in the order of preference; at least one, there is no default
 * @param attemptTimeout    how long one upstream has for one answer; default 1.5 s. Each upstream is tried, and if
 *                          there is one only it is tried twice
 * @param maxInFlight       queries that wait at a time, of all devices; default 4096. More are not accepted
 * @param maxPerAsker       queries that wait at a time, of one device; default 32. More are not accepted
 * @param cacheOctets       about how much memory answers may take; default 64 MiB
 * @param minTtlSeconds     answers are kept, and may be kept by devices, at least so long; default 5
 * @param maxTtlSeconds     answers are kept, and may be kept by devices, at most so long; default 3600
 * @param maxNegativeTtlSeconds the same of the answer that a name or type does not exist (RFC 2308 §5); default 300
 * @param forbiddenAnswers  networks that no name may lead to: ours, and what names could be abused to reach behind us
 *                          (DNS rebinding). An answer with such an address is withheld. Default: none
 */
public record ForwarderConfig(List<InetSocketAddress> upstreams, Duration attemptTimeout,
        int maxInFlight, int maxPerAsker, long cacheOctets, int minTtlSeconds, int maxTtlSeconds,
        int maxNegativeTtlSeconds, List<AddressPrefix> forbiddenAnswers) {
    public ForwarderConfig {
        upstreams = List.copyOf(upstreams);
        forbiddenAnswers = List.copyOf(forbiddenAnswers);
        require(!upstreams.isEmpty(), "dns upstreams", "at least one", upstreams);
        for (InetSocketAddress upstream : upstreams) {
            require(!upstream.isUnresolved() && upstream.getPort() != 0, "dns upstream",
                    "an IP address with a port", upstream);
        }
        require(attemptTimeout.compareTo(Duration.ofMillis(10)) >= 0, "dns attempt timeout",
                "at least 10 ms", attemptTimeout);
        require(maxInFlight > 0, "dns queries in flight", "more than 0", maxInFlight);
        require(maxPerAsker > 0, "dns queries in flight per device", "more than 0", maxPerAsker);
        require(cacheOctets >= 0, "dns cache octets", "0 or more", cacheOctets);
        require(minTtlSeconds >= 0 && minTtlSeconds <= maxTtlSeconds, "dns TTL",
                "0 <= min <= max", minTtlSeconds + " and " + maxTtlSeconds);
        require(maxNegativeTtlSeconds >= 0, "dns negative TTL", "0 or more", maxNegativeTtlSeconds);
    }

    /** These upstreams, and the defaults for all else. */
    public static ForwarderConfig of(List<InetSocketAddress> upstreams) {
        return new ForwarderConfig(upstreams, Duration.ofMillis(1500), 4096, 32, 64L << 20, 5, 3600,
                300,
                List.of());
    }

    /** The same with these networks forbidden in answers. */
    public ForwarderConfig withForbiddenAnswers(List<AddressPrefix> networks) {
        return new ForwarderConfig(upstreams, attemptTimeout, maxInFlight, maxPerAsker, cacheOctets,
                minTtlSeconds, maxTtlSeconds, maxNegativeTtlSeconds, networks);
    }

    private static void require(boolean holds, String what, String expected, Object got) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": expected " + expected + ", got " + got);
        }
    }
}
