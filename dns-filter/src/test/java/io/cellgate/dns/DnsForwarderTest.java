package io.cellgate.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.dns.DnsAnswer.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The forwarder against a scripted upstream, which can do what a real one should not. */
class DnsForwarderTest {
    private final List<AutoCloseable> open = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private ScriptedUpstream upstream(ScriptedUpstream.Script script) throws IOException {
        ScriptedUpstream upstream = new ScriptedUpstream(script);
        open.add(upstream);
        return upstream;
    }

    private DnsForwarder forwarder(ForwarderConfig config) {
        DnsForwarder forwarder = new DnsForwarder(config, nanos::get);
        open.add(forwarder);
        return forwarder;
    }

    private DnsForwarder forwarder(ScriptedUpstream... upstreams) {
        return forwarder(config(upstreams));
    }

    private static ForwarderConfig config(ScriptedUpstream... upstreams) {
        List<InetSocketAddress> addresses = Arrays.stream(upstreams).map(ScriptedUpstream::address)
                .toList();
        return new ForwarderConfig(addresses, Duration.ofMillis(300), 64, 8, 1 << 20, 5, 3600, 300,
                List.of());
    }

    private static CompletableFuture<DnsAnswer> begin(DnsForwarder forwarder, byte[] query) {
        CompletableFuture<DnsAnswer> answer = new CompletableFuture<>();
        assertThat(forwarder.resolve(query, 1, answer::complete)).isTrue();
        return answer;
    }

    private static DnsAnswer ask(DnsForwarder forwarder, byte[] query) throws Exception {
        DnsAnswer answer = begin(forwarder, query).get(10, TimeUnit.SECONDS);
        Message reply = new Message(answer.reply());
        Message asked = new Message(query);
        assertThat(reply.getHeader().getID()).isEqualTo(asked.getHeader().getID());
        assertThat(reply.getQuestion().getName().toWire())
                .isEqualTo(asked.getQuestion().getName().toWire());
        return answer;
    }

    private static List<String> answers(DnsAnswer answer) throws IOException {
        return new Message(answer.reply()).getSection(Section.ANSWER).stream()
                .map(r -> r.getName() + " " + Type.string(r.getType()) + " " + r.rdataToString())
                .toList();
    }

    @Test
    void answer_hasTheDevicesIdAndSpelling_andItsAddresses() throws Exception {
        DnsForwarder forwarder = forwarder(
                upstream(ScriptedUpstream.zone("www.example.com. 60 IN A 192.0.2.1")));
        DnsAnswer answer = ask(forwarder, Queries.a("WwW.exaMple.com"));
        assertThat(answer.outcome()).isEqualTo(Outcome.RESOLVED);
        assertThat(answers(answer)).containsExactly("WwW.exaMple.com. A 192.0.2.1");
        assertThat(answer.addresses())
                .containsExactly(new DnsAnswer.Address(0, 0xffff_c000_0201L, 60));
        assertThat(forwarder.counters().caseMismatches()).isZero();
    }

    @Test
    void chain_countsByTheNameAskedFor_andOtherNamesAreLeftOut() throws Exception {
        DnsForwarder forwarder = forwarder(upstream(ScriptedUpstream.raw(
                "bank.example. 60 IN A 203.0.113.9", "c.b.example. 60 IN A 192.0.2.1",
                "www.a.example. 60 IN CNAME c.b.example.")));
        DnsAnswer answer = ask(forwarder, Queries.a("www.a.example"));
        assertThat(answers(answer)).containsExactly("www.a.example. CNAME c.b.example.",
                "c.b.example. A 192.0.2.1");
        assertThat(answer.addresses()).hasSize(1);
        assertThat(answer.chain()).containsExactly("c.b.example");
    }

    @Test
    void chainThatLoops_isAFailure() throws Exception {
        DnsForwarder forwarder = forwarder(upstream(ScriptedUpstream
                .raw("a.example. 60 IN CNAME b.example.", "b.example. 60 IN CNAME a.example.")));
        DnsAnswer answer = ask(forwarder, Queries.a("a.example"));
        assertThat(answer.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(new Message(answer.reply()).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void secondQuery_isAnsweredFromTheCache_withLessTtl_untilItExpires() throws Exception {
        ScriptedUpstream upstream = upstream(
                ScriptedUpstream.zone("www.example.com. 60 IN A 192.0.2.1"));
        DnsForwarder forwarder = forwarder(upstream);
        ask(forwarder, Queries.a("www.example.com"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(20));
        DnsAnswer cached = ask(forwarder, Queries.a("WWW.example.com"));
        assertThat(cached.outcome()).isEqualTo(Outcome.CACHED);
        assertThat(cached.addresses().getFirst().ttlSeconds()).isEqualTo(40);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(40));
        assertThat(ask(forwarder, Queries.a("www.example.com")).outcome())
                .isEqualTo(Outcome.RESOLVED);
        assertThat(upstream.queries()).isEqualTo(2);
    }

    @Test
    void ttl_isHeldBetweenItsBounds() throws Exception {
        DnsForwarder forwarder = forwarder(upstream(ScriptedUpstream
                .zone("short.example. 0 IN A 192.0.2.1", "long.example. 999999 IN A 192.0.2.2")));
        assertThat(ask(forwarder, Queries.a("short.example")).addresses().getFirst().ttlSeconds())
                .isEqualTo(5);
        assertThat(ask(forwarder, Queries.a("long.example")).addresses().getFirst().ttlSeconds())
                .isEqualTo(3600);
    }

    @Test
    void nameThatDoesNotExist_isRemembered_asItsSoaSays() throws Exception {
        ScriptedUpstream upstream = upstream(ScriptedUpstream.negative(Rcode.NXDOMAIN,
                "example. 900 IN SOA ns.example. root.example. 1 2 3 4 30"));
        DnsForwarder forwarder = forwarder(upstream);
        DnsAnswer answer = ask(forwarder, Queries.a("none.example"));
        assertThat(answer.outcome()).isEqualTo(Outcome.NEGATIVE);
        Message reply = new Message(answer.reply());
        assertThat(reply.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(reply.getSection(Section.AUTHORITY).getFirst().getTTL()).isEqualTo(30);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(29));
        ask(forwarder, Queries.a("none.example"));
        assertThat(upstream.queries()).isEqualTo(1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        ask(forwarder, Queries.a("none.example"));
        assertThat(upstream.queries()).isEqualTo(2);
    }

    @Test
    void equalQuestions_waitForOneAnswer() throws Exception {
        ScriptedUpstream upstream = upstream(
                ScriptedUpstream.delayed(150,
                        ScriptedUpstream.zone("www.example.com. 60 IN A 192.0.2.1")));
        DnsForwarder forwarder = forwarder(upstream);
        List<CompletableFuture<DnsAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(begin(forwarder, Queries.a("www.example.com")));
        }
        for (CompletableFuture<DnsAnswer> answer : answers) {
            assertThat(answer.get(5, TimeUnit.SECONDS).addresses()).hasSize(1);
        }
        assertThat(upstream.queries()).isEqualTo(1);
        assertThat(forwarder.counters().coalesced()).isEqualTo(4);
    }

    @Test
    void aDevice_mayHaveOnlySoManyWaiting_andAnotherIsNotAffected() throws Exception {
        DnsForwarder forwarder = forwarder(upstream(ScriptedUpstream.silent()));
        List<CompletableFuture<DnsAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(begin(forwarder, Queries.a("n" + i + ".example")));
        }
        assertThat(forwarder.resolve(Queries.a("more.example"), 1, a -> {})).isFalse();
        CompletableFuture<DnsAnswer> other = new CompletableFuture<>();
        assertThat(forwarder.resolve(Queries.a("more.example"), 2, other::complete)).isTrue();
        for (CompletableFuture<DnsAnswer> answer : answers) {
            assertThat(answer.get(5, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.FAILED);
        }
        assertThat(other.get(5, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(forwarder.resolve(Queries.a("more.example"), 1, a -> {})).isTrue();
        assertThat(forwarder.counters().tooManyOfAsker()).isEqualTo(1);
    }

    @Test
    void upstreamThatIsSilent_isReplacedByTheNext() throws Exception {
        ScriptedUpstream silent = upstream(ScriptedUpstream.silent());
        ScriptedUpstream second = upstream(
                ScriptedUpstream.zone("a.example. 60 IN A 192.0.2.1",
                        "b.example. 60 IN A 192.0.2.2",
                        "c.example. 60 IN A 192.0.2.3", "d.example. 60 IN A 192.0.2.4"));
        DnsForwarder forwarder = forwarder(silent, second);
        for (String name : List.of("a.example", "b.example", "c.example", "d.example")) {
            assertThat(ask(forwarder, Queries.a(name)).outcome()).isEqualTo(Outcome.RESOLVED);
        }
        assertThat(silent.queries()).as("asked last after three failures").isEqualTo(3);
    }

    @Test
    void upstreamThatFails_isReplacedByTheNext() throws Exception {
        DnsForwarder forwarder = forwarder(upstream(ScriptedUpstream.negative(Rcode.SERVFAIL)),
                upstream(ScriptedUpstream.zone("a.example. 60 IN A 192.0.2.1")));
        assertThat(ask(forwarder, Queries.a("a.example")).outcome()).isEqualTo(Outcome.RESOLVED);
    }

    @Test
    void responseToAnotherQuestion_isNotTaken() throws Exception {
        DnsForwarder forwarder = forwarder(upstream(query -> {
            Message response = new Message(query.getHeader().getID());
            response.getHeader().setFlag(Flags.QR);
            response.addRecord(Queries.message("other.example", Type.A).getQuestion(),
                    Section.QUESTION);
            response.addRecord(ScriptedUpstream.record("a.example. 60 IN A 192.0.2.66"),
                    Section.ANSWER);
            return response;
        }));
        assertThat(ask(forwarder, Queries.a("a.example")).addresses()).isEmpty();
    }

    @Test
    void responseInOtherLetters_isAskedForAgainByTcp() throws Exception {
        String name = "abcdefghijklmnopqrstuvwxyz.example";
        DnsForwarder forwarder = forwarder(upstream(query -> {
            Message response = new Message(query.getHeader().getID());
            response.getHeader().setFlag(Flags.QR);
            response.addRecord(Queries.message(name, Type.A).getQuestion(), Section.QUESTION);
            response.addRecord(ScriptedUpstream.record(name + ". 60 IN A 192.0.2.1"),
                    Section.ANSWER);
            return response;
        }));
        DnsAnswer answer = ask(forwarder, Queries.a(name));
        assertThat(answer.outcome()).isEqualTo(Outcome.RESOLVED);
        assertThat(forwarder.counters().caseMismatches()).isEqualTo(1);
    }

    @Test
    void answerIntoAForbiddenNetwork_isWithheld_alsoInsideIpv6() throws Exception {
        ScriptedUpstream upstream = upstream(ScriptedUpstream.zone("a.example. 60 IN A 10.1.2.3",
                "b.example. 60 IN AAAA ::ffff:10.1.2.3", "b.example. 60 IN AAAA 64:ff9b::a01:203",
                "c.example. 60 IN A 11.1.2.3"));
        DnsForwarder forwarder = forwarder(
                config(upstream).withForbiddenAnswers(List.of(AddressPrefix.parse("10.0.0.0/8"))));
        DnsAnswer withheld = ask(forwarder, Queries.a("a.example"));
        assertThat(withheld.outcome()).isEqualTo(Outcome.WITHHELD);
        assertThat(withheld.addresses()).isEmpty();
        assertThat(new Message(withheld.reply()).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(ask(forwarder, Queries.message("b.example", Type.AAAA).toWire()).outcome())
                .isEqualTo(Outcome.WITHHELD);
        assertThat(ask(forwarder, Queries.a("c.example")).outcome()).isEqualTo(Outcome.RESOLVED);
    }

    @Test
    void answerThatIsTooLongForTheDevice_isTruncated() throws Exception {
        String[] records = new String[60];
        for (int i = 0; i < records.length; i++) {
            records[i] = "a.example. 60 IN A 192.0.2." + i;
        }
        DnsForwarder forwarder = forwarder(upstream(ScriptedUpstream.zone(records)));
        DnsAnswer answer = ask(forwarder, Queries.a("a.example"));
        assertThat(answer.reply().length).isLessThanOrEqualTo(512);
        assertThat(new Message(answer.reply()).getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(answer.addresses()).as("all are bound: it will have them by TCP").hasSize(60);
    }

    @Test
    void edns_isAnsweredByEdns_andOnlyThen() throws Exception {
        DnsForwarder forwarder = forwarder(
                upstream(ScriptedUpstream.zone("a.example. 60 IN A 192.0.2.1")));
        assertThat(new Message(ask(forwarder, Queries.withEdns("a.example", Type.A, 1232)).reply())
                .getOPT()).isNotNull();
        assertThat(new Message(ask(forwarder, Queries.a("a.example")).reply()).getOPT()).isNull();
    }

    @Test
    void configurationWithoutUpstreams_saysSo() {
        assertThatThrownBy(() -> ForwarderConfig.of(List.of()))
                .hasMessage("dns upstreams: expected at least one, got []");
        assertThatThrownBy(() -> ForwarderConfig
                .of(List.of(InetSocketAddress.createUnresolved("localhost", 53))))
                .hasMessageContaining("an IP address with a port");
        assertThatThrownBy(() -> AddressPrefix.parse("10.0.0.0/33"))
                .hasMessageContaining("10.0.0.0/33");
    }

    @Test
    void prefix_ofEachLength_containsWhatItShould() {
        AddressPrefix prefix = AddressPrefix.parse("192.168.64.0/18");
        assertThat(prefix.contains(InetAddress.ofLiteral("192.168.127.255").getAddress())).isTrue();
        assertThat(prefix.contains(InetAddress.ofLiteral("192.168.128.0").getAddress())).isFalse();
        assertThat(AddressPrefix.parse("::/0").contains(new byte[16])).isTrue();
        assertThat(AddressPrefix.parse("::/0").contains(new byte[4])).isFalse();
    }

    /** Some records can be read from a response, but not written again: of WKS, whose last octet is that of a port, one without ports. */
    @Test
    void recordThatCannotBeWritten_isAFailure_andKeepsNobodyWaiting() throws Exception {
        ScriptedUpstream upstream = upstream(DnsForwarderTest::wksWithoutPorts);
        DnsForwarder forwarder = forwarder(upstream);
        for (int i = 0; i < 100; i++) {
            assertThat(ask(forwarder, Queries.message("n" + i + ".example", Type.WKS).toWire())
                    .outcome())
                    .isEqualTo(Outcome.FAILED);
        }
    }

    private static Message wksWithoutPorts(Message query) throws IOException {
        int unassigned = 0xff14; // a type that the library writes as it is
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        answer.addRecord(Record.newRecord(query.getQuestion().getName(), unassigned, DClass.IN, 60,
                new byte[]{(byte) 192, 0, 2, 1, 6}), Section.ANSWER);
        ByteBuffer wire = ByteBuffer.wrap(answer.toWire());
        for (int at = 0; at < wire.limit() - 1; at++) {
            if (wire.getShort(at) == (short) unassigned) {
                wire.putShort(at, (short) Type.WKS);
            }
        }
        return new Message(query.getHeader().getID()) {
            @Override
            public byte[] toWire() {
                return wire.array();
            }
        };
    }
}
