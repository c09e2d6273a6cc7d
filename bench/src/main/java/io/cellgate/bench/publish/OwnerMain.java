package io.cellgate.bench.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cellgate.bench.carrier.FleetMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Operator and owner of a fleet, by the API: {@code OwnerMain BASE TOKEN PEER FIRST_IMSI COUNT}. Makes all that the fleet
 * needs and says {@code ready}; then, for each line {@code put N RULE}, replaces its policy N times, so that the toggled
 * stream is blocked and allowed by turns, and says of each {@code put STARTED ANSWERED blocked|allowed}, then
 * {@code done}. RULE {@code session} adds a rule of the session phase: each session is judged again then.
 */
public final class OwnerMain {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AT_ONCE = 16;
    private static final int PAUSE_MILLIS = 100;
    private static final int RULES = 50;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;
    private String token;

    private OwnerMain(String base, String token) {
        this.base = base;
        this.token = token;
    }

    public static void main(String[] arguments) throws Exception {
        OwnerMain owner = new OwnerMain(arguments[0], arguments[1]);
        String policy = owner.enrol(arguments[2], Long.parseLong(arguments[3]),
                Integer.parseInt(arguments[4]));
        System.out.println("ready");
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                owner.replace(policy, Integer.parseInt(words[1]), words[2].equals("session"));
                System.out.println("done");
            }
        }
    }

    private String enrol(String peer, long firstImsi, int count) throws Exception {
        String carrier = post("/v1/carriers",
                "{\"name\":\"Alpha\",\"home_plmns\":[\"26201\"]}", "application/json").path("id")
                .asText();
        JsonNode _ = post("/v1/carriers/" + carrier + "/peers", "{\"address\":\"" + peer + "\"}",
                "application/json");
        String product = post("/v1/products",
                "{\"name\":\"Card\",\"kind\":\"card\",\"unit_price\":1,\"currency\":\"EUR\"}",
                "application/json").path("id").asText();
        String batch = post("/v1/batches",
                "{\"name\":\"bench\",\"product\":\"" + product + "\"}", "application/json")
                .path("id").asText();
        StringBuilder csv = new StringBuilder("iccid,imsi\n");
        List<String> iccids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            iccids.add(iccid(i));
            csv.append(iccid(i)).append(',').append("%015d".formatted(firstImsi + i))
                    .append('\n');
        }
        JsonNode _ = post("/v1/batches/" + batch + "/imports", csv.toString(), "text/csv");
        String account = post("/v1/accounts", "{\"name\":\"Fleet\"}", "application/json")
                .path("id").asText();
        String operator = token;
        String own = post("/v1/accounts/" + account + "/tokens",
                "{\"name\":\"ops\",\"role\":\"admin\"}", "application/json").path("secret")
                .asText();
        token = own;
        String order = "/v1/orders/" + post("/v1/orders", "{\"product\":\"" + product
                + "\",\"quantity\":" + count + ",\"ship_to\":\"Dock 4\"}", "application/json")
                .path("id").asText();
        JsonNode _ = post(order + "/confirm", "", null);
        token = operator;
        JsonNode _ = post(order + "/advance", "{\"to\":\"kitting\"}", "application/json");
        JsonNode _ = post(order + "/advance", "{\"to\":\"shipped\",\"tracking\":\"P\"}",
                "application/json");
        token = own;
        JsonNode _ = post(order + "/receive", "", null);
        String policy = post("/v1/policies", policy(true, false), "application/json").path("id")
                .asText();
        JsonNode _ = call("PATCH", "/v1/accounts/" + account,
                "{\"default_policy\":\"" + policy + "\"}",
                "application/json");
        activate(iccids);
        return policy;
    }

    private void activate(List<String> iccids) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<JsonNode>> all = new ArrayList<>();
            for (String iccid : iccids) {
                all.add(threads.submit(() -> post("/v1/sims/" + iccid + "/actions",
                        "{\"action\":\"activate\"}", "application/json")));
            }
            for (Future<JsonNode> each : all) {
                JsonNode _ = each.get();
            }
        }
    }

    /** A valid number: its last digit is its check digit (ITU-T E.118, Luhn). */
    private static String iccid(int number) {
        String payload = "894901%012d".formatted(number);
        int sum = 0;
        for (int i = 0; i < payload.length(); i++) {
            int digit = payload.charAt(payload.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? 2 * digit : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return payload + (10 - sum % 10) % 10;
    }

    private void replace(String policy, int times, boolean session)
            throws IOException, InterruptedException {
        for (int i = 0; i < times; i++) {
            boolean allowed = i % 2 != 0;
            String document = policy(allowed, session);
            long started = System.nanoTime();
            JsonNode _ = call("PUT", "/v1/policies/" + policy, document, "application/json");
            System.out.println("put " + started + " " + System.nanoTime() + " "
                    + (allowed ? "allowed" : "blocked"));
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private static String policy(boolean toggledAllowed, boolean session) {
        StringBuilder rules = new StringBuilder();
        if (session) {
            rules.append(rule("no-2g", "session", "block", "session.rat == \\\"geran\\\""));
        }
        for (int i = 0; i < RULES; i++) {
            rules.append(rule("backend-" + i, "network", "allow",
                    "net.dst.domain in {\\\"h" + i + ".example.com\\\"} and net.dst.port == 443"));
        }
        rules.append(rule("steady", "network", "allow",
                "net.dst.port == " + FleetMain.STEADY_PORT));
        rules.append(rule("toggled", "network", toggledAllowed ? "allow" : "block",
                "net.dst.port == " + FleetMain.TOGGLED_PORT));
        rules.setLength(rules.length() - 1);
        return "{\"name\":\"fleet\",\"rules\":[" + rules + "]}";
    }

    private static String rule(String id, String phase, String action, String when) {
        return "{\"id\":\"%s\",\"phase\":\"%s\",\"action\":\"%s\",\"when\":\"%s\"},"
                .formatted(id, phase, action, when);
    }

    private JsonNode post(String path, String body, @Nullable String type)
            throws IOException, InterruptedException {
        return call("POST", path, body, type);
    }

    private JsonNode call(String method, String path, String body, @Nullable String type)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (type != null) {
            request.header("Content-Type", type);
        }
        if (method.equals("PUT")) {
            request.header("If-Match", "*");
        }
        HttpResponse<String> answer = client.send(request.build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + " was answered " + answer.statusCode()
                    + ": " + answer.body());
        }
        return JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    }
}
