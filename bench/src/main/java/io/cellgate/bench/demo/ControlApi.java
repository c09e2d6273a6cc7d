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

    /** A request of many; the body is JSON, or empty. */
    public record Request(String method, String path, String body) {}

    /** Makes many requests by one curl; any that is not answered 2xx is an exception. */
    public void all(List<Request> requests) {
        StringBuilder config = new StringBuilder();
        for (Request request : requests) {
            config.append(config.isEmpty() ? "" : "next\n").append("url = \"").append(base)
                    .append(request.path).append("\"\nrequest = ").append(request.method)
                    .append("\nsilent\nshow-error\noutput = /dev/null\nwrite-out = \"%{http_code}\\n\"\n")
                    .append("header = \"Authorization: Bearer ").append(token)
                    .append("\"\nheader = \"Content-Type: application/json\"\ndata-binary = \"")
                    .append(request.body.replace("\"", "\\\"")).append("\"\n");
        }
        Command.Result result = gateway.command("curl", "-K", "-").run(config.toString());
        List<String> statuses = result.out().lines().toList();
        if (statuses.size() != requests.size()
                || !statuses.stream().allMatch(status -> status.startsWith("2"))) {
            throw new IllegalStateException("%d requests were answered %s: %s".formatted(
                    requests.size(), statuses.stream().distinct().toList(), result.err()));
        }
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
