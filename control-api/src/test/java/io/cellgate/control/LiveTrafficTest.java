package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Tenant;
import io.cellgate.dataplane.flow.FlowRecord;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.session.SubscriberDirectory.Admission;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.signalling.GtpVersion;
import io.cellgate.dataplane.signalling.PathEvent;
import io.cellgate.dataplane.signalling.PathMemory;
import io.cellgate.dataplane.signalling.SignallingEvent;
import io.cellgate.policy.Decision;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.SessionPolicy;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** Who may have a session, and how changes through the API reach the gateway. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveTrafficTest {
    private static final String FIRST = "35693803564380";
    private static final String OTHER = "49015420323751";
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
        assertThat(gateway.told).last().isEqualTo("closed");
    }

    private Sim activeSim() {
        String iccid = api.sims(acme, 1).getFirst();
        act(iccid, "{\"action\":\"activate\"}");
        return new Sim(iccid, api.get(acme.token(), "/v1/sims/" + iccid).body().getString("imsi"));
    }

    private record Sim(String iccid, String imsi) {}

    private RunningApi.Reply act(String iccid, String body) {
        return api.post(acme.token(), "/v1/sims/" + iccid + "/actions", body).is(200);
    }

    private void set(Sim sim, String patch) {
        api.patch(acme.token(), "/v1/sims/" + sim.iccid(), patch).is(200);
    }

    private Admission admit(String imsi, @Nullable String imei, @Nullable String plmn) {
        return gateway.needs().directory().admit(request(imsi, imei, plmn)).toCompletableFuture()
                .join();
    }

    private static AttachRequest request(String imsi, @Nullable String imei,
            @Nullable String plmn) {
        return new AttachRequest(CARRIER, new Imsi(imsi), imei == null ? null : new Imei(imei),
                "iot", Rat.EUTRAN, PdnType.IPV4,
                new UserLocation(plmn == null ? null : Plmn.parse(plmn), null, null, null));
    }

    private Subscriber admitted(Sim sim) {
        return ((Admission.Admitted) admit(sim.imsi(), FIRST, "26201")).subscriber();
    }

    private @Nullable Refusal refusal(String imsi, @Nullable String imei, @Nullable String plmn) {
        return admit(imsi, imei, plmn) instanceof Admission.Refused refused
                ? refused.reason()
                : null;
    }

    @Test
    void sim_isAdmittedByItsState() {
        String iccid = api.sims(acme, 1).getFirst();
        String imsi = api.get(acme.token(), "/v1/sims/" + iccid).body().getString("imsi");
        assertThat(refusal("262990999999999", FIRST, "26201")).isEqualTo(Refusal.UNKNOWN_SIM);
        act(iccid, "{\"action\":\"activate\"}");
        assertThat(refusal(imsi, FIRST, "26201")).isNull();
        act(iccid, "{\"action\":\"suspend\"}");
        assertThat(refusal(imsi, FIRST, "26201")).isEqualTo(Refusal.SIM_SUSPENDED);
        act(iccid, "{\"action\":\"deactivate\"}");
        assertThat(refusal(imsi, FIRST, "26201")).isEqualTo(Refusal.SIM_INACTIVE);
    }

    @Test
    @Timeout(60)
    void readySim_attachesOnce_withATestAllowance_andKeepsThatSession() throws Exception {
        String iccid = api.sims(acme, 1).getFirst();
        String imsi = api.get(acme.token(), "/v1/sims/" + iccid).body().getString("imsi");
        List<Callable<Boolean>> attaches = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            attaches.add(() -> refusal(imsi, FIRST, "26201") == null);
        }
        int admitted = 0;
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var attach : threads.invokeAll(attaches)) {
                admitted += attach.get() ? 1 : 0;
            }
        }
        assertThat(admitted).isEqualTo(1);
        Admission kept = gateway.needs().directory().keep(request(imsi, FIRST, "26201"))
                .toCompletableFuture().join();
        Subscriber subscriber = ((Admission.Admitted) kept).subscriber();
        assertThat(Objects.requireNonNull(subscriber.allowance().quota()).bytesDay())
                .isEqualTo(1_000_000);
        assertThat(admit(imsi, FIRST, "26201")).isInstanceOfSatisfying(Admission.Refused.class,
                refused -> {
                    assertThat(refused.reason()).isEqualTo(Refusal.SIM_INACTIVE);
                    assertThat(refused.detail()).contains("ready", "activate it first");
                });
        assertThat(api.get(acme.token(), "/v1/events?subject=" + iccid).text())
                .containsOnlyOnce("sim.test_attached");
        // an attach that came to nothing uses it up no more than none
        gateway.needs().directory().notAttached(subscriber);
        while (!api.get(acme.token(), "/v1/events?subject=" + iccid).text()
                .contains("sim.test_attach_failed")) {
            Thread.sleep(20);
        }
        assertThat(refusal(imsi, FIRST, "26201")).isNull();
        assertThat(refusal(imsi, FIRST, "26201")).isEqualTo(Refusal.SIM_INACTIVE);
        act(iccid, "{\"action\":\"activate\"}");
        assertThat(admitted(new Sim(iccid, imsi)).allowance().quota()).isNull();
    }

    @Test
    void lockedSim_isAdmittedInItsModemOnly() {
        Sim sim = activeSim();
        set(sim, "{\"imei_lock\":{\"mode\":\"list\",\"imeis\":[\"" + FIRST + "\"]}}");
        assertThat(refusal(sim.imsi(), FIRST + "09", "26201")).isNull();
        assertThat(refusal(sim.imsi(), OTHER, "26201")).isEqualTo(Refusal.IMEI_LOCKED);
        assertThat(refusal(sim.imsi(), null, "26201")).isEqualTo(Refusal.IMEI_LOCKED);
        set(sim, "{\"imei_lock\":{\"mode\":\"list\",\"imeis\":[\"" + FIRST
                + "\"],\"on_missing\":\"allow\"}}");
        assertThat(refusal(sim.imsi(), null, "26201")).isNull();
        act(sim.iccid(), "{\"action\":\"unlock-imei\"}");
        assertThat(refusal(sim.imsi(), OTHER, "26201")).isNull();
    }

    @Test
    void firstUse_bindsOneModemOfTwoAtOnce_durably() throws Exception {
        Sim sim = activeSim();
        set(sim, "{\"imei_lock\":{\"mode\":\"first_use\"}}");
        List<Callable<Boolean>> attaches = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String imei = i % 2 == 0 ? FIRST : OTHER;
            attaches.add(() -> refusal(sim.imsi(), imei, "26201") == null);
        }
        int admitted = 0;
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var attach : threads.invokeAll(attaches)) {
                admitted += attach.get() ? 1 : 0;
            }
        }
        assertThat(admitted).isEqualTo(4);
        String bound = Objects.requireNonNull(api.get(acme.token(), "/v1/sims/" + sim.iccid())
                .body().getString("bound_imei"));
        assertThat(refusal(sim.imsi(), bound, "26201")).isNull();
        assertThat(refusal(sim.imsi(), bound.equals(FIRST) ? OTHER : FIRST, "26201"))
                .isEqualTo(Refusal.IMEI_LOCKED);
    }

    @Test
    void fencedSim_isAdmittedInsideItsFence() {
        Sim sim = activeSim();
        set(sim, "{\"fence\":{\"countries\":[\"DE\",\"AT\"],\"plmns\":[\"22801\"]}}");
        assertThat(refusal(sim.imsi(), FIRST, "26202")).isNull();
        assertThat(refusal(sim.imsi(), FIRST, "22801")).isNull();
        assertThat(refusal(sim.imsi(), FIRST, "22802")).isEqualTo(Refusal.OUTSIDE_FENCE);
        assertThat(refusal(sim.imsi(), FIRST, "20801")).isEqualTo(Refusal.OUTSIDE_FENCE);
        assertThat(refusal(sim.imsi(), FIRST, null)).isEqualTo(Refusal.OUTSIDE_FENCE);
        set(sim, "{\"fence\":{\"countries\":[\"DE\"],\"on_unknown\":\"allow\"}}");
        assertThat(refusal(sim.imsi(), FIRST, null)).isNull();
        set(sim, "{\"fence\":null}");
        assertThat(refusal(sim.imsi(), FIRST, "20801")).isNull();
    }

    @Test
    void effectivePolicy_isTheSims_elseTheFleets_elseTheAccounts_elseNothing() {
        Tenant tenant = acme;
        Sim sim = activeSim();
        assertThat(portAllowed(admitted(sim).policy(), 443)).isFalse();
        String ofAccount = policy(tenant, "account", 1);
        String ofFleet = policy(tenant, "fleet", 2);
        String own = policy(tenant, "own", 3);
        api.patch(tenant.token(), "/v1/accounts/" + tenant.account(),
                "{\"default_policy\":\"" + ofAccount + "\"}").is(200);
        assertThat(portAllowed(admitted(sim).policy(), 1)).isTrue();
        String fleet = api.post(tenant.token(), "/v1/fleets",
                "{\"name\":\"with policy\",\"policy\":\"" + ofFleet + "\"}").is(201).id();
        set(sim, "{\"fleet\":\"" + fleet + "\"}");
        assertThat(portAllowed(admitted(sim).policy(), 2)).isTrue();
        assertThat(portAllowed(admitted(sim).policy(), 1)).isFalse();
        set(sim, "{\"policy\":\"" + own + "\"}");
        assertThat(portAllowed(admitted(sim).policy(), 3)).isTrue();
        api.patch(tenant.token(), "/v1/accounts/" + tenant.account(), "{\"default_policy\":null}")
                .is(200);
    }

    @Test
    void replacedPolicy_standsInTheSameSlotUnderANewRevision() {
        Sim sim = activeSim();
        String id = policy(acme, "replaced", 80);
        set(sim, "{\"policy\":\"" + id + "\"}");
        PolicySlot slot = admitted(sim).policy();
        EffectivePolicy before = slot.current();
        api.put(acme.token(), "/v1/policies/" + id, policyText("replaced", 81), "If-Match", "*")
                .is(200);
        assertThat(slot.current().revision()).isGreaterThan(before.revision());
        assertThat(portAllowed(slot, 81)).isTrue();
        assertThat(portAllowed(slot, 80)).isFalse();
        api.put(acme.token(), "/v1/policies/" + id,
                "{\"name\":\"replaced\",\"rules\":[{\"id\":\"x\",\"phase\":\"network\",\"action\":\"allow\",\"when\":\"nonsense\"}]}",
                "If-Match", "*").isProblem(422, "policy-rejected");
        assertThat(portAllowed(slot, 81)).isTrue();
        assertThat(admitted(sim).policy()).isSameAs(slot);
    }

    @Test
    void guardPolicy_blocksWhatTheOwnerAllows() {
        Sim sim = activeSim();
        set(sim, "{\"policy\":\"" + policy(acme, "guarded", 25) + "\"}");
        PolicySlot slot = admitted(sim).policy();
        assertThat(portAllowed(slot, 25)).isTrue();
        String guard = api.post(api.operator, "/v1/policies",
                "{\"name\":\"no mail\",\"rules\":[{\"id\":\"smtp\",\"phase\":\"network\",\"action\":\"block\",\"when\":\"net.dst.port == 25\"}]}")
                .is(201).id();
        api.put(api.operator, "/v1/guard-policy", "{\"policy\":\"" + guard + "\"}").is(200);
        assertThat(portAllowed(slot, 25)).isFalse();
        api.put(api.operator, "/v1/guard-policy", "{\"policy\":null}").is(200);
        assertThat(portAllowed(slot, 25)).isTrue();
    }

    @Test
    void shadowPolicy_decidesNothing_andTheOneBehindItHolds() {
        Sim sim = activeSim();
        String enforced = policy(acme, "enforced", 10);
        String fleet = api.post(acme.token(), "/v1/fleets",
                "{\"name\":\"shadowed\",\"policy\":\"" + enforced + "\"}").is(201).id();
        String shadow = api.post(acme.token(), "/v1/policies", policyText("draft", 11)
                .replace("\"rules\"", "\"mode\":\"shadow\",\"rules\"")).is(201).id();
        set(sim, "{\"fleet\":\"" + fleet + "\",\"policy\":\"" + shadow + "\"}");
        PolicySlot slot = admitted(sim).policy();
        assertThat(portAllowed(slot, 10)).isTrue();
        assertThat(portAllowed(slot, 11)).isFalse();
        assertThat(Objects.requireNonNull(slot.current().shadow()).name()).isEqualTo("draft");
    }

    @Test
    void shadowsDifference_isFoundAmongTheFlows_withBothRules() {
        Sim sim = activeSim();
        Subscriber subscriber = admitted(sim);
        for (FlowRecord.Event event : List.of(FlowRecord.Event.VERDICT, FlowRecord.Event.SHADOW)) {
            gateway.needs().logs().on(Lines.udp(subscriber, event, event == FlowRecord.Event.SHADOW
                    ? new FlowRecord.Shadow("network", "allow", "block", "default", "draft", 4)
                    : null));
        }
        JsonArray found = api
                .get(acme.token(), "/v1/flows?event=shadow&sim=" + sim.iccid()).is(200).body()
                .getJsonArray("items");
        assertThat(found).hasSize(1);
        JsonObject flow = found.getJsonObject(0);
        assertThat(flow.getString("rule")).isEqualTo("coap");
        assertThat(flow.getJsonObject("shadow")).isEqualTo(new JsonObject()
                .put("phase", "network").put("instead_of", "allow").put("action", "block")
                .put("rule", "default").put("policy", "draft").put("revision", 4L));
        api.get(acme.token(), "/v1/flows?event=shadows").isProblem(400, "invalid-request");
    }

    @Test
    void quarantine_isShownInTheSession() {
        Sim sim = activeSim();
        gateway.attach(sim.iccid(), sim.imsi(), FIRST, acme.account(), null);
        assertThat(api.get(acme.token(), "/v1/sessions?sim=" + sim.iccid()).is(200).body()
                .getJsonArray("items").getJsonObject(0).getString("quarantine"))
                .isEqualTo("repair");
        gateway.live.clear();
    }

    @Test
    void suspension_endsTheSimsSessionsBeforeTheAnswer() {
        Sim sim = activeSim();
        gateway.attach(sim.iccid(), sim.imsi(), FIRST, acme.account(), null);
        assertThat(api.get(acme.token(), "/v1/sessions?sim=" + sim.iccid()).is(200).body()
                .getJsonArray("items")).hasSize(1);
        RunningApi.Reply done = act(sim.iccid(), "{\"action\":\"suspend\"}");
        assertThat(done.body().getInteger("sessions_ended")).isEqualTo(1);
        assertThat(gateway.told).contains("end " + sim.imsi() + " sim_suspended");
        assertThat(api.get(acme.token(), "/v1/sessions?sim=" + sim.iccid()).is(200).body()
                .getJsonArray("items")).isEmpty();
    }

    @Test
    void suspension_endsTheSimsSessionsBeforeItIsStored_andThoseThatCameMeanwhile() {
        Sim sim = activeSim();
        gateway.attach(sim.iccid(), sim.imsi(), FIRST, acme.account(), null);
        List<String> states = new ArrayList<>();
        gateway.beforeEnd = () -> {
            states.add(api.get(acme.token(), "/v1/sims/" + sim.iccid()).body().getString("state"));
            if (states.size() == 2) {
                gateway.attach(sim.iccid(), sim.imsi(), FIRST, acme.account(), null);
            }
        };
        RunningApi.Reply done = act(sim.iccid(), "{\"action\":\"suspend\"}");
        gateway.beforeEnd = () -> {};
        assertThat(states).containsExactly("active", "suspended");
        assertThat(done.body().getInteger("sessions_ended")).isEqualTo(2);
        assertThat(gateway.live).noneMatch(live -> live.iccid().equals(sim.iccid()));
    }

    @Test
    void suspensionThatIsRefused_endsNoSession() {
        Sim sim = activeSim();
        gateway.attach(sim.iccid(), sim.imsi(), FIRST, acme.account(), null);
        api.post(acme.token(), "/v1/sims/" + sim.iccid() + "/actions",
                "{\"action\":\"suspend\"}", "If-Match", "\"99\"")
                .isProblem(412, "stale");
        api.post(acme.token(), "/v1/sims/" + sim.iccid() + "/actions",
                "{\"action\":\"terminate\"}").isProblem(409, "conflict");
        assertThat(gateway.told).noneMatch(told -> told.startsWith("end " + sim.imsi()));
    }

    @Test
    void resetSession_isToldAsSuch() {
        Sim sim = activeSim();
        gateway.attach(sim.iccid(), sim.imsi(), FIRST, acme.account(), null);
        act(sim.iccid(), "{\"action\":\"reset-session\"}");
        assertThat(gateway.told).contains("end " + sim.imsi() + " session_reset");
    }

    @Test
    void simThatChangesHands_isJudgedAgain_andItsPastStaysWithItsFormerAccount() {
        Sim sim = activeSim();
        Tenant heir = api.tenant("Heir");
        set(sim, "{\"tags\":{\"site\":\"Graz\"}}");
        signalling(sim, "before the move");
        gateway.told.clear();
        api.post(api.operator, "/v1/sims/" + sim.iccid() + "/actions",
                "{\"action\":\"move\",\"account\":\"" + heir.account() + "\"}").is(200);
        assertThat(gateway.told).containsExactly("judge [" + sim.imsi() + "]");
        signalling(sim, "after the move");
        assertThat(api.get(heir.token(), "/v1/signalling").is(200).text())
                .contains("after the move").doesNotContain("before the move");
        api.get(acme.token(), "/v1/sims/" + sim.iccid()).isProblem(404, "not-found");
        for (String log : List.of("/v1/events?subject=", "/v1/audit?subject=")) {
            assertThat(api.get(heir.token(), log + sim.iccid()).is(200).text())
                    .contains("sim.moved").doesNotContain(acme.account());
            assertThat(api.get(acme.token(), log + sim.iccid()).is(200).text())
                    .contains("sim.left").doesNotContain(heir.account());
        }
    }

    private void signalling(Sim sim, String detail) {
        gateway.needs().logs().on(new SignallingEvent(Instant.now(),
                InetAddress.getLoopbackAddress(), "create session request", new Imsi(sim.imsi()),
                SignallingEvent.Outcome.ACCEPTED, 16, "", detail));
    }

    @Test
    void lockImei_withoutBody_locksToTheModemInUse() {
        Sim sim = activeSim();
        gateway.attach(sim.iccid(), sim.imsi(), FIRST, acme.account(), null);
        RunningApi.Reply done = act(sim.iccid(), "{\"action\":\"lock-imei\"}");
        assertThat(done.body().getJsonObject("sim").getJsonObject("imei_lock")
                .getJsonArray("imeis").getString(0)).isEqualTo(FIRST);
        assertThat(gateway.told).contains("judge [" + sim.imsi() + "]");
    }

    @Test
    void changesOfFleetAndOfRulesForSessions_judgeTheSessionsConcerned() {
        Sim sim = activeSim();
        String fleet = api.post(acme.token(), "/v1/fleets", "{\"name\":\"judged\"}").is(201).id();
        gateway.attach(sim.iccid(), sim.imsi(), FIRST, acme.account(), fleet);
        String judged = "judge [" + sim.imsi() + "]";
        gateway.live.removeIf(session -> !session.iccid().equals(sim.iccid()));
        gateway.told.clear();
        api.put(acme.token(), "/v1/fleets/" + fleet, "{\"name\":\"judged again\"}", "If-Match",
                "*").is(200);
        assertThat(gateway.told).containsExactly(judged);
        String list = api
                .post(acme.token(), "/v1/lists", "{\"name\":\"judged\",\"kind\":\"names\"}")
                .is(201).id();
        String entries = "/v1/lists/" + list + "/entries";
        String id = policy(acme, "judging", 80);
        api.put(acme.token(), "/v1/policies/" + id, policyText("judging", 81), "If-Match", "*")
                .is(200);
        api.patch(acme.token(), entries, "{\"add\":[\"example.org\"]}").is(200);
        assertThat(gateway.told).as("rules for flows alone").containsExactly(judged);
        String withRule = "{\"name\":\"judging\",\"rules\":[{\"id\":\"lte\",\"phase\":\"session\","
                + "\"action\":\"block\",\"when\":\"session.rat == \\\"geran\\\"\"}]}";
        api.put(acme.token(), "/v1/policies/" + id, withRule, "If-Match", "*").is(200);
        assertThat(gateway.told).containsExactly(judged, judged);
        api.patch(acme.token(), entries, "{\"add\":[\"example.com\"]}").is(200);
        assertThat(gateway.told).containsExactly(judged, judged, judged);
        api.put(acme.token(), "/v1/policies/" + id, policyText("judging", 81), "If-Match", "*")
                .is(200);
        assertThat(gateway.told).as("the rule that is gone").hasSize(4);
        api.patch(acme.token(), entries, "{\"add\":[\"example.net\"]}").is(200);
        assertThat(gateway.told).hasSize(4);
    }

    @Test
    void carriersAndTheirPeers_reachTheGatewayUnderLastingIndexes() throws Exception {
        String alpha = api.post(api.operator, "/v1/carriers", "{\"name\":\"Peering A\"}").is(201)
                .id();
        String beta = api.post(api.operator, "/v1/carriers", "{\"name\":\"Peering B\"}").is(201)
                .id();
        api.post(api.operator, "/v1/carriers/" + beta + "/peers", "{\"address\":\"192.0.2.9\"}")
                .is(201);
        int index = Objects.requireNonNull(
                gateway.peerTable.carrierOf(InetAddress.ofLiteral("192.0.2.9"))).index();
        api.delete(api.operator, "/v1/carriers/" + alpha).is(204);
        assertThat(Objects.requireNonNull(
                gateway.peerTable.carrierOf(InetAddress.ofLiteral("192.0.2.9"))).index())
                .isEqualTo(index);
        api.delete(api.operator, "/v1/carriers/" + beta + "/peers/192.0.2.9").is(204);
        assertThat(gateway.peerTable.carrierOf(InetAddress.ofLiteral("192.0.2.9"))).isNull();
    }

    @Test
    void peersOfACarrier_areShownWithTheirPaths_andTellWhatBecomesOfThem() throws Exception {
        String gamma = api.post(api.operator, "/v1/carriers", "{\"name\":\"Peering C\"}").is(201)
                .id();
        api.post(api.operator, "/v1/carriers/" + gamma + "/peers", "{\"address\":\"192.0.2.7\"}")
                .is(201);
        JsonObject peer = api.get(api.operator, "/v1/carriers/" + gamma + "/peers").is(200).body()
                .getJsonArray("items").getJsonObject(0);
        assertThat(peer.getString("state")).isEqualTo("up");
        assertThat(peer.getInteger("restart_counter")).isEqualTo(3);
        assertThat(peer.getInteger("sessions")).isEqualTo(7);
        assertThat(peer.getJsonArray("paths").getJsonObject(0).getMap())
                .containsEntry("gtp_version", 1).containsEntry("state", "down")
                .containsEntry("repeated_by_us", 3).containsEntry("round_trip_ms", null);
        assertThat(peer.getJsonArray("paths").getJsonObject(1).getMap())
                .containsEntry("round_trip_ms", 1.5).containsEntry("received", 100)
                .containsEntry("received_per_second", 2.5)
                .containsEntry("last_heard", "1970-01-01T00:00:01Z");
        PathMemory paths = gateway.needs().paths();
        assertThat(paths.restartCounter(InetAddress.ofLiteral("192.0.2.7"), GtpVersion.V2))
                .isEqualTo(-1);
        paths.on(new PathEvent(Instant.EPOCH, InetAddress.ofLiteral("192.0.2.7"), gamma,
                GtpVersion.V2, PathEvent.Kind.RESTARTED, 9, 7, "got restart counter 9"));
        RunningApi.Reply told = api.get(api.operator, "/v1/audit?kind=peer.restarted");
        for (int i = 0; i < 200 && told.body().getJsonArray("items").isEmpty(); i++) {
            Thread.sleep(50);
            told = api.get(api.operator, "/v1/audit?kind=peer.restarted");
        }
        assertThat(told.text()).contains("192.0.2.7", gamma, "\"restart_counter\":9");
        assertThat(api.get(acme.token(), "/v1/audit?kind=peer.restarted").text())
                .as("what another account sees").doesNotContain("192.0.2.7");
    }

    /** Attaches ask all the time, most of them answered from memory; none goes by what was so before. */
    @Test
    void attachesThatRaceASuspension_areRefusedOnceItIsAnswered() throws Exception {
        Sim sim = activeSim();
        AtomicReference<@Nullable Refusal> acknowledged = new AtomicReference<>();
        AtomicInteger changes = new AtomicInteger();
        AtomicInteger settled = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(2)) {
            Callable<Boolean> attacher = () -> {
                while (!over.get()) {
                    int before = changes.get();
                    Refusal expected = acknowledged.get();
                    Refusal got = refusal(sim.imsi(), FIRST, "26201");
                    if (before % 2 == 0 && changes.get() == before) {
                        assertThat(got).isEqualTo(expected); // no change was under way
                        settled.incrementAndGet();
                    }
                }
                return true;
            };
            List<Future<Boolean>> attachers = List.of(threads.submit(attacher),
                    threads.submit(attacher));
            try {
                for (int i = 0; i < 30; i++) {
                    changes.incrementAndGet();
                    act(sim.iccid(),
                            "{\"action\":\"" + (i % 2 == 0 ? "suspend" : "resume") + "\"}");
                    acknowledged.set(i % 2 == 0 ? Refusal.SIM_SUSPENDED : null);
                    changes.incrementAndGet();
                    int had = settled.get();
                    while (settled.get() == had
                            && attachers.stream().noneMatch(Future::isDone)) {
                        Thread.sleep(1);
                    }
                }
            } finally {
                over.set(true);
            }
            for (Future<Boolean> each : attachers) {
                assertThat(each.get()).isTrue();
            }
        }
        assertThat(settled.get()).isGreaterThanOrEqualTo(30);
    }

    @Test
    void dropReasons_areMetrics() {
        assertThat(api.get(api.operator, "/metrics").is(200).text())
                .contains("cellgate_userplane_drops_total{reason=\"source_spoofed\"} 7.0");
    }

    private String policy(Tenant tenant, String name, int port) {
        return api.post(tenant.token(), "/v1/policies", policyText(name, port)).is(201).id();
    }

    private static String policyText(String name, int port) {
        return "{\"name\":\"" + name
                + "\",\"rules\":[{\"id\":\"r\",\"phase\":\"network\",\"action\":\"allow\",\"when\":\"net.dst.port == "
                + port + "\"}]}";
    }

    private static boolean portAllowed(PolicySlot slot, int port) {
        Facts flow = new Facts();
        flow.set(Field.NET_DST_PORT, port);
        Decision decision = new SessionPolicy(slot, Facts.forSession()).decide(Phase.NETWORK, flow);
        return decision.isAllowed();
    }
}
