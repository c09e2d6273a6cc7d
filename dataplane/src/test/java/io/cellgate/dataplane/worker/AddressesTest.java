package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose an address is. */
class AddressesTest {
    private static final Destinations DESTINATIONS = new Destinations(UserPlaneConfig.of(
            List.of(InetAddress.getLoopbackAddress()), List.of(IpPrefix.parse("10.45.0.0/16")),
            List.of(), null, null, null), List.of());

    @ParameterizedTest
    @ValueSource(strings = {"0.1.2.3", "127.0.0.2", "169.254.169.254", "224.0.0.1",
            "255.255.255.255", "::1", "::10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1",
            "2002:a00:1::1", "2001:0:a00:1::1", "fe80::1", "ff02::1", "::ffff:0:a00:1"})
    void addressOfNoHost_orOneThatEmbedsAnother_isInfrastructure(String text) {
        InetAddress address = InetAddress.ofLiteral(text);
        assertThat(DESTINATIONS.isInfrastructure(IpAddresses.hi(address),
                IpAddresses.lo(address))).isTrue();
    }

    @Test
    void deviceThatPutsItsIpv4AddressIntoItsIpv6One_isStillSeenAsOfIpv6() throws Exception {
        try (UserPlaneTestBed bed = new UserPlaneTestBed()) {
            DeviceSession session = new SessionTable().add(
                    bed.session(1, 2, UserPlaneTestBed.DEVICE, "2001:db8:45:7::", bed.slot));
            InetAddress remote6 = InetAddress.ofLiteral("2001:db8:99::1");
            InetAddress remote4 = InetAddress.ofLiteral(UserPlaneTestBed.SERVER);
            assertThat(session.deviceHi(IpAddresses.hi(remote6), IpAddresses.lo(remote6)))
                    .isEqualTo(session.prefixHi);
            assertThat(session.deviceHi(IpAddresses.hi(remote4), IpAddresses.lo(remote4)))
                    .isZero();
        }
    }
}
