package io.cellgate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** RFC 1035 §4.1 and RFC 6891 §6.1, with dnsjava and tshark as those who know. */
class DnsQueryTest {
    private static final String HEADER = "1234 0100 0001 0000 0000 0000";
    private static final String WWW = "03 777777 02 6162 00";

    private static @Nullable DnsFault validate(String hex) {
        byte[] octets = HexFormat.of().parseHex(hex.replace(" ", ""));
        return validate(octets);
    }

    private static @Nullable DnsFault validate(byte[] octets) {
        // at the end of a larger buffer and with an offset, so that reading past the end shows
        byte[] placed = new byte[octets.length + 7];
        System.arraycopy(octets, 0, placed, 7, octets.length);
        return DnsQuery.validate(new UnsafeBuffer(placed), 7, octets.length);
    }

    @Test
    void query_asDnsjavaWritesIt_isRead() throws IOException {
        Random random = new Random(20260101);
        for (int i = 0; i < 2000; i++) {
            Message message = randomQuery(random);
            byte[] wire = message.toWire();
            UnsafeBuffer buffer = Queries.buffer(wire);
            assertThat(DnsQuery.validate(buffer, 0, wire.length)).as(message.toString()).isNull();
            assertThat(DnsQuery.id(buffer, 0)).isEqualTo(message.getHeader().getID());
            assertThat(DnsQuery.type(buffer, 0)).isEqualTo(message.getQuestion().getType());
            assertThat(DnsQuery.hasEdns(buffer, 0)).isEqualTo(message.getOPT() != null);
            OPTRecord opt = message.getOPT();
            assertThat(DnsQuery.payloadSize(buffer, 0))
                    .isEqualTo(opt == null ? 512 : Math.max(512, opt.getPayloadSize()));
            int name = DnsQuery.nameOffset(0);
            assertThat(Arrays.copyOfRange(wire, name, name + DnsQuery.nameLength(buffer, 0)))
                    .isEqualTo(message.getQuestion().getName().toWire());
        }
    }

    private static Message randomQuery(Random random) throws IOException {
        StringBuilder name = new StringBuilder();
        int labels = random.nextInt(1, 8);
        for (int i = 0; i < labels; i++) {
            int octets = random.nextInt(1, 30);
            for (int k = 0; k < octets; k++) {
                name.append((char) random.nextInt('a', 'z' + 1));
            }
            name.append('.');
        }
        int type = random.nextBoolean() ? Type.A : random.nextInt(256, 5000);
        Message message = Message.newQuery(Record.newRecord(
                random.nextInt(20) == 0 ? Name.root : Name.fromString(name.toString()), type,
                DClass.IN));
        if (random.nextBoolean()) {
            List<EDNSOption> options = random.nextBoolean()
                    ? List.of()
                    : List.of(new GenericEDNSOption(10, new byte[random.nextInt(20)]));
            message.addRecord(new OPTRecord(random.nextInt(100, 5000), 0, 0, 0, options),
                    Section.ADDITIONAL);
        }
        return message;
    }

    @Test
    void query_cutAnywhere_isFaulty() throws IOException {
        byte[] whole = Queries.withEdns("www.example.com", Type.AAAA, 1232);
        assertThat(validate(whole)).isNull();
        for (int length = 0; length < whole.length; length++) {
            assertThat(validate(Arrays.copyOf(whole, length))).as("of " + length).isNotNull();
        }
    }

    @Test
    void header_ofLessThanTwelveOctets_isTruncated() {
        assertThat(validate("1234 0100 0001 0000 0000 00")).isEqualTo(DnsFault.HEADER_TRUNCATED);
    }

    @Test
    void response_isNotAQuery_andNotAnswered() {
        assertThat(validate("1234 8180 0001 0000 0000 0000" + WWW + "0001 0001"))
                .isEqualTo(DnsFault.RESPONSE);
        assertThat(DnsFault.RESPONSE.rcode()).isEqualTo(DnsFault.SILENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0900", "1100", "2100", "2900", "7900"})
    void opcode_otherThanQuery_isNotImplemented(String flags) {
        assertThat(validate("1234" + flags + "0001 0000 0000 0000" + WWW + "0001 0001"))
                .isEqualTo(DnsFault.OPCODE);
        assertThat(DnsFault.OPCODE.rcode()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000", "0002", "ffff"})
    void questionCount_otherThanOne_isAFormatError(String count) {
        assertThat(validate("1234 0100" + count + "0000 0000 0000" + WWW + "0001 0001"))
                .isEqualTo(DnsFault.QUESTION_COUNT);
    }

    @Test
    void answersInAQuery_areAFormatError() {
        assertThat(validate("1234 0100 0001 0001 0000 0000" + WWW + "0001 0001"))
                .isEqualTo(DnsFault.RECORDS_IN_QUERY);
    }

    @Test
    void compressionInTheQuestion_isAFormatError() {
        assertThat(validate(HEADER + "c00c 0001 0001")).isEqualTo(DnsFault.NAME_COMPRESSED);
        assertThat(validate(HEADER + "03777777 c00c 0001 0001"))
                .isEqualTo(DnsFault.NAME_COMPRESSED);
    }

    @Test
    void label_ofMoreThan63Octets_isAFormatError() {
        assertThat(validate(HEADER + "40" + "61".repeat(64) + "00 0001 0001"))
                .isEqualTo(DnsFault.LABEL_TOO_LONG);
    }

    @Test
    void name_of255Octets_isRead_andOf256_isAFormatError() {
        String labels = ("3f" + "61".repeat(63)).repeat(3);
        assertThat(validate(HEADER + labels + "3d" + "61".repeat(61) + "00 0001 0001")).isNull();
        assertThat(validate(HEADER + labels + "3e" + "61".repeat(62) + "00 0001 0001"))
                .isEqualTo(DnsFault.NAME_TOO_LONG);
    }

    @Test
    void dotInALabel_isRefused_sinceItsTextIsAnotherName() {
        assertThat(validate(HEADER + "05 612e6f6b2e 03 636f6d 00 0001 0001"))
                .isEqualTo(DnsFault.LABEL_WITH_DOT);
    }

    @Test
    void class_otherThanInternet_isRefused() {
        assertThat(validate(HEADER + WWW + "0010 0003")).isEqualTo(DnsFault.CLASS);
        assertThat(DnsFault.CLASS.rcode()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00fc", "00fb", "00ff", "00fa", "0029", "0000"})
    void type_ofZonesTransactionsOrAll_isNotImplemented(String type) {
        assertThat(validate(HEADER + WWW + type + "0001")).isEqualTo(DnsFault.TYPE);
    }

    @Test
    void octetsAfterTheMessage_areAFormatError() throws IOException {
        byte[] plain = Queries.a("www.example.com");
        byte[] edns = Queries.withEdns("www.example.com", Type.A, 4096);
        assertThat(validate(Arrays.copyOf(plain, plain.length + 1)))
                .isEqualTo(DnsFault.TRAILING_OCTETS);
        assertThat(validate(Arrays.copyOf(edns, edns.length + 1)))
                .isEqualTo(DnsFault.TRAILING_OCTETS);
    }

    @Test
    void secondOpt_andSignature_andOptElsewhere_areFormatErrors() {
        String opt = "00 0029 0200 00000000 0000";
        String question = WWW + "0001 0001";
        assertThat(validate("1234 0100 0001 0000 0000 0002" + question + opt + opt))
                .isEqualTo(DnsFault.OPT_NOT_ALONE);
        assertThat(
                validate("1234 0100 0001 0000 0000 0001" + question + "00 00fa 00ff 00000000 0000"))
                .isEqualTo(DnsFault.ADDITIONAL_RECORD);
        assertThat(validate(
                "1234 0100 0001 0000 0000 0001" + question + "016100 0029 0200 00000000 0000"))
                .isEqualTo(DnsFault.ADDITIONAL_RECORD);
    }

    @Test
    void option_longerThanItsRecord_isAFormatError() {
        assertThat(validate("1234 0100 0001 0000 0000 0001" + WWW
                + "0001 0001 00 0029 0200 00000000 0005 000a 0002 ff"))
                .isEqualTo(DnsFault.OPT_LENGTH);
    }

    @Test
    void edns_ofAnotherVersion_isBadVersion() {
        assertThat(validate("1234 0100 0001 0000 0000 0001" + WWW
                + "0001 0001 00 0029 0200 00010000 0000")).isEqualTo(DnsFault.EDNS_VERSION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ndpi-dns.pcap", "ndpi-malformed_dns.pcap",
            "ndpi-dns-tunnel-iodine.pcap",
            "ndpi-dns_long_domainname.pcap"})
    void capture_isReadAsTsharkReadsIt(String capture) {
        List<String[]> rows = Captures.tshark(Captures.file(capture), "dns and udp", "udp.payload",
                "dns.flags.response", "dns.qry.name", "dns.qry.type", "dns.count.queries",
                "dns.count.add_rr", "frame.number");
        assertThat(rows).isNotEmpty();
        int queries = 0;
        for (String[] row : rows) {
            byte[] payload = HexFormat.of().parseHex(row[0]);
            DnsFault fault = validate(payload);
            if (!row[1].equals("0")) {
                assertThat(fault).as("frame " + row[6]).isEqualTo(DnsFault.RESPONSE);
                continue;
            }
            queries++;
            assertThat(fault).as("frame " + row[6]).isNull();
            UnsafeBuffer buffer = Queries.buffer(payload);
            assertThat(DnsQuery.type(buffer, 0)).isEqualTo(Integer.parseInt(row[3]));
            assertThat(DnsQuery.hasEdns(buffer, 0)).isEqualTo(!row[5].equals("0"));
            if (row[2].matches("[!-~]+") && !row[2].equals("<Root>")) {
                assertThat(text(payload)).as("frame " + row[6]).isEqualTo(row[2]);
            }
        }
        assertThat(queries).isPositive();
    }

    private static String text(byte[] query) {
        StringBuilder name = new StringBuilder();
        for (int at = DnsQuery.HEADER_LENGTH; query[at] != 0; at += 1 + query[at]) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(query, at + 1, query[at], StandardCharsets.ISO_8859_1));
        }
        return name.toString();
    }

    @Test
    void typeTexts_areTheMnemonics_andRfc3597ForOthers() {
        assertThat(DnsType.text(1)).isEqualTo("A");
        assertThat(DnsType.text(28)).isEqualTo("AAAA");
        assertThat(DnsType.text(65)).isEqualTo("HTTPS");
        assertThat(DnsType.text(4711)).isEqualTo("TYPE4711").isSameAs(DnsType.text(4711));
    }
}
