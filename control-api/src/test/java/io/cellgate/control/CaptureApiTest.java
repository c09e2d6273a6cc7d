package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Reply;
import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.dataplane.capture.PacketCapture;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Captures through the API: who may have them, and what becomes of their files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CaptureApiTest {
    private final RecordingGateway gateway = new RecordingGateway();
    @SuppressWarnings("NullAway.Init")
    private Path data;
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        data = folder.resolve("data");
        Files.createDirectories(data.resolve("captures"));
        Files.writeString(data.resolve("captures").resolve("cap_old.pcapng"), "of another run");
        api = RunningApi.start(data, (_, _) -> gateway);
        acme = api.tenant("Acme");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private boolean isKept(String id) {
        return Files.exists(data.resolve("captures").resolve(id + ".pcapng"));
    }

    private Reply begin(String iccid, String... headers) {
        return api.post(acme.token(), "/v1/captures", "{\"sim\":\"" + iccid + "\"}", headers);
    }

    @Test
    void capture_isStartedStoppedDownloadedAndDeleted_byItsOwnAccountOnly() {
        assertThat(isKept("cap_old")).as("one of another run").isFalse();
        String iccid = api.sims(acme, 1).getFirst();
        String imsi = api.get(acme.token(), "/v1/sims/" + iccid).body().getString("imsi");
        String[] key = {"Idempotency-Key", "capture-1"};
        Reply started = begin(iccid, key).is(201);
        assertThat(begin(iccid, key).is(201).id()).as("asked for again").isEqualTo(started.id());
        assertThat(isKept(started.id())).isTrue();
        String path = "/v1/captures/" + started.id();
        assertThat(started.body().getString("state")).isEqualTo("running");
        assertThat(gateway.told).contains("capture " + imsi);
        PacketCapture capture = gateway.captures.getLast();
        begin(iccid).isProblem(409, "conflict");

        Tenant rival = api.tenant("Rival");
        api.get(rival.token(), path).isProblem(404, "not-found");
        api.get(rival.token(), path + "/pcapng").isProblem(404, "not-found");
        api.send(rival.token(), "POST", path + "/stop", null).isProblem(404, "not-found");
        api.delete(rival.token(), path).isProblem(404, "not-found");
        api.post(rival.token(), "/v1/captures", "{\"sim\":\"" + iccid + "\"}").isProblem(404,
                "not-found");
        assertThat(api.get(rival.token(), "/v1/captures").is(200).body().getJsonArray("items"))
                .isEmpty();
        assertThat(api.get(acme.token(), "/v1/captures").is(200).body().getJsonArray("items")
                .stream().map(each -> ((JsonObject) each).getString("id")))
                .contains(started.id());

        Reply stopped = api.send(acme.token(), "POST", path + "/stop", null).is(200);
        assertThat(stopped.body().getString("state")).isEqualTo("stopped");
        assertThat(capture.isOver()).as("it takes no packet any more").isTrue();
        Reply file = api.get(acme.token(), path + "/pcapng").is(200);
        assertThat(file.raw().headers().firstValue("Content-Disposition").orElseThrow())
                .contains(started.id() + ".pcapng");
        assertThat(file.text()).startsWith("\n\r\r\n");
        api.delete(acme.token(), path).is(204);
        api.get(acme.token(), path).isProblem(404, "not-found");
        assertThat(isKept(started.id())).isFalse();
    }

    @Test
    void captureThatTheGatewayDoesNotTake_leavesNothing() {
        String iccid = api.sims(acme, 1).getFirst();
        gateway.refusesCaptures = true;
        begin(iccid).isProblem(500, "internal");
        gateway.refusesCaptures = false;
        assertThat(gateway.captures.getLast().isOver()).isTrue();
        assertThat(gateway.captures.getLast().file()).doesNotExist();
        String id = begin(iccid).is(201).id();
        api.delete(acme.token(), "/v1/captures/" + id).is(204);
    }

    @Test
    void captures_areBounded() {
        List<String> iccids = api.sims(acme, 9);
        for (String iccid : iccids.subList(0, 8)) {
            begin(iccid).is(201);
        }
        begin(iccids.getLast()).isProblem(409, "conflict");
        for (Object each : api.get(acme.token(), "/v1/captures").body().getJsonArray("items")) {
            api.delete(acme.token(), "/v1/captures/" + ((JsonObject) each).getString("id"))
                    .is(204);
        }
        begin(iccids.getLast()).is(201);
        api.post(acme.token(), "/v1/captures",
                "{\"sim\":\"" + iccids.getFirst() + "\",\"max_octets\":1000000000}")
                .isProblem(400, "invalid-request");
    }
}
