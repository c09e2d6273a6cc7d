package io.cellgate.dataplane.worker;

import static io.cellgate.dataplane.worker.UserPlaneTestBed.DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.OTHER_DEVICE;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.SERVER;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allow;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allowDns;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.allowHttp;
import static io.cellgate.dataplane.worker.UserPlaneTestBed.rule;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.FlowRecord.Event;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.packet.DropReason;
import io.cellgate.policy.Action;
import io.cellgate.policy.CompiledPolicy;
import io.cellgate.policy.Phase;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Policies in shadow mode and rules with the action log: what is recorded, and that nothing else happens. */
class PolicyTrialTest {
    private UserPlaneTestBed bed;

    @BeforeEach
    void start() throws Exception {
        bed = new UserPlaneTestBed();
        bed.dns.addresses.put("api.example.com", SERVER);
        bed.install();
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private void beside(CompiledPolicy own, CompiledPolicy shadow) {
        bed.publish(policy -> policy.withShadow(shadow), own);
    }

    private FlowRecord shadowRecord() throws InterruptedException {
        return bed.record(flow -> flow.event() == Event.SHADOW);
    }

    private static FlowRecord.Shadow shadowOf(FlowRecord flow) {
        return Objects.requireNonNull(flow.shadow());
    }

    private void ask(String name) throws Exception {
        Message query = Message
                .newQuery(Record.newRecord(Name.fromString(name + "."), Type.A, DClass.IN));
        bed.fromDevice(Packets.udp(DEVICE, 5353, "9.9.9.9", 53, query.toWire()));
        assertThat(bed.atDevice()).isNotNull();
    }

    private void request(String path) throws Exception {
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, 80, 100, 0, "S", null));
        assertThat(bed.atInternet()).isNotNull();
        bed.fromInternet(Packets.tcp(SERVER, 80, DEVICE, 4000, 500, 101, "SA", null));
        assertThat(bed.atDevice()).isNotNull();
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, 80, 101, 501, "AP",
                ("GET " + path + " HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII)));
        assertThat(bed.atInternet()).isNotNull();
    }

    @Test
    void flowThatTheShadowWouldBlock_passes_andIsCountedAndLoggedOnceWithBothRules()
            throws Exception {
        beside(bed.compiled("now", allow("coap", "net.dst.port == 5683")),
                bed.compiled("draft", allow("coaps", "net.dst.port == 5684")));
        byte[] packet = Packets.udp(DEVICE, 4000, SERVER, 5683);
        for (int i = 0; i < 3; i++) {
            bed.fromDevice(packet);
            assertThat(bed.atInternet()).isEqualTo(packet);
        }
        FlowRecord record = shadowRecord();
        assertThat(record.verdict()).isEqualTo(FlowVerdict.ALLOW);
        assertThat(record.policy()).isEqualTo("now");
        assertThat(record.rule()).isEqualTo("coap");
        assertThat(shadowOf(record).phase()).isEqualTo("network");
        assertThat(shadowOf(record).insteadOf()).isEqualTo("allow");
        assertThat(shadowOf(record).action()).isEqualTo("block");
        assertThat(shadowOf(record).policy()).isEqualTo("draft");
        assertThat(shadowOf(record).rule()).isEqualTo("default");
        assertThat(bed.userPlane.counters().shadowDifferences()).isEqualTo(1);
    }

    @Test
    void flowThatTheShadowWouldAllow_staysBlocked_andIsLogged() throws Exception {
        beside(bed.compiled("now"), bed.compiled("draft", allow("coap", "net.dst.port == 5683")));
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5683));
        assertThat(bed.dropped(DropReason.POLICY_NETWORK, 1)).isTrue();
        FlowRecord record = shadowRecord();
        assertThat(record.verdict()).isEqualTo(FlowVerdict.BLOCK);
        assertThat(shadowOf(record).rule()).isEqualTo("coap");
    }

    @Test
    void flowOnWhichBothAgree_isNotLogged_noMatterWhichRules() throws Exception {
        beside(bed.compiled("now", allow("a", "net.dst.port == 5683")),
                bed.compiled("draft", allow("b", "net.protocol == \"udp\"")));
        bed.fromDevice(Packets.udp(DEVICE, 4000, SERVER, 5683));
        assertThat(bed.atInternet()).isNotNull();
        bed.record(flow -> flow.event() == Event.VERDICT);
        assertThat(bed.flows).noneMatch(flow -> flow.event() == Event.SHADOW);
        assertThat(bed.userPlane.counters().shadowDifferences()).isZero();
    }

    @Test
    void establishedFlow_isComparedOnceMore_whenAShadowIsPublished() throws Exception {
        CompiledPolicy now = bed.compiled("now", allow("a", "net.dst.port == 5683"));
        bed.publish(policy -> policy, now);
        byte[] packet = Packets.udp(DEVICE, 4000, SERVER, 5683);
        bed.fromDevice(packet);
        assertThat(bed.atInternet()).isEqualTo(packet);
        beside(now, bed.compiled("draft"));
        for (int i = 0; i < 3; i++) {
            bed.fromDevice(packet);
            assertThat(bed.atInternet()).isEqualTo(packet);
        }
        assertThat(shadowOf(shadowRecord()).policy()).isEqualTo("draft");
        assertThat(bed.userPlane.counters().shadowDifferences()).isEqualTo(1);
    }

    @Test
    void flowToADevice_thatOnlyTheShadowNames_differs() throws Exception {
        beside(bed.compiled("now", allow("all", "net.protocol == \"udp\"")),
                bed.compiled("draft", allow("peers", "net.dst.kind == \"device\"")));
        bed.fromDevice(Packets.udp(DEVICE, 4000, OTHER_DEVICE, 5683));
        assertThat(bed.dropped(DropReason.DEVICE_TO_DEVICE, 1)).isTrue();
        assertThat(shadowOf(shadowRecord()).rule()).isEqualTo("peers");
    }

    @Test
    void query_isComparedWithItsAnswer() throws Exception {
        beside(bed.compiled("now", allowDns("names", "dns.name == \"api.example.com\"")),
                bed.compiled("draft", allowDns("inside",
                        "any(dns.answer.ip[*] == 192.0.2.200)")));
        ask("api.example.com");
        FlowRecord record = shadowRecord();
        assertThat(record.name()).isEqualTo("api.example.com");
        assertThat(record.detail()).isEqualTo("A");
        assertThat(record.rule()).isEqualTo("names");
        assertThat(shadowOf(record).phase()).isEqualTo("dns");
        assertThat(bed.userPlane.counters().shadowDifferences()).isEqualTo(1);
    }

    @Test
    void request_isComparedWhereTheEnforcedPolicyReadsRequests() throws Exception {
        beside(bed.compiled("now", allow("net", "net.dst.port == 80"),
                allowHttp("host", "http.host == \"api.example.com\"")),
                bed.compiled("draft", allow("net", "net.dst.port == 80"),
                        allowHttp("path", "http.path == \"/v1\"")));
        request("/v2");
        FlowRecord record = shadowRecord();
        assertThat(record.detail()).isEqualTo("GET /v2");
        assertThat(record.rule()).isEqualTo("host");
        assertThat(record.verdict()).isEqualTo(FlowVerdict.ALLOW);
        assertThat(shadowOf(record).phase()).isEqualTo("http");
        assertThat(shadowOf(record).action()).isEqualTo("block");
    }

    @Test
    void shadowWithHttpRules_readsNoConnectionThatTheEnforcedPolicyLetsPass() throws Exception {
        beside(bed.compiled("now", allow("net", "net.dst.port in {80 443}")),
                bed.compiled("draft", allow("net", "net.dst.port in {80 443}"),
                        allowHttp("path", "http.path == \"/v1\"")));
        byte[] quic = Packets.udp(DEVICE, 4000, SERVER, 443);
        bed.fromDevice(quic);
        assertThat(bed.atInternet()).isEqualTo(quic);
        bed.fromDevice(Packets.tcp(DEVICE, 4000, SERVER, 80, 100, 0, "S", null));
        assertThat(bed.record(flow -> flow.event() == Event.VERDICT && flow.protocol() == 6)
                .verdict()).isEqualTo(FlowVerdict.ALLOW);
    }

    @Test
    void logRules_areRecordedForFlowsFromOutsideToo() throws Exception {
        bed.publish(rule("watch", Phase.NETWORK, Action.LOG, "net.direction == \"down\""),
                allow("in", "net.direction == \"down\" and net.dst.port == 22"));
        byte[] packet = Packets.tcp(SERVER, 4000, DEVICE, 22, 1, 0, "S", null);
        bed.fromInternet(packet);
        assertThat(bed.atDevice()).isEqualTo(packet);
        FlowRecord record = bed.record(flow -> flow.event() == Event.LOG_RULE);
        assertThat(record.rule()).isEqualTo("watch");
        assertThat(record.verdict()).isEqualTo(FlowVerdict.ALLOW);
    }

    @Test
    void logRules_areRecordedForQueries() throws Exception {
        bed.publish(rule("watch", Phase.DNS, Action.LOG, "dns.type == \"A\""),
                allowDns("names", "dns.name == \"api.example.com\""));
        ask("api.example.com");
        FlowRecord record = bed.record(flow -> flow.event() == Event.LOG_RULE);
        assertThat(record.rule()).isEqualTo("watch");
        assertThat(record.name()).isEqualTo("api.example.com");
        assertThat(record.verdict()).isEqualTo(FlowVerdict.ALLOW);
        ask("other.example.com");
        FlowRecord blocked = bed.record(flow -> flow.event() == Event.LOG_RULE
                && "other.example.com".equals(flow.name()));
        assertThat(blocked.verdict()).isEqualTo(FlowVerdict.BLOCK);
        assertThat(bed.flows.stream().filter(flow -> flow.event() == Event.LOG_RULE)).hasSize(2);
    }

    @Test
    void logRules_areRecordedForRequests() throws Exception {
        bed.publish(allow("net", "net.dst.port == 80"),
                rule("watch", Phase.HTTP, Action.LOG, "http.method == \"GET\""),
                allowHttp("host", "http.host == \"api.example.com\""));
        request("/v1");
        FlowRecord record = bed.record(flow -> flow.event() == Event.LOG_RULE);
        assertThat(record.rule()).isEqualTo("watch");
        assertThat(record.detail()).isEqualTo("GET /v1");
        assertThat(record.verdict()).isEqualTo(FlowVerdict.ALLOW);
    }
}
