package io.cellgate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What dnsjava reads of the answers that are written here. */
class DnsReplyEncoderTest {
    private static final int AT = 5;
    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[AT + DnsReplyEncoder.MAX_LENGTH]);

    private Message read(byte[] query, int length) throws IOException {
        byte[] octets = new byte[length];
        reply.getBytes(AT, octets);
        Message message = new Message(octets);
        assertThat(message.getHeader().getID()).isEqualTo(new Message(query).getHeader().getID());
        assertThat(message.getHeader().getFlag(Flags.QR)).isTrue();
        assertThat(message.getHeader().getFlag(Flags.RA)).isTrue();
        assertThat(message.getHeader().getFlag(Flags.RD)).isTrue();
        int question = DnsQuery.questionLength(Queries.buffer(query), 0);
        assertThat(Arrays.copyOfRange(octets, 12, 12 + question))
                .isEqualTo(Arrays.copyOfRange(query, 12, 12 + question));
        return message;
    }

    private Message blocked(byte[] query, BlockResponse how) throws IOException {
        return read(query,
                DnsReplyEncoder.blocked(Queries.buffer(query), 0, how, "no-ads", reply, AT));
    }

    @Test
    void nxdomain_hasAnSoa_soThatItIsRemembered() throws IOException {
        Message message = blocked(Queries.a("Ads.Example.com"), BlockResponse.NXDOMAIN);
        assertThat(message.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        SOARecord soa = (SOARecord) message.getSection(Section.AUTHORITY).getFirst();
        assertThat(soa.getMinimum()).isEqualTo(DnsReplyEncoder.NEGATIVE_TTL_SECONDS);
        assertThat(soa.getName().toString()).isEqualTo("Ads.Example.com.");
        assertThat(message.getOPT()).isNull();
    }

    @Test
    void refused_hasNoRecords() throws IOException {
        Message message = blocked(Queries.a("ads.example.com"), BlockResponse.REFUSED);
        assertThat(message.getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(message.getSection(Section.ANSWER)).isEmpty();
        assertThat(message.getSection(Section.AUTHORITY)).isEmpty();
    }

    @Test
    void zero_isTheUnspecifiedAddressOfTheTypeAskedFor_andNoDataForOthers() throws IOException {
        assertThat(blocked(Queries.a("x.example"), BlockResponse.ZERO).getSection(Section.ANSWER))
                .singleElement().extracting(Record::rdataToString).isEqualTo("0.0.0.0");
        assertThat(blocked(Queries.message("x.example", Type.AAAA).toWire(), BlockResponse.ZERO)
                .getSection(Section.ANSWER)).singleElement().extracting(Record::rdataToString)
                .isEqualTo("0:0:0:0:0:0:0:0");
        Message other = blocked(Queries.message("x.example", Type.HTTPS).toWire(),
                BlockResponse.ZERO);
        assertThat(other.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(other.getSection(Section.ANSWER)).isEmpty();
        assertThat(other.getSection(Section.AUTHORITY)).hasSize(1);
    }

    @Test
    void edns_isAnsweredWithTheRuleAsExtendedError() throws IOException {
        Message message = blocked(Queries.withEdns("x.example", Type.A, 4096),
                BlockResponse.NXDOMAIN);
        List<EDNSOption> options = message.getOPT().getOptions();
        assertThat(options).singleElement().isInstanceOfSatisfying(ExtendedErrorCodeOption.class,
                error -> {
                    assertThat(error.getErrorCode()).isEqualTo(ExtendedErrorCodeOption.BLOCKED);
                    assertThat(error.getText()).isEqualTo("no-ads");
                });
    }

    @Test
    void override_givesTheAddressesOfTheTypeAskedFor() throws IOException {
        DnsOverride with = DnsOverride.addresses(List.of(InetAddress.ofLiteral("192.0.2.7"),
                InetAddress.ofLiteral("2001:db8::7"), InetAddress.ofLiteral("192.0.2.8")));
        byte[] query = Queries.a("x.example");
        Message message = read(query,
                DnsReplyEncoder.override(Queries.buffer(query), 0, with, 30, "r", reply, AT));
        assertThat(message.getSection(Section.ANSWER)).extracting(Record::rdataToString)
                .containsExactly("192.0.2.7", "192.0.2.8");
        assertThat(message.getSection(Section.ANSWER)).extracting(Record::getTTL).containsOnly(30L);
    }

    @Test
    void override_withAName_isACname() throws IOException {
        byte[] query = Queries.a("x.example");
        Message message = read(query, DnsReplyEncoder.override(Queries.buffer(query), 0,
                DnsOverride.cname("Walled.example.net"), 30, "r", reply, AT));
        assertThat(message.getSection(Section.ANSWER)).singleElement()
                .extracting(Record::rdataToString).isEqualTo("walled.example.net.");
    }

    @Test
    void override_thatDoesNotFit_isTruncated_asAWhole() throws IOException {
        List<InetAddress> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add(InetAddress.ofLiteral("192.0.2." + i));
        }
        byte[] query = Queries.a("x.example");
        int length = DnsReplyEncoder.override(Queries.buffer(query), 0, DnsOverride.addresses(many),
                30,
                "r", reply, AT);
        Message message = read(query, length);
        assertThat(length).isLessThanOrEqualTo(512);
        assertThat(message.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(message.getSection(Section.ANSWER)).isEmpty();
        byte[] larger = Queries.withEdns("x.example", Type.A, 1232);
        Message whole = read(larger, DnsReplyEncoder.override(Queries.buffer(larger), 0,
                DnsOverride.addresses(many), 30, "r", reply, AT));
        assertThat(whole.getSection(Section.ANSWER)).hasSize(60);
    }

    @Test
    void fault_isToldByItsCode_orNotAtAll() throws IOException {
        byte[] query = Queries.withEdns("x.example", Type.A, 512);
        query[query.length - 5] = 1; // EDNS version
        UnsafeBuffer buffer = Queries.buffer(query);
        DnsFault fault = DnsQuery.validate(buffer, 0, query.length);
        assertThat(fault).isEqualTo(DnsFault.EDNS_VERSION);
        int length = DnsReplyEncoder.fault(buffer, 0, DnsFault.EDNS_VERSION, reply, AT);
        byte[] octets = new byte[length];
        reply.getBytes(AT, octets);
        assertThat(new Message(octets).getRcode()).isEqualTo(Rcode.BADVERS);
        assertThat(DnsReplyEncoder.fault(buffer, 0, DnsFault.RESPONSE, reply, AT)).isZero();
        assertThat(DnsReplyEncoder.fault(buffer, 0, DnsFault.OPCODE, reply, AT)).isEqualTo(12);
        assertThat(reply.getByte(AT + 3) & 0xf).isEqualTo(Rcode.NOTIMP);
    }
}
