package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EventStreamTest {
    @Test
    @Timeout(60)
    void stream_tellsChangesAsTheyHappen_andResumesAfterTheLastOne(@TempDir Path data)
            throws Exception {
        try (RunningApi api = RunningApi.start(data.resolve("data"))) {
            RunningApi.Tenant acme = api.tenant("Acme");
            RunningApi.Tenant rival = api.tenant("Rival");
            HttpResponse<InputStream> stream = api.client.send(
                    HttpRequest.newBuilder(URI.create(
                            api.process.apiUri() + "/v1/events/stream?after=0"))
                            .header("Authorization", "Bearer " + acme.token())
                            .header("Last-Event-ID", "1").build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                api.post(rival.token(), "/v1/fleets", "{\"name\":\"theirs\"}").is(201);
                api.post(acme.token(), "/v1/fleets", "{\"name\":\"ours\"}").is(201);
                StringBuilder seen = new StringBuilder();
                while (seen.indexOf("fleet.created") < 0 || seen.indexOf("ours") < 0) {
                    seen.append(lines.readLine()).append('\n');
                }
                assertThat(seen.toString()).contains("id: ").doesNotContain("theirs");
            }
        }
    }

    @Test
    @Timeout(60)
    void stream_endsWhenItsTokenIsRevoked(@TempDir Path data) throws Exception {
        try (RunningApi api = RunningApi.start(data.resolve("data"))) {
            RunningApi.Tenant acme = api.tenant("Acme");
            RunningApi.Reply viewer = api.post(acme.token(),
                    "/v1/accounts/" + acme.account() + "/tokens",
                    "{\"name\":\"screen\",\"role\":\"viewer\"}").is(201);
            HttpResponse<InputStream> stream = api.client.send(
                    HttpRequest.newBuilder(URI.create(api.process.apiUri() + "/v1/events/stream"))
                            .header("Authorization", "Bearer " + viewer.body().getString("secret"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            api.delete(acme.token(),
                    "/v1/accounts/" + acme.account() + "/tokens/" + viewer.id()).is(204);
            api.post(acme.token(), "/v1/fleets", "{\"name\":\"later\"}").is(201);
            try (InputStream body = stream.body()) {
                assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("following").doesNotContain("later");
            }
        }
    }

    @Test
    @Timeout(60)
    void accountWithManyStreams_leavesTheOthersTheirs(@TempDir Path data) throws Exception {
        try (RunningApi api = RunningApi.start(data.resolve("data"))) {
            RunningApi.Tenant acme = api.tenant("Acme");
            RunningApi.Tenant rival = api.tenant("Rival");
            List<InputStream> streams = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                HttpResponse<InputStream> stream = open(api, acme);
                assertThat(stream.statusCode()).isEqualTo(200);
                streams.add(stream.body());
            }
            assertThat(open(api, acme).statusCode()).isEqualTo(503);
            HttpResponse<InputStream> other = open(api, rival);
            assertThat(other.statusCode()).isEqualTo(200);
            streams.add(other.body());
            api.get(acme.token(), "/v1/fleets").is(200);
            for (InputStream stream : streams) {
                stream.close();
            }
        }
    }

    @Test
    @Timeout(60)
    void stream_resumesAfterARestart_withoutAGapAndWithoutARepetition(@TempDir Path data)
            throws Exception {
        Path folder = data.resolve("data");
        RunningApi.Tenant acme;
        long last;
        try (RunningApi api = RunningApi.start(folder)) {
            acme = api.tenant("Acme");
            for (int i = 0; i < 5; i++) {
                api.post(acme.token(), "/v1/fleets", "{\"name\":\"f" + i + "\"}").is(201);
            }
            try (BufferedReader lines = lines(open(api, acme.token(), "0"))) {
                assertThat(names(lines, 3)).containsExactly("f0", "f1", "f2");
            }
            last = api.get(acme.token(), "/v1/events?kind=fleet.created").is(200).body()
                    .getJsonArray("items").getJsonObject(2).getLong("seq");
        }
        try (RunningApi api = RunningApi.again(Settings.Store.in(folder))) {
            try (BufferedReader lines = lines(open(api, acme.token(), Long.toString(last)))) {
                api.post(acme.token(), "/v1/fleets", "{\"name\":\"f5\"}").is(201);
                assertThat(names(lines, 3)).containsExactly("f3", "f4", "f5");
            }
        }
    }

    @Test
    @Timeout(120)
    void readerThatIsSlow_holdsUpItselfAlone_andMissesNothing(@TempDir Path data)
            throws Exception {
        try (RunningApi api = RunningApi.start(data.resolve("data"))) {
            RunningApi.Tenant acme = api.tenant("Acme");
            int sims = api.sims(acme, 600).size();
            // more than any socket takes that nobody reads from: some 10 kB in an event
            try (BufferedReader slow = lines(open(api, acme.token(), "0"))) {
                for (int round = 0; round < 3; round++) {
                    tag(api, acme, Integer.toString(round));
                }
                api.post(acme.token(), "/v1/fleets", "{\"name\":\"after\"}").is(201);
                try (BufferedReader quick = lines(open(api, acme.token(), "0"))) {
                    assertThat(names(quick, 1)).containsExactly("after");
                }
                long seen = 0;
                long changes = 0;
                for (String line = slow.readLine(); changes < 3L * sims; line = slow.readLine()) {
                    if (line.startsWith("id: ")) {
                        long id = Long.parseLong(line.substring(4));
                        assertThat(id).isGreaterThan(seen);
                        seen = id;
                    } else if (line.equals("event: sim.changed")) {
                        changes++;
                    }
                }
                assertThat(names(slow, 1)).containsExactly("after");
            }
        }
    }

    @Test
    @Timeout(60)
    void stream_endsWhenItsRoleMayReadEventsNoMore(@TempDir Path data) throws Exception {
        try (RunningApi api = RunningApi.start(data.resolve("data"))) {
            RunningApi.Tenant acme = api.tenant("Acme");
            RunningApi.Reply role = api.post(acme.token(), "/v1/roles",
                    "{\"name\":\"r\",\"base\":\"viewer\",\"scopes\":[\"events:read\"]}")
                    .is(201);
            String token = api.post(acme.token(), "/v1/accounts/" + acme.account() + "/tokens",
                    "{\"name\":\"t\",\"role\":\"" + role.id() + "\"}").is(201).body()
                    .getString("secret");
            HttpResponse<InputStream> stream = open(api, token, "0");
            assertThat(stream.statusCode()).isEqualTo(200);
            api.put(acme.token(), "/v1/roles/" + role.id(),
                    "{\"name\":\"r\",\"base\":\"viewer\",\"scopes\":[\"sims:read\"]}",
                    "If-Match", "*").is(200);
            api.post(acme.token(), "/v1/fleets", "{\"name\":\"later\"}").is(201);
            try (InputStream body = stream.body()) {
                assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("role.created").doesNotContain("later");
            }
        }
    }

    /** Gives all SIMs fifty long tags. */
    private static void tag(RunningApi api, RunningApi.Tenant tenant, String value)
            throws InterruptedException {
        JsonObject tags = new JsonObject();
        for (int i = 0; i < 50; i++) {
            tags.put("tag " + i, value.repeat(100));
        }
        String operation = api.post(tenant.token(), "/v1/bulk-changes", new JsonObject()
                .put("filter", new JsonObject().put("state", "ready")).put("add_tags", tags)
                .encode()).is(202).id();
        while (!"done".equals(api.get(tenant.token(), "/v1/operations/" + operation).is(200)
                .body().getString("state"))) {
            Thread.sleep(20);
        }
    }

    private static BufferedReader lines(HttpResponse<InputStream> stream) {
        assertThat(stream.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
    }

    /** The names of the next fleets that are told to be made. */
    private static List<String> names(BufferedReader lines, int count) throws Exception {
        List<String> names = new ArrayList<>();
        boolean made = false;
        while (names.size() < count) {
            String line = String.valueOf(lines.readLine());
            if (line.startsWith("event: ")) {
                made = line.equals("event: fleet.created");
            } else if (made && line.startsWith("data: ")) {
                names.add(new JsonObject(line.substring(6)).getJsonObject("after")
                        .getString("name"));
            }
        }
        return names;
    }

    private static HttpResponse<InputStream> open(RunningApi api, String token, String lastId)
            throws Exception {
        return api.client.send(
                HttpRequest.newBuilder(URI.create(api.process.apiUri() + "/v1/events/stream"))
                        .header("Authorization", "Bearer " + token)
                        .header("Last-Event-ID", lastId).build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }

    private static HttpResponse<InputStream> open(RunningApi api, RunningApi.Tenant tenant)
            throws Exception {
        return api.client.send(
                HttpRequest.newBuilder(URI.create(api.process.apiUri() + "/v1/events/stream"))
                        .header("Authorization", "Bearer " + tenant.token()).build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }
}
