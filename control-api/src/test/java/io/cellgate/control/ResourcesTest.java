package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each resource as a customer uses it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResourcesTest {
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;

    @BeforeAll
    void start(@TempDir Path data) {
        api = RunningApi.start(data.resolve("data"));
        acme = api.tenant("Acme");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void sim_isOrderedActivatedSuspendedAndResumed() {
        String iccid = api.sims(acme, 3).getFirst();
        String actions = "/v1/sims/" + iccid + "/actions";
        assertThat(api.get(acme.token(), "/v1/sims/" + iccid).is(200).body().getString("state"))
                .isEqualTo("ready");
        for (String[] step : List.of(new String[]{"activate", "active"},
                new String[]{"suspend", "suspended"}, new String[]{"resume", "active"},
                new String[]{"deactivate", "deactivated"})) {
            Reply done = api.post(acme.token(), actions, "{\"action\":\"" + step[0] + "\"}")
                    .is(200);
            assertThat(done.body().getJsonObject("sim").getString("state")).isEqualTo(step[1]);
        }
        Reply refused = api.post(acme.token(), actions, "{\"action\":\"terminate\"}")
                .isProblem(409, "conflict");
        assertThat(refused.body().getString("reason")).isEqualTo("not-enabled");
    }

    @Test
    void simSettings_areChangedFieldByField() {
        String iccid = api.sims(acme, 1).getFirst();
        Reply changed = api
                .patch(acme.token(), "/v1/sims/" + iccid,
                        """
                                {"tags": {"site": "Graz"}, "imei_lock": {"mode": "first_use", "on_missing": "allow"},
                                 "fence": {"countries": ["DE", "AT"], "plmns": ["22801"]}}""")
                .is(200);
        assertThat(changed.body().getJsonObject("imei_lock").getString("mode"))
                .isEqualTo("first_use");
        assertThat(changed.body().getJsonObject("fence").getString("on_unknown"))
                .isEqualTo("deny");
        Reply taken = api.patch(acme.token(), "/v1/sims/" + iccid, "{\"fence\": null}").is(200);
        assertThat(taken.body().getJsonObject("fence")).isNull();
        assertThat(taken.body().getJsonObject("tags").getString("site")).isEqualTo("Graz");
        assertThat(api.get(acme.token(), "/v1/sims?tag=site=Graz").is(200).body()
                .getJsonArray("items")).hasSize(1);
        assertThat(api.get(acme.token(), "/v1/sims?tag=site=Wien").is(200).body()
                .getJsonArray("items")).isEmpty();
    }

    @Test
    void imei_isLockedAndUnlockedByAction() {
        String iccid = api.sims(acme, 1).getFirst();
        String actions = "/v1/sims/" + iccid + "/actions";
        Reply locked = api.post(acme.token(), actions,
                "{\"action\":\"lock-imei\",\"imeis\":[\"35693803564380\",\"356938035643809\"]}")
                .is(200);
        assertThat(locked.body().getJsonObject("sim").getJsonObject("imei_lock")
                .getString("mode")).isEqualTo("list");
        Reply free = api.post(acme.token(), actions, "{\"action\":\"unlock-imei\"}").is(200);
        assertThat(free.body().getJsonObject("sim").getJsonObject("imei_lock").getString("mode"))
                .isEqualTo("off");
        api.post(acme.token(), actions, "{\"action\":\"lock-imei\"}").isProblem(409, "conflict");
        api.post(acme.token(), actions, "{\"action\":\"suspend\",\"imeis\":[\"35693803564380\"]}")
                .isProblem(400, "invalid-request").fault("/imeis");
    }

    @Test
    void lists_arePagedByCursor() {
        List<String> iccids = api.sims(acme, 5);
        String order = api.get(acme.token(), "/v1/sims/" + iccids.getFirst()).body()
                .getString("order");
        Reply first = api.get(acme.token(), "/v1/sims?limit=2&order=" + order).is(200);
        Reply second = api.get(acme.token(), "/v1/sims?limit=2&order=" + order + "&after="
                + first.body().getString("next")).is(200);
        Reply third = api.get(acme.token(), "/v1/sims?limit=2&order=" + order + "&after="
                + second.body().getString("next")).is(200);
        assertThat(third.body().getString("next")).isNull();
        assertThat(List.of(first, second, third).stream()
                .flatMap(page -> page.body().getJsonArray("items").stream())
                .map(sim -> ((JsonObject) sim).getString("iccid")))
                .containsExactlyElementsOf(iccids);
    }

    @Test
    void policy_isReplacedWhole_comparedAndRolledBack() {
        Reply made = api.post(acme.token(), "/v1/policies",
                """
                        {"name": "meters", "rules": [
                          {"id": "known", "phase": "dns", "action": "allow", "when": "dns.domain == \\"example.com\\""},
                          {"id": "web", "phase": "network", "action": "allow", "when": "net.dst.port == 443"}]}""")
                .is(201);
        String path = "/v1/policies/" + made.id();
        Reply second = api.put(acme.token(), path,
                """
                        {"name": "meters", "rules": [
                          {"id": "web", "phase": "network", "action": "allow", "when": "net.dst.port == 8443"},
                          {"id": "ntp", "phase": "network", "action": "allow", "when": "net.dst.port == 123"}]}""",
                "If-Match", made.etag()).is(200);
        assertThat(second.body().getInteger("revision")).isEqualTo(2);
        JsonObject diff = api.get(acme.token(), path + "/diff?from=1").is(200).body();
        assertThat(diff.getJsonArray("added").getJsonObject(0).getString("id")).isEqualTo("ntp");
        assertThat(diff.getJsonArray("removed").getJsonObject(0).getString("id"))
                .isEqualTo("known");
        assertThat(diff.getJsonArray("changed").getJsonObject(0).getString("id"))
                .isEqualTo("web");
        api.put(acme.token(), path, "{\"name\":\"meters\",\"rules\":[]}", "If-Match", made.etag())
                .isProblem(412, "stale");
        api.put(acme.token(), path, "{\"name\":\"meters\",\"rules\":[]}").isProblem(428,
                "precondition-required");
        Reply back = api.post(acme.token(), path + "/rollback", "{\"revision\":1}").is(200);
        assertThat(back.body().getInteger("revision")).isEqualTo(3);
        assertThat(back.body().getJsonObject("document").getJsonArray("rules").getJsonObject(0)
                .getString("id")).isEqualTo("known");
        assertThat(api.get(acme.token(), path + "/revisions").is(200).body()
                .getJsonArray("items")).hasSize(3);
    }

    @Test
    void policyThatAsksForAFactNeverLearned_isAnsweredWithAWarningThatNamesRuleAndField() {
        String document = """
                {"name": "camera", "rules": [
                  {"id": "known", "phase": "dns", "action": "allow", "when": "dns.domain == \\"example.com\\""},
                  {"id": "day", "phase": "network", "action": "block", "when": "net.dst.port == 1 and net.dst.country == \\"US\\""}]}""";
        JsonObject checked = api.post(acme.token(), "/v1/policies/check", document).is(200).body();
        assertThat(checked.getBoolean("compiles")).isTrue();
        assertThat(checked.getJsonArray("problems")).hasSize(1);
        JsonObject warning = checked.getJsonArray("problems").getJsonObject(0);
        assertThat(warning.getString("rule")).isEqualTo("day");
        assertThat(warning.getString("severity")).isEqualTo("warning");
        assertThat(warning.getInteger("column")).isEqualTo(23);
        assertThat(warning.getString("message")).contains("does not know net.dst.country");
        Reply made = api.post(acme.token(), "/v1/policies", document).is(201);
        assertThat(made.body().getJsonArray("warnings")).containsExactly(warning);
        Reply replaced = api.put(acme.token(), "/v1/policies/" + made.id(), document, "If-Match",
                made.etag()).is(200);
        assertThat(replaced.body().getJsonArray("warnings")).containsExactly(warning);
    }

    @Test
    void policyThatDoesNotCompile_isRefusedWithEveryProblemAndItsPlace() {
        Reply refused = api.post(acme.token(), "/v1/policies", """
                {"name": "broken", "rules": [
                  {"id": "a", "phase": "network", "action": "allow", "when": "net.dst.prot == 443"},
                  {"id": "b", "phase": "dns", "action": "allow", "when": "dns.domain in $nowhere"},
                  {"id": "b", "phase": "dns", "action": "redirect", "when": "true"}]}""")
                .isProblem(422, "policy-rejected");
        JsonObject first = refused.body().getJsonArray("faults").getJsonObject(0);
        assertThat(first.getString("rule")).isEqualTo("a");
        assertThat(first.getInteger("line")).isEqualTo(1);
        assertThat(first.getInteger("column")).isEqualTo(1);
        assertThat(first.getString("hint")).contains("net.dst.port");
        assertThat(refused.body().getJsonArray("faults").stream()
                .map(fault -> ((JsonObject) fault).getString("pointer")).distinct())
                .as("also of two rules of one id").containsExactly("/rules/0/when",
                        "/rules/1/when", "/rules/2");
        assertThat(refused.body().getJsonArray("faults").size()).isGreaterThanOrEqualTo(3);
        assertThat(api.get(acme.token(), "/v1/policies").text()).doesNotContain("broken");
    }

    @Test
    void policy_isExplainedPhaseByPhase() {
        Reply made = api.post(acme.token(), "/v1/policies",
                """
                        {"name": "explained", "rules": [
                          {"id": "tls", "phase": "network", "action": "allow", "when": "net.dst.port == 443 and net.protocol == \\"tcp\\""}]}""")
                .is(201);
        Reply said = api.post(acme.token(), "/v1/policies/" + made.id() + "/explain",
                "{\"facts\":{\"net.dst.port\":443,\"net.protocol\":\"tcp\"}}").is(200);
        JsonObject network = said.body().getJsonArray("phases").stream()
                .map(phase -> (JsonObject) phase)
                .filter(phase -> phase.getString("phase").equals("network")).findFirst()
                .orElseThrow();
        assertThat(network.getString("action")).isEqualTo("allow");
        assertThat(network.getString("rule")).isEqualTo("tls");
        Reply wrong = api.post(acme.token(), "/v1/policies/" + made.id() + "/explain",
                "{\"facts\":{\"net.dst.prot\":443}}").isProblem(400, "invalid-request");
        assertThat(wrong.fault("/facts/net.dst.prot").getString("expected"))
                .endsWith(", such as net.dst.port");
    }

    @Test
    void list_isFilledChangedAndKeptWhileAPolicyNamesIt() {
        Reply made = api.post(acme.token(), "/v1/lists",
                "{\"name\":\"backends\",\"kind\":\"names\",\"entries\":[\"a.example.com\"]}")
                .is(201);
        String path = "/v1/lists/" + made.id();
        Reply policy = api.post(acme.token(), "/v1/policies",
                """
                        {"name": "uses a list", "rules": [
                          {"id": "known", "phase": "dns", "action": "allow", "when": "dns.domain in $backends"}]}""")
                .is(201);
        Reply changed = api.patch(acme.token(), path + "/entries",
                "{\"add\":[\"b.example.com\",\"c.example.com\"],\"remove\":[\"a.example.com\"]}")
                .is(200);
        assertThat(changed.body().getInteger("entries")).isEqualTo(2);
        assertThat(api.get(acme.token(), path + "/entries").is(200).text())
                .isEqualTo("b.example.com\nc.example.com\n");
        assertThat(explainedDns(policy.id(), "x.b.example.com")).isEqualTo("allow");
        assertThat(explainedDns(policy.id(), "a.example.com")).isEqualTo("block");
        api.patch(acme.token(), path + "/entries", "{\"add\":[\"fine.example\",\"not a name\"]}")
                .isProblem(400, "invalid-request").fault("/add/1");
        Reply replaced = api.put(acme.token(), path + "/entries", "# ours\nd.example.com\n\n",
                "Content-Type", "text/plain", "If-Match", "*").is(200);
        assertThat(replaced.body().getInteger("entries")).isEqualTo(1);
        assertThat(explainedDns(policy.id(), "d.example.com")).isEqualTo("allow");
        api.delete(acme.token(), path).isProblem(409, "conflict");
        api.delete(acme.token(), "/v1/policies/" + policy.id()).is(204);
        api.delete(acme.token(), path).is(204);
    }

    private String explainedDns(String policy, String name) {
        Reply said = api.post(acme.token(), "/v1/policies/" + policy + "/explain",
                "{\"facts\":{\"dns.name\":\"" + name + "\",\"dns.domain\":\"" + name + "\"}}")
                .is(200);
        return said.body().getJsonArray("phases").getJsonObject(1).getString("action");
    }

    @Test
    void fleet_isMadeReplacedAndDeleted() {
        Reply made = api.post(acme.token(), "/v1/fleets",
                "{\"name\":\"north\",\"fence\":{\"countries\":[\"DE\"]}}").is(201);
        String path = "/v1/fleets/" + made.id();
        Reply replaced = api.put(acme.token(), path, "{\"name\":\"south\"}", "If-Match",
                made.etag()).is(200);
        assertThat(replaced.body().getJsonObject("fence")).isNull();
        String iccid = api.sims(acme, 1).getFirst();
        api.patch(acme.token(), "/v1/sims/" + iccid, "{\"fleet\":\"" + made.id() + "\"}").is(200);
        api.delete(acme.token(), path).isProblem(409, "conflict");
        api.patch(acme.token(), "/v1/sims/" + iccid, "{\"fleet\":null}").is(200);
        api.delete(acme.token(), path).is(204);
        api.get(acme.token(), path).isProblem(404, "not-found");
    }

    @Test
    void carrierPeers_belongToOneCarrier() {
        String first = api.post(api.operator, "/v1/carriers",
                "{\"name\":\"Alpha\",\"home_plmns\":[\"26201\"]}").is(201).id();
        String second = api.post(api.operator, "/v1/carriers", "{\"name\":\"Beta\"}").is(201).id();
        api.post(api.operator, "/v1/carriers/" + first + "/peers", "{\"address\":\"192.0.2.7\"}")
                .is(201);
        api.post(api.operator, "/v1/carriers/" + second + "/peers", "{\"address\":\"192.0.2.7\"}")
                .isProblem(409, "conflict");
        api.post(api.operator, "/v1/carriers/" + second + "/peers", "{\"address\":\"example.com\"}")
                .isProblem(400, "invalid-request").fault("/address");
        assertThat(api.get(api.operator, "/v1/carriers/" + first + "/peers").is(200).text())
                .contains("192.0.2.7");
        api.delete(api.operator, "/v1/carriers/" + first + "/peers/192.0.2.7").is(204);
        api.delete(api.operator, "/v1/carriers/" + second).is(204);
    }

    @Test
    void batch_isImportedLineByLine_andReportsWhatIsWrong() {
        String product = api.post(api.operator, "/v1/products",
                "{\"name\":\"imported\",\"kind\":\"mff2\",\"unit_price\":1,\"currency\":\"EUR\"}")
                .is(201).id();
        String batch = api.post(api.operator, "/v1/batches",
                "{\"name\":\"report\",\"product\":\"" + product + "\"}").is(201).id();
        String csv = "iccid,imsi,ki,opc\n" + TestSims.iccid(900_001) + "," + TestSims.imsi(900_001)
                + ",00112233445566778899aabbccddeeff,00112233445566778899aabbccddeeff\n"
                + TestSims.wrongIccid(900_002) + "," + TestSims.imsi(900_002) + ",,\n";
        Reply report = api.post(api.operator, "/v1/batches/" + batch + "/imports", csv,
                "Content-Type", "text/csv").is(200);
        assertThat(report.body().getInteger("imported")).isEqualTo(1);
        assertThat(report.body().getInteger("rejected")).isEqualTo(1);
        assertThat(report.body().getJsonArray("faults").getJsonObject(0).getInteger("line"))
                .isEqualTo(3);
        assertThat(report.text()).doesNotContain("aabbccdd");
        Reply again = api.post(api.operator, "/v1/batches/" + batch + "/imports?report=lines",
                "{\"iccid\":\"" + TestSims.iccid(900_001) + "\",\"imsi\":\""
                        + TestSims.imsi(900_003) + "\"}\n",
                "Content-Type", "application/x-ndjson").is(200);
        assertThat(again.text().lines().findFirst().orElseThrow()).contains("duplicate");
        api.post(api.operator, "/v1/batches/" + batch + "/imports", "iccid\n", "Content-Type",
                "text/csv").isProblem(400, "invalid-request");
        api.post(api.operator, "/v1/batches/" + batch + "/imports", "x", "Content-Type",
                "image/png").isProblem(415, "unsupported-media-type");
    }

    @Test
    void lists_areFilteredByExactName() {
        String product = api.post(api.operator, "/v1/products",
                "{\"name\":\"named & odd\",\"kind\":\"card\",\"unit_price\":1,\"currency\":\"EUR\"}")
                .is(201).id();
        api.post(api.operator, "/v1/batches",
                "{\"name\":\"named & odd\",\"product\":\"" + product + "\"}").is(201);
        api.post(api.operator, "/v1/carriers", "{\"name\":\"named & odd\"}").is(201);
        api.tenant("named & odd");
        for (String list : List.of("products", "batches", "carriers", "accounts")) {
            String path = "/v1/" + list + "?limit=1&name=";
            JsonObject page = api.get(api.operator, path + "named%20%26%20odd").is(200).body();
            assertThat(page.getJsonArray("items")).singleElement().satisfies(
                    item -> assertThat(((JsonObject) item).getString("name"))
                            .isEqualTo("named & odd"));
            assertThat(page.getString("next")).isNull();
            assertThat(api.get(api.operator, path + "named").is(200).body()
                    .getJsonArray("items")).isEmpty();
            api.get(api.operator, path).isProblem(400, "invalid-request").fault("/name");
        }
        assertThat(api.get(acme.token(), "/v1/accounts?name=named%20%26%20odd").is(200).body()
                .getJsonArray("items")).isEmpty();
    }

    @Test
    void eventsAndAudit_areFilteredByTimeAndActor() {
        String fleet = api.post(acme.token(), "/v1/fleets", "{\"name\":\"timed\"}").is(201).id();
        JsonObject made = api.get(acme.token(), "/v1/audit?subject=" + fleet).is(200).body()
                .getJsonArray("items").getJsonObject(0);
        String actor = made.getString("actor");
        for (String log : List.of("events", "audit")) {
            String of = "/v1/" + log + "?subject=" + fleet;
            String at = made.getString("at");
            assertThat(items(of + "&since=" + at + "&until=9999-01-01T00:00:00Z")).hasSize(1);
            assertThat(items(of + "&until=" + at)).isEmpty();
            assertThat(items(of + "&since=9999-01-01T00:00:00Z")).isEmpty();
            Reply wrong = api.get(acme.token(), of + "&since=yesterday&until=1")
                    .isProblem(400, "invalid-request");
            wrong.fault("/since");
            wrong.fault("/until");
        }
        assertThat(items("/v1/audit?subject=" + fleet + "&actor=" + actor)).hasSize(1);
        assertThat(items("/v1/audit?subject=" + fleet + "&actor=system")).isEmpty();
        assertThat(items("/v1/audit?limit=1000&actor=" + actor)).isNotEmpty()
                .allSatisfy(each -> assertThat(each.getString("actor")).isEqualTo(actor));
    }

    private List<JsonObject> items(String path) {
        return api.get(acme.token(), path).is(200).body().getJsonArray("items").stream()
                .map(JsonObject.class::cast).toList();
    }

    @Test
    void productAndBatch_areDeletedOnceNothingRefersToThem() {
        Reply product = api.post(api.operator, "/v1/products",
                "{\"name\":\"mistyped\",\"kind\":\"card\",\"unit_price\":1,\"currency\":\"EUR\"}")
                .is(201);
        Reply batch = api.post(api.operator, "/v1/batches",
                "{\"name\":\"mistyped\",\"product\":\"" + product.id() + "\"}").is(201);
        String productPath = "/v1/products/" + product.id();
        String batchPath = "/v1/batches/" + batch.id();
        Reply used = api.delete(api.operator, productPath).isProblem(409, "conflict");
        assertThat(used.body().getString("reason")).isEqualTo("in-use");
        for (String path : List.of(productPath, batchPath)) {
            api.delete(acme.token(), path).isProblem(403, "forbidden");
            api.send(api.operator, "DELETE", path, null, "If-Match", "\"9\"").isProblem(412,
                    "stale");
        }
        api.send(api.operator, "DELETE", batchPath, null, "If-Match", batch.etag()).is(204);
        api.send(api.operator, "DELETE", productPath, null, "If-Match", product.etag()).is(204);
        for (String path : List.of(productPath, batchPath)) {
            api.get(api.operator, path).isProblem(404, "not-found");
            api.delete(api.operator, path).isProblem(404, "not-found");
        }
        JsonObject told = api.get(api.operator, "/v1/audit?kind=product.deleted&subject="
                + product.id()).is(200).body().getJsonArray("items").getJsonObject(0);
        assertThat(told.getJsonObject("before").getString("name")).isEqualTo("mistyped");
        String iccid = api.sims(acme, 1).getFirst();
        JsonObject sim = api.get(api.operator, "/v1/sims/" + iccid).is(200).body();
        for (String path : List.of("/v1/products/" + sim.getString("product"),
                "/v1/batches/" + sim.getString("batch"))) {
            api.delete(api.operator, path).isProblem(409, "conflict");
        }
    }

    @Test
    void changes_areToldAsEventsInOrder_andAudited() {
        String iccid = api.sims(acme, 1).getFirst();
        api.post(acme.token(), "/v1/sims/" + iccid + "/actions", "{\"action\":\"activate\"}")
                .is(200);
        Reply events = api.get(acme.token(), "/v1/events?subject=" + iccid).is(200);
        List<String> kinds = events.body().getJsonArray("items").stream()
                .map(event -> ((JsonObject) event).getString("kind")).toList();
        assertThat(kinds).contains("sim.activated");
        JsonObject newest = api.get(acme.token(), "/v1/audit?subject=" + iccid + "&limit=1")
                .is(200).body().getJsonArray("items").getJsonObject(0);
        assertThat(newest.getString("kind")).isEqualTo("sim.activated");
        assertThat(newest.getString("actor")).startsWith("token:tok_");
        assertThat(newest.getJsonObject("before").getString("state")).isEqualTo("ready");
        assertThat(newest.getJsonObject("after").getString("state")).isEqualTo("active");
    }

    @Test
    void operations_tellHealthAndCounters() {
        assertThat(api.send(null, "GET", "/healthz", null).is(200).body().getString("status"))
                .isEqualTo("ok");
        api.send(null, "GET", "/readyz", null).is(200);
        assertThat(api.get(api.operator, "/metrics").is(200).text())
                .contains("cellgate_sessions").contains("jvm_memory_used_bytes");
        api.get(acme.token(), "/metrics").isProblem(403, "forbidden");
        for (String log : List.of("sessions", "flows", "dns-queries", "signalling")) {
            assertThat(api.get(acme.token(), "/v1/" + log).is(200).body().getJsonArray("items"))
                    .isEmpty();
        }
    }

    @Test
    void guardPolicy_isOneOfTheOperators() {
        String guard = api.post(api.operator, "/v1/policies",
                "{\"name\":\"guard\",\"rules\":[{\"id\":\"smtp\",\"phase\":\"network\",\"action\":\"block\",\"when\":\"net.dst.port == 25\"}]}")
                .is(201).id();
        api.put(api.operator, "/v1/guard-policy", "{\"policy\":\"" + guard + "\"}").is(200);
        assertThat(api.get(api.operator, "/v1/guard-policy").is(200).id()).isEqualTo(guard);
        String owned = api.post(acme.token(), "/v1/policies",
                "{\"name\":\"owned\",\"rules\":[{\"id\":\"all\",\"phase\":\"network\",\"action\":\"allow\",\"when\":\"net.dst.port < 99\"}]}")
                .is(201).id();
        String mail = "{\"facts\":{\"net.dst.port\":25}}";
        String path = "/v1/policies/" + owned + "/explain";
        assertThat(api.post(acme.token(), path, mail).is(200).text()).contains("smtp", "all")
                .doesNotContain("net.dst.port == 25");
        assertThat(api.post(acme.token(), path, "{\"facts\":{\"net.dst.port\":26}}").is(200)
                .text()).doesNotContain("smtp");
        assertThat(api.post(api.operator, path, mail).is(200).text())
                .contains("net.dst.port == 25");
        api.delete(acme.token(), "/v1/policies/" + owned).is(204);
        api.put(acme.token(), "/v1/guard-policy", "{\"policy\":null}").isProblem(403, "forbidden");
        api.put(api.operator, "/v1/guard-policy", "{\"policy\":null}").is(200);
        api.get(api.operator, "/v1/guard-policy").isProblem(404, "not-found");
    }
}
