package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.Allowance;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.SubscriberDirectory.Admission;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.usage.UsageRecord;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Quota;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Quotas as they are set and take hold, and usage from the gateway's report to the API's answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageApiTest {
    private static final Carrier CARRIER = new Carrier(0, "car_1", "Alpha", Set.of(), Set.of());

    private final RecordingGateway gateway = new RecordingGateway();
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;

    @BeforeAll
    void start(@TempDir Path data) {
        api = RunningApi.start(data.resolve("data"), gateway);
        acme = api.tenant("Acme");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private String activeSim() {
        String iccid = api.sims(acme, 1).getFirst();
        api.post(acme.token(), "/v1/sims/" + iccid + "/actions", "{\"action\":\"activate\"}")
                .is(200);
        return iccid;
    }

    private void set(String iccid, String patch) {
        api.patch(acme.token(), "/v1/sims/" + iccid, patch).is(200);
    }

    private Subscriber admitted(String iccid) {
        String imsi = api.get(acme.token(), "/v1/sims/" + iccid).body().getString("imsi");
        return ((Admission.Admitted) gateway.needs().directory()
                .admit(new AttachRequest(CARRIER, new Imsi(imsi), null, "iot", null, PdnType.IPV4,
                        UserLocation.UNKNOWN))
                .toCompletableFuture().join()).subscriber();
    }

    private void used(String iccid, long up, long down, boolean exceeded) {
        gateway.needs().usage().used(List.of(new UsageRecord(admitted(iccid), "car_1", "DE",
                System.currentTimeMillis() / 3_600_000, up, 1, down, 1, exceeded)));
    }

    private JsonArray lines(String token, String query) {
        return api.get(token, "/v1/usage?" + query).is(200).body().getJsonArray("items");
    }

    @Test
    void nearestQuota_holds_andWhatWasUsedIsTold_atTheNextAttach() {
        String iccid = activeSim();
        assertThat(admitted(iccid).allowance().quota()).isNull();
        api.patch(acme.token(), "/v1/accounts/" + acme.account(),
                "{\"quota\":{\"bytes_month\":9000,\"action\":\"block\"}}").is(200);
        assertThat(admitted(iccid).allowance().quota()).isEqualTo(Quota.block(null, 9000L));
        String fleet = api
                .post(acme.token(), "/v1/fleets",
                        """
                                {"name": "slow", "quota": {"bytes_day": 500, "action": "throttle", "rate_bps": 64000}}
                                """)
                .is(201).id();
        set(iccid, "{\"fleet\":\"" + fleet + "\"}");
        assertThat(admitted(iccid).allowance().quota()).isEqualTo(new Quota(500L, null, 64_000));
        set(iccid, "{\"quota\":{\"bytes_day\":1000,\"bytes_month\":2000,\"action\":\"block\"}}");
        used(iccid, 300, 44, false);
        Allowance allowance = admitted(iccid).allowance();
        assertThat(allowance.quota()).isEqualTo(Quota.block(1000L, 2000L));
        assertThat(allowance.bytesDay()).isEqualTo(344);
        assertThat(allowance.bytesMonth()).isEqualTo(344);
        JsonObject shown = api.get(acme.token(), "/v1/sims/" + iccid + "/usage").is(200).body();
        assertThat(shown.getLong("octets_day")).isEqualTo(344);
        assertThat(shown.getJsonObject("quota").getLong("bytes_month")).isEqualTo(2000);
        assertThat(shown.getBoolean("quota_exceeded")).isFalse();
        api.patch(acme.token(), "/v1/accounts/" + acme.account(), "{\"quota\":null}").is(200);
    }

    @Test
    void usage_isListedByWhatItIsAskedFor_andNotToOthers() {
        String iccid = activeSim();
        used(iccid, 100, 0, false);
        used(iccid, 50, 7, false);
        JsonObject line = lines(acme.token(), "sim=" + iccid).getJsonObject(0);
        assertThat(line.getString("sim")).isEqualTo(iccid);
        assertThat(line.getLong("octets_up")).isEqualTo(150);
        assertThat(line.getLong("octets_down")).isEqualTo(7);
        assertThat(line.getLong("packets_up")).isEqualTo(2);
        assertThat(lines(acme.token(), "by=country&interval=hour&sim=" + iccid).getJsonObject(0)
                .getString("country")).isEqualTo("DE");
        assertThat(lines(acme.token(), "by=account&interval=month").getJsonObject(0)
                .getString("account")).isEqualTo(acme.account());
        assertThat(lines(acme.token(), "by=carrier&to=2030-01-01T00:00:00Z&sim=" + iccid
                + "&from=2029-12-31T00:00:00Z")).isEmpty();
        Tenant rival = api.tenant("Rival");
        assertThat(lines(rival.token(), "sim=" + iccid)).isEmpty();
        api.get(rival.token(), "/v1/sims/" + iccid + "/usage").isProblem(404, "not-found");
        api.get(acme.token(), "/v1/usage?after=bm8").isProblem(400, "invalid-request");
        api.get(acme.token(), "/v1/usage?interval=week").isProblem(400, "invalid-request");
    }

    @Test
    void usedUpQuota_isACondition_untilItIsRaised() throws Exception {
        String iccid = activeSim();
        set(iccid, "{\"quota\":{\"bytes_day\":1000,\"action\":\"block\"}}");
        used(iccid, 1000, 0, true);
        assertThat(api.get(acme.token(), "/v1/sims/" + iccid).body().getJsonArray("conditions"))
                .containsExactly("quota_exceeded");
        set(iccid, "{\"quota\":{\"bytes_day\":5000,\"action\":\"block\"}}");
        assertThat(gateway.told).as("live sessions follow").last().asString().startsWith("judge");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!api.get(acme.token(), "/v1/sims/" + iccid).body().getJsonArray("conditions")
                .isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(50);
        }
        assertThat(api.get(acme.token(), "/v1/audit?subject=" + iccid + "&limit=3").is(200).body()
                .getJsonArray("items").stream().map(each -> ((JsonObject) each).getString("kind")))
                .contains("sim.quota_exceeded", "sim.quota_restored");
    }

    @Test
    void throttledSim_isHeldToItsRateByItsCarrier_untilItHasSomethingLeft() throws Exception {
        String iccid = activeSim();
        set(iccid, """
                {"quota":{"bytes_day":1000,"action":"throttle","rate_bps":64000}}""");
        used(iccid, 999, 0, true);
        String imsi = admitted(iccid).imsi().toString();
        untilTold("hold " + imsi + " to 64000");
        assertThat(admitted(iccid).allowance().rateBps()).isZero();
        used(iccid, 1, 0, false);
        assertThat(admitted(iccid).allowance().rateBps()).as("of one that attaches now")
                .isEqualTo(64_000);
        set(iccid, """
                {"quota":{"bytes_day":900,"action":"throttle","rate_bps":32000}}""");
        untilTold("hold " + imsi + " to 32000");
        set(iccid, """
                {"quota":{"bytes_day":5000,"action":"throttle","rate_bps":32000}}""");
        untilTold("hold " + imsi + " to 0");
        assertThat(admitted(iccid).allowance().rateBps()).isZero();
    }

    @Test
    void blockedSim_isHeldToNoRate() {
        String iccid = activeSim();
        set(iccid, "{\"quota\":{\"bytes_day\":1000,\"action\":\"block\"}}");
        used(iccid, 1000, 0, true);
        assertThat(admitted(iccid).allowance().rateBps()).isZero();
        assertThat(gateway.told).noneMatch(
                told -> told.startsWith("hold " + admitted(iccid).imsi()));
    }

    private void untilTold(String what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!gateway.told.contains(what)) {
            assertThat(System.nanoTime()).as("%s among %s", what, gateway.told)
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    @Test
    void contradictoryQuota_isRefused_andChangesNothing() {
        String iccid = activeSim();
        for (String quota : List.of("{\"action\":\"block\"}",
                "{\"bytes_day\":5,\"action\":\"throttle\"}",
                "{\"bytes_day\":5,\"action\":\"block\",\"rate_bps\":5000}",
                "{\"bytes_day\":-1,\"action\":\"block\"}",
                "{\"bytes_day\":5,\"action\":\"throttle\",\"rate_bps\":1}",
                "{\"bytes_day\":5,\"action\":\"slow\"}")) {
            api.patch(acme.token(), "/v1/sims/" + iccid, "{\"quota\":" + quota + "}")
                    .isProblem(400, "invalid-request");
        }
        assertThat(api.get(acme.token(), "/v1/sims/" + iccid).body().getValue("quota")).isNull();
    }
}
