package io.cellgate.bench.latency;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Suspends SIMs by the API, one after the other, in the gateway's namespace: {@code SuspendMain TOKEN FILE-OF-ICCIDS}. Prints for
 * each when it asked and when it was answered, by System.nanoTime.
 */
public final class SuspendMain {
    private static final int WARM_UP_REQUESTS = 200;
    private static final int PAUSE_MILLIS = 20;

    private SuspendMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .build()) {
            for (int i = 0; i < WARM_UP_REQUESTS; i++) {
                int _ = client.send(request(arguments[0], "/v1/sims?limit=1").GET().build(),
                        HttpResponse.BodyHandlers.ofString()).statusCode();
            }
            for (String iccid : Files.readAllLines(Path.of(arguments[1]),
                    StandardCharsets.UTF_8)) {
                HttpRequest suspend = request(arguments[0], "/v1/sims/" + iccid + "/actions")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"action\":\"suspend\"}"))
                        .build();
                long asked = System.nanoTime();
                HttpResponse<String> answer = client.send(suspend,
                        HttpResponse.BodyHandlers.ofString());
                long answered = System.nanoTime();
                if (answer.statusCode() / 100 != 2) {
                    throw new IOException("suspending " + iccid + ": " + answer.statusCode() + " "
                            + answer.body());
                }
                System.out.println(asked + " " + answered);
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private static HttpRequest.Builder request(String token, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:8080" + path))
                .header("Authorization", "Bearer " + token);
    }
}
