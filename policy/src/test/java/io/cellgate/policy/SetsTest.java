package io.cellgate.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SetsTest {
    @Test
    void aNameTable_holdsWhatAHashSetHolds() {
        Random random = new Random(5);
        Set<String> expected = new HashSet<>();
        NameTable.Builder builder = new NameTable.Builder();
        for (int i = 0; i < 20_000; i++) {
            String name = randomName(random);
            expected.add(name);
            builder.add(DomainName.of(name));
        }
        NameTable table = builder.build();
        assertThat(table.size()).isEqualTo(expected.size());
        for (int i = 0; i < 20_000; i++) {
            String name = randomName(random);
            boolean within = false;
            for (String rest = name; !rest.isEmpty(); rest = rest.indexOf('.') < 0
                    ? ""
                    : rest.substring(rest.indexOf('.') + 1)) {
                within |= expected.contains(rest);
            }
            assertThat(table.containsOrParent(DomainName.of(name))).as(name).isEqualTo(within);
        }
        Set<String> listed = new HashSet<>();
        table.forEach(name -> listed.add(name.toString()));
        assertThat(listed).isEqualTo(expected);
    }

    private static String randomName(Random random) {
        String name = "n" + random.nextInt(40);
        for (int i = random.nextInt(4); i > 0; i--) {
            name += ".x" + random.nextInt(40);
        }
        return name;
    }

    @Test
    void anAddressSet_holdsWhatItsPrefixesCover() {
        Random random = new Random(6);
        for (int round = 0; round < 200; round++) {
            List<IpRange> prefixes = new ArrayList<>();
            for (int i = random.nextInt(20); i >= 0; i--) {
                IpAddress address = randomAddress(random);
                int least = address.isIpv4() ? 96 : 0;
                prefixes.add(IpRange.ofPrefix(address, least + random.nextInt(129 - least)));
            }
            AddressSet set = AddressSet.of(prefixes);
            assertThat(set.prefixes()).containsExactlyInAnyOrderElementsOf(new HashSet<>(prefixes));
            for (int i = 0; i < 200; i++) {
                IpAddress address = randomAddress(random);
                boolean covered = prefixes.stream()
                        .anyMatch(prefix -> prefix.contains(address.hi(), address.lo()));
                assertThat(set.contains(address.hi(), address.lo())).as(address + " in " + prefixes)
                        .isEqualTo(covered);
            }
        }
    }

    private static IpAddress randomAddress(Random random) {
        return random.nextInt(3) > 0
                ? IpAddress.ofIpv4(random.nextInt(4) << 30 | random.nextInt(1 << 12))
                : new IpAddress(random.nextLong() & 0xc000_0000_0000_0003L, random.nextInt(4));
    }

    @Test
    void aMillionPrefixes_takeAtMost16OctetsEach() {
        List<String> prefixes = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            prefixes.add((i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255) + ".0/25");
        }
        NamedList list = NamedList.of("nets", NamedList.Kind.ADDRESSES, prefixes);
        assertThat(list.tableOctets()).isLessThanOrEqualTo(16_000_000);
        assertThat(list.contains(IpAddress.parse("3.4.5.127"))).isTrue();
        assertThat(list.contains(IpAddress.parse("3.4.5.128"))).isFalse();
    }

    @Test
    void addresses_areReadAndWritten_asTheJdkDoes() throws Exception {
        for (String text : List.of("192.0.2.1", "::", "::1", "2001:db8::1", "1::2:0:0:3",
                "fe80::1:2:3:4",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "1:2:3:4:5:6:7:8", "::1.2.3.4",
                "0:1:0:1:0:1:0:1")) {
            byte[] octets = InetAddress.ofLiteral(text).getAddress();
            IpAddress address = IpAddress.parse(text);
            assertThat(address).as(text).isEqualTo(IpAddress.of(octets));
            assertThat(address.octets()).as(text).isEqualTo(octets);
            assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
        }
        assertThat(IpAddress.parse("1:0:0:2:0:0:0:3")).hasToString("1:0:0:2::3");
        assertThat(IpAddress.parse("0:0:0:0:0:0:0:0")).hasToString("::");
        for (String text : List.of("", "1.2.3", "1.2.3.256", "1.2.3.04", "1.2.3.4.5", ":::",
                "1::2::3",
                "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "g::", "1.2.3.4::", "::1%eth0",
                "1:2:3:4:5:6:7::8")) {
            assertThatThrownBy(() -> IpAddress.parse(text)).as(text)
                    .hasMessageContaining("expected");
        }
    }

    @Test
    void aName_isReadFromTheWire_followingPointersBackwardsOnly() {
        UnsafeBuffer message = new UnsafeBuffer(
                "\0\0\7Example\3COM\0\3www\u00c0\2\u00c0\24".getBytes(StandardCharsets.ISO_8859_1));
        DomainName name = DomainName.scratch();
        assertThat(name.fillFromWire(message, 0, 15, message.capacity())).isTrue();
        assertThat(name).hasToString("www.example.com")
                .isEqualTo(DomainName.of("www.example.com."));
        assertThat(name.isWithin(DomainName.of("example.com"))).isTrue();
        assertThat(name.isWithin(DomainName.of("ample.com"))).isFalse();
        assertThat(name.fillFromWire(message, 0, 21, message.capacity())).as("a pointer forwards")
                .isFalse();
        assertThat(name.isFilled()).isFalse();
        assertThat(name.fillFromWire(message, 0, 14, message.capacity())).as("the root").isFalse();
        assertThat(name.fillFromWire(message, 0, 2, 9)).as("cut short").isFalse();
        UnsafeBuffer text = new UnsafeBuffer(
                "API.Example.com.".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(name.fillFromText(text, 0, 16)).isTrue();
        assertThat(name).isEqualTo(DomainName.of("api.example.com"));
        assertThat(name.fillFromText(text, 3, 5)).isFalse();
    }

    @Test
    void aName_thatIsNone_isRefusedWithWhatWasExpected() {
        assertThatThrownBy(() -> DomainName.of("a..b")).hasMessageContaining("1 to 63 characters");
        assertThatThrownBy(() -> DomainName.of("")).hasMessageContaining("expected 1 to 253");
        assertThatThrownBy(() -> DomainName.of("a b.de")).hasMessageContaining("found ' '");
        assertThatThrownBy(() -> DomainName.of("a".repeat(64) + ".de")).hasMessageContaining("63");
        assertThatThrownBy(
                () -> NamedList.of("n", NamedList.Kind.NAMES, List.of("good.de", "bad domain")))
                .hasMessageContaining("bad domain");
    }
}
