package io.cellgate.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
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

    private static final List<NextHops.Route> ROUTES = List.of(via("0.0.0.0/0", 0, "192.0.2.1"),
            onLink("192.0.2.0/24", 0), via("2001:db8::/32", 0, "fe80::1"));
    private static final List<NextHops.Neighbour> NEIGHBOURS = List
            .of(neighbour("192.0.2.1", 1), neighbour("192.0.2.7", 7), neighbour("fe80::1", 61));

    /** Of which a way by a gateway, one on the link, and that there is none yet, was given out. */
    private static WatchedHops given() {
        WatchedHops hops = new WatchedHops(new NextHops(ROUTES, NEIGHBOURS));
        assertThat(give(hops, "198.51.100.1")).isEqualTo(1);
        assertThat(give(hops, "192.0.2.7")).isEqualTo(7);
        assertThat(give(hops, "192.0.2.8")).isEqualTo(NextHops.UNKNOWN);
        return hops;
    }

    private static long give(WatchedHops hops, String address) {
        return hops.give((int) IpAddresses.lo(InetAddress.ofLiteral(address)));
    }

    private static <T> List<T> with(List<T> list, T more) {
        return Stream.concat(list.stream(), Stream.of(more)).toList();
    }

    private static List<NextHops.Neighbour> without(String address) {
        NextHops.Neighbour gone = neighbour(address, 0);
        return NEIGHBOURS.stream().filter(each -> each.lo() != gone.lo()).toList();
    }

    @Test
    void whatWasGivenOut_isWrong_onceItChanges() {
        for (List<NextHops.Neighbour> now : List.of(without("192.0.2.1"), without("192.0.2.7"),
                with(without("192.0.2.1"), neighbour("192.0.2.1", 9)),
                with(NEIGHBOURS, neighbour("192.0.2.8", 8)))) {
            WatchedHops hops = given();
            assertThat(hops.replace(new NextHops(ROUTES, now))).as("%s", now).isTrue();
            assertThat(hops.replace(new NextHops(ROUTES, NEIGHBOURS))).as("all was told")
                    .isFalse();
        }
        for (List<NextHops.Route> now : List.of(with(ROUTES, hidden("198.51.100.0/24")),
                ROUTES.subList(1, 3))) {
            assertThat(given().replace(new NextHops(now, NEIGHBOURS))).as("%s", now).isTrue();
        }
    }

    @Test
    void whatWasGivenOut_isRight_whateverElseChanges() {
        WatchedHops hops = given();
        for (int i = 20; i < 120; i++) {
            List<NextHops.Neighbour> more = with(NEIGHBOURS, neighbour("192.0.2." + i, i));
            assertThat(hops.replace(new NextHops(ROUTES, with(more, neighbour("fe80::" + i, i)))))
                    .isFalse();
        }
        assertThat(hops.replace(new NextHops(ROUTES, without("fe80::1")))).isFalse();
        assertThat(hops.replace(
                new NextHops(with(ROUTES, via("2001:db8:1::/48", 0, "fe80::2")), NEIGHBOURS)))
                .isFalse();
        assertThat(give(hops, "192.0.2.7")).isEqualTo(7);
        assertThat(hops.replace(new NextHops(ROUTES, without("192.0.2.7"))))
                .as("remembered all the time").isTrue();
    }

    @Test
    void moreNextHopsThanAreNoted_areWrong_atAnyChange_once() {
        List<NextHops.Route> routes = List.of(onLink("10.0.0.0/8", 0));
        NextHops none = new NextHops(routes, List.of());
        NextHops other = new NextHops(routes, List.of(neighbour("10.9.9.9", 9)));
        WatchedHops hops = new WatchedHops(none);
        for (int i = 1; i <= GivenHops.MOST; i++) {
            assertThat(hops.give(10 << 24 | i)).isEqualTo(NextHops.UNKNOWN);
        }
        assertThat(hops.replace(other)).isFalse();
        assertThat(hops.give(10 << 24 | 0xffff)).isEqualTo(NextHops.UNKNOWN);
        assertThat(hops.replace(none)).isTrue();
        assertThat(hops.replace(other)).isFalse();
    }
}
