package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.Ambr;
import io.cellgate.dataplane.gtpc.BearerQos;
import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.DeleteBearerRequest;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.gtpc.UpdateBearerRequest;
import io.cellgate.dataplane.session.Refusal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands of an SGW, and the requests of ours that change a session. */
class Gtp2CommandTest {
    /** The highest bit of a sequence number marks a command, TS 29.274 §7.6. */
    private static final int COMMAND = 0x80_0000;
    private static final Ambr CARRIERS = new Ambr(1000, 2000);
    private static final Ambr RATES = new Ambr(64, 128);
    private static final BearerQos QOS = new BearerQos(5 << 2, 8, 0, 0, 0, 0);

    private Harness harness = new Harness();
    private Harness.Node sgw = harness.node(2);

    @AfterEach
    void stop() {
        harness.close();
    }

    private static int causeOf(Gtp2Message message) {
        return requireNonNull(message.cause()).value();
    }

    private static byte[] modify(int teid, int sequence, int ebi) {
        return Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_COMMAND, teid, sequence).ambr(RATES)
                .bearerContext(bearer -> bearer.ebi(0, ebi).bearerQos(QOS)).toDatagram();
    }

    private static byte[] delete(int teid, int sequence, int... ebis) {
        Gtp2Encoder command = Gtp2Encoder.withTeid(Gtp2Type.DELETE_BEARER_COMMAND, teid, sequence);
        for (int ebi : ebis) {
            command.bearerContext(bearer -> bearer.ebi(0, ebi));
        }
        return command.toDatagram();
    }

    private static byte[] response(Gtp2Type type, int teid, int sequence, int cause) {
        return Gtp2Encoder.withTeid(type, teid, sequence).cause(CauseIe.of(cause)).toDatagram();
    }

    // Modify Bearer Command

    @Test
    void modifyBearerCommand_isAnsweredWithUpdateBearerOfItsSequenceNumber_7_2_14_7_2_15() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.Node port = sgw.onPort(0);
        Gtp2Message request = port.ask2(modify(teid, COMMAND | 7, 5));
        assertThat(request.type()).isEqualTo(Gtp2Type.UPDATE_BEARER_REQUEST);
        assertThat(request.teid()).isEqualTo(Requests.SGW_CONTROL);
        assertThat(request.sequence()).isEqualTo(COMMAND | 7);
        assertThat(UpdateBearerRequest.decode(request).orThrow())
                .isEqualTo(new UpdateBearerRequest(RATES, 5, QOS));
        port.send(response(Gtp2Type.UPDATE_BEARER_RESPONSE, teid, COMMAND | 7, 16));
        port.receivesNothing();
        assertThat(harness.count(
                SignallingFault.UNEXPECTED_RESPONSE)).isZero();
        assertThat(harness.sessions()).isEqualTo(1);
    }

    @Test
    void modifyBearerCommand_thatIsRepeated_getsTheSameRequestAgain_7_6() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        byte[] command = modify(teid, COMMAND | 7, 5);
        sgw.send(command);
        byte[] first = sgw.receive();
        sgw.send(command);
        assertThat(sgw.receive()).isEqualTo(first);
    }

    @Test
    void updateBearer_thatIsNotAnswered_isSentN3Times_7_6() {
        harness.close();
        harness = Harness.thatRepeats(3);
        sgw = harness.node(2);
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        sgw.send(modify(teid, COMMAND | 7, 5));
        byte[] first = sgw.receive();
        assertThat(sgw.receive()).isEqualTo(first);
        assertThat(sgw.receive()).isEqualTo(first);
        sgw.receivesNothing();
        assertThat(harness.sessions()).isEqualTo(1);
    }

    @Test
    void updateBearer_whoseSessionTheCarrierDoesNotKnow_endsIt_7_2_16() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        sgw.ask2(modify(teid, COMMAND | 7, 5));
        sgw.send(response(Gtp2Type.UPDATE_BEARER_RESPONSE, teid, COMMAND | 7, 64));
        Harness.until(() -> harness.userPlane.sessions.isEmpty());
        assertThat(harness.sessions()).isZero();
    }

    @Test
    void modifyBearerCommand_whileAnotherIsUnderWay_fails_7_2_14_2() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        sgw.ask2(modify(teid, COMMAND | 7, 5));
        Gtp2Message failure = sgw.ask2(modify(teid, COMMAND | 8, 5));
        assertThat(failure.type()).isEqualTo(Gtp2Type.MODIFY_BEARER_FAILURE_INDICATION);
        assertThat(causeOf(failure)).isEqualTo(94);
    }

    @Test
    void modifyBearerCommand_ofAnotherBearer_failsWithContextNotFound_7_2_14_2() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Gtp2Message failure = sgw.ask2(modify(teid, COMMAND | 7, 6));
        assertThat(failure.type()).isEqualTo(Gtp2Type.MODIFY_BEARER_FAILURE_INDICATION);
        assertThat(failure.cause()).isEqualTo(new CauseIe(64, 93, 0));
    }

    @Test
    void modifyBearerCommand_withoutRates_failsWithMandatoryIeMissing_7_7_6() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Gtp2Message failure = sgw.ask2(
                Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_COMMAND, teid, COMMAND | 7)
                        .bearerContext(bearer -> bearer.ebi(0, 5)).toDatagram());
        assertThat(failure.cause()).isEqualTo(new CauseIe(70, 72, 0));
    }

    // Delete Bearer Command

    @Test
    void deleteBearerCommand_ofTheDefaultBearer_endsTheSession_andIsAnsweredWithDeleteBearer_7_2_17() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Gtp2Message request = sgw.ask2(delete(teid, COMMAND | 9, 6, 5));
        assertThat(request.type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
        assertThat(request.sequence()).isEqualTo(COMMAND | 9);
        assertThat(DeleteBearerRequest.decode(request).orThrow())
                .isEqualTo(new DeleteBearerRequest(5, null, null));
        assertThat(harness.userPlane.sessions).isEmpty();
        sgw.send(response(Gtp2Type.DELETE_BEARER_RESPONSE, teid, COMMAND | 9, 16));
        sgw.receivesNothing();
    }

    @Test
    void deleteBearerCommand_ofOtherBearers_failsForEach_7_2_17_2() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Gtp2Message failure = sgw.ask2(delete(teid, COMMAND | 9, 6, 7));
        assertThat(failure.type()).isEqualTo(Gtp2Type.DELETE_BEARER_FAILURE_INDICATION);
        assertThat(failure.teid()).isEqualTo(Requests.SGW_CONTROL);
        assertThat(causeOf(failure)).isEqualTo(64);
        assertThat(failure.ies().stream().filter(ie -> ie.type() == 93)).hasSize(2);
        assertThat(harness.sessions()).isEqualTo(1);
    }

    // Bearer Resource Command

    @Test
    void bearerResourceCommand_isRefusedAsServiceNotSupported_7_2_6() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Gtp2Message failure = sgw.ask2(
                Gtp2Encoder.withTeid(Gtp2Type.BEARER_RESOURCE_COMMAND, teid, COMMAND | 3)
                        .ebi(0, 5).pti(44).toDatagram());
        assertThat(failure.type()).isEqualTo(Gtp2Type.BEARER_RESOURCE_FAILURE_INDICATION);
        assertThat(failure.sequence()).isEqualTo(COMMAND | 3);
        assertThat(causeOf(failure)).isEqualTo(68);
        assertThat(failure.ies()).anySatisfy(ie -> {
            assertThat(ie.type()).isEqualTo(100);
            assertThat(ie.value()).hasToString("2c");
        }).anySatisfy(ie -> {
            assertThat(ie.type()).isEqualTo(73);
            assertThat(ie.value()).hasToString("05");
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"MODIFY_BEARER_COMMAND", "DELETE_BEARER_COMMAND",
            "BEARER_RESOURCE_COMMAND", "SUSPEND_NOTIFICATION", "RESUME_NOTIFICATION",
            "MODIFY_BEARER_REQUEST", "CHANGE_NOTIFICATION_REQUEST", "DELETE_SESSION_REQUEST"})
    void requestForAnUnknownTeid_isContextNotFound_7_7_5(Gtp2Type type) {
        Gtp2Message answer = sgw.ask2(Gtp2Encoder.withTeid(type, 0x4711, 1)
                .fTeid(0, FTeid.of(FTeid.S5_S8_SGW_GTP_C, 0x77, sgw.address)).toDatagram());
        assertThat(answer.type()).isEqualTo(type.response());
        assertThat(causeOf(answer)).isEqualTo(64);
        assertThat(answer.teid()).isEqualTo(0x77);
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE_BEARER_REQUEST", "UPDATE_BEARER_REQUEST",
            "DELETE_BEARER_REQUEST"})
    void requestThatOnlyAPgwMakes_isMetWithSilence_7_7_5(Gtp2Type type) {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        sgw.send(Gtp2Encoder.withTeid(type, teid, 2).ebi(0, 5)
                .bearerContext(bearer -> bearer.ebi(0, 5)).toDatagram());
        sgw.receivesNothing();
        assertThat(harness.count(
                SignallingFault.WRONG_DIRECTION)).isEqualTo(1);
    }

    // Of our own will

    /** What the carrier is said to have agreed to for the one session. */
    private @Nullable Ambr agreed() {
        return Harness.await(harness.server.sessions()).getFirst().apnAmbr();
    }

    @Test
    void lowerRate_isToldByUpdateBearer_andTheCarriersOwnAgainAfterIt_7_2_15() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        assertThat(agreed()).isEqualTo(CARRIERS);
        Harness.await(harness.server.holdTo(Requests.IMSI, 1_500_000));
        Gtp2Message request = sgw.receive2();
        assertThat(request.type()).isEqualTo(Gtp2Type.UPDATE_BEARER_REQUEST);
        assertThat(request.sequence() & COMMAND).as("no command's number").isZero();
        assertThat(UpdateBearerRequest.decode(request).orThrow())
                .isEqualTo(new UpdateBearerRequest(new Ambr(1000, 1500), 5, null));
        assertThat(agreed()).as("not before it answers").isEqualTo(CARRIERS);
        sgw.send(response(Gtp2Type.UPDATE_BEARER_RESPONSE, teid, request.sequence(), 16));
        Harness.until(() -> new Ambr(1000, 1500).equals(agreed()));
        Harness.await(harness.server.holdTo(Requests.IMSI, 0));
        request = sgw.receive2();
        assertThat(UpdateBearerRequest.decode(request).orThrow().ambr()).isEqualTo(CARRIERS);
        sgw.send(response(Gtp2Type.UPDATE_BEARER_RESPONSE, teid, request.sequence(), 16));
        Harness.until(() -> CARRIERS.equals(agreed()));
    }

    @Test
    void rateThatChangesWhileTheCarrierIsAsked_isToldWhenItHasAnswered() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.await(harness.server.holdTo(Requests.IMSI, 64_000));
        Gtp2Message first = sgw.receive2();
        Harness.await(harness.server.holdTo(Requests.IMSI, 32_000));
        sgw.send(response(Gtp2Type.UPDATE_BEARER_RESPONSE, teid, first.sequence(), 16));
        Gtp2Message second = sgw.receive2();
        assertThat(second.sequence()).isNotEqualTo(first.sequence());
        assertThat(UpdateBearerRequest.decode(second).orThrow().ambr())
                .isEqualTo(new Ambr(32, 32));
        sgw.send(response(Gtp2Type.UPDATE_BEARER_RESPONSE, teid, second.sequence(), 16));
        Harness.until(() -> new Ambr(32, 32).equals(agreed()));
    }

    @Test
    void rateThatTheCarrierRefuses_isNotAskedForAgain_andTheSessionStays_7_2_16() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.await(harness.server.holdTo(Requests.IMSI, 64_000));
        sgw.send(response(Gtp2Type.UPDATE_BEARER_RESPONSE, teid, sgw.receive2().sequence(), 94));
        sgw.receivesNothing();
        assertThat(agreed()).isEqualTo(CARRIERS);
    }

    @Test
    void commandOfAHeldSession_isGrantedTheRateAtMost_7_2_14() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.await(harness.server.holdTo(Requests.IMSI, 100_000));
        sgw.send(response(Gtp2Type.UPDATE_BEARER_RESPONSE, teid, sgw.receive2().sequence(), 16));
        Harness.until(() -> new Ambr(100, 100).equals(agreed()));
        Gtp2Message granted = sgw.ask2(modify(teid, COMMAND | 7, 5));
        assertThat(UpdateBearerRequest.decode(granted).orThrow().ambr())
                .isEqualTo(new Ambr(64, 100));
        sgw.send(response(Gtp2Type.UPDATE_BEARER_RESPONSE, teid, COMMAND | 7, 16));
        Harness.until(() -> new Ambr(64, 100).equals(agreed()));
        Harness.await(harness.server.holdTo(Requests.IMSI, 0));
        assertThat(UpdateBearerRequest.decode(sgw.receive2()).orThrow().ambr())
                .as("what the command said").isEqualTo(RATES);
    }

    @Test
    void rateOfASessionOfAnSgsn_isToldByUpdatePdpContext_29_060_7_3_3() {
        Requests.Create create = new Requests.Create();
        create.ambr = new Ambr(500, 600);
        Requests.attach1(sgw, create, 1);
        Harness.await(harness.server.holdTo(Requests.IMSI, 128_000));
        Gtp1Message request = sgw.receive1();
        assertThat(request.type()).isEqualTo(Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST);
        assertThat(request.teid()).isEqualTo(Requests.SGW_CONTROL);
        assertThat(request.ies()).anySatisfy(ie -> {
            assertThat(ie.type()).isEqualTo(198);
            assertThat(ie.value()).hasToString("0000008000000080");
        });
        sgw.send(Gtp1Encoder.of(Gtp1Type.UPDATE_PDP_CONTEXT_RESPONSE, 0, request.sequence())
                .cause(128).toDatagram());
        Harness.until(() -> new Ambr(128, 128).equals(agreed()));
    }

    @Test
    void sessionWhoseCarrierNamesNoRate_isToldNone() {
        Requests.attach1(sgw, new Requests.Create(), 1);
        Harness.await(harness.server.holdTo(Requests.IMSI, 64_000));
        sgw.receivesNothing();
        assertThat(agreed()).isNull();
    }

    // Collisions

    @Test
    void deleteSession_thatCrossesOurDeleteBearer_isAccepted_7_2_10() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.await(harness.server.endSessions(Requests.IMSI,
                Refusal.SIM_SUSPENDED));
        assertThat(sgw.receive2().type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
        Gtp2Message answer = sgw.ask2(Requests.deleteSession(teid, 2));
        assertThat(answer.type()).isEqualTo(Gtp2Type.DELETE_SESSION_RESPONSE);
        assertThat(answer.teid()).isEqualTo(Requests.SGW_CONTROL);
        assertThat(causeOf(answer)).isEqualTo(16);
    }

    @Test
    void deletePdpContext_thatCrossesOurs_isAccepted_29_060_7_3_6() {
        int teid = Requests.attach1(sgw, new Requests.Create(), 1);
        Harness.await(harness.server.endSessions(Requests.IMSI,
                Refusal.SIM_SUSPENDED));
        Gtp1Message ours = sgw.receive1();
        sgw.send(Gtp1Encoder.of(Gtp1Type.DELETE_PDP_CONTEXT_RESPONSE, teid, ours.sequence())
                .cause(128).toDatagram());
        assertThat(sgw.ask1(Requests.deletePdpContext(teid, 2)).cause()).isEqualTo(192);

        Requests.attach1(sgw, new Requests.Create(), 3);
        int other = Requests.attach1(sgw, new Requests.Create(), 4);
        Harness.await(harness.server.endSessions(Requests.IMSI,
                Refusal.SIM_SUSPENDED));
        assertThat(sgw.receive1().type()).isEqualTo(Gtp1Type.DELETE_PDP_CONTEXT_REQUEST);
        assertThat(sgw.ask1(Requests.deletePdpContext(other, 5)).cause()).isEqualTo(128);
    }

    @Test
    void modifyBearer_thatCrossesOurDeleteBearer_isContextNotFound_atThePeersTeid_7_2_8() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.await(harness.server.endSessions(Requests.IMSI,
                Refusal.SIM_SUSPENDED));
        assertThat(sgw.receive2().type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
        Gtp2Message answer = sgw.ask2(Gtp2Encoder
                .withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 2).ratType(6).toDatagram());
        assertThat(answer.teid()).isEqualTo(Requests.SGW_CONTROL);
        assertThat(causeOf(answer)).isEqualTo(64);
    }

    @Test
    void piggybackedCommand_behindAResponse_isCarriedOut_andAThirdMessageIsNot_5_5_1() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        byte[] one = response(Gtp2Type.CREATE_BEARER_RESPONSE, teid, 1, 16);
        byte[] two = Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 2).ratType(8)
                .toDatagram();
        byte[] three = Requests.deleteSession(teid, 3);
        one[0] |= 0x10;
        two[0] |= 0x10;
        ByteBuffer all = ByteBuffer
                .allocate(one.length + two.length + three.length).put(one).put(two).put(three);
        Gtp2Message answer = sgw.ask2(all.array());
        assertThat(answer.type()).isEqualTo(Gtp2Type.MODIFY_BEARER_RESPONSE);
        sgw.receivesNothing();
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(harness.count(
                SignallingFault.PIGGYBACKED_TWICE)).isEqualTo(1);
    }
}
