package io.cellgate.dataplane.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.IpPrefix;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class HostAddressesTest {
    @Test
    void ipv4Address_isProtected_withTheBroadcastAddressesOfItsNetwork() {
        assertThat(HostAddresses.of(InetAddress.ofLiteral("198.51.100.77"), 24,
                InetAddress.ofLiteral("198.51.100.255"))).containsExactly(
                        IpPrefix.parse("198.51.100.77/32"), IpPrefix.parse("198.51.100.0/32"),
                        IpPrefix.parse("198.51.100.255/32"));
    }

    @Test
    void ipv6Address_isProtected_withTheAnycastAddressOfItsNetworksRouters() {
        assertThat(HostAddresses.of(InetAddress.ofLiteral("2001:db8:1:2::77"), 64, null))
                .containsExactly(IpPrefix.parse("2001:db8:1:2::77/128"),
                        IpPrefix.parse("2001:db8:1:2::/128"));
    }

    @Test
    void addressOfAPointToPointLink_isProtectedAlone() {
        assertThat(HostAddresses.of(InetAddress.ofLiteral("198.51.100.77"), 31, null))
                .containsExactly(IpPrefix.parse("198.51.100.77/32"));
    }

    @Test
    void addressesOfThisHost_areFound() throws Exception {
        assertThat(HostAddresses.all()).contains(IpPrefix.parse("127.0.0.1/32"));
    }
}
