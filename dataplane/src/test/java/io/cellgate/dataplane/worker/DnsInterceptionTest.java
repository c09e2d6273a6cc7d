package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.REMOTE_TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.TEID;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allowDns;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.policy.Action;
import io.cellgate.policy.Phase;
import io.cellgate.policy.RuleDocument;
import io.cellgate.policy.RuleOptions;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.UdpPacket;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsInterceptionTest {
    private UserPlaneTestBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new UserPlaneTestBed();
        bed.dns.addresses.put("api.example.com", SERVER);
        bed.dns.addresses.put("evil.example.net", "203.0.113.66");
        bed.publish(allowDns("names", "dns.name == \"api.example.com\""),
                allow("api", "net.dst.domain == \"api.example.com\""));
        bed.install();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private Message ask(String name, String server) throws Exception {
        Message query = Message.newQuery(
                Record.newRecord(Name.fromString(name + "."), Type.A, DClass.IN));
        bed.fromDevice(Packets.udp(DEVICE, 5353, server, 53, query.toWire()));
        IpV4Packet reply = Packets.parse(bed.atDevice());
        UdpPacket udp = reply.get(UdpPacket.class);
        assertThat(reply.getHeader().getSrcAddr().getHostAddress()).isEqualTo(server);
        assertThat(udp.getHeader().getSrcPort().valueAsInt()).isEqualTo(53);
        assertThat(udp.getHeader().getDstPort().valueAsInt()).isEqualTo(5353);
        Message answer = new Message(udp.getPayload().getRawData());
        assertThat(answer.getHeader().getID()).isEqualTo(query.getHeader().getID());
        return answer;
    }

    @Test
    void allowedName_isResolved_whateverServerIsAddressed_andOpensItsAddress() throws Exception {
        byte[] packet = Packets.tcp(DEVICE, 4000, SERVER, 8883, 1, 0, "S", null);
        bed.fromDevice(packet);
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
        Message answer = ask("api.example.com", "9.9.9.9");
        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(((ARecord) answer.getSection(Section.ANSWER).getFirst()).getAddress()
                .getHostAddress()).isEqualTo(SERVER);
        byte[] next = Packets.tcp(DEVICE, 4001, SERVER, 8883, 1, 0, "S", null);
        bed.fromDevice(next);
        assertThat(bed.atInternet()).isEqualTo(next);
        FlowRecord flow = bed
                .record(record -> record.event() == FlowRecord.Event.VERDICT
                        && record.devicePort() == 4001);
        assertThat(flow.name()).isEqualTo("api.example.com");
        assertThat(bed.nothingAtInternet()).isTrue();
    }

    @Test
    void flowBlockedForWantOfTheName_passesOnceTheNameWasResolved() throws Exception {
        byte[] packet = Packets.udp(DEVICE, 4000, SERVER, 5683);
        bed.fromDevice(packet);
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
        assertThat(ask("api.example.com", "9.9.9.9").getRcode()).isEqualTo(Rcode.NOERROR);
        bed.fromDevice(packet);
        assertThat(bed.atInternet()).isEqualTo(packet);
    }

    @Test
    void blockedName_isAnsweredAtOnce_andNeverForwarded() throws Exception {
        Message answer = ask("evil.example.net", "10.45.0.1");
        assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(bed.dns.queries).hasValue(0);
        FlowRecord record = bed.record(flow -> flow.event() == FlowRecord.Event.DNS);
        assertThat(record.name()).isEqualTo("evil.example.net");
        assertThat(record.detail()).isEqualTo("A");
        assertThat(record.dropReason()).isEqualTo(DropReason.POLICY_DNS);
    }

    @Test
    void overriddenName_isAnsweredAsTheRuleSays() throws Exception {
        bed.publish(new RuleDocument("own", Phase.DNS, Action.OVERRIDE,
                "dns.name == \"evil.example.net\"", RuleOptions.answers("192.0.2.80")));
        Message answer = ask("evil.example.net", "9.9.9.9");
        assertThat(((ARecord) answer.getSection(Section.ANSWER).getFirst()).getAddress()
                .getHostAddress()).isEqualTo("192.0.2.80");
        assertThat(bed.dns.queries).hasValue(0);
    }

    @Test
    void bindingOfOneSession_opensNothingForAnother() throws Exception {
        ask("api.example.com", "9.9.9.9");
        bed.install(bed.session(0x99, REMOTE_TEID, "10.45.0.8", null, bed.slot));
        bed.fromDevice(0x99, Packets.tcp("10.45.0.8", 4000, SERVER, 8883, 1, 0, "S", null));
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
    }

    @Test
    void malformedQuery_isAnsweredWithFormatError_andNeverForwarded() throws Exception {
        byte[] query = Message.newQuery(
                Record.newRecord(Name.fromString("api.example.com."), Type.A, DClass.IN)).toWire();
        query[5] = 2;
        bed.fromDevice(Packets.udp(DEVICE, 5353, "9.9.9.9", 53, query));
        UdpPacket udp = Packets.parse(bed.atDevice()).get(UdpPacket.class);
        assertThat(new Message(udp.getPayload().getRawData()).getRcode())
                .isEqualTo(Rcode.FORMERR);
        assertThat(bed.dropped(DropReason.DNS_MALFORMED, 1)).isTrue();
    }

    @Test
    void answer_thatARuleOnItsAddressForbids_isWithheld() throws Exception {
        bed.publish(
                new RuleDocument("not-there", Phase.DNS, Action.BLOCK,
                        "any(dns.answer.ip[*] in {198.51.100.0/24})"),
                allowDns("names", "dns.name == \"api.example.com\""));
        assertThat(ask("api.example.com", "9.9.9.9").getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(bed.dns.queries).hasValue(1);
    }

    @Test
    @Timeout(30)
    void answerForASessionThatHasEnded_goesNowhere() throws Exception {
        Message query = Message.newQuery(
                Record.newRecord(Name.fromString("api.example.com."), Type.A, DClass.IN));
        CountDownLatch gate = new CountDownLatch(1);
        bed.dns.gate = gate;
        bed.fromDevice(Packets.udp(DEVICE, 5353, "9.9.9.9", 53, query.toWire()));
        while (bed.dns.queries.get() == 0) {
            Thread.sleep(1);
        }
        bed.remove(TEID);
        gate.countDown();
        assertThat(bed.nothingAtCarrier()).isTrue();
        assertThat(bed.userPlane.counters().sessions()).isZero();
    }
}
