package io.cellgate.bench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.cellgate.bench.demo.Cast.Equipment;
import io.cellgate.bench.demo.Cast.Fetch;
import io.cellgate.bench.lab.Lab;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Changes made by the API while a device downloads at full speed: how long its packets go on. */
final class LiveScenarios {
    private static final Duration START_LIMIT = Duration.ofSeconds(5);
    /** A packet that was on its way through the carrier when the API answered may still arrive. */
    private static final long IN_FLIGHT_MILLIS = 20;
    private static final int ENOUGH_PACKETS = 500;

    private LiveScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("suspension-live",
                        "\"streamer\" is suspended while it downloads; its carrier goes on carrying its packets",
                        "stopped-at-once", LiveScenarios::suspension),
                new Scenario("policy-live",
                        "\"updated\" downloads while its policy is replaced by one without network rules,"
                                + " then by the one it had",
                        "stopped-at-once", LiveScenarios::policy));
    }

    /** What the carrier saw of a download during which something was changed. */
    private record Download(boolean flowed, long packets, long lastMillis, long answeredMillis,
            JsonNode status) {
        boolean stopped() {
            return lastMillis <= answeredMillis + IN_FLIGHT_MILLIS;
        }

        String got(boolean otherwiseRight) {
            return !flowed
                    ? "no-traffic-to-stop"
                    : stopped() && otherwiseRight ? "stopped-at-once" : "went-on";
        }

        List<String> seen() {
            return List.of(
                    "device:  %d packets came; the last one %d ms after the change was asked for"
                            .formatted(packets, lastMillis),
                    "api:     had answered after %d ms".formatted(answeredMillis));
        }
    }

    private static Download during(Cast cast, Equipment device, Runnable change) {
        String imsi = device.card().imsi();
        Process download = cast.stage.lab.start(device.namespace().command("curl", "-sS",
                "--max-time", "30", "-o", "/dev/null", "http://api.meters.example/firmware.bin"),
                cast.stage.lab.folder().resolve("download.log"));
        boolean flowing = Lab.await(START_LIMIT, () -> cast.carrier.status(imsi)
                .path("downlinkPackets").asLong() > ENOUGH_PACKETS) && download.isAlive();
        long askedMillis = System.currentTimeMillis();
        change.run();
        long answeredMillis = System.currentTimeMillis();
        Lab.pause(Duration.ofSeconds(1));
        JsonNode status = cast.carrier.status(imsi);
        download.destroy();
        return new Download(flowing, status.path("downlinkPackets").asLong(),
                status.path("lastDownlinkEpochMillis").asLong() - askedMillis,
                answeredMillis - askedMillis, status);
    }

    private static Outcome suspension(Cast cast) {
        Equipment streamer = cast.attach("streamer", cast.device("streamer"), 2, true);
        Download download = during(cast, streamer, () -> cast.act("streamer", "suspend"));
        boolean told = download.status().path("deletedByGatewayEpochMillis").asLong() > 0;
        long indications = download.status().path("errorIndications").asLong();
        List<String> seen = new ArrayList<>(download.seen());
        seen.add("carrier: " + (told ? "Delete Bearer came" : "was told nothing")
                + ", what it went on sending was answered by %d Error Indications"
                        .formatted(indications));
        return new Outcome(download.got(told), seen);
    }

    private static Outcome policy(Cast cast) {
        Equipment updated = cast.attached("updated");
        String policy = "/v1/policies/" + cast.customer.policy();
        Download download = during(cast, updated, () -> cast.customer.api().put(policy,
                "{\"name\":\"meters\",\"rules\":[]}"));
        Predicate<JsonNode> blocked = flow -> Cast.blocked(flow)
                && flow.path("remote").asText().equals(Stage.WEB + ":80");
        String decided = Cast.decision(cast.record("flows", updated.card(),
                Cast.now().minusSeconds(5), blocked));
        cast.customer.api().put(policy, Enrolment.POLICY);
        Fetch after = cast.fetch(updated, "http://api.meters.example/v1/after", "policy-live");
        List<String> seen = new ArrayList<>(download.seen());
        seen.add("gateway: the flow is " + decided);
        seen.add("device:  with the old policy again, " + after.seenByDevice());
        return new Outcome(download.got(decided.startsWith("blocked") && after.status() == 200),
                seen);
    }
}
