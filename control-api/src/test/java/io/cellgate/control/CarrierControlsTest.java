package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.control.live.LiveGateway;
import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.firewall.FirewallMode;
import io.cellgate.dataplane.firewall.FirewallProfile;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.OwnAddresses;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.SubscriberDirectory.Admission;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imsi;
import io.vertx.core.json.JsonObject;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How strictly carriers are checked and what their devices are given, through the API to the gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CarrierControlsTest {
    private final RecordingGateway gateway = new RecordingGateway();
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;

    @BeforeAll
    void start(@TempDir Path data) {
        api = RunningApi.start(data.resolve("data"), gateway);
        acme = api.tenant("Acme");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private String carrier(String name, String peer) {
        String id = api.post(api.operator, "/v1/carriers", "{\"name\":\"" + name + "\"}").is(201)
                .id();
        api.post(api.operator, "/v1/carriers/" + id + "/peers", "{\"address\":\"" + peer + "\"}")
                .is(201);
        return id;
    }

    private FirewallProfile profileOf(String carrier) {
        return gateway.peerTable.entries().stream().map(PeerTable.Entry::carrier)
                .filter(each -> each.id().equals(carrier)).map(Carrier::firewall).findFirst()
                .orElseThrow();
    }

    private static JsonObject check(Reply reply, String name) {
        return reply.body().getJsonArray("checks").stream().map(JsonObject.class::cast)
                .filter(check -> check.getString("check").equals(name)).findFirst().orElseThrow();
    }

    private List<String> sessions(String token, String filter) {
        return api.get(token, "/v1/sessions?" + filter).is(200).body().getJsonArray("items")
                .stream().map(each -> ((JsonObject) each).getString("sim")).toList();
    }

    @Test
    void sessions_areFilteredByCarrierPeerRatAndApn() {
        String old = TestSims.iccid(91);
        gateway.attach(old, TestSims.imsi(91), "35693803564380", acme.account(), null);
        String other = TestSims.iccid(92);
        gateway.live.add(new LiveGateway.LiveSession(other, new Imsi(TestSims.imsi(92)), null,
                acme.account(), null, "meters", "car_2", "2001:db8:0:0:0:0:0:1", 2, "nb-iot",
                "26201", "10.45.0.3", null, Instant.EPOCH, 8, null, null, null));
        for (String filter : List.of("carrier=car_2", "peer=2001:DB8::1", "rat=nb-iot",
                "apn=Meters", "apn=meters&carrier=car_2&sim=" + other)) {
            assertThat(sessions(acme.token(), filter)).as(filter).containsExactly(other);
        }
        assertThat(sessions(acme.token(), "peer=192.0.2.1")).contains(old).doesNotContain(other);
        assertThat(sessions(acme.token(), "rat=eutran&apn=meters")).isEmpty();
        assertThat(sessions(api.tenant("Bystander").token(), "carrier=car_2")).isEmpty();
        Reply page = api.get(api.operator, "/v1/sessions?limit=1").is(200);
        assertThat(sessions(api.operator,
                "limit=1&carrier=car_2&after=" + page.body().getString("next")))
                .containsExactly(other);
        for (String wrong : List.of("peer=example.com", "rat=5g")) {
            api.get(acme.token(), "/v1/sessions?" + wrong).isProblem(400, "invalid-request")
                    .fault("/" + wrong.substring(0, wrong.indexOf('=')));
        }
        JsonObject rat = api.get(acme.token(), "/v1/openapi.json").body().getJsonObject("paths")
                .getJsonObject("/v1/sessions").getJsonObject("get").getJsonArray("parameters")
                .stream().map(JsonObject.class::cast)
                .filter(each -> "rat".equals(each.getString("name"))).findFirst().orElseThrow();
        assertThat(rat.getJsonObject("schema").getJsonArray("enum").stream()
                .map(Object::toString).toList())
                .isEqualTo(Arrays.stream(Rat.values()).map(Rat::text).toList());
        gateway.live.removeIf(each -> List.of(old, other).contains(each.iccid()));
    }

    @Test
    void peer_isAddedOnceForItsKey_andReadByItself() {
        String carrier = api.post(api.operator, "/v1/carriers", "{\"name\":\"Peers\"}").is(201)
                .id();
        String peers = "/v1/carriers/" + carrier + "/peers";
        Reply added = api.post(api.operator, peers, "{\"address\":\"2001:DB8::7\"}",
                "Idempotency-Key", "peer-1").is(201);
        String location = added.raw().headers().firstValue("Location").orElseThrow();
        JsonObject peer = api.get(api.operator, location).is(200).body();
        assertThat(peer.getString("address")).isEqualTo(added.body().getString("address"));
        assertThat(peer.getString("state")).isEqualTo("unheard");
        assertThat(api.get(api.operator, peers + "/2001:db8:0:0::7").is(200).body())
                .isEqualTo(peer);
        api.delete(api.operator, location).is(204);
        // the answer is kept: the peer that was removed meanwhile is not added again
        Reply again = api.post(api.operator, peers, "{\"address\":\"2001:DB8::7\"}",
                "Idempotency-Key", "peer-1").is(201);
        assertThat(again.raw().headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(again.raw().headers().firstValue("Location")).hasValue(location);
        assertThat(again.body()).isEqualTo(added.body());
        api.get(api.operator, location).isProblem(404, "not-found");
        api.post(api.operator, peers, "{\"address\":\"2001:DB8::8\"}", "Idempotency-Key", "peer-1")
                .isProblem(422, "idempotency-key-reused");
        api.get(api.operator, peers + "/nowhere").isProblem(404, "not-found");
        api.get(acme.token(), location).isProblem(403, "forbidden");
        api.post(api.operator, peers, "{\"address\":\"192.0.2.7\"}").is(201);
        assertThat(
                api.get(api.operator, peers + "/192.0.2.7").is(200).body().getInteger("sessions"))
                .isEqualTo(7);
        api.delete(api.operator, "/v1/carriers/" + carrier).is(204);
    }

    @Test
    void firewall_ofACarrierIsLaidOverTheGateways_andHoldsAtOnce() {
        String alpha = carrier("Alpha", "192.0.2.21");
        String beta = carrier("Beta", "192.0.2.22");
        Reply before = api.get(api.operator, "/v1/firewall").is(200);
        Reply all = api.put(api.operator, "/v1/firewall",
                """
                        {"modes": {"home_plmn": "alarm"}, "peer_rates": {"create": {"per_second": 7, "burst": 9}},
                         "alarm_percent": 50}""",
                "If-Match", before.etag()).is(200);
        assertThat(check(all, "home_plmn").getString("mode")).isEqualTo("alarm");
        assertThat(check(all, "home_plmn").getInteger("dropped")).isEqualTo(5);
        assertThat(check(all, "session_owner").getString("fixed")).isNotBlank();
        Reply own = api.get(api.operator, "/v1/carriers/" + alpha + "/firewall").is(200);
        assertThat(check(own, "home_plmn").getInteger("alarmed")).isEqualTo(1);
        api.put(api.operator, "/v1/carriers/" + alpha + "/firewall", """
                {"modes": {"home_plmn": "drop"}, "peer_sessions": 11}""", "If-Match", own.etag())
                .is(200);

        FirewallProfile ofAlpha = profileOf(alpha);
        assertThat(ofAlpha.mode(FirewallCheck.HOME_PLMN)).isEqualTo(FirewallMode.DROP);
        assertThat(ofAlpha.peerTunnels()).isEqualTo(11);
        assertThat(ofAlpha.alarmPercent()).isEqualTo(50);
        assertThat(ofAlpha.perPeer().values()).contains(new FirewallProfile.Rate(7, 9));
        assertThat(profileOf(beta).mode(FirewallCheck.HOME_PLMN)).isEqualTo(FirewallMode.ALARM);

        api.put(api.operator, "/v1/firewall", "{}", "If-Match", before.etag())
                .isProblem(412, "stale");
        api.put(api.operator, "/v1/firewall", "{}").isProblem(428, "precondition-required");
        api.get(acme.token(), "/v1/firewall").isProblem(403, "forbidden");
        api.put(api.operator, "/v1/firewall", "{}", "If-Match", "*").is(200);
        api.get(api.operator, "/v1/carriers/nobody/firewall").isProblem(404, "not-found");
    }

    @Test
    void accountingClient_isKeptWithItsSecretUnseen_andHoldsAtOnce() {
        String carrier = carrier("Gamma", "192.0.2.31");
        String path = "/v1/carriers/" + carrier + "/accounting-clients";
        String secret = "never-to-be-shown-again";
        Reply made = api.post(api.operator, path, """
                {"name": "pgw", "sources": ["198.51.100.0/28"], "ranges": ["10.50.0.0/17"],
                 "secret": "%s"}""".formatted(secret)).is(201);
        assertThat(gateway.told).contains(
                "clients [Gamma [198.51.100.0/28] [10.50.0.0/17] PT24H]");
        assertThat(made.body().getInteger("timeout_seconds")).isEqualTo(86_400);
        Reply shown = api.get(api.operator, path + "/" + made.id()).is(200);
        assertThat(shown.body().getJsonObject("counters").getInteger("answered")).isEqualTo(11);
        assertThat(made.text() + shown.text() + api.get(api.operator, "/v1/audit?kind=accounting_")
                .is(200).text()).doesNotContain(secret);

        api.put(api.operator, path + "/" + made.id(), """
                {"name": "pgw", "sources": ["198.51.100.0/28"], "ranges": ["10.50.0.0/17"],
                 "timeout_seconds": 600}""", "If-Match", shown.etag()).is(200);
        assertThat(gateway.told).contains(
                "clients [Gamma [198.51.100.0/28] [10.50.0.0/17] PT10M]");
        api.put(api.operator, path + "/" + made.id(), """
                {"name": "pgw", "sources": ["198.51.100.0/28"], "ranges": ["10.50.0.0/17"]}""",
                "If-Match", shown.etag()).isProblem(412, "stale");

        Reply refused = api.post(api.operator, path, """
                {"name": "far", "sources": ["198.51.100.99"], "ranges": ["10.51.0.0/24"],
                 "secret": "%s"}""".formatted(secret)).isProblem(400, "invalid-request");
        assertThat(refused.fault("/ranges/0").getString("expected")).contains("--plain-route");
        api.post(api.operator, path, """
                {"name": "twice", "sources": ["198.51.100.99"], "ranges": ["10.50.1.0/24"],
                 "secret": "%s"}""".formatted(secret)).isProblem(409, "conflict");
        api.get(acme.token(), path).isProblem(403, "forbidden");
        assertThat(api.get(api.operator, path).is(200).body().getJsonArray("items")).hasSize(1);

        api.delete(api.operator, path + "/" + made.id()).is(204);
        assertThat(gateway.told).contains("clients []");
        api.get(api.operator, path + "/" + made.id()).isProblem(404, "not-found");
    }

    @Test
    void check_thatOthersSafetyRestsOn_isNotSetToAlarm_andTheAnswerSaysWhy() {
        Reply refused = api.put(api.operator, "/v1/firewall", """
                {"modes": {"session_owner": "alarm", "gtp_in_gtp": "alarm", "nonsense": "drop"}}""",
                "If-Match", "*").isProblem(400, "invalid-request");
        assertThat(refused.fault("/modes/session_owner").getString("expected"))
                .startsWith("drop: whoever guessed a TEID");
        assertThat(refused.fault("/modes/gtp_in_gtp").getString("got")).isEqualTo("alarm");
        assertThat(refused.fault("/modes/nonsense").getString("expected")).contains("home_plmn");
    }

    @Test
    void pools_areMadeChangedAndDeleted_andOverlapIsRefused() {
        String gamma = carrier("Delta", "192.0.2.23");
        api.post(api.operator, "/v1/apns", "{\"name\":\"meters.example\"}").is(201);
        api.post(api.operator, "/v1/apns", "{\"name\":\"Meters\"}").isProblem(400,
                "invalid-request").fault("/name");
        Reply pool = api.post(api.operator, "/v1/pools", "{\"name\":\"meters\",\"prefix\":"
                + "\"10.45.32.0/20\",\"apn\":\"meters.example\",\"carrier\":\"" + gamma + "\"}")
                .is(201);
        assertThat(gateway.told).last()
                .isEqualTo("pools [10.45.32.0/20] apns [meters.example]");
        assertThat(api.post(api.operator, "/v1/pools",
                "{\"name\":\"other\",\"prefix\":\"10.45.40.0/24\"}").isProblem(409, "conflict")
                .body().getString("detail")).contains("10.45.32.0/20");
        assertThat(api.post(api.operator, "/v1/pools",
                "{\"name\":\"other\",\"prefix\":\"10.46.0.0/24\"}")
                .isProblem(400, "invalid-request").fault("/prefix").getString("expected"))
                .contains("10.45.0.0/16");
        api.post(api.operator, "/v1/pools",
                "{\"name\":\"other\",\"prefix\":\"10.45.1.0/24\",\"apn\":\"none\"}")
                .isProblem(404, "not-found");
        Reply changed = api.put(api.operator, "/v1/pools/" + pool.id(), "{\"name\":\"meters\","
                + "\"prefix\":\"10.45.32.0/24\",\"quarantine_seconds\":5}", "If-Match",
                pool.etag()).is(200);
        assertThat(changed.body().getInteger("quarantine_seconds")).isEqualTo(5);
        assertThat(changed.body().getString("apn")).isNull();
        api.delete(api.operator, "/v1/apns/meters.example").is(204);
        api.delete(api.operator, "/v1/pools/" + pool.id()).is(204);
        assertThat(gateway.told).last().isEqualTo("pools [] apns []");
        assertThat(api.get(api.operator, "/v1/pools").is(200).body().getJsonArray("items"))
                .isEmpty();
    }

    @Test
    void simsOwnAddress_isReserved_toldAtTheAttach_andNobodyElses() {
        String first = api.sims(acme, 2).getFirst();
        api.post(acme.token(), "/v1/sims/" + first + "/actions", "{\"action\":\"activate\"}")
                .is(200);
        String path = "/v1/sims/" + first + "/address";
        api.get(acme.token(), path).isProblem(404, "not-found");
        api.put(acme.token(), path, "{\"ipv4\":\"10.45.7.7\"}").isProblem(403, "forbidden");
        api.put(api.operator, path, "{\"ipv4\":\"10.45.7.7\",\"ipv6\":\"fd45:0:0:7::\"}")
                .is(200);
        assertThat(gateway.told).last()
                .isEqualTo("reserve [/10.45.7.7, /fd45:0:0:7:0:0:0:0]");
        assertThat(api.get(acme.token(), path).is(200).body().getString("ipv4"))
                .isEqualTo("10.45.7.7");
        api.get(api.tenant("Other").token(), path).isProblem(404, "not-found");

        String imsi = api.get(acme.token(), "/v1/sims/" + first).body().getString("imsi");
        Admission admission = gateway.needs().directory().admit(new AttachRequest(
                new Carrier(0, "car_1", "Alpha", Set.of(), Set.of()), new Imsi(imsi), null, "iot",
                null, PdnType.IPV4, UserLocation.UNKNOWN)).toCompletableFuture().join();
        OwnAddresses own = ((Admission.Admitted) admission).subscriber().own();
        assertThat(own.ipv4()).isEqualTo(Inet4Address.ofLiteral("10.45.7.7"));

        String second = api.sims(acme, 1).getFirst();
        String other = "/v1/sims/" + second + "/address";
        assertThat(api.put(api.operator, other, "{\"ipv4\":\"10.45.7.7\"}")
                .isProblem(409, "conflict").body().getString("detail")).contains(first);
        api.put(api.operator, other, "{}").isProblem(400, "invalid-request");
        api.put(api.operator, other, "{\"ipv6\":\"fd45::7:0:0:0:1\"}").isProblem(400,
                "invalid-request").fault("/ipv6");
        gateway.attach(first, imsi, "35693803564380", acme.account(), null);
        assertThat(api.put(api.operator, other, "{\"ipv4\":\"10.45.0.2\"}")
                .isProblem(409, "conflict").body().getString("reason")).isEqualTo("in-use");

        api.delete(api.operator, path).is(204);
        assertThat(gateway.told).last()
                .isEqualTo("release [/10.45.7.7, /fd45:0:0:7:0:0:0:0]");
        assertThat(api.get(api.operator, "/v1/static-addresses").is(200).body()
                .getJsonArray("items")).isEmpty();
    }
}
