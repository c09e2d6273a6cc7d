package io.cellgate.dataplane.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoolTest {
    private static final InetAddress GATEWAY = address("10.9.0.1");
    private static final List<Prefix> KEPT = List.of(Prefix.parse("10.9.0.0/32"),
            Prefix.parse("10.9.0.1/32"), Prefix.parse("10.9.0.255/32"));

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static AddressPool pool(String prefix, long quarantineNanos, List<Prefix> others) {
        return new AddressPool(Prefix.parse(prefix), Duration.ofNanos(quarantineNanos), others);
    }

    private static List<InetAddress> drain(AddressPool pool) {
        List<InetAddress> given = new ArrayList<>();
        for (InetAddress a = pool.take(0); a != null; a = pool.take(0)) {
            given.add(a);
        }
        return given;
    }

    @Test
    void ipv4Pool_givesEachAddressOnce_butNotThoseOfOthers() {
        List<InetAddress> given = drain(pool("10.9.0.0/24", 0, KEPT));
        assertThat(given).hasSize(253).doesNotHaveDuplicates().doesNotContain(GATEWAY,
                address("10.9.0.0"), address("10.9.0.255"));
    }

    @Test
    void networksWithin_thatAreAnotherPools_areSteppedOver() {
        List<InetAddress> given = drain(pool("10.9.0.0/28", 0,
                List.of(Prefix.parse("10.9.0.8/30"), Prefix.parse("10.9.0.0/31"))));
        assertThat(given).extracting(InetAddress::getHostAddress).containsExactly("10.9.0.2",
                "10.9.0.3", "10.9.0.4", "10.9.0.5", "10.9.0.6", "10.9.0.7", "10.9.0.12",
                "10.9.0.13", "10.9.0.14", "10.9.0.15");
    }

    @Test
    void address_givenBack_restsBeforeAnotherDeviceGetsIt() {
        AddressPool pool = pool("10.9.0.2/32", 100, List.of());
        InetAddress only = Objects.requireNonNull(pool.take(0));
        assertThat(pool.take(0)).isNull();
        pool.giveBack(only, 1000);
        assertThat(pool.take(1099)).isNull();
        assertThat(pool.take(1100)).isEqualTo(only);
    }

    @Test
    void ipv6Pool_givesPrefixesOf64Bits_butNotTheGateways() {
        AddressPool pool = pool("fd09::/62", 0, List.of(Prefix.parse("fd09::/64")));
        assertThat(drain(pool)).containsExactly(address("fd09:0:0:1::"), address("fd09:0:0:2::"),
                address("fd09:0:0:3::"));
        pool.giveBack(address("fd09:0:0:2::"), 0);
        assertThat(pool.take(0)).isEqualTo(address("fd09:0:0:2::"));
    }

    @Test
    void reservedAddress_isHadByNameOnly_whetherUnusedOrInUseOrResting() {
        AddressPool pool = pool("10.9.0.0/29", 100, List.of());
        InetAddress inUse = Objects.requireNonNull(pool.take(0));
        InetAddress resting = Objects.requireNonNull(pool.take(0));
        pool.giveBack(resting, 0);
        InetAddress unused = address("10.9.0.5");
        List.of(inUse, resting, unused).forEach(pool::reserve);

        assertThat(pool.take(unused, 0)).isTrue();
        assertThat(pool.take(unused, 0)).as("somebody has it").isFalse();
        assertThat(pool.take(inUse, 0)).as("somebody has it").isFalse();
        assertThat(pool.take(resting, 99)).as("it rests from somebody else").isFalse();
        assertThat(pool.take(resting, 100)).isTrue();
        pool.giveBack(inUse, 500);
        pool.giveBack(resting, 500);
        pool.giveBack(unused, 500);
        List<InetAddress> others = new ArrayList<>();
        for (InetAddress a = pool.take(10_000); a != null; a = pool.take(10_000)) {
            others.add(a);
        }
        assertThat(others).hasSize(5).doesNotContain(inUse, resting, unused);
        assertThat(pool.take(inUse, 501)).as("its own SIM need not wait").isTrue();
    }

    @Test
    void reservedAddress_thatIsReleased_isGivenOnceOnly() {
        AddressPool pool = pool("10.9.0.0/30", 0, List.of());
        InetAddress ahead = address("10.9.0.3");
        pool.reserve(ahead);
        pool.release(ahead, 0);
        pool.reserve(ahead);
        pool.release(ahead, 0);
        assertThat(drain(pool)).containsExactlyInAnyOrder(address("10.9.0.0"),
                address("10.9.0.1"), address("10.9.0.2"), ahead);
        assertThat(pool.take(ahead, 0)).as("it is reserved no more").isFalse();
    }

    @Test
    void noAddress_isEverHadTwice_whateverTheOrderOfThings() {
        long seed = Long.getLong("cellgate.seed", new Random().nextLong());
        Random random = new Random(seed);
        AddressPool pool = pool("10.9.0.0/27", 3, List.of(Prefix.parse("10.9.0.16/30")));
        Set<InetAddress> held = new HashSet<>();
        Set<InetAddress> reserved = new HashSet<>();
        for (long now = 0; now < 20_000; now++) {
            InetAddress any = address("10.9.0." + random.nextInt(16));
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    InetAddress given = pool.take(now);
                    if (given != null) {
                        assertThat(held.add(given)).as("seed %d, %s", seed, given).isTrue();
                        assertThat(reserved).as("seed %d", seed).doesNotContain(given);
                    }
                }
                case 2 -> {
                    if (reserved.add(any)) {
                        pool.reserve(any);
                    }
                    if (pool.take(any, now)) {
                        assertThat(held.add(any)).as("seed %d, %s", seed, any).isTrue();
                    }
                }
                case 3 -> {
                    if (reserved.remove(any)) {
                        pool.release(any, now);
                    }
                }
                default -> {
                    if (held.remove(any)) {
                        pool.giveBack(any, now);
                    }
                }
            }
        }
        List.copyOf(reserved).forEach(address -> pool.release(address, 20_000));
        List.copyOf(held).forEach(address -> pool.giveBack(address, 20_000));
        assertThat(pool.fill()).isEqualTo(new AddressPool.Fill(32, 0, pool.fill().resting()));
        Set<InetAddress> all = new HashSet<>();
        for (InetAddress a = pool.take(30_000); a != null; a = pool.take(30_000)) {
            assertThat(all.add(a)).as("seed %d, %s", seed, a).isTrue();
        }
        assertThat(all).as("none is lost, seed %d", seed).hasSize(28);
    }

    @Test
    void prefix_withHostBitsOrWithoutLength_saysWhatWasExpected() {
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix.parse("10.9.0.1/24"))
                .withMessageContaining("expected only zeros after bit 24");
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix.parse("example.org/24"))
                .withMessageContaining("expected an address, a slash and a length");
    }

    /** What was never used is not needed, once so many have been given back that remembering them costs more. */
    @Test
    void numbersGivenBack_areGivenAgain_beforeALargePoolIsUsedUp() {
        long quarantine = 10;
        IndexPool pool = new IndexPool(1L << 40, quarantine, List.of());
        int most = IndexPool.MANY_RESTING + (int) quarantine + 1;
        long highest = 0;
        for (long now = 0; now < 4L * IndexPool.MANY_RESTING; now++) {
            long taken = pool.take(now);
            highest = Math.max(highest, taken);
            pool.giveBack(taken, now);
            assertThat(pool.resting()).isLessThanOrEqualTo(most);
        }
        assertThat(highest).isLessThan(most);
    }
}
