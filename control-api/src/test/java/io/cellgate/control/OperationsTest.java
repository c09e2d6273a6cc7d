package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Work that goes on after its answer can be followed, by whom it belongs to, whatever becomes of the process. */
@Timeout(300)
class OperationsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static JsonObject ended(RunningApi api, String token, Reply accepted) throws Exception {
        String location = accepted.raw().headers().firstValue("Location").orElseThrow();
        JsonObject operation = accepted.body();
        while (operation.getString("state").equals("running")) {
            Thread.sleep(10);
            operation = api.get(token, location).is(200).body();
        }
        return operation;
    }

    @Test
    void actionAskedForAsynchronously_isAnOperation_ofItsAccountAlone() throws Exception {
        String done;
        Tenant acme;
        try (RunningApi api = RunningApi.start(folder.resolve("data"))) {
            acme = api.tenant("Acme");
            Tenant rival = api.tenant("Rival");
            String iccid = api.sims(acme, 1).getFirst();
            Reply accepted = api.post(acme.token(), "/v1/sims/" + iccid + "/actions",
                    "{\"action\":\"activate\"}", "Prefer", "respond-async").is(202);
            assertThat(accepted.raw().headers().firstValue("Preference-Applied"))
                    .hasValue("respond-async");
            JsonObject operation = ended(api, acme.token(), accepted);
            done = operation.getString("id");
            assertThat(operation.getString("state")).isEqualTo("done");
            assertThat(operation.getString("kind")).isEqualTo("sims.activate");
            assertThat(operation.getString("subject")).isEqualTo(iccid);
            assertThat(operation.getLong("done")).isEqualTo(1);
            assertThat(api.get(acme.token(), "/v1/sims/" + iccid).body().getString("state"))
                    .isEqualTo("active");
            JsonObject refused = ended(api, acme.token(),
                    api.post(acme.token(), "/v1/sims/" + iccid + "/actions",
                            "{\"action\":\"terminate\"}", "Prefer", "respond-async").is(202));
            assertThat(refused.getString("state")).isEqualTo("broken_off");
            assertThat(refused.getString("detail")).isNotEmpty();
            // what is not as described is refused at once
            api.post(acme.token(), "/v1/sims/" + iccid + "/actions", "{\"action\":\"fly\"}",
                    "Prefer", "respond-async").isProblem(400, "invalid-request");

            assertThat(items(api, acme.token(), "")).isEqualTo(2);
            assertThat(items(api, acme.token(), "?kind=sims.activate")).isEqualTo(1);
            assertThat(items(api, acme.token(), "?kind=sims.import")).isZero();
            assertThat(items(api, acme.token(), "?state=broken_off")).isEqualTo(1);
            assertThat(items(api, acme.token(), "?state=running")).isZero();
            JsonObject first = api.get(acme.token(), "/v1/operations?limit=1").is(200).body();
            assertThat(api.get(acme.token(),
                    "/v1/operations?limit=1&after=" + first.getString("next")).is(200).body()
                    .getJsonArray("items").getJsonObject(0).getString("id")).isEqualTo(done);
            assertThat(items(api, rival.token(), "")).isZero();
            api.get(rival.token(), "/v1/operations/" + done).isProblem(404, "not-found");
            Reply foreign = api.post(rival.token(), "/v1/sims/" + iccid + "/actions",
                    "{\"action\":\"suspend\"}", "Prefer", "respond-async");
            if (foreign.status() == 202) {
                assertThat(ended(api, rival.token(), foreign).getString("state"))
                        .isEqualTo("broken_off");
            }
            assertThat(api.get(acme.token(), "/v1/sims/" + iccid).body().getString("state"))
                    .isEqualTo("active");
        }
        try (RunningApi again = RunningApi.again(Settings.Store.in(folder.resolve("data")))) {
            assertThat(again.get(acme.token(), "/v1/operations/" + done).is(200).body()
                    .getString("state")).isEqualTo("done");
        }
    }

    private static int items(RunningApi api, String token, String query) {
        return api.get(token, "/v1/operations" + query).is(200).body().getJsonArray("items").size();
    }

    @Test
    void importThatAKillCutsOff_isToldSo_withWhatItHadDone() throws Exception {
        String token;
        try (RunningProcess process = RunningProcess.start(folder, "")) {
            token = process.token();
            String product = process.post("/v1/products",
                    "{\"name\":\"c\",\"kind\":\"card\",\"unit_price\":1,\"currency\":\"EUR\"}")
                    .getString("id");
            String batch = process.post("/v1/batches",
                    "{\"name\":\"b\",\"product\":\"" + product + "\"}").getString("id");
            URI uri = URI.create(process.uri());
            try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
                OutputStream out = socket.getOutputStream();
                out.write(("POST /v1/batches/" + batch + "/imports HTTP/1.1\r\nHost: x\r\n"
                        + "Authorization: Bearer " + token + "\r\nContent-Type: text/csv\r\n"
                        + "Content-Length: 1000000\r\n\r\niccid,imsi\n" + TestSims.iccid(1) + ","
                        + TestSims.imsi(1) + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                while (operations(process, "running") == 0) {
                    Thread.sleep(20);
                }
                process.kill();
            }
        }
        try (RunningProcess process = RunningProcess.start(folder, token)) {
            assertThat(operations(process, "running")).isZero();
            assertThat(operations(process, "broken_off")).isEqualTo(1);
        }
    }

    /** More than twice as many as are changed in one transaction. */
    private static final int MANY = 3000;

    @Test
    void bulkChangeThatAKillCutsOff_tellsOfEachSimThatItChanged_andOfNoOther() throws Exception {
        String token;
        String account;
        String operation;
        try (RunningProcess process = RunningProcess.start(folder, "")) {
            token = process.token();
            account = delivered(process);
            operation = process.post("/v1/bulk-changes?account=" + account,
                    "{\"filter\":{\"state\":\"ready\"},\"add_tags\":{\"mark\":\"1\"}}")
                    .getString("id");
            JsonObject seen;
            do {
                seen = process.get("/v1/operations/" + operation);
            } while (seen.getLong("done") == 0);
            process.kill();
            assertThat(seen.getLong("failed")).isZero();
        }
        try (RunningProcess process = RunningProcess.start(folder, token)) {
            JsonObject left = process.get("/v1/operations/" + operation);
            List<JsonObject> results = all(process, "/v1/operations/" + operation + "/results?");
            assertThat(results).as(left.encode()).hasSize(Math.toIntExact(left.getLong("done")))
                    .allMatch(result -> result.getString("verdict").equals("changed"));
            assertThat(left.getString("state"))
                    .isEqualTo(results.size() == MANY ? "done" : "broken_off");
            List<String> told = results.stream().map(result -> result.getString("subject"))
                    .toList();
            assertThat(all(process, "/v1/sims?account=" + account + "&tag=mark=1&"))
                    .extracting(sim -> sim.getString("iccid")).doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(told);
            assertThat(all(process, "/v1/events?account=" + account + "&kind=sim.changed&"))
                    .extracting(event -> event.getString("subject"))
                    .containsExactlyInAnyOrderElementsOf(told);
            assertThat(all(process, "/v1/events?account=" + account + "&kind=operation.&"))
                    .hasSize(1);
        }
    }

    /** Makes an account that has {@link #MANY} SIMs, ready; gives its id. */
    private static String delivered(RunningProcess process) throws Exception {
        String product = process.post("/v1/products",
                "{\"name\":\"c\",\"kind\":\"card\",\"unit_price\":1,\"currency\":\"EUR\"}")
                .getString("id");
        String batch = process
                .post("/v1/batches", "{\"name\":\"b\",\"product\":\"" + product + "\"}")
                .getString("id");
        StringBuilder lines = new StringBuilder("iccid,imsi\n");
        for (int number = 0; number < MANY; number++) {
            lines.append(TestSims.iccid(number)).append(',').append(TestSims.imsi(number))
                    .append('\n');
        }
        process.post("/v1/batches/" + batch + "/imports", lines.toString(), "text/csv");
        String account = process.post("/v1/accounts", "{\"name\":\"acme\"}").getString("id");
        String order = "/v1/orders/" + process.post("/v1/orders", "{\"account\":\"" + account
                + "\",\"product\":\"" + product + "\",\"quantity\":" + MANY
                + ",\"ship_to\":\"x\"}").getString("id");
        process.post(order + "/confirm", "");
        process.post(order + "/advance", "{\"to\":\"kitting\"}");
        process.post(order + "/advance", "{\"to\":\"shipped\"}");
        process.post(order + "/receive", "");
        return account;
    }

    /** All pages of a list. */
    private static List<JsonObject> all(RunningProcess process, String list) throws Exception {
        List<JsonObject> all = new ArrayList<>();
        String after = "";
        while (true) {
            JsonObject page = process.get(list + "limit=1000" + after);
            JsonArray items = page.getJsonArray("items");
            items.forEach(item -> all.add((JsonObject) item));
            Object next = page.getValue("next");
            if (next == null || items.isEmpty()) { // that of events is where more may come
                return all;
            }
            after = "&after=" + next;
        }
    }

    private static int operations(RunningProcess process, String state) throws Exception {
        return process.get("/v1/operations?kind=sims.import&state=" + state)
                .getJsonArray("items").size();
    }
}
