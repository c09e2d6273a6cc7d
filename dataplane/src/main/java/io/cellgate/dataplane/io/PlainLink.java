package io.cellgate.dataplane.io;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A link to carriers' routers that bring devices' packets as they are, and take those for them.
 *
 * @param device        the TUN device that the host gives such packets to, and takes them from
 * @param hostInterface the host's interface that the routers are at
 * @param routes        what is routed there
 */
public record PlainLink(String device, String hostInterface, List<Route> routes) {
    public PlainLink {
        routes = List.copyOf(routes);
    }

    /**
     * A network of devices, and the carrier's router that has it.
     */
    public record Route(IpPrefix network, InetAddress router) {
        /** Reads {@code 10.50.0.0/16=192.0.2.1}. */
        public static Route parse(String text) {
            int equals = text.indexOf('=');
            if (equals > 0) {
                try {
                    Route route = new Route(IpPrefix.parse(text.substring(0, equals)),
                            InetAddress.ofLiteral(text.substring(equals + 1)));
                    if (text.indexOf('/') > 0 && route.isIpv4() == route.network.isIpv4()) {
                        return route;
                    }
                } catch (IllegalArgumentException notOne) {
                    throw new IllegalArgumentException(expected(text), notOne);
                }
            }
            throw new IllegalArgumentException(expected(text));
        }

        private static String expected(String text) {
            return "got \"" + text + "\", expected a network of devices and the address of the"
                    + " carrier's router, both of one version of IP, such as 10.50.0.0/16=192.0.2.1";
        }

        boolean isIpv4() {
            return router.getAddress().length == 4;
        }
    }

    /** The networks of devices behind it. */
    public Stream<IpPrefix> networks() {
        return routes.stream().map(Route::network);
    }

    /**
     * The links that lead to the routers of these routes, one for each interface of this host that has routers at it.
     *
     * @param device what the devices' names begin with; the number of the link follows
     */
    public static List<PlainLink> to(List<Route> routes, String device) {
        Map<String, List<Route>> byInterface = new LinkedHashMap<>();
        for (int i = 0; i < routes.size(); i++) {
            Route route = routes.get(i);
            for (Route other : routes.subList(0, i)) {
                if (other.network().overlaps(route.network())) {
                    throw new IllegalArgumentException("got " + other.network() + " and "
                            + route.network() + ", expected networks that do not overlap");
                }
            }
            byInterface.computeIfAbsent(interfaceOf(route.router()), _ -> new ArrayList<>())
                    .add(route);
        }
        List<PlainLink> links = new ArrayList<>();
        byInterface.forEach((name, its) -> links
                .add(new PlainLink(device + links.size(), name, its)));
        return links;
    }

    private static String interfaceOf(InetAddress router) {
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                for (InterfaceAddress own : each.getInterfaceAddresses()) {
                    if (own.getAddress().getAddress().length == router.getAddress().length
                            && IpPrefix.of(own.getAddress(), own.getNetworkPrefixLength())
                                    .contains(IpAddresses.hi(router), IpAddresses.lo(router))) {
                        return each.getName();
                    }
                }
            }
        } catch (SocketException e) {
            throw new IllegalArgumentException("the host's interfaces cannot be read", e);
        }
        throw new IllegalArgumentException("got the router " + router.getHostAddress()
                + ", expected one in a network that this host has an interface in");
    }
}
