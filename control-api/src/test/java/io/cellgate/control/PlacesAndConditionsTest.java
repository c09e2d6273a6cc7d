package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.SubscriberDirectory.Admission;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Geofences, the table of cells, conditions, eSIM profiles and changes of many SIMs, as an account and a carrier see them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlacesAndConditionsTest {
    private static final String FIRST = "35693803564380";
    private static final String OTHER = "35693803564399";
    private static final Carrier CARRIER = new Carrier(0, "car_1", "Alpha", Set.of(), Set.of());

    private final RecordingGateway gateway = new RecordingGateway();
    @SuppressWarnings("NullAway.Init")
    private RunningApi api;
    @SuppressWarnings("NullAway.Init")
    private Tenant acme;

    @BeforeAll
    void start(@TempDir Path folder) {
        api = RunningApi.start(folder, gateway);
        acme = api.tenant("Acme");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private record Sim(String iccid, String imsi) {}

    private Sim activeSim() {
        String iccid = api.sims(acme, 1).getFirst();
        api.post(acme.token(), "/v1/sims/" + iccid + "/actions", "{\"action\":\"activate\"}")
                .is(200);
        return new Sim(iccid, api.get(acme.token(), "/v1/sims/" + iccid).body().getString("imsi"));
    }

    private @Nullable Refusal refusal(Sim sim, String imei, UserLocation location) {
        Admission admission = gateway.needs().directory()
                .admit(new AttachRequest(CARRIER, new Imsi(sim.imsi()), new Imei(imei), "iot",
                        Rat.EUTRAN, PdnType.IPV4, location))
                .toCompletableFuture().join();
        return admission instanceof Admission.Refused refused ? refused.reason() : null;
    }

    private static UserLocation cell(int cell) {
        return new UserLocation(Plmn.parse("26201"), 4711, null, cell);
    }

    private JsonArray conditions(Sim sim) {
        return api.get(acme.token(), "/v1/sims/" + sim.iccid() + "/conditions").is(200).body()
                .getJsonArray("items");
    }

    /** The store follows the judgement on a thread of its own. */
    private void awaitConditions(Sim sim, String... expected) throws InterruptedException {
        List<String> found = List.of();
        for (int i = 0; i < 500; i++) {
            found = conditions(sim).stream()
                    .map(each -> ((JsonObject) each).getString("condition")).toList();
            if (found.equals(List.of(expected))) {
                return;
            }
            Thread.sleep(10);
        }
        assertThat(found).containsExactly(expected);
    }

    @Test
    void geofence_ofShapes_holdsByTheTableOfCells_andItsConditionEndsByItsRule()
            throws InterruptedException {
        // Berlin, Vienna
        api.put(api.operator, "/v1/cells", """
                radio,mcc,net,area,cell,lon,lat,range
                LTE,262,1,4711,1001,13.40,52.52,500
                LTE,262,1,4711,1002,16.37,48.21,500
                """, "Content-Type", "text/csv").is(200);
        assertThat(api.get(acme.token(), "/v1/cells").is(200).body().getLong("cells"))
                .isEqualTo(2);
        assertThat(api.get(acme.token(), "/v1/cells/26201-1001").is(200).body()
                .getDouble("latitude")).isBetween(52.519, 52.521);
        api.get(acme.token(), "/v1/cells/26201-1003").isProblem(404, "not-found");
        api.get(acme.token(), "/v1/cells/26201").isProblem(400, "invalid-request");
        api.put(acme.token(), "/v1/cells", "x", "Content-Type", "text/csv")
                .isProblem(403, "forbidden");

        String fence = "{\"name\":\"Berlin\",\"fence\":{\"circles\":[{\"latitude\":52.5,"
                + "\"longitude\":13.4,\"radius_m\":20000}]}}";
        String id = api.post(acme.token(), "/v1/geofences", fence).is(201).id();
        api.post(acme.token(), "/v1/geofences", fence).isProblem(409, "conflict");
        Tenant other = api.tenant("Other");
        api.get(other.token(), "/v1/geofences/" + id).isProblem(404, "not-found");
        Sim sim = activeSim();
        api.patch(acme.token(), "/v1/sims/" + sim.iccid(), "{\"geofence\":\"" + id + "\"}")
                .is(200);
        api.patch(acme.token(), "/v1/sims/" + sim.iccid(),
                "{\"fence\":{\"countries\":[\"DE\"]}}").isProblem(400, "invalid-request")
                .fault("/geofence");

        assertThat(refusal(sim, FIRST, cell(1001))).isNull();
        assertThat(refusal(sim, FIRST, cell(1002))).isEqualTo(Refusal.OUTSIDE_FENCE);
        awaitConditions(sim, "outside_geofence");
        assertThat(api.get(acme.token(), "/v1/sims?condition=outside_geofence").is(200).body()
                .getJsonArray("items").getJsonObject(0).getString("iccid"))
                .isEqualTo(sim.iccid());
        assertThat(conditions(sim).getJsonObject(0).getJsonObject("detail").getString("cell"))
                .isEqualTo("26201-1002");
        assertThat(refusal(sim, FIRST, cell(1003))).as("a cell of no table")
                .isEqualTo(Refusal.OUTSIDE_FENCE);
        assertThat(refusal(sim, FIRST, cell(1001))).isNull();
        awaitConditions(sim);

        assertThat(refusal(sim, FIRST, cell(1002))).isEqualTo(Refusal.OUTSIDE_FENCE);
        awaitConditions(sim, "outside_geofence");
        // the fence grows: the place where it was refused is within it now
        api.put(acme.token(), "/v1/geofences/" + id, fence.replace("20000", "600000"), "If-Match",
                "*").is(200);
        awaitConditions(sim);
        assertThat(refusal(sim, FIRST, cell(1002))).isNull();
        api.send(acme.token(), "DELETE", "/v1/geofences/" + id, null)
                .isProblem(409, "conflict");
        api.patch(acme.token(), "/v1/sims/" + sim.iccid(), "{\"geofence\":null}").is(200);
        api.send(acme.token(), "DELETE", "/v1/geofences/" + id, null).is(204);
        assertThat(api.get(acme.token(), "/v1/audit?subject=" + sim.iccid()).text())
                .contains("sim.outside_geofence").contains("sim.inside_geofence");
    }

    @Test
    void geofence_ofAnAccount_holdsForSimsWithoutAny() {
        Sim sim = activeSim();
        String id = api.post(acme.token(), "/v1/geofences",
                "{\"name\":\"areas\",\"fence\":{\"tacs\":[\"26201-4712\"]}}").is(201).id();
        api.patch(acme.token(), "/v1/accounts/" + acme.account(),
                "{\"geofence\":\"" + id + "\"}").is(200);
        assertThat(refusal(sim, FIRST, cell(1))).isEqualTo(Refusal.OUTSIDE_FENCE);
        String fleet = api.post(acme.token(), "/v1/fleets",
                "{\"name\":\"free\",\"fence\":{\"tacs\":[\"26201-4711\"]}}").is(201).id();
        api.patch(acme.token(), "/v1/sims/" + sim.iccid(), "{\"fleet\":\"" + fleet + "\"}")
                .is(200);
        assertThat(refusal(sim, FIRST, cell(1))).isNull();
        api.patch(acme.token(), "/v1/accounts/" + acme.account(), "{\"geofence\":null}").is(200);
    }

    @Test
    void lockOut_endsByAnAllowedModem_orByAnotherLock() throws InterruptedException {
        Sim sim = activeSim();
        String path = "/v1/sims/" + sim.iccid();
        api.post(acme.token(), path + "/actions",
                "{\"action\":\"lock-imei\",\"imeis\":[\"" + FIRST + "\"]}").is(200);
        assertThat(refusal(sim, OTHER, cell(1))).isEqualTo(Refusal.IMEI_LOCKED);
        awaitConditions(sim, "imei_locked_out");
        assertThat(refusal(sim, FIRST, cell(1))).isNull();
        awaitConditions(sim);
        assertThat(refusal(sim, OTHER, cell(1))).isEqualTo(Refusal.IMEI_LOCKED);
        awaitConditions(sim, "imei_locked_out");
        api.post(acme.token(), path + "/actions", "{\"action\":\"unlock-imei\"}").is(200);
        awaitConditions(sim);
    }

    @Test
    void quarantine_isACondition_asLongAsRulesSaySo() throws InterruptedException {
        Sim sim = activeSim();
        Admission admission = gateway.needs().directory()
                .admit(new AttachRequest(CARRIER, new Imsi(sim.imsi()), new Imei(FIRST), "iot",
                        Rat.EUTRAN, PdnType.IPV4, cell(1)))
                .toCompletableFuture().join();
        var subscriber = ((Admission.Admitted) admission).subscriber();
        gateway.needs().directory().ruled(subscriber, "pol_repair");
        awaitConditions(sim, "quarantined");
        gateway.needs().directory().ruled(subscriber, null);
        awaitConditions(sim);
    }

    private JsonObject ended(String location) throws InterruptedException {
        JsonObject operation = new JsonObject();
        for (int i = 0; i < 1000; i++) {
            operation = api.get(acme.token(), location).is(200).body();
            if (!operation.getString("state").equals("running")) {
                return operation;
            }
            Thread.sleep(10);
        }
        throw new AssertionError(operation.encode());
    }

    @Test
    void manySims_areChangedByAnOperation_onceForEachKey_andTheirSessionsFollow()
            throws InterruptedException {
        List<String> iccids = api.sims(acme, 3);
        JsonArray named = new JsonArray(new ArrayList<>(iccids)).add("8949990000000000")
                .add(iccids.getFirst());
        String body = new JsonObject().put("iccids", named).put("action", "activate").encode();
        var begun = api.post(acme.token(), "/v1/bulk-changes", body, "Idempotency-Key", "many-1")
                .is(202);
        String location = begun.raw().headers().firstValue("Location").orElseThrow();
        assertThat(location).isEqualTo("/v1/operations/" + begun.id());
        JsonObject operation = ended(location);
        assertThat(operation.getString("state")).isEqualTo("done");
        assertThat(operation.getLong("done")).isEqualTo(4);
        assertThat(operation.getLong("failed")).isEqualTo(1);
        assertThat(gateway.told.toString()).contains("judge [" + imsi(iccids.getFirst()));
        assertThat(api.post(acme.token(), "/v1/bulk-changes", body, "Idempotency-Key", "many-1")
                .is(202).id()).isEqualTo(begun.id());

        JsonArray results = api.get(acme.token(), location + "/results").is(200).body()
                .getJsonArray("items");
        assertThat(results.stream().map(each -> ((JsonObject) each).getString("verdict")))
                .containsExactly("changed", "changed", "changed", "rejected", "unchanged");
        assertThat(api.get(acme.token(), location + "/results?only=failed").body()
                .getJsonArray("items")).hasSize(1);
        assertThat(api.get(acme.token(), location + "/results/export").is(200).text().lines())
                .hasSize(5);
        Tenant other = api.tenant("Nosy");
        api.get(other.token(), location + "/results").isProblem(404, "not-found");
        api.send(other.token(), "POST", location + "/cancel", null).isProblem(404, "not-found");
        api.send(acme.token(), "POST", location + "/cancel", null).isProblem(409, "conflict");

        var lines = api.post(acme.token(), "/v1/bulk-changes/lines",
                "iccid,tag:site,fleet\n" + iccids.get(0) + ",Graz,\n" + iccids.get(1)
                        + ",Wien,flt_none\n",
                "Content-Type", "text/csv").is(202);
        JsonObject byLines = ended("/v1/operations/" + lines.id());
        assertThat(byLines.getLong("done")).isEqualTo(1);
        assertThat(byLines.getLong("failed")).isEqualTo(1);
        assertThat(api.get(acme.token(), "/v1/sims/" + iccids.get(0)).body()
                .getJsonObject("tags").getString("site")).isEqualTo("Graz");
        api.post(acme.token(), "/v1/bulk-changes/lines", "iccid,ki\n", "Content-Type", "text/csv")
                .isProblem(400, "invalid-request").fault("/line/1");
        api.post(acme.token(), "/v1/bulk-changes", "{\"action\":\"suspend\"}")
                .isProblem(400, "invalid-request");
        api.post(acme.token(), "/v1/bulk-changes",
                "{\"filter\":{\"state\":\"active\"},\"action\":\"suspend\",\"imeis\":[\""
                        + FIRST + "\"]}")
                .isProblem(400, "invalid-request").fault("/imeis");
    }

    private String imsi(String iccid) {
        return api.get(acme.token(), "/v1/sims/" + iccid).body().getString("imsi");
    }

    @Test
    void import_keepsWhatBecameOfEachLine_toBeReadLater() {
        String product = api.post(api.operator, "/v1/products",
                "{\"name\":\"profile\",\"kind\":\"esim\",\"unit_price\":1,\"currency\":\"EUR\"}")
                .is(201).id();
        String batch = api.post(api.operator, "/v1/batches",
                "{\"name\":\"profiles\",\"product\":\"" + product + "\"}").is(201).id();
        api.post(api.operator, "/v1/batches/" + batch + "/imports",
                "iccid,imsi,activation_code\n" + TestSims.iccid(900_001) + ","
                        + TestSims.imsi(900_001) + ",LPA:1$smdp.example.com$ABC-1\n"
                        + TestSims.iccid(900_002) + "," + TestSims.imsi(900_002) + ",\n",
                "Content-Type", "text/csv").is(200);
        String operation = api.get(api.operator, "/v1/operations?kind=sims.import").body()
                .getJsonArray("items").getJsonObject(0).getString("id");
        JsonArray results = api.get(api.operator, "/v1/operations/" + operation + "/results")
                .is(200).body().getJsonArray("items");
        assertThat(results.getJsonObject(0).getString("verdict")).isEqualTo("imported");
        assertThat(results.getJsonObject(1).getString("detail")).contains("activation_code");

        String path = "/v1/esim-profiles/" + TestSims.iccid(900_001);
        assertThat(api.get(api.operator, path).is(200).body().getString("state"))
                .isEqualTo("available");
        assertThat(api.get(api.operator, path + "/activation-code").is(200).body()
                .getString("smdp_address")).isEqualTo("smdp.example.com");
        api.get(acme.token(), path).isProblem(404, "not-found");
        api.post(acme.token(), path + "/actions", "{\"action\":\"release\"}")
                .isProblem(403, "forbidden");
        api.post(api.operator, path + "/actions", "{\"action\":\"release\"}")
                .isProblem(409, "conflict");
        api.post(api.operator, path + "/actions",
                "{\"action\":\"download\",\"eid\":\"89034011560010000000000000000122\"}")
                .isProblem(400, "invalid-request").fault("/eid");
    }
}
