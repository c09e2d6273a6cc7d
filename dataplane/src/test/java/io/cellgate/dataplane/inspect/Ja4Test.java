package io.cellgate.dataplane.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Fingerprints that the specification of JA4 gives as examples, of hellos that are made of its raw lists. */
class Ja4Test {
    private static final String SUITES = "002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9";
    private static final String EXTENSIONS = "0005,000a,000b,0012,0015,0017,001b,0023,0033,4469,ff01";
    private static final String ALGORITHMS = "0403,0804,0401,0503,0805,0501,0806,0601";
    private final Random random = new Random(4);

    private static byte[] octets(String list) {
        return HexFormat.of().parseHex(list.replace(",", ""));
    }

    private static byte[] withLength(int octets, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int shift = 8 * octets - 8; shift >= 0; shift -= 8) {
            out.write(content.length >> shift);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] extension(String type, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(octets(type));
        out.writeBytes(withLength(2, data));
        return out.toByteArray();
    }

    /** As a browser sends it: GREASE among the lists, all but the signature algorithms shuffled. */
    private String fingerprint(String suiteList, @Nullable String extensionList,
            @Nullable String alpn) {
        List<String> suites = new ArrayList<>(Arrays.asList(suiteList.split(",")));
        suites.add("7a7a");
        Collections.shuffle(suites, random);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(octets("0303"));
        body.writeBytes(new byte[33]);
        body.writeBytes(withLength(2, octets(String.join(",", suites))));
        body.writeBytes(new byte[]{1, 0});
        if (extensionList != null) {
            List<byte[]> extensions = new ArrayList<>();
            for (String type : extensionList.split(",")) {
                extensions.add(extension(type, new byte[]{0}));
            }
            extensions.add(extension("1a1a", new byte[0]));
            extensions.add(extension("002d", new byte[]{1, 1}));
            extensions.add(extension("000d", withLength(2, octets(ALGORITHMS))));
            extensions.add(extension("002b", withLength(1, octets("0a0a03040303"))));
            byte[] name = "example.com".getBytes(StandardCharsets.US_ASCII);
            ByteArrayOutputStream host = new ByteArrayOutputStream();
            host.write(0);
            host.writeBytes(withLength(2, name));
            extensions.add(extension("0000", withLength(2, host.toByteArray())));
            if (alpn != null) {
                extensions.add(extension("0010", withLength(2,
                        withLength(1, alpn.getBytes(StandardCharsets.ISO_8859_1)))));
            }
            Collections.shuffle(extensions, random);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            extensions.forEach(all::writeBytes);
            body.writeBytes(withLength(2, all.toByteArray()));
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(1);
        message.writeBytes(withLength(3, body.toByteArray()));
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(octets("160301"));
        record.writeBytes(withLength(2, message.toByteArray()));
        ClientHello hello = new ClientHello();
        assertThat(hello.read(new UnsafeBuffer(record.toByteArray()), 0, record.size()))
                .isEqualTo(Reading.COMPLETE);
        return new Ja4().of(hello);
    }

    @Test
    void theSpecificationsExample_whateverTheOrder() {
        for (int i = 0; i < 50; i++) {
            assertThat(fingerprint(SUITES, EXTENSIONS, "h2"))
                    .isEqualTo("t13d1516h2_8daaf6152771_e5627efa2ab1");
        }
    }

    @Test
    void alpn_isShownByItsFirstAndLastCharacter_orTheirDigits() {
        assertThat(fingerprint(SUITES, EXTENSIONS, "http/1.1")).startsWith("t13d1516h1_");
        assertThat(fingerprint(SUITES, EXTENSIONS, "x")).startsWith("t13d1516xx_");
        assertThat(fingerprint(SUITES, EXTENSIONS, "\u00ab\u00cd")).startsWith("t13d1516ad_");
        assertThat(fingerprint(SUITES, EXTENSIONS, null)).startsWith("t13d151500_");
    }

    @Test
    void helloWithoutExtensions_hasZerosForThem() {
        assertThat(fingerprint(SUITES, null, null))
                .isEqualTo("t12i150000_8daaf6152771_000000000000");
    }

    @Test
    void anotherSuite_isAnotherFingerprint() {
        assertThat(fingerprint(SUITES.replace("1301,", ""), EXTENSIONS, "h2"))
                .startsWith("t13d1416h2_").doesNotContain("8daaf6152771")
                .endsWith("_e5627efa2ab1");
    }
}
