package io.cellgate.control.webhook;

import io.cellgate.inventory.account.Network;
import io.cellgate.policy.IpAddress;
import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges where webhooks may lead. A tenant chooses the URL and this host sends the request, so it must not reach what
 * only this host reaches: itself, its neighbours, its cloud's metadata, the devices. Every address that the name
 * resolves to has to be a public one, and the connection goes to the very address that was judged: a name that
 * resolves otherwise a moment later (DNS rebinding) gains nothing. Networks that the operator names are excepted, and
 * there plain http will do.
 */
public final class Targets {
    /** Not of the public internet: RFC 6890 and its registry, multicast; of IPv6 all but 2000::/3 beside. */
    private static final List<Network> NOT_PUBLIC = Stream.of("0.0.0.0/8", "10.0.0.0/8",
            "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "2001::/23",
            "2001:db8::/32", "2002::/16", "3fff::/20").map(Network::parse).toList();
    private static final Network PUBLIC_IPV6 = Network.parse("2000::/3");

    private final List<Network> allowed;
    private final List<Network> forbidden;

    /**
     * @param allowed   what the operator lets webhooks reach though it is not public
     * @param forbidden what they must not reach though it may be public, such as the devices' addresses
     */
    public Targets(List<Network> allowed, List<Network> forbidden) {
        this.allowed = List.copyOf(allowed);
        this.forbidden = List.copyOf(forbidden);
    }

    /** Where a request goes: the name for TLS and the Host header, the address for the connection. */
    record Target(URI uri, String host, int port, boolean tls, InetAddress address) {
        String pathAndQuery() {
            String path = uri.getRawPath() == null || uri.getRawPath().isEmpty()
                    ? "/"
                    : uri.getRawPath();
            return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        }
    }

    /** A URL that may not be a webhook's, and why. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * Resolves a webhook's URL.
     *
     * @throws UnknownHostException if its name has no address now
     */
    Target resolve(String url) throws Refused, UnknownHostException {
        URI uri = parse(url);
        boolean tls = uri.getScheme().equalsIgnoreCase("https");
        String host = host(uri);
        InetAddress[] addresses = InetAddress.getAllByName(host);
        for (InetAddress address : addresses) {
            if (!isAllowed(address, tls)) {
                throw new Refused(tls
                        ? "leads to an address that is not public, or a device's"
                        : "https is needed");
            }
        }
        int port = uri.getPort() < 0 ? tls ? 443 : 80 : uri.getPort();
        return new Target(uri, host, port, tls, addresses[0]);
    }

    /** What is wrong with a URL, as far as can be told now; null: nothing. */
    @Nullable
    String fault(String url) {
        try {
            Target _ = resolve(url);
            return null;
        } catch (UnknownHostException notNow) {
            // it may have an address when there is something to send
            return url.toLowerCase(Locale.ROOT).startsWith("https:")
                    ? null
                    : "an http URL whose name does not resolve; https is needed";
        } catch (Refused refused) {
            return refused.getMessage();
        }
    }

    private static URI parse(String url) throws Refused {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme();
            if (scheme == null || !scheme.equalsIgnoreCase("https")
                    && !scheme.equalsIgnoreCase("http")) {
                throw new Refused("not an https URL");
            }
            if (uri.getHost() == null || uri.getRawUserInfo() != null
                    || uri.getRawFragment() != null || uri.getPort() == 0
                    || uri.getPort() > 65535) {
                throw new Refused(
                        "not a URL of a host with a path, without user name and fragment");
            }
            return uri;
        } catch (URISyntaxException notOne) {
            throw new Refused("not a URL");
        }
    }

    private static String host(URI uri) throws Refused {
        String host = uri.getHost();
        if (host.startsWith("[")) {
            return host.substring(1, host.length() - 1);
        }
        try {
            return IDN.toASCII(host);
        } catch (IllegalArgumentException notAName) {
            throw new Refused("not a host name");
        }
    }

    private boolean isAllowed(InetAddress resolved, boolean tls) {
        IpAddress address = IpAddress.of(resolved.getAddress());
        if (isIn(forbidden, address)) {
            return false;
        }
        return isIn(allowed, address) || tls && !isIn(NOT_PUBLIC, address)
                && (address.isIpv4() || PUBLIC_IPV6.contains(address));
    }

    private static boolean isIn(List<Network> networks, IpAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }
}
