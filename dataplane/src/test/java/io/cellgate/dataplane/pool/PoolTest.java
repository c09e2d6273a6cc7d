package io.cellgate.dataplane.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoolTest {
    private static final Inet4Address GATEWAY = Inet4Address.ofLiteral("10.9.0.1");

    @Test
    void ipv4Pool_givesEachAddressOnce_butNeitherTheEndsNorTheGateways() {
        Ipv4Pool pool = new Ipv4Pool(Prefix.parse("10.9.0.0/24"), GATEWAY, Duration.ZERO);
        Set<Inet4Address> given = new HashSet<>();
        Inet4Address address = pool.take(0);
        while (address != null) {
            assertThat(given.add(address)).isTrue();
            address = pool.take(0);
        }
        assertThat(given).hasSize(253).doesNotContain(GATEWAY,
                Inet4Address.ofLiteral("10.9.0.0"), Inet4Address.ofLiteral("10.9.0.255"));
    }

    @Test
    void address_givenBack_restsBeforeAnotherDeviceGetsIt() {
        Ipv4Pool pool = new Ipv4Pool(Prefix.parse("10.9.0.0/30"), GATEWAY, Duration.ofNanos(100));
        Inet4Address only = Objects.requireNonNull(pool.take(0));
        assertThat(pool.take(0)).isNull();
        pool.giveBack(only, 1000);
        assertThat(pool.take(1099)).isNull();
        assertThat(pool.take(1100)).isEqualTo(only);
    }

    @Test
    void ipv6Pool_givesPrefixesOf64Bits_butNotTheGateways() {
        Ipv6Pool pool = new Ipv6Pool(Prefix.parse("fd09::/62"), Duration.ZERO);
        assertThat(pool.take(0)).isEqualTo(Inet6Address.ofLiteral("fd09:0:0:1::"));
        assertThat(pool.take(0)).isEqualTo(Inet6Address.ofLiteral("fd09:0:0:2::"));
        assertThat(pool.take(0)).isEqualTo(Inet6Address.ofLiteral("fd09:0:0:3::"));
        assertThat(pool.take(0)).isNull();
        pool.giveBack((Inet6Address) Inet6Address.ofLiteral("fd09:0:0:2::"), 0);
        assertThat(pool.take(0)).isEqualTo(Inet6Address.ofLiteral("fd09:0:0:2::"));
    }

    @Test
    void prefix_withHostBitsOrWithoutLength_saysWhatWasExpected() {
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix.parse("10.9.0.1/24"))
                .withMessageContaining("expected only zeros after bit 24");
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix.parse("example.org/24"))
                .withMessageContaining("expected an address, a slash and a length");
    }
}
