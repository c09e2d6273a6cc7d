package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.flow.FlowVerdict;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Recorded traffic through drafts, and explained. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayApiTest {
    private final RecordingGateway gateway = new RecordingGateway();
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;
    @SuppressWarnings("NullAway.Init")
    private String sim;
    @SuppressWarnings("NullAway.Init")
    private String policy;

    @BeforeAll
    void start(@TempDir Path data) {
        api = RunningApi.start(data.resolve("data"), gateway);
        acme = api.tenant("Acme");
        sim = api.sims(acme, 1).getFirst();
        policy = api.post(acme.token(), "/v1/policies", document(
                rule("names", "dns", "dns.domain in {\"example.com\"}"),
                rule("web", "network", "net.dst.domain in {\"example.com\"}"),
                rule("get", "http", "http.method == \"GET\""))).is(201).id();
        UserPlaneSession session = Lines
                .session(Lines.subscriber(acme.account(), sim, "262010000000777"));
        tell(Lines.query(session, "api.example.com", FlowVerdict.ALLOW, "names"));
        tell(Lines.query(session, "ads.example.net", FlowVerdict.BLOCK, "default"));
        for (int i = 0; i < 3; i++) {
            flow(session, FlowRecord.Event.VERDICT, 443, "api.example.com", null,
                    FlowVerdict.INSPECT, "web");
        }
        flow(session, FlowRecord.Event.VERDICT, 8883, "mqtt.example.com", null,
                FlowVerdict.INSPECT, "web");
        flow(session, FlowRecord.Event.REQUEST, 80, "api.example.com", "GET /v1/a",
                FlowVerdict.ALLOW, "get");
        flow(session, FlowRecord.Event.REQUEST, 80, "api.example.com", "PUT /v1/b",
                FlowVerdict.BLOCK, "default");
        UserPlaneSession stranger = Lines.session(
                Lines.subscriber("acc_stranger", "8949010000000000990", "262010000000999"));
        flow(stranger, FlowRecord.Event.VERDICT, 1, "secret.example.org", null,
                FlowVerdict.INSPECT, "web");
    }

    private void tell(FlowRecord record) {
        gateway.needs().logs().on(record);
    }

    private void flow(UserPlaneSession session, FlowRecord.Event event, int port, String name,
            @Nullable String detail, FlowVerdict verdict, String rule) {
        tell(Lines.flow(session, event, "198.51.100.7", 6, port, List.of(name), detail, verdict,
                rule, null));
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private static String rule(String id, String phase, String when) {
        return new JsonObject().put("id", id).put("phase", phase).put("action", "allow")
                .put("when", when).encode();
    }

    /** The name is that of the policy of all lines in {@link Lines}. */
    private static String document(String... rules) {
        return "{\"name\":\"now\",\"rules\":[" + String.join(",", rules) + "]}";
    }

    private JsonObject replay(String body) {
        return api.post(acme.token(), "/v1/policies/" + policy + "/replay", body).is(200).body();
    }

    private static List<String> shown(JsonArray groups) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            JsonObject group = groups.getJsonObject(i);
            JsonObject after = group.getJsonObject("after");
            all.add(group.getString("destination") + ":" + group.getInteger("port") + " "
                    + group.getJsonObject("before").getString("verdict") + " -> "
                    + (after == null
                            ? group.getJsonArray("missing").encode()
                            : after.getString("action") + " by " + after.getString("rule"))
                    + " x" + group.getInteger("lines"));
        }
        return all;
    }

    @Test
    void policyInForce_changesNothing() {
        JsonObject result = replay("{}");
        assertThat(result.getInteger("changed")).isZero();
        assertThat(result.getInteger("unjudged")).isZero();
        assertThat(result.getInteger("same")).isEqualTo(8);
        assertThat(result.getJsonObject("replayed").getJsonObject("flows").getBoolean("complete"))
                .isTrue();
    }

    @Test
    void draftThatLeavesOutAPort_changesThoseFlows_withTheirEvidence() {
        JsonObject result = replay("{\"document\":" + document(
                rule("names", "dns", "dns.domain in {\"example.com\" \"example.net\"}"),
                rule("web", "network",
                        "net.dst.domain in {\"example.com\"} and net.dst.port in {80 443}"),
                rule("get", "http", "http.method in {\"GET\" \"PUT\"}")) + "}");
        assertThat(shown(result.getJsonArray("changes"))).containsExactlyInAnyOrder(
                "mqtt.example.com:8883 inspect -> block by default x1",
                "ads.example.net:53 block -> allow by names x1",
                "api.example.com:80 block -> allow by get x1");
        JsonObject group = result.getJsonArray("changes").getJsonObject(0);
        assertThat(group.getInteger("sims")).isEqualTo(1);
        assertThat(group.getJsonArray("examples")).hasSize(1);
        assertThat(result.getInteger("same")).isEqualTo(5);
    }

    @Test
    void draftThatAsksForWhatIsNotKept_isToldSo() {
        JsonObject result = replay("{\"document\":" + document(
                rule("names", "dns", "dns.domain in {\"example.com\"}"),
                rule("web", "network", "net.dst.domain in {\"example.com\"}"),
                rule("key", "http", "http.query contains \"key=\""),
                rule("put", "http", "http.method == \"PUT\"")) + "}");
        assertThat(shown(result.getJsonArray("not_judged")))
                .containsExactly("api.example.com:80 allow -> [\"http.query\"] x1");
        assertThat(shown(result.getJsonArray("changes")))
                .containsExactly("api.example.com:80 block -> allow by put x1");
    }

    @Test
    void draftsSessionRule_blocksAllOfTheSession() {
        JsonObject result = replay("{\"sim\":\"" + sim + "\",\"document\":"
                + "{\"name\":\"x\",\"rules\":[{\"id\":\"home\",\"phase\":\"session\",\"action\":\"block\","
                + "\"when\":\"location.country == \\\"DE\\\" and session.rat == \\\"eutran\\\"\"},"
                + rule("all", "network", "true") + "]}}");
        assertThat(shown(result.getJsonArray("changes")))
                .contains("api.example.com:443 inspect -> block by home x3");
        assertThat(result.getInteger("changed")).isEqualTo(6);
    }

    @Test
    void linesOfFleetAndTime_areThoseAlone() {
        assertThat(replay("{\"fleet\":\"fl_1\"}").getInteger("same")).isEqualTo(8);
        assertThat(replay("{\"fleet\":\"fl_2\"}").getInteger("same")).isZero();
        assertThat(replay("{\"until\":\"2020-01-01T00:00:00Z\"}").getInteger("same")).isZero();
        JsonObject cut = replay("{\"limit\":1}");
        assertThat(cut.getString("policy")).isEqualTo("now");
    }

    @Test
    void wrongDrafts_areRefused() {
        String path = "/v1/policies/" + policy + "/replay";
        api.post(acme.token(), path, "{\"document\":" + document(
                rule("x", "network", "nonsense")) + "}").isProblem(422, "policy-rejected");
        api.post(acme.token(), path, "{\"revision\":99}").isProblem(404, "not-found");
        api.post(acme.token(), path, "{\"revision\":1,\"document\":" + document() + "}")
                .isProblem(400, "invalid-request");
        Tenant other = api.tenant("Other");
        api.post(other.token(), path, "{}").isProblem(404, "not-found");
    }

    @Test
    void recordedRequest_isExplained_withWhatIsNotKept() {
        JsonArray flows = api.get(acme.token(), "/v1/flows?event=request&verdict=block").is(200)
                .body().getJsonArray("items");
        String id = flows.getJsonObject(0).getString("id");
        String path = "/v1/policies/" + policy + "/explain";
        JsonObject explained = api
                .post(acme.token(), path, "{\"record\":{\"flow\":\"" + id + "\"}}").is(200).body();
        assertThat(explained.getJsonObject("record").getString("detail")).isEqualTo("PUT /v1/b");
        assertThat(explained.getJsonArray("unrecorded")).contains("http.query")
                .doesNotContain("http.path", "tls.sni");
        JsonObject http = explained.getJsonArray("phases").getJsonObject(3);
        assertThat(http.getString("action")).isEqualTo("block");
        assertThat(http.encode()).contains("\"fact\":\"PUT\"");
        JsonObject network = explained.getJsonArray("phases").getJsonObject(2);
        assertThat(network.getString("rule")).isEqualTo("web");
        api.post(acme.token(), path, "{\"record\":{\"flow\":\"1\"}}").isProblem(404, "not-found");
        api.post(acme.token(), path, "{}").isProblem(400, "invalid-request");
        api.post(api.tenant("Prying").token(), path, "{\"record\":{\"flow\":\"" + id + "\"}}")
                .isProblem(404, "not-found");
        String query = api.get(acme.token(), "/v1/dns-queries?verdict=allow").is(200).body()
                .getJsonArray("items").getJsonObject(0).getString("id");
        JsonObject dns = api
                .post(acme.token(), path, "{\"record\":{\"dns_query\":\"" + query + "\"}}")
                .is(200).body().getJsonArray("phases").getJsonObject(1);
        assertThat(dns.getString("rule")).isEqualTo("names");
    }

    @Test
    void policyLearntFromTheFleet_allowsWhatItDid_andNothingElse() {
        JsonObject learnt = api.post(acme.token(), "/v1/policies/learn",
                "{\"name\":\"learnt\",\"fleet\":\"fl_1\"}").is(200).body();
        JsonObject document = learnt.getJsonObject("document");
        assertThat(document.getString("mode")).isEqualTo("shadow");
        assertThat(document.encode()).contains("api.example.com", "8883").doesNotContain("ads.",
                "secret");
        assertThat(learnt.getJsonArray("evidence").encode()).contains("\"times\":3");
        document.put("mode", "enforce").put("name", "now");
        JsonObject result = replay("{\"document\":" + document.encode() + "}");
        assertThat(result.getInteger("changed")).isZero();
        assertThat(result.getInteger("unjudged")).isZero();
        assertThat(result.getInteger("same")).isEqualTo(8);
        String stored = api.post(acme.token(), "/v1/policies", document.put("mode", "shadow")
                .put("name", "kept").encode()).is(201).id();
        JsonObject other = api.post(acme.token(), "/v1/policies/" + stored + "/explain",
                "{\"facts\":{\"net.dst.ip\":\"203.0.113.99\",\"net.dst.port\":443,\"net.protocol\":\"tcp\"}}")
                .is(200).body();
        assertThat(other.getJsonArray("phases").getJsonObject(2).getString("action"))
                .isEqualTo("block");
    }

    @Test
    void learningWithBlocked_takesWhatNoPolicyLetThrough() {
        assertThat(api.post(acme.token(), "/v1/policies/learn", "{\"name\":\"l\",\"sim\":\"" + sim
                + "\",\"include_blocked\":true}").is(200).text()).contains("ads.example.net");
    }

    @Test
    void mudFile_isProposed_orItsFaultsNamed() {
        String good = "{\"ietf-mud:mud\":{\"mud-version\":1,\"from-device-policy\":{\"access-lists\":"
                + "{\"access-list\":[{\"name\":\"l\"}]}}},\"ietf-access-control-list:acls\":{\"acl\":[{\"name\":\"l\","
                + "\"aces\":{\"ace\":[{\"name\":\"cl0\",\"matches\":{\"ipv4\":{\"ietf-acldns:dst-dnsname\":"
                + "\"test.example.com\",\"protocol\":6},\"tcp\":{\"destination-port\":{\"operator\":\"eq\","
                + "\"port\":443}}},\"actions\":{\"forwarding\":\"accept\"}}]}}]}}";
        JsonObject learnt = api.post(acme.token(), "/v1/policies/learn",
                "{\"name\":\"bulb\",\"mud\":" + good + "}").is(200).body();
        api.post(acme.token(), "/v1/policies", learnt.getJsonObject("document").encode()).is(201);
        RunningApi.Reply bad = api.post(acme.token(), "/v1/policies/learn",
                "{\"name\":\"bulb\",\"mud\":" + good.replace("443", "\"all\"") + "}")
                .isProblem(400, "invalid-request");
        assertThat(bad.fault("/mud/ietf-access-control-list:acls/acl/0/aces/ace/0/matches/tcp"
                + "/destination-port/port").getString("got")).isEqualTo("all");
        for (String body : List.of("{\"name\":\"x\"}", "{\"name\":\"x\",\"sim\":\"1\",\"mud\":{}}",
                "{\"name\":\"x\",\"mud\":{}}", "{\"name\":\"x\",\"mud\":[]}")) {
            api.post(acme.token(), "/v1/policies/learn", body).isProblem(400, "invalid-request");
        }
    }
}
