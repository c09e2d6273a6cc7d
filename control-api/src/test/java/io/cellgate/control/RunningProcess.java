package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code cellgate run --no-gateway} as a process of its own, which can be killed. */
record RunningProcess(Process process, String uri, String token) implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** The command line of a Java process that runs the {@code cellgate} command. */
    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * Starts one in the folder {@code data} of this one; its log is {@code err.log}.
     *
     * @param token the operator's, where the data folder had its first start before
     */
    static RunningProcess start(Path folder, String token, String... more) throws IOException {
        List<String> command = command("run", "--no-gateway", "--api-port", "0", "--data",
                folder.resolve("data").toString());
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("err.log").toFile()).start();
        BufferedReader out = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String uri = "";
        String shown = token;
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains("listens at ")) {
                uri = line.substring(line.indexOf("http"));
            } else if (line.contains("token")) {
                shown = line.substring(line.lastIndexOf(' ') + 1);
            } else if (line.contains("No gateway")) {
                return new RunningProcess(process, uri, shown);
            }
        }
        throw new AssertionError(
                "it did not start: " + Files.readString(folder.resolve("err.log")));
    }

    JsonObject get(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(uri + path)));
    }

    JsonObject post(String path, String body) throws Exception {
        return post(path, body, "application/json");
    }

    JsonObject post(String path, String body, String type) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(uri + path)).header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonObject send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = CLIENT.send(
                request.header("Authorization", "Bearer " + token).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s", answer.body()).isBetween(200, 202);
        return new JsonObject(answer.body());
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        int _ = process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
