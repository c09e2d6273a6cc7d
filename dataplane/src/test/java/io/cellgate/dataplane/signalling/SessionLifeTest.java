package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.DeleteBearerRequest;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.path.PathState;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.peer.PeerTable;
import io.cellgate.dataplane.pool.PoolPlan;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.session.SimGroup;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may have a session, and how one that must end does. */
class SessionLifeTest {
    private Harness harness = new Harness();
    private Harness.Node sgw = harness.node(2);

    @AfterEach
    void stop() {
        harness.close();
    }

    private CauseIe create(int sequence) {
        return requireNonNull(
                sgw.ask2(new Requests.Create().v2(sgw.address, sequence)).cause());
    }

    private void repeats(int n3) {
        harness.close();
        harness = Harness.thatRepeats(n3);
        sgw = harness.node(2);
    }

    private Gtp2Message farewell() {
        Gtp2Message request = sgw.receive2();
        assertThat(request.type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
        assertThat(request.teid()).isEqualTo(Requests.SGW_CONTROL);
        return request;
    }

    private void answer(Gtp2Message request, int teid) {
        sgw.send(Gtp2Encoder.withTeid(Gtp2Type.DELETE_BEARER_RESPONSE, teid, request.sequence())
                .cause(CauseIe.of(16)).ebi(0, 5).toDatagram());
    }

    private SignallingEvent lastEvent() {
        return harness.events.getLast();
    }

    // Who may have one

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void refusedByTheInventory_isToldByItsCause_8_4(Refusal refusal) {
        harness.directory.refuse(refusal);
        assertThat(create(1).value()).isEqualTo(refusal.gtpv2Cause());
        assertThat(sgw.ask1(new Requests.Create().v1(sgw.address, 2)).cause())
                .isEqualTo(refusal.gtpv1Cause());
        assertThat(harness.userPlane.sessions).isEmpty();
        Harness.until(() -> harness.events.size() == 2);
        assertThat(lastEvent().reason()).isEqualTo(refusal.text());
        assertThat(lastEvent().imsi()).isEqualTo(Requests.IMSI);
        assertThat(lastEvent().outcome()).isEqualTo(SignallingEvent.Outcome.REFUSED);
    }

    @Test
    void failureOfTheInventory_isASystemFailure_8_4() {
        harness.directory.judge(request -> {
            throw new IllegalStateException("the database is away");
        });
        assertThat(create(1).value()).isEqualTo(72);
    }

    @Test
    void imsiOfAForeignHomeNetwork_isRefused_ir_88() {
        harness.publish(new Carrier(0, "carrier-a", "A", Set.of(Plmn.parse("310410")), Set.of()));
        assertThat(create(1).value()).isEqualTo(93);
        assertThat(harness.directory.asked).isEmpty();
    }

    @Test
    void servingNetworkThatTheCarrierMayNotPresent_isRefused_ir_88() {
        harness.publish(new Carrier(0, "carrier-a", "A", Set.of(), Set.of(Harness.USA)));
        assertThat(create(1).value()).isEqualTo(93);
    }

    @Test
    void unknownApn_isRefusedWithCause78_8_4() {
        harness.close();
        harness = new Harness();
        sgw = harness.node(2);
        Harness.await(harness.server.publishPools(new PoolPlan(Set.of("other"), List.of())));
        assertThat(create(1).value()).isEqualTo(78);
        Harness.await(harness.server
                .publishPools(new PoolPlan(Set.of("other", "iot.example"), List.of())));
        assertThat(create(2).value()).isEqualTo(16);
    }

    private void publish(String phaseRule, long revision) {
        harness.directory.policy.publish(EffectivePolicy.of(revision, null,
                ((CompileResult.Compiled) TestPolicies.compile(phaseRule, revision)).policy()));
    }

    @Test
    void sessionRule_thatBlocks_isToldAsAccessDenied() {
        publish("location.country == \"DE\" and session.rat == \"eutran\"", 2);
        assertThat(create(1).value()).isEqualTo(93);
        Harness.until(() -> !harness.events.isEmpty());
        assertThat(lastEvent().detail()).contains("fence");
    }

    @Test
    void sessionRule_thatDoesNotMatch_letsTheDeviceIn() {
        publish("location.mcc == \"310\"", 2);
        assertThat(create(1).value()).isEqualTo(16);
    }

    // How it changes

    @Test
    void deviceThatLeavesItsFence_losesItsSessionThen_andTheCarrierIsTold() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        publish("not location.country in {\"DE\" \"AT\"}", 2);
        Gtp2Message answer = sgw.ask2(
                Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 2)
                        .servingNetwork(Harness.USA)
                        .uli(new UserLocation(Harness.USA, 1, null, 2)).toDatagram());
        assertThat(requireNonNull(answer.cause()).value()).isEqualTo(93);
        assertThat(harness.userPlane.sessions).isEmpty();
        Gtp2Message deletion = farewell();
        assertThat(DeleteBearerRequest.decode(deletion).orThrow())
                .isEqualTo(new DeleteBearerRequest(5, null, CauseIe.of(9)));
        answer(deletion, teid);
        assertThat(harness.sessions()).isZero();
    }

    @Test
    void modemThatChanges_isJudgedAgain() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        harness.directory.judge(request -> Refusal.IMEI_LOCKED);
        Gtp2Message answer = sgw.ask2(Gtp2Encoder
                .withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 2)
                .mei(new Imei("3500000000000012")).toDatagram());
        assertThat(requireNonNull(answer.cause()).value()).isEqualTo(92);
        assertThat(harness.userPlane.sessions).isEmpty();
    }

    @Test
    void changeOfNothingThatMatters_isNotJudgedAgain() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        sgw.ask2(Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 2).ratType(6)
                .toDatagram());
        assertThat(harness.directory.asked).hasSize(1);
    }

    // How it ends

    @Test
    void suspension_stopsTraffic_thenTellsTheCarrier_untilItAnswers_7_2_9_2() {
        repeats(20);
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        harness.userPlane.takeTime();
        CompletableFuture<Integer> ended = harness.server
                .endSessions(Requests.IMSI, Refusal.SIM_SUSPENDED).toCompletableFuture();
        sgw.receivesNothing();
        assertThat(ended).isNotDone();
        harness.userPlane.goOn();
        Harness.await(ended);
        Gtp2Message first = farewell();
        Gtp2Message second = farewell();
        assertThat(second.sequence()).isEqualTo(first.sequence());
        answer(second, teid);
        assertThat(sgw.drain()).as("of 18 more, those that crossed the answer").isLessThan(16);
        assertThat(harness.count(SignallingFault.UNEXPECTED_RESPONSE)).isZero();
    }

    @Test
    void ourRequest_isSentN3TimesAtMost_7_6() {
        repeats(3);
        Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.await(harness.server.endSessions(Requests.IMSI, Refusal.SIM_SUSPENDED));
        farewell();
        farewell();
        farewell();
        sgw.receivesNothing();
    }

    @Test
    void reset_asksTheDeviceToComeBack_8_4() {
        Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.await(harness.server.endSessions(Requests.IMSI, Refusal.SESSION_RESET));
        assertThat(requireNonNull(farewell().cause()).value()).isEqualTo(8);
        Harness.until(() -> lastEvent().reason().equals("session_reset"));
    }

    @Test
    void suspension_whileTheInventoryIsBeingAsked_winsOverItsOlderAnswer() {
        CompletableFuture<Void> inventory = new CompletableFuture<>();
        harness.directory.waitFor(inventory);
        sgw.send(new Requests.Create().v2(sgw.address, 1));
        Harness.until(() -> !harness.directory.asked.isEmpty());
        Harness.await(harness.server.endSessions(Requests.IMSI, Refusal.SIM_SUSPENDED));
        inventory.complete(null);
        assertThat(requireNonNull(sgw.receive2().cause()).value()).isEqualTo(92);
        assertThat(harness.userPlane.sessions).isEmpty();
    }

    @Test
    void reevaluation_endsWhatIsNoLongerAllowed_andLeavesTheRest() {
        Requests.attach2(sgw, new Requests.Create(), 1);
        Requests.Create other = new Requests.Create();
        other.imsi = new Imsi("262011234567891");
        Requests.attach2(sgw, other, 2);
        harness.directory.judge(request -> request.imsi().equals(Requests.IMSI)
                ? Refusal.IMEI_LOCKED
                : null);
        Harness.await(harness.server.reevaluate(SimGroup.ALL));
        assertThat(harness.userPlane.only().request().imsi()).isEqualTo(other.imsi);
        farewell();
    }

    @Test
    void reevaluation_whileTheInventoryIsBeingAsked_asksItAgain() {
        CompletableFuture<Void> inventory = new CompletableFuture<>();
        harness.directory.waitFor(inventory);
        sgw.send(new Requests.Create().v2(sgw.address, 1));
        Harness.until(() -> !harness.directory.asked.isEmpty());
        Harness.await(harness.server.reevaluate(List.of(Requests.IMSI)));
        harness.directory.answerAtOnce();
        inventory.complete(null);
        assertThat(requireNonNull(sgw.receive2().cause()).value()).isEqualTo(16);
        assertThat(harness.directory.asked).hasSize(2);
        assertThat(harness.directory.askedAgain).as("not admitted twice").hasSize(1);
        assertThat(harness.directory.notAttached).isEmpty();
    }

    @Test
    void ruleThatBlocks_leavesTheSimWhatItsAttachWouldHaveUsedUp() {
        publish("location.country == \"DE\"", 2);
        assertThat(requireNonNull(sgw.ask2(new Requests.Create().v2(sgw.address, 1)).cause())
                .value()).isEqualTo(93);
        assertThat(harness.directory.notAttached).containsExactly(Requests.IMSI);
    }

    @Test
    void failureOfTheInventory_endsNoSessionThatWasAllowed() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        harness.directory.judge(request -> {
            throw new IllegalStateException("the database is away");
        });
        assertThat(harness.server.reevaluate(SimGroup.ALL)).failsWithin(Duration.ofSeconds(5));
        assertThat(harness.sessions()).isEqualTo(1);
        Gtp2Message answer = sgw.ask2(
                Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 2)
                        .uli(new UserLocation(Harness.GERMANY, 9, null, 9)).toDatagram());
        assertThat(requireNonNull(answer.cause()).value()).isEqualTo(72);
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(harness.userPlane.only().request().location().tac())
                .isEqualTo(0x1234);
    }

    @Test
    void removedPeer_losesItsSessions() {
        Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.await(harness.server.publishPeers(PeerTable.EMPTY));
        assertThat(harness.sessions()).isZero();
        assertThat(harness.userPlane.sessions).isEmpty();
    }

    @Test
    void carrierThatLosesAHomeNetwork_losesItsSessions() {
        Requests.attach2(sgw, new Requests.Create(), 1);
        harness.publish(new Carrier(0, "carrier-a", "A", Set.of(Plmn.parse("310410")), Set.of()));
        Harness.until(() -> harness.userPlane.sessions.isEmpty());
        farewell();
    }

    // Firewall

    @Test
    void unknownPeer_isMetWithSilence_fs_20() {
        Harness.Node stranger = harness.node(9);
        stranger.send(Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, 1).toDatagram());
        stranger.receivesNothing();
        assertThat(harness.count(SignallingFault.UNKNOWN_PEER)).isEqualTo(1);
        assertThat(harness.events).extracting(SignallingEvent::reason)
                .containsOnly("peer_address");
    }

    @Test
    void inSessionMessage_ofAnotherCarrier_isMetWithSilence_fs_20() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.Node other = harness.node(4);
        other.send(Requests.deleteSession(teid, 1));
        other.send(Requests.deletePdpContext(teid, 2));
        other.receivesNothing();
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(harness.count(SignallingFault.NOT_THE_OWNER)).isEqualTo(2);
    }

    @Test
    void endpointOfAnotherCarrier_isRefused_fs_20() {
        CauseIe control = requireNonNull(
                sgw.ask2(new Requests.Create().v2(Harness.address(4), 1)).cause());
        assertThat(control).isEqualTo(new CauseIe(69, 87, 0));
        int teid = Requests.attach2(sgw, new Requests.Create(), 2);
        Gtp2Message moved = sgw.ask2(
                Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 3)
                        .bearerContext(bearer -> bearer.ebi(0, 5).fTeid(1, FTeid.of(
                                FTeid.S5_S8_SGW_GTP_U, 1, Harness.address(200))))
                        .toDatagram());
        assertThat(moved.cause()).isEqualTo(new CauseIe(69, 93, 0));
        assertThat(Tunnels.of(harness.userPlane.only()).peer()).isEqualTo(sgw.address);
    }

    @Test
    void attachesBeyondWhatMayWait_areRefusedWithNoResources_8_4() {
        harness.close();
        harness = new Harness(Harness.config().withPending(1), DeviceConfig.defaults());
        sgw = harness.node(2);
        CompletableFuture<Void> inventory = new CompletableFuture<>();
        harness.directory.waitFor(inventory);
        sgw.send(new Requests.Create().v2(sgw.address, 1));
        assertThat(create(2).value()).isEqualTo(73);
        inventory.complete(null);
        assertThat(requireNonNull(sgw.receive2().cause()).value()).isEqualTo(16);
    }

    @Test
    void tunnelIdentifiers_areNeitherZeroNorInARow_fs_20() {
        int first = Requests.attach2(sgw, new Requests.Create(), 1);
        Requests.Create other = new Requests.Create();
        other.ebi = 6;
        int second = Requests.attach2(sgw, other, 2);
        assertThat(first).isNotZero();
        assertThat(Math.abs((long) second - first)).isGreaterThan(16);
    }

    // Restoration

    @Test
    void restartedPeer_losesTheSessionsItHad_butNotTheNewOne_23_007_18() {
        Requests.attach2(sgw, new Requests.Create(), 1);
        Requests.Create next = new Requests.Create();
        next.ebi = 6;
        next.recovery = 5;
        Requests.attach2(sgw, next, 2);
        assertThat(Harness.await(harness.server.sessions())).singleElement()
                .extracting(SessionView::ebi).isEqualTo(6);
        assertThat(harness.userPlane.sessions).hasSize(1);
    }

    @Test
    void olderRestartCounter_isAReordering_23_007_18() {
        Requests.attach2(sgw, new Requests.Create(), 1);
        sgw.ask2(Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, 9).recovery(3).toDatagram());
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(harness.count(SignallingFault.OLD_RESTART_COUNTER)).isEqualTo(1);
    }

    @Test
    void peerThatAnswersNoEcho_isDown_andLosesItsSessions_23_007_20() {
        harness.close();
        harness = new Harness(
                Harness.config().withTimers(Duration.ofMillis(300), 3, Duration.ofMillis(200)),
                DeviceConfig.defaults());
        sgw = harness.node(2);
        Requests.attach2(sgw, new Requests.Create(), 1);
        Gtp2Message echo = sgw.receive2();
        assertThat(echo.type()).isEqualTo(Gtp2Type.ECHO_REQUEST);
        assertThat(echo.recovery()).isEqualTo(17);
        sgw.send(Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_RESPONSE, echo.sequence()).recovery(4)
                .toDatagram());
        assertThat(harness.sessions()).isEqualTo(1);
        Harness.until(() -> state() == PathState.SUSPECT);
        Harness.until(() -> state() == PathState.DOWN);
        assertThat(harness.userPlane.sessions).isEmpty();
    }

    private PathState state() {
        return Harness.await(harness.server.peers()).getFirst().state();
    }

    @Test
    void echoOfGtpv1_isSentToItsPeers_7_2_1() {
        harness.close();
        harness = new Harness(
                Harness.config().withTimers(Duration.ofMillis(100), 3, Duration.ofMillis(200)),
                DeviceConfig.defaults());
        sgw = harness.node(2);
        Requests.attach1(sgw, new Requests.Create(), 1);
        assertThat(sgw.receive1().header().typeCode()).isEqualTo(1);
    }

    @Test
    void attachByAnotherCarrier_doesNotOvertakeOneThatWaits() {
        CompletableFuture<Void> inventory = new CompletableFuture<>();
        harness.directory.waitFor(inventory);
        sgw.send(new Requests.Create().v2(sgw.address, 1));
        Harness.until(() -> harness.directory.asked.size() == 1);
        harness.directory.judge(request -> request.carrier().id().equals("carrier-b")
                ? Refusal.OUTSIDE_FENCE
                : null);
        Harness.Node liar = harness.node(4);
        liar.send(new Requests.Create().v2(liar.address, 1));
        Harness.until(() -> harness.directory.asked.size() == 2);
        inventory.complete(null);
        assertThat(requireNonNull(liar.receive2().cause()).value())
                .isEqualTo(Refusal.OUTSIDE_FENCE.gtpv2Cause());
        assertThat(requireNonNull(sgw.receive2().cause()).value()).isEqualTo(16);
        assertThat(harness.sessions()).isEqualTo(1);
    }

    @Test
    void carrierThatLosesAHomeNetwork_whileTheInventoryIsBeingAsked_isRefused() {
        CompletableFuture<Void> inventory = new CompletableFuture<>();
        harness.directory.waitFor(inventory);
        sgw.send(new Requests.Create().v2(sgw.address, 1));
        Harness.until(() -> !harness.directory.asked.isEmpty());
        harness.publish(new Carrier(0, "carrier-a", "A", Set.of(Plmn.parse("310410")), Set.of()));
        inventory.complete(null);
        assertThat(requireNonNull(sgw.receive2().cause()).value()).isEqualTo(93);
        assertThat(harness.userPlane.sessions).isEmpty();
    }

    @Test
    void change_thatWaitsWhileTheCarrierChanges_leavesTheSessionWithTheCarrierAsItIsNow() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        CompletableFuture<Void> inventory = new CompletableFuture<>();
        harness.directory.waitFor(inventory);
        sgw.send(Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 2)
                .uli(new UserLocation(Harness.USA, 1, null, 1)).toDatagram());
        Harness.until(() -> harness.directory.asked.size() == 2);
        harness.publish(new Carrier(7, "carrier-a", "A", Set.of(), Set.of()));
        inventory.complete(null);
        assertThat(requireNonNull(sgw.receive2().cause()).value()).isEqualTo(16);
        Harness.until(() -> harness.userPlane.only().carrierIndex() == 7);
        Harness.await(harness.server.reevaluate(SimGroup.ALL));
        assertThat(harness.userPlane.only().request().carrier().index()).isEqualTo(7);
    }
}
