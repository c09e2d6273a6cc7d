package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What tokens, roles and users may: their scopes, networks and rates. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantsTest {
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

    private Reply token(String by, String body) {
        return api.post(by, "/v1/accounts/" + acme.account() + "/tokens", body);
    }

    private String secret(String body) {
        return token(acme.token(), body).is(201).body().getString("secret");
    }

    @Test
    void scopes_narrowARole_byResourceAndVerb() {
        String scoped = secret("""
                {"name":"s","role":"editor","scopes":["fleets:create","*:read"]}""");
        Reply made = api.post(scoped, "/v1/fleets", "{\"name\":\"scoped\"}").is(201);
        api.get(scoped, "/v1/sims").is(200);
        assertThat(api.send(scoped, "DELETE", "/v1/fleets/" + made.id(), null)
                .isProblem(403, "forbidden").body().getString("detail")).contains("fleets:delete");
        api.post(scoped, "/v1/lists", "{\"name\":\"l\",\"kind\":\"names\",\"entries\":[]}")
                .isProblem(403, "forbidden");
        // what its role may not, no scope gives
        String viewer = secret("{\"name\":\"v\",\"role\":\"viewer\",\"scopes\":[\"*:*\"]}");
        api.post(viewer, "/v1/fleets", "{\"name\":\"no\"}").isProblem(403, "forbidden");
        // who it is can be asked whatever the scopes
        assertThat(api.get(scoped, "/v1/me").is(200).body().getJsonArray("scopes"))
                .containsExactly("*:read", "fleets:create");
    }

    @Test
    void nobody_givesAwayMoreThanTheyHave() {
        String issuer = secret("{\"name\":\"i\",\"role\":\"admin\",\"scopes\":[\"tokens:*\"]}");
        token(issuer, "{\"name\":\"more\",\"role\":\"admin\"}").isProblem(403, "forbidden");
        token(issuer, "{\"name\":\"more\",\"role\":\"viewer\",\"scopes\":[\"sims:read\"]}")
                .isProblem(403, "forbidden");
        token(issuer, "{\"name\":\"less\",\"role\":\"admin\",\"scopes\":[\"tokens:read\"]}")
                .is(201);
        token(acme.token(), "{\"name\":\"up\",\"role\":\"operator\"}").isProblem(403, "forbidden");
        api.post(acme.token(), "/v1/roles",
                "{\"name\":\"up\",\"base\":\"operator\",\"scopes\":[\"*:*\"]}")
                .isProblem(403, "forbidden");
    }

    @Test
    void scopesOfNothing_areToldByTheirPlace() {
        Reply reply = token(acme.token(), """
                {"name":"s","role":"viewer","scopes":["sims:read","simms:read","sims:fly"]}""")
                .isProblem(400, "invalid-request");
        assertThat(reply.fault("/scopes/1").getString("got")).isEqualTo("simms:read");
        reply.fault("/scopes/2");
        assertThat(api.get(acme.token(), "/v1/scopes").is(200).body().getJsonArray("items"))
                .contains("sims:read", "webhooks:create", "tokens:delete");
    }

    @Test
    void customRoles_actAtOnce_andAreTheirAccounts() {
        Reply role = api.post(acme.token(), "/v1/roles",
                "{\"name\":\"fleet desk\",\"base\":\"editor\",\"scopes\":[\"fleets:*\"]}").is(201);
        String token = secret("{\"name\":\"desk\",\"role\":\"" + role.id() + "\"}");
        api.post(token, "/v1/fleets", "{\"name\":\"by role\"}").is(201);
        api.put(acme.token(), "/v1/roles/" + role.id(),
                "{\"name\":\"fleet desk\",\"base\":\"editor\",\"scopes\":[\"fleets:read\"]}",
                "If-Match", role.etag()).is(200);
        api.post(token, "/v1/fleets", "{\"name\":\"by role 2\"}").isProblem(403, "forbidden");
        api.get(token, "/v1/fleets").is(200);
        api.delete(acme.token(), "/v1/roles/" + role.id()).isProblem(409, "conflict");
        api.get(rival.token(), "/v1/roles/" + role.id()).isProblem(404, "not-found");
        api.post(rival.token(), "/v1/accounts/" + rival.account() + "/tokens",
                "{\"name\":\"theirs\",\"role\":\"" + role.id() + "\"}")
                .isProblem(400, "invalid-request").fault("/role");
        Reply shared = api.post(api.operator, "/v1/roles",
                "{\"name\":\"reader\",\"base\":\"viewer\",\"scopes\":[\"sims:read\"]}").is(201);
        api.get(rival.token(), "/v1/roles/" + shared.id()).is(200);
        api.delete(rival.token(), "/v1/roles/" + shared.id()).isProblem(404, "not-found");
    }

    @Test
    void tokensOfAnotherNetwork_areRefused() {
        String here = secret("""
                {"name":"h","role":"viewer","networks":["192.0.2.0/24","127.0.0.0/8"]}""");
        api.get(here, "/v1/sims").is(200);
        String elsewhere = secret(
                "{\"name\":\"e\",\"role\":\"viewer\",\"networks\":[\"192.0.2.0/24\",\"2001:db8::/32\"]}");
        api.get(elsewhere, "/v1/sims").isProblem(401, "unauthenticated");
        token(acme.token(), "{\"name\":\"x\",\"role\":\"viewer\",\"networks\":[\"192.0.2.1/24\"]}")
                .isProblem(400, "invalid-request").fault("/networks/0");
    }

    @Test
    void tokensWithARate_areToldWhatIsLeft_andWait() {
        String slow = secret("{\"name\":\"r\",\"role\":\"viewer\",\"requests_per_second\":1}");
        Reply first = api.get(slow, "/v1/sims").is(200);
        assertThat(first.raw().headers().firstValue("RateLimit-Limit")).hasValue("1");
        assertThat(first.raw().headers().firstValue("RateLimit-Remaining")).hasValue("0");
        Reply refused = first;
        // the second may pass where the machine slept for a second in between
        for (int i = 0; i < 20 && refused.status() == 200; i++) {
            refused = api.get(slow, "/v1/sims");
        }
        refused.isProblem(429, "rate-limited");
        assertThat(refused.raw().headers().firstValue("Retry-After")).hasValue("1");
        assertThat(api.get(acme.token(), "/v1/sims").is(200).raw().headers()
                .firstValue("RateLimit-Limit")).hasValue("5000");
    }

    @Test
    void accountsRate_isTheOperators() {
        Tenant slow = api.tenant("Slow");
        String path = "/v1/accounts/" + slow.account();
        api.patch(slow.token(), path, "{\"requests_per_second\":9}").isProblem(403, "forbidden");
        api.patch(api.operator, path, "{\"requests_per_second\":7}").is(200);
        assertThat(api.get(slow.token(), "/v1/sims").raw().headers().firstValue("RateLimit-Limit"))
                .hasValue("7");
        api.delete(api.operator, path).is(204);
        api.get(slow.token(), "/v1/sims").isProblem(401, "unauthenticated");
    }

    @Test
    void users_areBoundToAProvider_andLeaveATrace() {
        api.post(acme.token(), "/v1/users", """
                {"name":"Ann","email":"ann@acme.example","issuer":"https://nobody.example",
                 "role":"editor"}""").isProblem(400, "invalid-request").fault("/issuer");
        Reply provider = api.post(api.operator, "/v1/identity-providers", """
                {"name":"Acme login","issuer":"https://login.acme.example","client_id":"cellgate",
                 "client_secret":"s3cret-of-the-client"}""").is(201);
        assertThat(provider.text()).doesNotContain("s3cret");
        Reply ann = api.post(acme.token(), "/v1/users", """
                {"name":"Ann","email":"Ann@acme.example","issuer":"https://login.acme.example",
                 "role":"editor"}""").is(201);
        assertThat(ann.body().getString("email")).isEqualTo("ann@acme.example");
        api.post(rival.token(), "/v1/users", """
                {"name":"Ann","email":"ann@acme.example","issuer":"https://login.acme.example",
                 "role":"viewer"}""").isProblem(409, "conflict");
        api.get(rival.token(), "/v1/users/" + ann.id()).isProblem(404, "not-found");
        api.patch(acme.token(), "/v1/users/" + ann.id(), "{\"enabled\":false}", "If-Match",
                "\"9\"").isProblem(412, "stale");
        api.patch(acme.token(), "/v1/users/" + ann.id(), "{\"enabled\":false}").is(200);
        JsonObject audit = api.get(acme.token(), "/v1/audit?subject=" + ann.id()).is(200).body()
                .getJsonArray("items").getJsonObject(0);
        assertThat(audit.getString("kind")).isEqualTo("user.changed");
        assertThat(audit.getJsonObject("before").getBoolean("enabled")).isTrue();
        assertThat(audit.getJsonObject("after").getBoolean("enabled")).isFalse();
        api.delete(api.operator, "/v1/identity-providers/" + provider.id())
                .isProblem(409, "conflict");
        assertThat(api.get(api.operator, "/v1/audit").text()).doesNotContain("s3cret");
    }
}
