package io.cellgate.bench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.cellgate.bench.carrier.CarrierProcess;
import io.cellgate.bench.carrier.Device;
import io.cellgate.bench.demo.Cast.Equipment;
import io.cellgate.bench.demo.Cast.Fetch;
import io.cellgate.bench.lab.Lab;
import io.cellgate.policy.subject.Plmn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Who may have a session, and how one ends. */
final class AttachScenarios {
    private static final Plmn FRANCE = new Plmn("208", "01");
    private static final String STOLEN_MODEM = "353490060000013";
    private static final Duration EVENT_LIMIT = Duration.ofSeconds(3);
    private AttachScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("other-modem",
                        "the SIM of \"swapped\", locked to its first modem, in another one",
                        "refused:imei_locked(92)", AttachScenarios::otherModem),
                new Scenario("outside-fence",
                        "the SIM of \"traveller\", fenced to DE and AT, attaches from France",
                        "refused:outside_fence(93)",
                        cast -> refusal(cast, "traveller",
                                Cast.servedBy(cast.device("traveller"), FRANCE))),
                new Scenario("leaves-fence",
                        "\"traveller\" attaches in Germany, then its carrier says it is in France",
                        "session-ended", AttachScenarios::leavesFence),
                new Scenario("session-rule",
                        "\"twog\" attaches over GSM, which rule no-2g of the policy forbids",
                        "refused:policy(93)",
                        cast -> refusal(cast, "twog", Cast.over(cast.device("twog"),
                                Cast.RAT_GERAN, Cast.IPV4))),
                new Scenario("suspended-sim", "a suspended SIM attaches",
                        "refused:sim_suspended(92)", AttachScenarios::suspendedSim),
                new Scenario("unknown-peer",
                        "an address that no carrier peers from sends Echo Requests",
                        "ignored", AttachScenarios::unknownPeer));
    }

    private static Outcome refusal(Cast cast, String name, Device device) {
        Instant since = Cast.now();
        JsonNode answer = cast.tryAttach(name, device, 2, false);
        if (answer.path("attached").asBoolean()) {
            return Outcome.of("attached");
        }
        JsonNode recorded = cast.record("signalling", cast.card(name), since,
                item -> item.path("verdict").asText().equals("refused"))
                .orElse(MissingNode.getInstance());
        String reason = recorded.path("reason").asText("not-recorded");
        return Outcome.of("refused:%s(%d)".formatted(reason, answer.path("cause").asInt()),
                "carrier: Create Session refused with cause " + answer.path("cause").asInt(),
                "gateway: %s: %s".formatted(reason, recorded.path("detail").asText()));
    }

    private static Outcome otherModem(Cast cast) {
        cast.attach("swapped", cast.device("swapped"), 2, false);
        cast.carrier.detach(cast.card("swapped").imsi());
        return refusal(cast, "swapped", Cast.inModem(cast.device("swapped"), STOLEN_MODEM));
    }

    private static Outcome leavesFence(Cast cast) {
        Equipment traveller = cast.attach("traveller", cast.device("traveller"), 2, false);
        Fetch before = cast.fetch(traveller, "http://api.meters.example/v1/home", "at-home");
        int cause = cast.carrier.move(traveller.card().imsi(), FRANCE.toString()).path("cause")
                .asInt();
        boolean ended = Lab.await(EVENT_LIMIT, () -> !cast.carrier
                .status(traveller.card().imsi()).path("attached").asBoolean());
        boolean listed = cast.customer.api().get("/v1/sessions?sim=" + traveller.card().iccid())
                .path("items").size() > 0;
        return Outcome.of(
                before.status() == 200 && ended && !listed
                        ? "session-ended"
                        : "before-%d-ended-%s-listed-%s".formatted(before.status(), ended, listed),
                "device:  at home " + before.seenByDevice(),
                "carrier: Modify Bearer answered with cause " + cause
                        + (ended ? ", then Delete Bearer came" : ""),
                "gateway: " + (listed ? "still has the session" : "has no session of it"));
    }

    private static Outcome suspendedSim(Cast cast) {
        cast.act("suspended", "suspend");
        return refusal(cast, "suspended", cast.device("suspended"));
    }

    private static Outcome unknownPeer(Cast cast) {
        long before = cast.drops("unknown_peer");
        CarrierProcess stranger = new CarrierProcess(cast.stage.lab, cast.stage.carrier,
                Stage.STRANGER, Stage.GATEWAY);
        boolean answered = stranger.echo().isEmpty();
        return Outcome.of(answered ? "answered" : "ignored",
                "stranger: " + (answered ? "was answered" : "no answer to 3 requests"),
                "gateway:  counted %d datagrams of an unknown peer"
                        .formatted(cast.drops("unknown_peer") - before));
    }
}
