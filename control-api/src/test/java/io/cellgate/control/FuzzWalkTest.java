package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.control.http.OpenApi;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Walks the OpenAPI document and sends every operation what it must refuse: unknown fields and parameters, wrong types,
 * texts that are too long, broken bodies, another tenant's ids, stale entity tags, injections, no token or one that may
 * not. Each refusal has to be a problem document that names the field, must tell no internals, and has to have changed
 * nothing. {@code -Dseed=} repeats a walk, {@code -Dfuzz.seconds=} goes on with random values for that long.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzWalkTest {
    private static final List<String> INJECTIONS = List.of("' or 1=1 --",
            "x'); drop table sim; --", "\r\nX-Evil: 1", "../../etc/passwd", "\u0000",
            "${jndi:ldap://x}", "%s%n", "<script>", "\uD83D\uDE00", "null", "-1", "*");

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final JsonObject document = OpenApi.read();
    private final RequestSamples samples = new RequestSamples(document);
    private final Map<String, String> rivals = new HashMap<>();
    private final Map<String, String> own = new HashMap<>();
    private int refused;
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;
    @SuppressWarnings("NullAway.Init")
    private String viewer;
    private long head;

    @BeforeAll
    void start(@TempDir Path data) {
        api = RunningApi.start(data.resolve("data"));
        acme = api.tenant("Acme");
        fill(acme, own);
        fill(api.tenant("Rival"), rivals);
        viewer = api.post(acme.token(), "/v1/accounts/" + acme.account() + "/tokens",
                "{\"name\":\"v\",\"role\":\"viewer\"}").is(201).body().getString("secret");
        head = head();
    }

    /** One object of each kind that tenants have, by the first word of its path. */
    private void fill(Tenant tenant, Map<String, String> ids) {
        String token = tenant.token();
        ids.put("accounts", tenant.account());
        ids.put("sims", api.sims(tenant, 1).getFirst());
        ids.put("orders", api.get(token, "/v1/orders").body().getJsonArray("items")
                .getJsonObject(0).getString("id"));
        ids.put("fleets", api.post(token, "/v1/fleets", "{\"name\":\"f\"}").is(201).id());
        ids.put("lists", api.post(token, "/v1/lists",
                "{\"name\":\"l\",\"kind\":\"names\",\"entries\":[]}").is(201).id());
        ids.put("policies",
                api.post(token, "/v1/policies", "{\"name\":\"p\",\"rules\":[]}").is(201).id());
        ids.put("roles", api.post(token, "/v1/roles",
                "{\"name\":\"r\",\"base\":\"viewer\",\"scopes\":[\"sims:read\"]}").is(201).id());
        ids.put("webhooks", api.post(token, "/v1/webhooks",
                "{\"name\":\"w\",\"url\":\"https://198.41.0.4/\",\"enabled\":false}").is(201).id());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private long head() {
        long at = 0;
        while (true) {
            JsonObject page = api.get(api.operator, "/v1/events?limit=1000&after=" + at).is(200)
                    .body();
            if (page.getJsonArray("items").isEmpty()) {
                return at;
            }
            at = page.getLong("next");
        }
    }

    private record Target(String path, String method, JsonObject operation) {
        String role() {
            return operation.getString("x-role");
        }

        boolean isOpen() {
            return role().equals("anyone");
        }
    }

    private List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        JsonObject paths = document.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            for (String method : OpenApi.METHODS) {
                JsonObject operation = paths.getJsonObject(path).getJsonObject(method);
                if (operation != null) {
                    targets.add(new Target(path, method.toUpperCase(Locale.ROOT), operation));
                }
            }
        }
        return targets;
    }

    @Test
    @Timeout(3600)
    void everyOperation_refusesWhatIsWrong_namesIt_andChangesNothing() {
        long until = System.nanoTime() + Long.getLong("fuzz.seconds", 0) * 1_000_000_000L;
        do {
            List<Target> targets = targets();
            Collections.shuffle(targets, random);
            for (Target target : targets) {
                attack(target);
                assertThat(head()).as("seed %d: %s %s changed something", seed, target.method(),
                        target.path()).isEqualTo(head);
            }
        } while (System.nanoTime() < until);
        assertThat(refused).isGreaterThan(1000);
        // the tables are still there, and what is in them
        own.forEach((kind, id) -> api.get(acme.token(), "/v1/" + kind + "/" + id).is(200));
    }

    private String token(Target target) {
        return target.role().equals("operator") ? api.operator : acme.token();
    }

    private void attack(Target target) {
        String path = filled(target.path(), own);
        String token = token(target);
        refuse(target, token, path + "?zz_unknown=1", sample(target), "/zz_unknown");
        parameters(target, token, path);
        if (!target.isOpen()) {
            status(target, send(null, target, path, sample(target)), 401);
            if (!target.role().equals("viewer")) {
                status(target, send(viewer, target, path, sample(target)), 403);
            }
        }
        if (target.path().indexOf('{') >= 0) {
            ids(target, token);
        }
        JsonObject schema = samples.body(target.operation());
        if (schema != null) {
            body(target, token, path, schema);
        }
        if (!target.operation().getString("operationId").startsWith("create")
                && samples.has(target.path(), target.operation(), "If-Match")) {
            Reply stale = api.send(token, target.method(), path, text(sample(target)), "If-Match",
                    "\"999999\"");
            judge(target, stale, null);
            assertThat(stale.status()).as("seed %d: %s %s, stale: %s", seed, target.method(),
                    path, stale.text()).isGreaterThanOrEqualTo(400);
        }
    }

    private void parameters(Target target, String token, String path) {
        for (JsonObject parameter : samples.parameters(target.path(), target.operation(),
                "query")) {
            String name = parameter.getString("name");
            for (String wrong : samples.wrongTexts(parameter.getJsonObject("schema"), random)) {
                refuse(target, token, path + "?" + name + "=" + encoded(wrong), sample(target),
                        "/" + name);
            }
        }
    }

    private void ids(Target target, String token) {
        String kind = OpenApi.words(target.path()).getFirst();
        if (rivals.containsKey(kind) && !target.role().equals("operator")) {
            Reply foreign = send(acme.token(), target, filled(target.path(), rivals),
                    sample(target));
            judge(target, foreign, null);
            assertThat(foreign.status())
                    .as("seed %d: %s %s of another tenant: %s", seed, target.method(),
                            target.path(), foreign.text())
                    .isIn(400, 404, 412, 415, 422, 428);
        }
        String injected = INJECTIONS.get(random.nextInt(INJECTIONS.size()));
        Reply reply = send(token, target,
                target.path().replaceAll("\\{[a-z]+}", encoded(injected).replace("$", "\\$")),
                sample(target));
        judge(target, reply, null);
        assertThat(reply.raw().headers().firstValue("X-Evil")).isEmpty();
        assertThat(reply.status()).as("seed %d: %s %s with %s: %s", seed, target.method(),
                target.path(), injected, reply.text()).isBetween(400, 499);
    }

    private void body(Target target, String token, String path, JsonObject schema) {
        refuse(target, token, path, sample(target).put("zz_unknown", 1), "/zz_unknown");
        samples.fields(schema).forEach((name, field) -> {
            for (Object wrong : samples.wrongValues(field, random)) {
                refuse(target, token, path, sample(target).put(name, wrong), "/" + name);
            }
            String injected = INJECTIONS.get(random.nextInt(INJECTIONS.size()));
            if (!samples.isLegal(field, injected)) {
                refuse(target, token, path, sample(target).put(name, injected), "/" + name);
            }
        });
        for (String broken : List.of("", "{", "[]", "null", "7", "\"x\"", "{\"a\":1,\"a\":2}",
                "{\"a\":123456789012345678901234567890}", "[".repeat(2000), "\u0000",
                "{\"name\":\"" + "x".repeat(2000) + "\"")) {
            if (broken.isEmpty() && !target.operation().getJsonObject("requestBody")
                    .getBoolean("required", false)) {
                continue;
            }
            Reply reply = api.send(token, target.method(), path, broken);
            judge(target, reply, null);
            assertThat(reply.status()).as("seed %d: %s %s with %.80s: %s", seed, target.method(),
                    path, broken, reply.text()).isBetween(400, 499);
        }
        Reply typed = api.send(token, target.method(), path, sample(target).encode(),
                "Content-Type", "application/xml");
        status(target, typed, 415);
    }

    private @Nullable JsonObject sampleOrNull(Target target) {
        JsonObject schema = samples.body(target.operation());
        return schema == null ? null : (JsonObject) samples.valid(schema, random);
    }

    private JsonObject sample(Target target) {
        JsonObject sample = sampleOrNull(target);
        return sample == null ? new JsonObject() : sample;
    }

    private static @Nullable String text(JsonObject body) {
        return body.isEmpty() ? null : body.encode();
    }

    private Reply send(@Nullable String token, Target target, String path, JsonObject body) {
        return api.send(token, target.method(), path,
                samples.body(target.operation()) == null ? null : body.encode());
    }

    private void refuse(Target target, String token, String path, JsonObject body,
            String pointer) {
        Reply reply = send(token, target, path, body);
        assertThat(reply.status()).as("seed %d: %s %s with %.300s: %s", seed, target.method(),
                path, body.encode(), reply.text()).isEqualTo(400);
        judge(target, reply, pointer);
    }

    private void status(Target target, Reply reply, int expected) {
        assertThat(reply.status()).as("seed %d: %s %s: %s", seed, target.method(), target.path(),
                reply.text()).isEqualTo(expected);
        judge(target, reply, null);
    }

    /** What every refusal has to be like. */
    private void judge(Target target, Reply reply, @Nullable String pointer) {
        String as = "seed " + seed + ": " + target.method() + " " + target.path() + " answered "
                + reply.status() + " " + reply.text();
        assertThat(reply.status()).as(as).isLessThan(500);
        if (reply.status() < 400) {
            return;
        }
        refused++;
        assertThat(reply.raw().headers().firstValue("Content-Type")).as(as)
                .hasValue("application/problem+json");
        assertThat(reply.body().getInteger("status")).as(as).isEqualTo(reply.status());
        assertThat(reply.text()).as(as).doesNotContain("Exception", "io.cellgate", "\\tat ",
                "SQLITE", "sqlite", "java.");
        if (pointer != null) {
            JsonArray faults = reply.body().getJsonArray("faults", new JsonArray());
            assertThat(faults.stream().map(fault -> ((JsonObject) fault).getString("pointer")))
                    .as(as).anyMatch(each -> each.equals(pointer)
                            || each.startsWith(pointer + "/"));
        }
    }

    private String filled(String path, Map<String, String> ids) {
        String id = ids.getOrDefault(OpenApi.words(path).getFirst(), "none_1");
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (String part : path.split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            out.append('/');
            if (part.startsWith("{")) {
                out.append(first ? id : "1");
                first = false;
            } else {
                out.append(part);
            }
        }
        return out.toString();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
