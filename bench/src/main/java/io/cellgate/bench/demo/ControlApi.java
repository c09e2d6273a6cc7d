package io.cellgate.bench.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cellgate.bench.lab.Command;
import io.cellgate.bench.lab.Namespace;
import java.util.ArrayList;
import java.util.List;

/** The gateway's HTTP API with one token, spoken to by curl inside the gateway's namespace. */
public final class ControlApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Namespace gateway;
    private final String base;
    private final String token;

    /** @param base as {@code http://127.0.0.1:8080} */
    public ControlApi(Namespace gateway, String base, String token) {
        this.gateway = gateway;
        this.base = base;
        this.token = token;
    }

    public ControlApi withToken(String other) {
        return new ControlApi(gateway, base, other);
    }

    public String base() {
        return base;
    }

    public String token() {
        return token;
    }

    public JsonNode get(String path) {
        return json(text(path));
    }

    /** What a path answers, as it stands. */
    public String text(String path) {
        return call("GET", path, "", "", "");
    }

    public JsonNode post(String path, String body) {
        return json(call("POST", path, "application/json", body, ""));
    }

    public JsonNode postCsv(String path, String body) {
        return json(call("POST", path, "text/csv", body, ""));
    }

    public JsonNode patch(String path, String body) {
        return json(call("PATCH", path, "application/json", body, ""));
    }

    /** Replaces the object at its current entity tag. */
    public JsonNode put(String path, String body) {
        Command.Result head = gateway.command("curl", "-sS", "-o", "/dev/null", "-w",
                "%header{etag}", "-H", "Authorization: Bearer " + token, base + path).run();
        return json(call("PUT", path, "application/json", body, head.out()));
    }

    private String call(String method, String path, String type, String body, String ifMatch) {
        List<String> words = new ArrayList<>(List.of("curl", "-sS", "--max-time", "20", "-X",
                method, "-H", "Authorization: Bearer " + token, "-w", "\n%{http_code}"));
        if (!type.isEmpty()) {
            words.addAll(List.of("-H", "Content-Type: " + type, "--data-binary", "@-"));
        }
        if (!ifMatch.isEmpty()) {
            words.addAll(List.of("-H", "If-Match: " + ifMatch));
        }
        words.add(base + path);
        Command.Result result = gateway.command(words.toArray(String[]::new)).run(body);
        int end = result.out().lastIndexOf('\n');
        String status = end < 0 ? "" : result.out().substring(end + 1);
        String answer = end < 0 ? "" : result.out().substring(0, end);
        if (!result.ok() || !status.startsWith("2")) {
            throw new IllegalStateException("%s %s was answered %s: %s%s".formatted(method, path,
                    status, answer, result.err()));
        }
        return answer;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.isEmpty() ? "{}" : text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON: " + text, e);
        }
    }
}
