package io.cellgate.control.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Calls the API of a profile; what is not answered well becomes a {@link CliFailure} that says what is wrong. */
final class ApiClient implements AutoCloseable {
    private final Profiles.Profile profile;
    private final HttpClient http;

    ApiClient(Profiles.Profile profile) {
        this.profile = profile;
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10));
        String ca = profile.ca();
        if (ca != null) {
            builder.sslContext(trusting(Path.of(ca)));
        } else if (profile.url().startsWith("http:")) {
            // the system's authorities, which no connection needs, would take longer to read than
            // most answers
            builder.sslContext(trustingNone());
        }
        http = builder.build();
    }

    private static SSLContext trustingNone() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext trusting(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int count = 0;
            for (var certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)) {
                store.setCertificateEntry("ca" + count++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory
                    .getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new CliFailure(CliFailure.WRONG_USE,
                    "--ca: got " + pem + ", expected a PEM file with certificates: " + e, e);
        }
    }

    /** @param path with the query */
    HttpResponse<InputStream> send(String method, String path, Map<String, String> headers,
            HttpRequest.@Nullable BodyPublisher body) {
        try {
            HttpRequest.Builder request = HttpRequest
                    .newBuilder(URI.create(profile.url().replaceAll("/+$", "") + path))
                    .method(method,
                            body == null ? HttpRequest.BodyPublishers.noBody() : body);
            headers.forEach(request::header);
            String token = profile.token();
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            HttpResponse<InputStream> answer = http.send(request.build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() >= 400) {
                throw problem(answer, path);
            }
            return answer;
        } catch (ConnectException refused) {
            throw new CliFailure(CliFailure.UNAVAILABLE, "nothing answers at " + profile.url()
                    + "; is the gateway running, and the profile's URL right?", refused);
        } catch (IOException broken) {
            throw new CliFailure(CliFailure.UNAVAILABLE,
                    "the API at " + profile.url() + " cannot be reached: "
                            + (broken.getMessage() == null ? broken : broken.getMessage()),
                    broken);
        } catch (IllegalArgumentException notAUrl) {
            throw new CliFailure(CliFailure.WRONG_USE, "got the API's URL " + profile.url()
                    + ", expected one such as " + Profiles.DEFAULT_URL, notAUrl);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CliFailure(CliFailure.FAILED, "interrupted", interrupted);
        }
    }

    static String text(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new CliFailure(CliFailure.UNAVAILABLE, "the answer broke off: " + broken,
                    broken);
        }
    }

    static JsonObject json(HttpResponse<InputStream> answer) {
        String text = text(answer);
        try {
            return text.isEmpty() ? new JsonObject() : new JsonObject(text);
        } catch (DecodeException notJson) {
            throw new CliFailure(CliFailure.FAILED,
                    "got an answer that is not JSON; is this Cellgate's API?", notJson);
        }
    }

    private CliFailure problem(HttpResponse<InputStream> answer, String path) {
        int status = answer.statusCode();
        String text = text(answer);
        JsonObject problem;
        try {
            problem = new JsonObject(text);
        } catch (DecodeException notAProblem) {
            return new CliFailure(CliFailure.ofHttp(status), "answered with status " + status);
        }
        StringBuilder message = new StringBuilder(
                Output.printable(problem.getString("title", "refused")));
        String reason = problem.getString("reason");
        if (reason != null) {
            message.append(" (").append(Output.printable(reason)).append(')');
        }
        JsonArray faults = problem.getJsonArray("faults", new JsonArray());
        if (faults.isEmpty()) {
            message.append(": ").append(Output.printable(problem.getString("detail", "")));
        }
        for (Object each : faults) {
            message.append("\n  ").append(fault((JsonObject) each));
        }
        if (status == 401 && !path.startsWith("/v1/login")) {
            message.append(profile.token() == null
                    ? "\n  there is no token: cellgate login, or CELLGATE_TOKEN"
                    : "\n  log in again: cellgate login");
        }
        if (status >= 500 && problem.getString("instance") != null) {
            message.append("\n  the gateway's log says more under ")
                    .append(problem.getString("instance"));
        }
        return new CliFailure(CliFailure.ofHttp(status), message.toString());
    }

    private static String fault(JsonObject fault) {
        StringBuilder line = new StringBuilder(fault.getString("pointer", ""));
        if (fault.getString("rule") != null) {
            line.append(" rule ").append(fault.getString("rule"));
            if (fault.getInteger("line", 0) > 0) {
                line.append(", line ").append(fault.getInteger("line")).append(" column ")
                        .append(fault.getInteger("column"));
            }
        }
        if (!line.isEmpty()) {
            line.append(": ");
        }
        if (fault.getString("got") != null) {
            line.append("got ").append(fault.getString("got")).append(", ");
        }
        line.append(fault.getString("rule") == null ? "expected " : "")
                .append(fault.getString("expected", ""));
        if (fault.getString("hint") != null) {
            line.append(" (").append(fault.getString("hint")).append(')');
        }
        return Output.printable(line.toString());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
