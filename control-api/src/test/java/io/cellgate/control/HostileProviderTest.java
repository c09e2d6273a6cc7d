package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.control.access.HostileProvider;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An identity provider, or who stands between, lies: nobody is let in, and nobody becomes somebody else. */
class HostileProviderTest {
    private static final String SECRET = "a secret of thirty-two octets and more";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;
    @SuppressWarnings("NullAway.Init")
    private HostileProvider provider;
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;
    @SuppressWarnings("NullAway.Init")
    private String user;

    @BeforeEach
    void start() throws Exception {
        provider = new HostileProvider();
        api = RunningApi.start(folder.resolve("data"));
        acme = api.tenant("Acme");
        api.post(api.operator, "/v1/identity-providers",
                new JsonObject().put("name", "idp").put("issuer", provider.issuer)
                        .put("client_id", "cellgate").put("client_secret", SECRET)
                        .put("audiences", new JsonArray().add("https://api.example"))
                        .put("redirect_uris", new JsonArray().add("http://127.0.0.1/callback"))
                        .encode())
                .is(201);
        user = api.post(acme.token(), "/v1/users", new JsonObject().put("name", "Eve")
                .put("email", "eve@acme.example").put("issuer", provider.issuer)
                .put("role", "admin").encode()).is(201).id();
    }

    @AfterEach
    void stop() {
        api.close();
        provider.close();
    }

    private JsonObject begin() {
        JsonObject begun = api.send(null, "POST", "/v1/login",
                "{\"redirect_uri\":\"http://127.0.0.1:9/callback\"}").is(200).body();
        provider.visit(begun.getString("authorization_url"));
        return begun;
    }

    private Reply logIn() {
        JsonObject begun = begin();
        return api.send(null, "POST", "/v1/login/complete",
                new JsonObject().put("state", begun.getString("state"))
                        .put("secret", begun.getString("secret")).put("code", "any").encode());
    }

    private static Date in(long seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    @Test
    void tokensThatAreNotRight_letNobodyIn_andTheHonestOneDoes() throws Exception {
        RSAKey own = HostileProvider.key("own");
        RSAKey sameName = HostileProvider.key(provider.key.getKeyID());
        Map<String, HostileProvider.Minter> lies = new TreeMap<>(Map.ofEntries(
                Map.entry("nonce of another log-in",
                        claims -> provider.signed(claims.claim("nonce", "another"))),
                Map.entry("no nonce", claims -> provider.signed(claims.claim("nonce", null))),
                Map.entry("foreign issuer",
                        claims -> provider.signed(claims.issuer("https://other.example"))),
                Map.entry("no issuer", claims -> provider.signed(claims.issuer(null))),
                Map.entry("another client's",
                        claims -> provider.signed(claims.audience("somebody"))),
                Map.entry("an audience that is not trusted",
                        claims -> provider.signed(claims.audience(List.of("cellgate", "somebody"))
                                .claim("azp", "cellgate"))),
                Map.entry("several audiences and nobody authorized",
                        claims -> provider.signed(
                                claims.audience(List.of("cellgate", "https://api.example")))),
                Map.entry("made for another",
                        claims -> provider.signed(claims.claim("azp", "somebody"))),
                Map.entry("expired", claims -> provider.signed(claims.expirationTime(in(-120)))),
                Map.entry("never expires", claims -> provider.signed(claims.expirationTime(null))),
                Map.entry("of the future", claims -> provider.signed(claims.issueTime(in(600)))),
                Map.entry("no subject", claims -> provider.signed(claims.subject(null))),
                Map.entry("alg none", claims -> new PlainJWT(claims.build()).serialize()),
                Map.entry("HS256 by the public key",
                        claims -> hmac(claims, provider.key.toRSAPublicKey().getEncoded())),
                Map.entry("HS256 by the client secret",
                        claims -> hmac(claims, SECRET.getBytes(StandardCharsets.UTF_8))),
                Map.entry("another key", claims -> HostileProvider.signed(claims, own)),
                Map.entry("another key of the same name",
                        claims -> HostileProvider.signed(claims, sameName)),
                Map.entry("signature cut off", claims -> {
                    String signed = provider.signed(claims);
                    return signed.substring(0, signed.lastIndexOf('.') + 1);
                }),
                Map.entry("claims changed after signing", claims -> {
                    String[] honest = provider.signed(claims).split("\\.");
                    String[] forged = provider.signed(claims.subject("root")).split("\\.");
                    return honest[0] + "." + forged[1] + "." + honest[2];
                }), Map.entry("no token", _ -> "x")));
        int tried = 0;
        for (Map.Entry<String, HostileProvider.Minter> lie : lies.entrySet()) {
            if (++tried % 15 == 0) {
                // twenty failures make an address wait: go on as another process
                api.close();
                api = RunningApi.again(Settings.Store.in(folder.resolve("data")));
            }
            provider.minter = lie.getValue();
            Reply reply = logIn();
            assertThat(reply.status()).as("%s: %s", lie.getKey(), reply.text()).isIn(401, 503);
            assertThat(reply.text()).doesNotContain("cg_", "Exception", "com.nimbus");
        }
        assertThat(api.get(acme.token(), "/v1/users/" + user).is(200).body().getString("subject"))
                .isNull();
        provider.minter = claims -> provider.signed(claims
                .audience(List.of("cellgate", "https://api.example")).claim("azp", "cellgate"));
        assertThat(logIn().is(200).body().getJsonObject("user").getString("id")).isEqualTo(user);
    }

    private static String hmac(JWTClaimsSet.Builder claims, byte[] secret) throws Exception {
        SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("honest")
                .build(), claims.build());
        jwt.sign(new MACSigner(secret));
        return jwt.serialize();
    }

    @Test
    void userInfo_ofAnotherPerson_countsNothing() {
        provider.minter = claims -> provider.signed(claims.claim("email", null));
        provider.userInfo = new JsonObject().put("sub", "somebody")
                .put("email", "eve@acme.example").put("email_verified", true);
        logIn().isProblem(401, "unauthenticated");
        provider.userInfo.put("sub", "eve");
        logIn().is(200);
    }

    @Test
    void boundUser_isNotTakenOver_byTheSameAddressUnderAnotherSubject() {
        logIn().is(200);
        provider.minter = claims -> provider.signed(claims.subject("mallory"));
        logIn().isProblem(401, "unauthenticated");
    }

    @Test
    void configurationThatNamesAnotherIssuer_orLeavesTls_isNotUsed() {
        for (JsonObject lie : List.of(
                provider.metadata.copy().put("issuer", "https://other.example"),
                provider.metadata.copy().put("authorization_endpoint", "http://192.0.2.1/auth"),
                provider.metadata.copy().put("authorization_endpoint", "javascript:alert(1)"),
                new JsonObject())) {
            JsonObject honest = provider.metadata;
            provider.metadata = lie;
            api.send(null, "POST", "/v1/login",
                    "{\"redirect_uri\":\"http://127.0.0.1:9/callback\"}")
                    .isProblem(503, "unavailable");
            provider.metadata = honest;
        }
        logIn().is(200);
    }

    @Test
    void providerChangedMeanwhile_endsWhatWasBegun() {
        JsonObject begun = begin();
        JsonObject idp = api.get(api.operator, "/v1/identity-providers").is(200).body()
                .getJsonArray("items").getJsonObject(0);
        api.put(api.operator, "/v1/identity-providers/" + idp.getString("id"),
                new JsonObject().put("name", "idp").put("issuer", provider.issuer)
                        .put("client_id", "another")
                        .put("redirect_uris", new JsonArray().add("http://127.0.0.1/callback"))
                        .encode(),
                "If-Match", "*").is(200);
        api.send(null, "POST", "/v1/login/complete",
                new JsonObject().put("state", begun.getString("state"))
                        .put("secret", begun.getString("secret")).put("code", "any").encode())
                .isProblem(401, "unauthenticated");
    }
}
