package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.session.UserPlaneSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions whose device cannot be reached for a while, and tunnels that peers have lost. */
class SuspensionTest {
    private final Harness harness = new Harness();
    private final Harness.Node peer = harness.node(2);

    @AfterEach
    void stop() {
        harness.close();
    }

    private int causeOf(Gtp2Type type, int teid, int sequence) {
        Gtp2Message answer = peer
                .ask2(Gtp2Encoder.withTeid(type, teid, sequence).imsi(Requests.IMSI).toDatagram());
        assertThat(answer.type()).isEqualTo(type.response());
        assertThat(answer.teid()).isEqualTo(Requests.SGW_CONTROL);
        return requireNonNull(answer.cause()).value();
    }

    private boolean isHeld() {
        return harness.userPlane.only().downlinkHeld();
    }

    @Test
    void suspendNotification_holdsDownlinkPackets_untilResumeNotification_7_4() {
        int teid = Requests.attach2(peer, new Requests.Create(), 1);
        UserPlaneSession before = harness.userPlane.only();
        assertThat(causeOf(Gtp2Type.SUSPEND_NOTIFICATION, teid, 2)).isEqualTo(16);
        assertThat(isHeld()).isTrue();
        assertThat(causeOf(Gtp2Type.RESUME_NOTIFICATION, teid, 3)).isEqualTo(16);
        assertThat(harness.userPlane.only()).isEqualTo(before);
    }

    @Test
    void suspendNotification_isAcknowledgedAfterTheUserPlaneHasTakenIt_7_4_2() {
        int teid = Requests.attach2(peer, new Requests.Create(), 1);
        harness.userPlane.takeTime();
        peer.send(Gtp2Encoder.withTeid(Gtp2Type.SUSPEND_NOTIFICATION, teid, 2).toDatagram());
        Harness.until(this::isHeld);
        peer.receivesNothing();
        harness.userPlane.goOn();
        assertThat(peer.receive2().type()).isEqualTo(Gtp2Type.SUSPEND_ACKNOWLEDGE);
    }

    @Test
    void modifyBearer_resumesASuspendedSession_23_272_6_3() {
        int teid = Requests.attach2(peer, new Requests.Create(), 1);
        assertThat(causeOf(Gtp2Type.SUSPEND_NOTIFICATION, teid, 2)).isEqualTo(16);
        peer.ask2(Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 3)
                .bearerContext(bearer -> bearer.ebi(0, 5)).toDatagram());
        assertThat(isHeld()).isFalse();
    }

    @Test
    void changeNotification_leavesASuspendedSessionSuspended_7_3_14() {
        int teid = Requests.attach2(peer, new Requests.Create(), 1);
        assertThat(causeOf(Gtp2Type.SUSPEND_NOTIFICATION, teid, 2)).isEqualTo(16);
        peer.ask2(Gtp2Encoder.withTeid(Gtp2Type.CHANGE_NOTIFICATION_REQUEST, teid, 3).ratType(2)
                .toDatagram());
        assertThat(isHeld()).isTrue();
    }

    // Error indications, TS 23.007 §21

    private void errorIndication() {
        harness.server.errorIndication(harness.userPlane.only().localTeid());
    }

    @Test
    void errorIndicationOfAnSgw_endsTheSession_andIsToldByDeleteBearer_23_007_21() {
        Requests.attach2(peer, new Requests.Create(), 1);
        errorIndication();
        Gtp2Message told = peer.receive2();
        assertThat(told.type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
        assertThat(requireNonNull(told.cause()).value()).as("reactivation requested").isEqualTo(8);
        assertThat(harness.userPlane.sessions).isEmpty();
    }

    @Test
    void errorIndicationOfAnSgsn_endsTheSession_andIsNotTold_23_007_21_2() {
        Requests.attach1(peer, new Requests.Create(), 1);
        errorIndication();
        Harness.until(() -> harness.userPlane.sessions.isEmpty());
        peer.receivesNothing();
    }

    private byte[] update(int teid, int sequence, int directTunnelFlags) {
        return Gtp1Encoder.of(Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST, teid, sequence)
                .teidData(0x3002).nsapi(5).gsnAddress(peer.address).gsnAddress(peer.address)
                .qosProfile(Requests.QOS).directTunnelFlags(directTunnelFlags).toDatagram();
    }

    @Test
    void errorIndicationOfAnRnc_invalidatesTheContext_andTheSgsnIsToldUntilItSetsUpATunnel_23_007_21_2() {
        int teid = Requests.attach1(peer, new Requests.Create(), 1);
        assertThat(peer.ask1(update(teid, 2, 1)).cause()).isEqualTo(128);
        errorIndication();
        Gtp1Message told = peer.receive1();
        assertThat(told.type()).isEqualTo(Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST);
        assertThat(told.ies()).anySatisfy(ie -> {
            assertThat(ie.type()).isEqualTo(182);
            assertThat(ie.value()).hasToString("04");
        });
        assertThat(isHeld()).isTrue();
        peer.send(Gtp1Encoder.of(Gtp1Type.UPDATE_PDP_CONTEXT_RESPONSE, teid, told.sequence())
                .cause(128).toDatagram());
        assertThat(peer.ask1(update(teid, 3, 0)).cause()).isEqualTo(128);
        assertThat(isHeld()).isFalse();
    }

    @Test
    void lostDirectTunnel_ofAContextThatTheSgsnDoesNotKnow_endsIt_29_060_7_3_4() {
        int teid = Requests.attach1(peer, new Requests.Create(), 1);
        peer.ask1(update(teid, 2, 1));
        errorIndication();
        peer.send(Gtp1Encoder.of(Gtp1Type.UPDATE_PDP_CONTEXT_RESPONSE, teid,
                peer.receive1().sequence()).cause(192).toDatagram());
        Harness.until(() -> harness.userPlane.sessions.isEmpty());
    }
}
