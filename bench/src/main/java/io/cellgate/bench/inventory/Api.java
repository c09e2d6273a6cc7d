package io.cellgate.bench.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A client of one instance's API, with one token. */
final class Api implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .build();
    private final String uri;
    private final String token;

    Api(String uri, String token) {
        this.uri = uri;
        this.token = token;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(uri + path)).header("Authorization",
                "Bearer " + token);
    }

    private HttpRequest post(String path, String body) {
        HttpRequest.Builder request = request(path);
        return (body.isEmpty()
                ? request.POST(HttpRequest.BodyPublishers.noBody())
                : request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .build();
    }

    JsonNode get(String path) throws IOException {
        return send(request(path).build());
    }

    JsonNode send(String path, String body) throws IOException {
        return send(post(path, body));
    }

    JsonNode patch(String path, String body) throws IOException {
        return send(request(path).header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body)).build());
    }

    JsonNode upload(String path, Path file, String type) throws IOException {
        return send(request(path).header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofFile(file)).build());
    }

    /** Completes with the time, in nanoseconds, at which the answer was there. */
    CompletableFuture<Long> begin(String path, String body) {
        return client.sendAsync(post(path, body), HttpResponse.BodyHandlers.ofString())
                .thenApply(answer -> {
                    long now = System.nanoTime();
                    if (answer.statusCode() != 200) {
                        throw new IllegalStateException(answer.body());
                    }
                    return now;
                });
    }

    private JsonNode send(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> answer = client.send(request,
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IOException(request + ": " + answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
