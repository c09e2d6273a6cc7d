package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.pool.Prefix;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What devices are given.
 *
 * @param ipv4Pool    network their IPv4 addresses come from; null: no IPv4. Default 10.45.0.0/16
 * @param ipv4Gateway the gateway's own address in it, which no device gets. Default 10.45.0.1
 * @param ipv6Pool    network their /64 prefixes come from, the first of which stays with the gateway; null: no
 *                    IPv6. Default fd45::/40
 * @param quarantine  how long an address rests before another device gets it. Default 60 s
 * @param dnsServers  addresses told to devices that ask for name servers; queries are taken in whatever server
 *                    they go to. Default 10.45.0.1 and fd45::1
 * @param mtu         IPv4 MTU told to devices that ask for it, octets; 1400-octet links minus IP, UDP and GTP-U
 *                    headers. Default 1358
 */
public record DeviceConfig(@Nullable Prefix ipv4Pool, Inet4Address ipv4Gateway,
        @Nullable Prefix ipv6Pool, Duration quarantine, List<InetAddress> dnsServers, int mtu) {
    public DeviceConfig {
        dnsServers = List.copyOf(dnsServers);
        if (mtu < 576 || mtu > 9000) {
            throw new IllegalArgumentException("mtu: got " + mtu + ", expected 576 to 9000");
        }
        if (ipv4Pool == null && ipv6Pool == null) {
            throw new IllegalArgumentException("pools: got none, expected IPv4, IPv6 or both");
        }
    }

    public static DeviceConfig defaults() {
        Inet4Address gateway = Inet4Address.ofLiteral("10.45.0.1");
        return new DeviceConfig(Prefix.parse("10.45.0.0/16"), gateway, Prefix.parse("fd45::/40"),
                Duration.ofSeconds(60), List.of(gateway, Inet6Address.ofLiteral("fd45::1")), 1358);
    }

    /** The networks in which devices' addresses are. */
    public List<Prefix> networks() {
        return Stream.of(ipv4Pool, ipv6Pool).filter(Objects::nonNull).map(Objects::requireNonNull)
                .toList();
    }

    /** The gateway's own IPv6 address: the first one of the pool's first prefix. Null without a pool. */
    public @Nullable Inet6Address ipv6Gateway() {
        Prefix pool = ipv6Pool;
        if (pool == null) {
            return null;
        }
        byte[] octets = pool.network().getAddress();
        octets[15] = 1;
        try {
            return Inet6Address.getByAddress(null, octets, -1);
        } catch (UnknownHostException e) {
            throw new AssertionError("16 octets are an IPv6 address", e);
        }
    }
}
