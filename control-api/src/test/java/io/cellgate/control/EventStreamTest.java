package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static HttpResponse<InputStream> open(RunningApi api, RunningApi.Tenant tenant)
            throws Exception {
        return api.client.send(
                HttpRequest.newBuilder(URI.create(api.process.apiUri() + "/v1/events/stream"))
                        .header("Authorization", "Bearer " + tenant.token()).build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }
}
