package io.cellgate.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which way a packet goes, from routes and neighbours as the kernel has them. */
class NextHopsTest {
    private static final NextHops HOPS = new NextHops(
            List.of(via("0.0.0.0/0", 100, "192.0.2.1"), onLink("192.0.2.0/24", 0),
                    hidden("10.9.0.0/16"), hidden("192.0.2.5/32"),
                    via("10.9.3.0/24", 5, "192.0.2.2"),
                    via("10.9.3.0/24", 1, "192.0.2.3"), via("2001:db8::/32", 0, "fe80::1"),
                    hidden("::/0")),
            List.of(neighbour("192.0.2.1", 1), neighbour("192.0.2.2", 2),
                    neighbour("192.0.2.3", 3), neighbour("192.0.2.5", 5),
                    neighbour("192.0.2.7", 7), neighbour("fe80::1", 61)));

    private static NextHops.Route via(String prefix, int metric, String gateway) {
        InetAddress address = InetAddress.ofLiteral(gateway);
        return new NextHops.Route(IpPrefix.parse(prefix), metric, true, IpAddresses.hi(address),
                IpAddresses.lo(address));
    }

    private static NextHops.Route onLink(String prefix, int metric) {
        return new NextHops.Route(IpPrefix.parse(prefix), metric, true, 0, 0);
    }

    private static NextHops.Route hidden(String prefix) {
        return new NextHops.Route(IpPrefix.parse(prefix), 0, false, 0, 0);
    }

    private static NextHops.Neighbour neighbour(String address, long mac) {
        InetAddress inet = InetAddress.ofLiteral(address);
        return new NextHops.Neighbour(IpAddresses.hi(inet), IpAddresses.lo(inet), mac);
    }

    private static long mac(String address) {
        InetAddress inet = InetAddress.ofLiteral(address);
        long first = HOPS.mac(IpAddresses.hi(inet), IpAddresses.lo(inet));
        assertThat(HOPS.mac(IpAddresses.hi(inet), IpAddresses.lo(inet))).as("asked again")
                .isEqualTo(first);
        return first;
    }

    @Test
    void theLongestPrefix_thenTheLowestMetric_isTheWay() {
        assertThat(mac("198.51.100.1")).isEqualTo(1);
        assertThat(mac("192.0.2.7")).isEqualTo(7);
        assertThat(mac("10.9.3.200")).isEqualTo(3);
        assertThat(mac("2001:db8::5")).isEqualTo(61);
    }

    @Test
    void whatIsNotKnown_orNotOverThisInterface_isTheKernels() {
        assertThat(mac("192.0.2.8")).as("no neighbour yet").isEqualTo(NextHops.UNKNOWN);
        assertThat(mac("10.9.4.1")).as("another interface").isEqualTo(NextHops.UNKNOWN);
        assertThat(mac("192.0.2.5")).as("this host").isEqualTo(NextHops.UNKNOWN);
        assertThat(mac("2001:db9::1")).as("no IPv6 route of ours").isEqualTo(NextHops.UNKNOWN);
    }
}
