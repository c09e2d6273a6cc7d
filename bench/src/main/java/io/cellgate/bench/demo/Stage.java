package io.cellgate.bench.demo;

import io.cellgate.bench.lab.Lab;
import io.cellgate.bench.lab.NameServer;
import io.cellgate.bench.lab.Namespace;
import io.cellgate.bench.lab.WebServer;
import java.util.List;
import java.util.Map;

/**
 * The places of the demo and how they are joined:
 *
 * <pre>
 *   carrier ── s8 ── gateway ── sgi ── internet
 *   10.200.0.1   10.200.0.2 203.0.113.1   203.0.113.10 web, .20 the same server without a name, .53 DNS
 * </pre>
 *
 * IPv4 of devices is translated on its way out of the gateway ({@code run --nat}); IPv6 is routed. The internet knows routes to
 * the devices all the same, so that what it sends to them does reach the gateway.
 */
public final class Stage {
    public static final String CARRIER = "10.200.0.1";
    /** A second address of the carrier's network, which no carrier peers from. */
    public static final String STRANGER = "10.200.0.9";
    public static final String GATEWAY = "10.200.0.2";
    public static final String DEVICES_IPV4 = "10.45.0.0/16";
    public static final String DEVICES_IPV6 = "2001:db8:45::/48";
    public static final String SGI = "203.0.113.1";
    public static final String WEB = "203.0.113.10";
    public static final String NAMELESS = "203.0.113.20";
    public static final String DNS = "203.0.113.53";

    private static final String SGI_IPV6 = "2001:db8:113::1";
    private static final String WEB_IPV6 = "2001:db8:113::10";

    public final Lab lab;
    public final Namespace carrier;
    public final Namespace gateway;
    public final Namespace internet;
    public final WebServer web;
    public final NameServer dns;

    public Stage(Lab lab) {
        this.lab = lab;
        carrier = lab.namespace("carrier");
        gateway = lab.namespace("gateway");
        internet = lab.namespace("internet");
        lab.join(carrier, "s8", List.of(CARRIER + "/24", STRANGER + "/24"), gateway, "s8",
                List.of(GATEWAY + "/24"));
        lab.join(gateway, "sgi", List.of(SGI + "/24", SGI_IPV6 + "/64"), internet, "eth0",
                List.of(WEB + "/24", NAMELESS + "/24", DNS + "/24", WEB_IPV6 + "/64"));
        gateway.sysctl("net.ipv4.ip_forward", 1);
        gateway.sysctl("net.ipv6.conf.all.forwarding", 1);
        internet.ip("route add " + DEVICES_IPV4 + " via " + SGI);
        internet.ip("route add " + DEVICES_IPV6 + " via " + SGI_IPV6);
        web = new WebServer(lab, internet, List.of("api.meters.example", "admin.meters.example"));
        dns = new NameServer(lab, internet, List.of(DNS),
                Map.of("api.meters.example", List.of(WEB, WEB_IPV6), "admin.meters.example",
                        List.of(WEB, WEB_IPV6), "tracker.example", List.of(NAMELESS)));
    }

    /** A place for one device: it has no network until the carrier attaches it. */
    public Namespace device(String name) {
        return lab.namespace(name);
    }
}
