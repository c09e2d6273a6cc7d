package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.control.access.Browser;
import io.cellgate.control.access.OidcProviders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** People log in at real identity providers, two of them, whose users are of two accounts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class LoginTest {
    private static final String REDIRECT = "http://127.0.0.1:9/callback";

    @SuppressWarnings("NullAway.Init")
    private Path folder;
    @SuppressWarnings("NullAway.Init")
    private OidcProviders providers;
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;
    @SuppressWarnings("NullAway.Init")
    private Tenant rival;

    @BeforeAll
    void start(@TempDir Path temp) throws Exception {
        assumeTrue(OidcProviders.canRun(), "missing: node and npm (Debian's nodejs, npm)");
        folder = temp;
        providers = OidcProviders.start();
        api = RunningApi.start(temp.resolve("data"));
        acme = api.tenant("Acme");
        rival = api.tenant("Rival");
        provider("first", providers.first, null);
        provider("second", providers.second, OidcProviders.SECRET);
    }

    @AfterAll
    void stop() {
        if (api != null) {
            api.close();
            providers.close();
        }
    }

    private void provider(String name, String issuer, @Nullable String secret) {
        JsonObject body = new JsonObject().put("name", name).put("issuer", issuer)
                .put("client_id", "cellgate")
                .put("redirect_uris", new JsonArray().add("http://127.0.0.1/callback"));
        if (secret != null) {
            body.put("client_secret", secret);
        }
        Reply made = api.post(api.operator, "/v1/identity-providers", body.encode()).is(201);
        assertThat(made.text()).doesNotContain(OidcProviders.SECRET);
    }

    private String user(Tenant tenant, String issuer, String email, String role) {
        return api.post(tenant.token(), "/v1/users", new JsonObject().put("name", email)
                .put("email", email).put("issuer", issuer).put("role", role).encode()).is(201)
                .id();
    }

    private JsonObject begin(String provider) {
        return api.send(null, "POST", "/v1/login", new JsonObject().put("provider", provider)
                .put("redirect_uri", REDIRECT).encode()).is(200).body();
    }

    private static URI browse(JsonObject begun, String person) throws Exception {
        try (Browser browser = new Browser(person)) {
            return browser.follow(begun.getString("authorization_url"), REDIRECT);
        }
    }

    private static JsonObject completion(JsonObject begun, URI back) {
        Map<String, String> query = Browser.query(back);
        JsonObject body = new JsonObject().put("state", query.get("state"))
                .put("secret", begun.getString("secret")).put("code", query.get("code"));
        return query.containsKey("iss") ? body.put("iss", query.get("iss")) : body;
    }

    private Reply complete(JsonObject completion) {
        return api.send(null, "POST", "/v1/login/complete", completion.encode());
    }

    private Reply logIn(String provider, String person) throws Exception {
        JsonObject begun = begin(provider);
        return complete(completion(begun, browse(begun, person)));
    }

    @Test
    void person_isBoundByVerifiedEmail_thenKnownBySubject_andActsWithItsRole() throws Exception {
        String id = user(acme, providers.first, "alice@acme.example", "editor");
        Reply in = logIn("first", "alice").is(200);
        String token = in.body().getString("token");
        assertThat(in.body().getJsonObject("user").getString("subject")).isEqualTo("alice");
        assertThat(
                Duration.between(Instant.now(), Instant.parse(in.body().getString("expires_at"))))
                .isBetween(Duration.ofHours(7), Duration.ofHours(8));
        JsonObject me = api.get(token, "/v1/me").is(200).body();
        assertThat(me.getString("account")).isEqualTo(acme.account());
        assertThat(me.getString("role")).isEqualTo("editor");
        assertThat(me.getJsonObject("user").getString("id")).isEqualTo(id);
        api.post(token, "/v1/fleets", "{\"name\":\"by alice\"}").is(201);
        assertThat(api.get(acme.token(), "/v1/audit?limit=1000").is(200).text())
                .contains("\"actor\":\"user:" + id + "\"");
        api.patch(acme.token(), "/v1/users/" + id, "{\"email\":\"new@acme.example\"}").is(200);
        logIn("first", "alice").is(200);
        api.send(token, "POST", "/v1/me/logout", null).is(204);
        api.get(token, "/v1/me").isProblem(401, "unauthenticated");
        String second = logIn("first", "alice").is(200).body().getString("token");
        api.patch(acme.token(), "/v1/users/" + id, "{\"enabled\":false}").is(200);
        api.get(second, "/v1/me").isProblem(401, "unauthenticated");
        logIn("first", "alice").isProblem(401, "unauthenticated");
        api.delete(acme.token(), "/v1/users/" + id).is(204);
    }

    @Test
    void providersOfTwoAccounts_areNotMixedUp() throws Exception {
        String ours = user(acme, providers.first, "alice@acme.example", "viewer");
        String theirs = user(rival, providers.second, "alice@acme.example", "viewer");
        Reply atSecond = logIn("second", "alice").is(200);
        assertThat(atSecond.body().getJsonObject("user").getString("id")).isEqualTo(theirs);
        JsonObject me = api.get(atSecond.body().getString("token"), "/v1/me").is(200).body();
        assertThat(me.getString("account")).isEqualTo(rival.account());
        // begun at the first, and an answer of the second, of the same person there (RFC 9207 §1)
        JsonObject begun = begin("first");
        JsonObject other = begin("second");
        JsonObject mixed = completion(other, browse(other, "alice"))
                .put("state", begun.getString("state")).put("secret", begun.getString("secret"));
        assertThat(complete(mixed).isProblem(401, "unauthenticated").text())
                .contains(providers.first, providers.second);
        JsonObject again = begin("first");
        JsonObject silent = completion(other, browse(begin("second"), "alice"))
                .put("state", again.getString("state")).put("secret", again.getString("secret"));
        silent.remove("iss");
        complete(silent).isProblem(401, "unauthenticated");
        JsonObject lying = begin("first");
        JsonObject claimed = silent.copy().put("state", lying.getString("state"))
                .put("secret", lying.getString("secret")).put("iss", providers.first);
        assertThat(complete(claimed).isProblem(401, "unauthenticated").text())
                .contains("invalid_grant");
        api.delete(acme.token(), "/v1/users/" + ours).is(204);
        api.delete(rival.token(), "/v1/users/" + theirs).is(204);
    }

    @Test
    void stateCodeAndSecret_eachServeOnce_andTogether() throws Exception {
        String id = user(rival, providers.second, "bob@rival.example", "viewer");
        JsonObject begun = begin("second");
        JsonObject completion = completion(begun, browse(begun, "bob"));
        complete(completion).is(200);
        complete(completion).isProblem(401, "unauthenticated");
        JsonObject other = begin("second");
        JsonObject oldCode = completion.copy().put("state", other.getString("state"))
                .put("secret", other.getString("secret"));
        assertThat(complete(oldCode).isProblem(401, "unauthenticated").text())
                .contains("invalid_grant");
        // the provider has ended the person's sessions of a code that came twice; ours goes by our
        // token
        JsonObject third = begin("second");
        JsonObject right = completion(third, browse(third, "bob"));
        complete(right.copy().put("secret", begun.getString("secret"))).isProblem(401,
                "unauthenticated");
        // tried once with a wrong secret, the state is used up
        complete(right).isProblem(401, "unauthenticated");
        api.delete(rival.token(), "/v1/users/" + id).is(204);
    }

    @Test
    void whoIsNoUser_orHasAnUnverifiedAddress_isNotLetIn() throws Exception {
        String id = user(acme, providers.first, "bob@acme.example", "admin");
        assertThat(logIn("first", "stranger").isProblem(401, "unauthenticated").text())
                .contains("stranger@acme.example");
        // mallory has typed bob's address into a profile, which nobody verified
        logIn("first", "mallory").isProblem(401, "unauthenticated");
        assertThat(api.get(acme.token(), "/v1/users/" + id).is(200).body().getString("subject"))
                .isNull();
        api.delete(acme.token(), "/v1/users/" + id).is(204);
    }

    @Test
    void rotatedKeys_areFollowed_whileTheOldOnesAreCached() throws Exception {
        String id = user(rival, providers.second, "alice@acme.example", "viewer");
        logIn("second", "alice").is(200);
        providers.rotateKeys();
        logIn("second", "alice").is(200);
        api.delete(rival.token(), "/v1/users/" + id).is(204);
    }

    @Test
    void whatIsAskedWrongly_isNamed() {
        assertThat(api.get("", "/v1/login/providers").is(200).body().getJsonArray("items"))
                .hasSize(2);
        api.send(null, "POST", "/v1/login", "{\"provider\":\"third\",\"redirect_uri\":\""
                + REDIRECT + "\"}").isProblem(400, "invalid-request").fault("/provider");
        api.send(null, "POST", "/v1/login", "{\"redirect_uri\":\"" + REDIRECT + "\"}")
                .isProblem(400, "invalid-request").fault("/provider");
        for (String elsewhere : List.of("https://evil.example/callback",
                "http://127.0.0.1:9/callback/../x", "http://127.0.0.1:9/other",
                "http://127.0.0.1:9/callback?a=b", "http://localhost:9/callback",
                "http://127.0.0.1@evil.example/callback", "http://u@127.0.0.1:9/callback",
                "http://[::1]:9/callback", "no address")) {
            api.send(null, "POST", "/v1/login", new JsonObject().put("provider", "first")
                    .put("redirect_uri", elsewhere).encode()).isProblem(400, "invalid-request")
                    .fault("/redirect_uri");
        }
    }

    @Test
    void commandLine_logsInByTheBrowser_andOut() throws Exception {
        String id = user(rival, providers.second, "bob@rival.example", "viewer");
        Path config = folder.resolve("config");
        Process login = cli(config, "login", "--url", api.process.apiUri().toString(),
                "--browser", "second");
        BufferedReader err = new BufferedReader(
                new InputStreamReader(login.getErrorStream(), StandardCharsets.UTF_8));
        String line = err.readLine();
        String url = line.substring(line.indexOf("http"));
        String backTo = Objects.requireNonNull(Browser.query(URI.create(url)).get("redirect_uri"));
        try (Browser browser = new Browser("bob")) {
            assertThat(browser.get(URI.create(backTo + "?state=guessed&code=x")).statusCode())
                    .isEqualTo(400);
            URI back = browser.follow(url, backTo);
            assertThat(browser.get(back).body()).contains("You are logged in");
        }
        assertThat(login.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(login.exitValue()).isZero();
        String profiles = Files.readString(config.resolve("cellgate/profiles.json"));
        String token = new JsonObject(profiles).getJsonObject("profiles").getJsonObject("default")
                .getString("token");
        assertThat(api.get(token, "/v1/me").is(200).body().getJsonObject("user").getString("id"))
                .isEqualTo(id);
        Process out = cli(config, "logout", "--revoke");
        assertThat(out.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(out.exitValue()).isZero();
        api.get(token, "/v1/me").isProblem(401, "unauthenticated");
        api.delete(rival.token(), "/v1/users/" + id).is(204);
    }

    private static Process cli(Path config, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(RunningProcess.command(arguments))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("XDG_CONFIG_HOME", config.toString());
        return builder.start();
    }
}
