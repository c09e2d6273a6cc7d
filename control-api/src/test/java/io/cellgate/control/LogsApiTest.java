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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The logs as accounts read them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogsApiTest {
    private final RecordingGateway gateway = new RecordingGateway();
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;
    @SuppressWarnings("NullAway.Init")
    private Tenant other;
    @SuppressWarnings("NullAway.Init")
    private String sim;

    @BeforeAll
    void start(@TempDir Path data) {
        api = RunningApi.start(data.resolve("data"), gateway);
        acme = api.tenant("Acme");
        other = api.tenant("Other");
        sim = api.sims(acme, 1).getFirst();
        UserPlaneSession ours = Lines
                .session(Lines.subscriber(acme.account(), sim, "262010000000777"));
        UserPlaneSession theirs = Lines.session(
                Lines.subscriber(other.account(), "8949010000000000990", "262010000000999"));
        for (int port = 1; port <= 5; port++) {
            tell(ours, "198.51.100." + port, 8000 + port, "h" + port + ".example.com");
            tell(theirs, "203.0.113." + port, 9000 + port, "secret" + port + ".example.net");
        }
        gateway.needs().logs().on(Lines.query(ours, "=cmd.example.com", FlowVerdict.BLOCK, "dns"));
    }

    private void tell(UserPlaneSession session, String remote, int port, String name) {
        gateway.needs().logs().on(Lines.flow(session, FlowRecord.Event.VERDICT, remote, 6, port,
                List.of(name), null, port % 2 == 0 ? FlowVerdict.ALLOW : FlowVerdict.BLOCK,
                "r" + port, null));
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private List<String> rules(Tenant tenant, String query) {
        return items(api.get(tenant.token(), "/v1/flows" + query).is(200).body()).stream()
                .map(line -> line.getString("rule")).toList();
    }

    private static List<JsonObject> items(JsonObject page) {
        List<JsonObject> all = new ArrayList<>();
        JsonArray items = page.getJsonArray("items");
        for (int i = 0; i < items.size(); i++) {
            all.add(items.getJsonObject(i));
        }
        return all;
    }

    @Test
    void filters_findTheirLines() {
        assertThat(rules(acme, "?limit=2")).containsExactly("r8005", "r8004");
        assertThat(rules(acme, "?verdict=allow&order=asc")).containsExactly("r8002", "r8004");
        assertThat(rules(acme, "?remote=198.51.100.0/30&order=asc")).containsExactly("r8001",
                "r8002", "r8003");
        assertThat(rules(acme, "?name=h3.example.com")).containsExactly("r8003");
        assertThat(rules(acme, "?name=example.com")).hasSize(5);
        assertThat(
                rules(acme, "?port=8001&protocol=tcp&policy=now&imsi=262010000000777&fleet=fl_1"))
                .containsExactly("r8001");
        assertThat(rules(acme, "?protocol=udp")).isEmpty();
        assertThat(rules(acme, "?since=2099-01-01T00:00:00Z")).isEmpty();
        assertThat(rules(acme, "?until=2020-01-01T00:00:00Z")).isEmpty();
        assertThat(rules(acme, "?sim=" + sim)).hasSize(5);
    }

    @Test
    void cursors_leadOnAndBack() {
        JsonObject newest = api.get(acme.token(), "/v1/flows?limit=2").is(200).body();
        JsonObject older = api.get(acme.token(), "/v1/flows?limit=2&after="
                + newest.getString("next")).is(200).body();
        assertThat(items(older)).extracting(line -> line.getString("rule"))
                .containsExactly("r8003", "r8002");
        JsonObject back = api.get(acme.token(), "/v1/flows?order=asc&after="
                + older.getString("first")).is(200).body();
        assertThat(items(back)).extracting(line -> line.getString("rule"))
                .containsExactly("r8004", "r8005");
        assertThat(back.getString("next")).isNull();
        assertThat(items(api.get(acme.token(), "/v1/flows?order=asc&after="
                + back.getString("last")).is(200).body())).isEmpty();
    }

    @Test
    void oneLine_isReadByItsId_byItsAccountAlone() {
        JsonObject line = items(
                api.get(acme.token(), "/v1/flows?port=8002").is(200).body()).getFirst();
        String path = "/v1/flows/" + line.getString("id");
        assertThat(api.get(acme.token(), path).is(200).body()).isEqualTo(line);
        api.get(other.token(), path).isProblem(404, "not-found");
        api.get(acme.token(), "/v1/flows/nonsense").isProblem(404, "not-found");
        assertThat(api.get(api.operator, path).is(200).body()).isEqualTo(line);
    }

    @Test
    void anotherAccountsLines_neverShow() {
        for (String query : List.of("", "?name=example.net", "?remote=203.0.113.0/24",
                "?sim=8949010000000000990", "?order=asc", "/export", "/export?format=csv")) {
            assertThat(api.get(acme.token(), "/v1/flows" + query).is(200).text()).as(query)
                    .doesNotContain("secret").doesNotContain(other.account());
        }
        assertThat(api.get(api.operator, "/v1/flows").is(200).text()).contains("secret");
        assertThat(api.get(api.operator, "/v1/flows?account=" + acme.account()).is(200).text())
                .doesNotContain("secret");
    }

    @Test
    void export_isAllThatFits_oldestFirst() {
        RunningApi.Reply lines = api.get(acme.token(), "/v1/flows/export?verdict=block").is(200);
        assertThat(lines.raw().headers().firstValue("Content-Type"))
                .hasValue("application/x-ndjson");
        assertThat(lines.raw().headers().firstValue("Cellgate-Lost-Records")).hasValue("0");
        assertThat(lines.text().lines().map(line -> new JsonObject(line).getString("rule")))
                .containsExactly("r8001", "r8003", "r8005");
        List<String> rows = api.get(acme.token(), "/v1/flows/export?format=csv&port=8001").is(200)
                .text().lines().toList();
        assertThat(rows).hasSize(2);
        assertThat(rows.getFirst()).startsWith("id,at,sim,imsi,account,event,verdict,rule");
        assertThat(rows.getLast()).contains("," + sim + ",").contains(",r8001,")
                .contains(",198.51.100.1:8001,");
    }

    @Test
    void nameThatASpreadsheetWouldRun_isDefused() {
        assertThat(api.get(acme.token(), "/v1/dns-queries/export?format=csv").is(200).text())
                .contains(",'=cmd.example.com,");
    }

    @Test
    void wrongParameters_areNamed() {
        RunningApi.Reply wrong = api.get(acme.token(),
                "/v1/flows?remote=nowhere&protocol=pigeon").isProblem(400, "invalid-request");
        assertThat(wrong.fault("/remote").getString("expected")).contains("prefix");
        assertThat(wrong.fault("/protocol").getString("expected")).contains("tcp");
        for (String bad : List.of("port=70000", "order=up", "event=shadows", "color=red",
                "after=bm90IG91cnM", "imsi=x", "since=yesterday")) {
            api.get(acme.token(), "/v1/flows?" + bad).isProblem(400, "invalid-request");
        }
        assertThat(rules(acme, "?since=0000-01-01T00:00:00Z&until=9999-12-31T23:59:59Z"))
                .hasSize(5);
    }
}
