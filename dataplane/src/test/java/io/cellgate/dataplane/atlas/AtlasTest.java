package io.cellgate.dataplane.atlas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.maxmind.db.Reader;
import com.sun.management.ThreadMXBean;
import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dns.NameListReader;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtlasTest {
    private static final int LOOKS = 20_000;
    @TempDir
    private Path folder = Path.of(".");

    private static Map<String, ?> country(String code) {
        return Map.of("country", Map.of("iso_code", code));
    }

    private Path countries(String name) throws IOException {
        Path file = folder.resolve(name);
        new MaxMindWriter().add("192.0.2.0/25", country("DE")).add("192.0.2.128/25", country("DE"))
                .add("198.51.100.0/24", country("AT")).add("203.0.113.7/32", country("US"))
                .add("255.255.255.0/24", country("FR")).add("2001:db8::/32", country("SE"))
                .add("2001:db9::1/128", country("NO")).add("ffff::/16", country("FI")).to(file);
        return file;
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static String country(Atlas atlas, String text) {
        InetAddress address = address(text);
        return String.valueOf(atlas.country(IpAddresses.hi(address), IpAddresses.lo(address)));
    }

    @Test
    void countries_areThoseThatTheLibraryReads() throws IOException {
        Path file = countries("country.mmdb");
        Atlas atlas = Atlas.read(new AtlasFiles(file, null, List.of()));
        Random random = new Random(7);
        List<String> heads = List.of("192.0.2.", "198.51.100.", "203.0.113.", "255.255.255.",
                "10.0.0.", "0.0.0.", "2001:db8::", "2001:db8:ffff::", "2001:db9::", "ffff::",
                "::1:0:0:");
        int known = 0;
        try (Reader library = new Reader(file.toFile())) {
            for (int i = 0; i < 20_000; i++) {
                String head = heads.get(random.nextInt(heads.size()));
                int last = random.nextInt(256);
                InetAddress address = address(
                        head + (head.contains(":") ? Integer.toHexString(last % 9) : last));
                Map<?, ?> record = library.get(address, Map.class);
                Object country = record == null ? null : record.get("country");
                String expected = country instanceof Map<?, ?> content
                        ? String.valueOf(content.get("iso_code"))
                        : "null";
                assertThat(country(atlas, address.getHostAddress())).as(address.toString())
                        .isEqualTo(expected);
                known += record == null ? 0 : 1;
            }
        }
        assertThat(known).isBetween(4000, 16_000);
    }

    @Test
    void systems_mayHave32Bits_andComeFromFlatRecordsToo() throws IOException {
        Path file = folder.resolve("asn.mmdb");
        new MaxMindWriter()
                .add("192.0.2.0/24",
                        Map.of("autonomous_system_number", 4_200_000_000L))
                .add("198.51.100.0/24", Map.of("asn", "AS64496")).to(file);
        Atlas atlas = Atlas.read(new AtlasFiles(null, file, List.of()));
        Facts facts = new Facts();
        InetAddress first = address("192.0.2.9");
        assertThat(atlas.system(IpAddresses.hi(first), IpAddresses.lo(first)))
                .isEqualTo(4_200_000_000L);
        InetAddress second = address("198.51.100.9");
        atlas.addDestination(facts, IpAddresses.hi(second), IpAddresses.lo(second));
        assertThat(facts.isKnown(Field.NET_DST_ASN)).isTrue();
        assertThat(facts.isKnown(Field.NET_DST_COUNTRY)).isFalse();
    }

    @Test
    void categories_areThoseOfTheNameAndItsParents() throws IOException {
        Path ads = Files.writeString(folder.resolve("ads"), "0.0.0.0 ads.example\n");
        Path more = Files.writeString(folder.resolve("more"), "track.example\n");
        Path bad = Files.writeString(folder.resolve("bad"), "evil.ads.example\n");
        Atlas atlas = Atlas.read(new AtlasFiles(null, null, List.of(
                new AtlasFiles.CategoryFile("ads", NameListReader.Format.HOSTS, ads),
                new AtlasFiles.CategoryFile("malware", NameListReader.Format.DOMAINS, bad),
                new AtlasFiles.CategoryFile("ads", NameListReader.Format.DOMAINS, more))));
        assertThat(categories(atlas, "x.evil.ads.example")).isEqualTo("[ads, malware]");
        assertThat(categories(atlas, "a.track.example")).isEqualTo("[ads]");
        assertThat(categories(atlas, "example")).isEqualTo("[]");
    }

    private static String categories(Atlas atlas, String name) {
        Facts facts = new Facts();
        atlas.addCategories(facts, DomainName.of(name));
        return facts.text(Field.DNS_CATEGORIES);
    }

    @Test
    void badFiles_areNamed_withWhatWasExpected() throws IOException {
        Path none = folder.resolve("none.mmdb");
        Path wrong = Files.writeString(folder.resolve("wrong.mmdb"), "no database");
        Path cut = folder.resolve("cut.mmdb");
        byte[] whole = Files.readAllBytes(countries("whole.mmdb"));
        for (Path file : List.of(none, wrong)) {
            assertThatThrownBy(() -> Atlas.read(new AtlasFiles(file, null, List.of())))
                    .isInstanceOf(IOException.class).hasMessageContaining(file.toString())
                    .hasMessageContaining("expected");
        }
        assertThatThrownBy(() -> Atlas
                .read(new AtlasFiles(null, folder.resolve("whole.mmdb"), List.of())))
                .hasMessageContaining("expected a database with autonomous systems");
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(cut, damaged);
            try {
                Atlas read = Atlas.read(new AtlasFiles(cut, null, List.of()));
                assertThat(read.toString()).contains("countries");
            } catch (IOException expected) {
                assertThat(expected).hasMessageContaining("cut.mmdb");
            }
        }
    }

    @Test
    void changedFiles_areReadAgain_andDamagedOnesChangeNothing() throws IOException {
        Path file = countries("live.mmdb");
        LiveAtlas live = LiveAtlas.open(new AtlasFiles(file, null, List.of()));
        assertThat(country(live.current(), "198.51.100.1")).isEqualTo("AT");
        assertThat(live.reloadIfChanged()).isFalse();
        new MaxMindWriter().add("198.51.100.0/24", country("CH")).to(file);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        assertThat(live.reloadIfChanged()).isTrue();
        assertThat(country(live.current(), "198.51.100.1")).isEqualTo("CH");
        Files.writeString(file, "damaged");
        Files.setLastModifiedTime(file, FileTime.fromMillis(2_000));
        assertThatThrownBy(live::reloadIfChanged).hasMessageContaining("live.mmdb");
        assertThat(country(live.current(), "198.51.100.1")).isEqualTo("CH");
        assertThat(live.reloadIfChanged()).as("not tried twice").isFalse();
    }

    /** As the network and the dns phase look up, for each new flow and query. */
    @Test
    void lookingUp_allocatesNothing() throws IOException {
        Path systems = folder.resolve("systems.mmdb");
        new MaxMindWriter()
                .add("198.51.100.0/24", Map.of("autonomous_system_number", 4_200_000_000L))
                .to(systems);
        Path ads = Files.writeString(folder.resolve("ads"), "ads.example\n");
        Atlas atlas = Atlas.read(new AtlasFiles(countries("country.mmdb"), systems, List.of(
                new AtlasFiles.CategoryFile("ads", NameListReader.Format.DOMAINS, ads))));
        long[][] addresses = new long[5][];
        List<String> texts = List.of("198.51.100.9", "10.0.0.1", "2001:db8::7", "2001:db9::2",
                "255.255.255.255");
        for (int i = 0; i < addresses.length; i++) {
            InetAddress address = address(texts.get(i));
            addresses[i] = new long[]{IpAddresses.hi(address), IpAddresses.lo(address)};
        }
        DomainName name = DomainName.of("x.ads.example");
        Facts facts = new Facts();
        Runnable look = () -> {
            for (long[] address : addresses) {
                facts.clear();
                atlas.addDestination(facts, address[0], address[1]);
                facts.setEmpty(Field.DNS_ANSWER_COUNTRY);
                atlas.addAnswer(facts, address[0], address[1]);
                atlas.addCategories(facts, name);
            }
        };
        look.run();
        assertThat(facts.text(Field.NET_DST_COUNTRY)).isEqualTo("FR");
        assertThat(facts.text(Field.DNS_CATEGORIES)).isEqualTo("[ads]");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < LOOKS; i++) {
            look.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < LOOKS; i++) {
            look.run();
        }
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / LOOKS)
                .as("octets of %d addresses and names", addresses.length).isZero();
    }
}
