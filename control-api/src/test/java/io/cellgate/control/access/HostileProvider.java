package io.cellgate.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;

/** A provider that says whatever a test wants it to say; by itself it is honest. Its subject is {@code eve}. */
public final class HostileProvider implements AutoCloseable {
    /** Makes the ID token of a log-in. */
    @FunctionalInterface
    public interface Minter {
        String mint(JWTClaimsSet.Builder honest) throws Exception;
    }

    public final String issuer;
    public final RSAKey key;
    public Minter minter = this::signed;
    public JsonObject metadata;
    public JsonObject userInfo = new JsonObject();
    private final HttpServer server;
    private String nonce = "";
    private String challenge = "";

    public HostileProvider() throws IOException, JOSEException {
        key = key("honest");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        metadata = new JsonObject().put("issuer", issuer)
                .put("authorization_endpoint", issuer + "/auth")
                .put("token_endpoint", issuer + "/token").put("jwks_uri", issuer + "/jwks")
                .put("userinfo_endpoint", issuer + "/me")
                .put("response_types_supported", new JsonArray().add("code"))
                .put("subject_types_supported", new JsonArray().add("public"))
                .put("id_token_signing_alg_values_supported",
                        new JsonArray().add("RS256").add("HS256").add("none"));
        server.createContext("/.well-known/openid-configuration",
                exchange -> answer(exchange, metadata.encode()));
        server.createContext("/jwks", exchange -> answer(exchange,
                new JWKSet(key.toPublicJWK()).toString()));
        server.createContext("/token", this::token);
        server.createContext("/me", exchange -> answer(exchange, userInfo.encode()));
        server.start();
    }

    public static RSAKey key(String name) throws JOSEException {
        return new RSAKeyGenerator(2048).keyID(name).generate();
    }

    /** As a browser: what the authorization request said is remembered. */
    public void visit(String authorizationUrl) {
        Map<String, String> query = Browser.query(URI.create(authorizationUrl));
        nonce = query.getOrDefault("nonce", "");
        challenge = query.getOrDefault("code_challenge", "");
        assertThat(query).containsEntry("code_challenge_method", "S256")
                .containsEntry("response_type", "code");
        assertThat(nonce).hasSizeGreaterThan(20);
    }

    public String signed(JWTClaimsSet.Builder claims) throws JOSEException {
        return signed(claims, key);
    }

    public static String signed(JWTClaimsSet.Builder claims, RSAKey by) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).build(),
                claims.build());
        jwt.sign(new RSASSASigner(by));
        return jwt.serialize();
    }

    private void token(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(),
                StandardCharsets.UTF_8);
        String verifier = "";
        for (String pair : form.split("&")) {
            if (pair.startsWith("code_verifier=")) {
                verifier = URLDecoder.decode(pair.substring(14), StandardCharsets.UTF_8);
            }
        }
        try {
            // RFC 7636 §4.6
            String digest = Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest
                    .getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.UTF_8)));
            if (!digest.equals(challenge)) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(400, 25);
                exchange.getResponseBody().write(
                        "{\"error\":\"invalid_grant\"}".getBytes(StandardCharsets.UTF_8));
                exchange.close();
                return;
            }
            answer(exchange, new JsonObject().put("access_token", "at").put("token_type", "Bearer")
                    .put("id_token", minter.mint(honest())).encode());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public JWTClaimsSet.Builder honest() {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder().issuer(issuer).audience("cellgate").subject("eve")
                .issueTime(Date.from(now)).expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", nonce).claim("email", "eve@acme.example")
                .claim("email_verified", true);
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
