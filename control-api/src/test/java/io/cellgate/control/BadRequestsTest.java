package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a request is told, all of it, and changes nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadRequestsTest {
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;
    @SuppressWarnings("NullAway.Init")
    private Tenant rival;

    @BeforeAll
    void start(@TempDir Path data) {
        api = RunningApi.start(data.resolve("data"));
        acme = api.tenant("Acme");
        rival = api.tenant("Rival");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void allFaultsOfARequest_areToldAtOnce() {
        Reply reply = api.post(acme.token(), "/v1/orders?colour=red",
                "{\"product\":7,\"quantity\":0,\"gift\":true}").isProblem(400, "invalid-request");
        assertThat(reply.fault("/product").getString("expected")).contains("string");
        assertThat(reply.fault("/product").getString("got")).isEqualTo("7");
        assertThat(reply.fault("/quantity").getString("expected")).isEqualTo("at least 1");
        assertThat(reply.fault("/ship_to").getString("got")).isNull();
        assertThat(reply.fault("/gift").getString("expected")).contains("ship_to");
        assertThat(reply.fault("/colour").getString("in")).isEqualTo("query");
        assertThat(reply.body().getJsonArray("faults")).hasSize(5);
    }

    @Test
    void faultsDeepInABody_areNamedByJsonPointer() {
        Reply reply = api.post(acme.token(), "/v1/policies",
                "{\"name\":\"x\",\"rules\":[{\"id\":\"a\",\"phase\":\"lunch\",\"action\":\"allow\",\"wen\":\"true\"}]}")
                .isProblem(400, "invalid-request");
        assertThat(reply.fault("/rules/0/phase").getString("expected")).contains("session");
        reply.fault("/rules/0/wen");
    }

    @Test
    void bodyThatIsNotJson_isAProblem() {
        api.post(acme.token(), "/v1/fleets", "{\"name\":").isProblem(400, "invalid-request");
        api.post(acme.token(), "/v1/fleets", "null").isProblem(400, "invalid-request");
        api.post(acme.token(), "/v1/fleets", "[]").isProblem(400, "invalid-request");
        api.post(acme.token(), "/v1/fleets", "").isProblem(400, "invalid-request");
        api.post(acme.token(), "/v1/fleets", "{}", "Content-Type", "text/plain").isProblem(415,
                "unsupported-media-type");
        api.send(acme.token(), "GET", "/v1/fleets", "{}").isProblem(400, "invalid-request");
    }

    @Test
    void nameTwiceInAnObject_isRefused_ratherThanOneValueDropped() {
        Reply reply = api.post(acme.token(), "/v1/fleets", "{\"name\":\"a\",\"name\":\"b\"}")
                .isProblem(400, "invalid-request");
        assertThat(reply.fault("").getString("got")).contains("Duplicate");
        api.post(acme.token(), "/v1/policies/check",
                "{\"name\":\"p\",\"rules\":[{\"id\":\"r\",\"phase\":\"network\",\"action\":\"block\",\"action\":\"allow\"}]}")
                .isProblem(400, "invalid-request");
    }

    @Test
    void integerOfMoreThan64Bits_isRefused_ratherThanCutToAnother() {
        String policy = api.post(acme.token(), "/v1/policies", "{\"name\":\"wide\",\"rules\":[]}")
                .is(201).id();
        // 2^64 + 1, whose low 64 bits are 1
        api.post(acme.token(), "/v1/policies/" + policy + "/rollback",
                "{\"revision\":18446744073709551617}").isProblem(400, "invalid-request");
        assertThat(api.get(acme.token(), "/v1/policies/" + policy).is(200).etag())
                .isEqualTo("\"1\"");
    }

    @Test
    void deepNesting_isRefused() {
        api.post(acme.token(), "/v1/fleets",
                "{\"name\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}")
                .isProblem(400, "invalid-request");
        api.post(acme.token(), "/v1/fleets",
                "{\"name\":" + "{\"a\":".repeat(900) + "1" + "}".repeat(900) + "}")
                .isProblem(400, "invalid-request");
    }

    @Test
    void connectionWithAnUnreadBody_isClosedAfterTheAnswer() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", api.process.apiUri().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(
                    "POST /v1/fleets HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 401 ").contains("unauthenticated");
        }
    }

    @Test
    void longTextsAndBodies_areRefused() {
        api.post(acme.token(), "/v1/fleets", "{\"name\":\"" + "x".repeat(121) + "\"}")
                .isProblem(400, "invalid-request").fault("/name");
        api.post(acme.token(), "/v1/fleets", "{\"name\":\"" + "x".repeat(2 << 20) + "\"}")
                .isProblem(413, "too-large");
        api.get(acme.token(), "/v1/sims/" + "8".repeat(65)).isProblem(400, "invalid-request");
        assertThat(api.get(acme.token(), "/v1/sims?after=" + "x".repeat(9000)).status())
                .isIn(400, 414);
    }

    @Test
    void pagingParameters_areJudged() {
        api.get(acme.token(), "/v1/sims?limit=0").isProblem(400, "invalid-request").fault("/limit");
        api.get(acme.token(), "/v1/sims?limit=many").isProblem(400, "invalid-request")
                .fault("/limit");
        api.get(acme.token(), "/v1/sims?limit=1&limit=2").isProblem(400, "invalid-request");
        api.get(acme.token(), "/v1/sims?after=%00%01").isProblem(400, "invalid-request")
                .fault("/after");
        api.get(acme.token(), "/v1/flows?after=bm90IG91cnM").isProblem(400, "invalid-request");
        api.get(acme.token(), "/v1/flows?since=yesterday").isProblem(400, "invalid-request")
                .fault("/since");
    }

    @Test
    void objectsOfAnotherAccount_doNotExist() {
        String iccid = api.sims(acme, 1).getFirst();
        String policy = api.post(acme.token(), "/v1/policies", "{\"name\":\"mine\",\"rules\":[]}")
                .is(201).id();
        String fleet = api.post(acme.token(), "/v1/fleets", "{\"name\":\"mine\"}").is(201).id();
        String list = api.post(acme.token(), "/v1/lists",
                "{\"name\":\"mine\",\"kind\":\"names\"}").is(201).id();
        String token = rival.token();
        for (String path : new String[]{"/v1/sims/" + iccid, "/v1/policies/" + policy,
                "/v1/policies/" + policy + "/revisions", "/v1/policies/" + policy + "/diff?from=1",
                "/v1/fleets/" + fleet, "/v1/lists/" + list, "/v1/lists/" + list + "/entries",
                "/v1/accounts/" + acme.account(), "/v1/accounts/" + acme.account() + "/tokens",
                "/v1/sims?account=" + acme.account(), "/v1/flows?account=" + acme.account()}) {
            api.get(token, path).isProblem(404, "not-found");
        }
        api.post(token, "/v1/sims/" + iccid + "/actions", "{\"action\":\"activate\"}")
                .isProblem(404, "not-found");
        api.patch(token, "/v1/sims/" + iccid, "{\"tags\":{}}").isProblem(404, "not-found");
        api.put(token, "/v1/policies/" + policy, "{\"name\":\"x\",\"rules\":[]}", "If-Match", "*")
                .isProblem(404, "not-found");
        api.delete(token, "/v1/policies/" + policy).isProblem(404, "not-found");
        api.delete(token, "/v1/fleets/" + fleet).isProblem(404, "not-found");
        api.post(token, "/v1/fleets", "{\"name\":\"x\",\"policy\":\"" + policy + "\"}")
                .isProblem(400, "invalid-request").fault("/policy");
        api.patch(token, "/v1/accounts/" + rival.account(),
                "{\"default_policy\":\"" + policy + "\"}").isProblem(400, "invalid-request");
        api.post(token, "/v1/fleets", "{\"name\":\"x\",\"account\":\"" + acme.account() + "\"}")
                .isProblem(404, "not-found");
        assertThat(api.get(token, "/v1/sims").is(200).body().getJsonArray("items")).isEmpty();
        assertThat(api.get(token, "/v1/events?subject=" + iccid).is(200).body()
                .getJsonArray("items")).isEmpty();
        assertThat(api.get(acme.token(), "/v1/sims/" + iccid).body().getString("state"))
                .isEqualTo("ready");
    }

    @Test
    void repeatedRequest_underOneIdempotencyKey_isDoneOnce() {
        String[] key = {"Idempotency-Key", "order-1"};
        Reply first = api.post(acme.token(), "/v1/fleets", "{\"name\":\"once\"}", key).is(201);
        Reply again = api.post(acme.token(), "/v1/fleets", "{\"name\":\"once\"}", key).is(201);
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.raw().headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(again.raw().headers().firstValue("Location"))
                .isEqualTo(first.raw().headers().firstValue("Location"));
        api.post(acme.token(), "/v1/fleets", "{\"name\":\"twice\"}", key).isProblem(422,
                "idempotency-key-reused");
        api.post(rival.token(), "/v1/fleets", "{\"name\":\"twice\"}", key).is(201);
        api.post(acme.token(), "/v1/fleets", "{\"name\":\"once\"}", "Idempotency-Key", "order-2")
                .isProblem(409, "conflict");
        api.post(acme.token(), "/v1/fleets", "{\"name\":\"other\"}", "Idempotency-Key", "order-2")
                .is(201);
    }

    @Test
    void staleETag_changesNothing() {
        Reply made = api.post(acme.token(), "/v1/fleets", "{\"name\":\"tagged\"}").is(201);
        String path = "/v1/fleets/" + made.id();
        api.put(acme.token(), path, "{\"name\":\"tagged 2\"}", "If-Match", made.etag()).is(200);
        api.put(acme.token(), path, "{\"name\":\"tagged 3\"}", "If-Match", made.etag())
                .isProblem(412, "stale");
        api.put(acme.token(), path, "{\"name\":\"tagged 3\"}", "If-Match", "W/\"1\", \"2\"")
                .isProblem(400, "invalid-request").fault("/If-Match");
        assertThat(api.get(acme.token(), path).body().getString("name")).isEqualTo("tagged 2");
    }

    @Test
    void injectionAttempts_areData() {
        String quote = "Robert'); drop table sim; --";
        Reply made = api.post(acme.token(), "/v1/fleets",
                new JsonObject().put("name", quote).encode()).is(201);
        assertThat(api.get(acme.token(), "/v1/fleets/" + made.id()).body().getString("name"))
                .isEqualTo(quote);
        api.get(acme.token(), "/v1/sims?fleet=%27%20or%201%3D1%20--").is(200);
        api.get(acme.token(), "/v1/sims/%27%20or%201%3D1").isProblem(404, "not-found");
        api.post(acme.token(), "/v1/fleets",
                new JsonObject().put("name", "two\r\nSet-Cookie: lines").encode())
                .isProblem(400, "invalid-request").fault("/name");
        Reply echoed = api.get(acme.token(), "/v1/fleets/%0d%0aSet-Cookie:%20x=1");
        assertThat(echoed.raw().headers().firstValue("Set-Cookie")).isEmpty();
        echoed.isProblem(404, "not-found");
    }

    @Test
    void pathsAndMethodsThatAreNotOffered_areProblems() {
        api.get(acme.token(), "/v1/nothing").isProblem(404, "not-found");
        api.delete(acme.token(), "/v1/sims").isProblem(405, "method-not-allowed");
        api.get(acme.token(), "/../etc/passwd").isProblem(404, "not-found");
    }

    @Test
    void roles_mayDoWhatTheyMay() {
        String tokens = "/v1/accounts/" + acme.account() + "/tokens";
        Reply made = api.post(acme.token(), tokens, "{\"name\":\"reader\",\"role\":\"viewer\"}")
                .is(201);
        String viewer = made.body().getString("secret");
        api.get(viewer, "/v1/sims").is(200);
        api.post(viewer, "/v1/fleets", "{\"name\":\"no\"}").isProblem(403, "forbidden");
        api.get(viewer, tokens).isProblem(403, "forbidden");
        api.get(acme.token(), "/v1/carriers").isProblem(403, "forbidden");
        assertThat(api.get(acme.token(), tokens).is(200).text()).doesNotContain(viewer);
        api.patch(acme.token(), "/v1/accounts/" + acme.account(), "{\"termination_enabled\":true}")
                .isProblem(403, "forbidden");
        api.delete(acme.token(), tokens + "/" + made.id()).is(204);
        api.get(viewer, "/v1/sims").isProblem(401, "unauthenticated");
    }

    @Test
    void withoutToken_thereIsNothing() {
        api.send(null, "GET", "/v1/sims", null).isProblem(401, "unauthenticated");
        assertThat(api.send(null, "GET", "/v1/openapi.json", null).is(200).body()
                .getString("openapi")).isEqualTo("3.1.0");
    }
}
