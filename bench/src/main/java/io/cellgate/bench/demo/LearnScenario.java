package io.cellgate.bench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cellgate.bench.demo.Cast.Equipment;
import io.cellgate.bench.demo.Cast.Fetch;
import java.util.List;

/** A policy learnt from what a device did through the gateway, replayed, then enforced for it. */
final class LearnScenario {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OWN = "http://api.meters.example/v1/telemetry";
    /** The fleet's policy allows it, and this meter never asked for it. */
    private static final String OTHERS = "http://api.meters.example/firmware.bin";

    private LearnScenario() {}

    static Scenario scenario() {
        return new Scenario("learnt-policy",
                "a policy is learnt from what \"meter\" did, replayed against it, then enforced for it alone",
                "held:nothing-changes,own-allowed,others-blocked", LearnScenario::play);
    }

    private static Outcome play(Cast cast) {
        Equipment meter = cast.attached("meter");
        Fetch _ = cast.fetch(meter, OWN, "before-learning");
        ControlApi api = cast.customer.api();
        String sim = meter.card().iccid();
        JsonNode learnt = api.post("/v1/policies/learn",
                "{\"name\":\"learnt\",\"sim\":\"" + sim + "\"}");
        ObjectNode document = learnt.path("document").deepCopy();
        String shadow = api.post("/v1/policies", document.toString()).path("id").asText();
        JsonNode replayed = api.post("/v1/policies/" + shadow + "/replay",
                JSON.createObjectNode().put("sim", sim).toString());
        long lost = 0;
        for (JsonNode change : replayed.path("changes")) {
            lost += change.path("before").path("verdict").asText().equals("block")
                    ? 0
                    : change.path("lines").asLong();
        }
        String enforced = api.post("/v1/policies", document.put("mode", "enforce")
                .put("name", "enforced").toString()).path("id").asText();
        String card = "/v1/sims/" + sim;
        api.patch(card, "{\"policy\":\"" + enforced + "\"}");
        Fetch own = cast.fetch(meter, OWN, "after-learning");
        Fetch others = cast.fetch(meter, OTHERS, "others", "-o", "/dev/null");
        api.patch(card, "{\"policy\":null}");
        String got = "held:" + (lost == 0 ? "nothing-changes" : lost + "-would-be-blocked") + ","
                + (own.status() == 200 ? "own-allowed" : "own-blocked") + ","
                + (others.status() == 200 ? "others-allowed" : "others-blocked");
        return new Outcome(got, List.of(
                "api:     learnt " + learnt.path("document").path("rules").size() + " rules: "
                        + learnt.path("document").path("rules").findValuesAsText("when"),
                "api:     replayed, %d lines stay as they were, %d change, %d cannot be told"
                        .formatted(replayed.path("same").asLong(),
                                replayed.path("changed").asLong(),
                                replayed.path("unjudged").asLong()),
                "device:  what it did before, " + own.seenByDevice(),
                "device:  what it never did, " + others.seenByDevice()));
    }
}
