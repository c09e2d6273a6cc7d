package io.cellgate.control.access;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Speaks with identity providers: over TLS or within this host, no redirects followed, answers bounded in octets and
 * as a whole in time, so that a provider that hangs or never ends holds nobody up.
 */
final class ProviderHttp implements ResourceRetriever, AutoCloseable {
    private static final long LONGEST_ANSWER = 512 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER).connectTimeout(PATIENCE).build();

    /** Whether log-ins may be sent there. */
    static boolean isTrustworthy(URI uri) {
        String host = uri.getHost();
        return "https".equalsIgnoreCase(uri.getScheme()) && host != null
                || "http".equalsIgnoreCase(uri.getScheme()) && host != null
                        && (host.equals("localhost") || host.equals("127.0.0.1")
                                || host.equals("[::1]"));
    }

    /** What a {@code GET} of the address answers with 200. */
    String get(URI uri) throws IOException {
        HttpResponse<byte[]> answer = send(
                HttpRequest.newBuilder(trusted(uri)).header("Accept", "application/json"));
        if (answer.statusCode() != 200) {
            throw new IOException(uri + " answered with status " + answer.statusCode());
        }
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** Sends a request of the OpenID Connect library. */
    HTTPResponse send(HTTPRequest request) throws IOException, ParseException {
        String body = request.getBody();
        HttpRequest.Builder builder = HttpRequest.newBuilder(trusted(request.getURI()))
                .method(request.getMethod().name(), body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        request.getHeaderMap().forEach(
                (name, values) -> values.forEach(value -> builder.header(name, value)));
        HttpResponse<byte[]> answer = send(builder);
        HTTPResponse said = new HTTPResponse(answer.statusCode());
        String type = answer.headers().firstValue("Content-Type").orElse(null);
        if (type != null) {
            said.setContentType(type);
        }
        said.setBody(new String(answer.body(), StandardCharsets.UTF_8));
        return said;
    }

    /** Where a provider keeps its keys. */
    @Override
    public Resource retrieveResource(URL url) throws IOException {
        try {
            return new Resource(get(url.toURI()), "application/json");
        } catch (URISyntaxException notAnAddress) {
            throw new IOException(notAnAddress);
        }
    }

    private static URI trusted(URI uri) throws IOException {
        if (!isTrustworthy(uri)) {
            throw new IOException("got " + uri + ", expected an https URL");
        }
        return uri;
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request.build(),
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(),
                        LONGEST_ANSWER));
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw new IOException("no answer within " + PATIENCE.toSeconds() + " s", late);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException interrupted) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
