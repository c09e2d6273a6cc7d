package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.CreateSessionResponse;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.session.UserPlaneSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that go on with another node, another version of GTP, another access. */
class HandoverTest {
    private final Harness harness = new Harness();
    private final Harness.Node first = harness.node(2);
    private final Harness.Node second = harness.node(3);

    @AfterEach
    void stop() {
        harness.close();
    }

    private SessionView only() {
        return Harness.await(harness.server.sessions()).getFirst();
    }

    private static byte[] modify(Harness.Node to, int teid, int sequence) {
        return Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, sequence).ratType(6)
                .servingNetwork(Harness.GERMANY)
                .fTeid(0, FTeid.of(FTeid.S5_S8_SGW_GTP_C, 0x2001, to.address))
                .bearerContext(bearer -> bearer.ebi(0, 5).fTeid(1,
                        FTeid.of(FTeid.S5_S8_SGW_GTP_U, 0x2002, to.address)))
                .toDatagram();
    }

    private static byte[] update(Harness.Node to, int teid, int sequence) {
        UserLocation place = new UserLocation(Harness.GERMANY, null, 0x11, 0x22);
        return Gtp1Encoder.of(Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST, teid, sequence).rai(place)
                .recovery(9).teidData(0x3002).teidControl(0x3001).nsapi(5).gsnAddress(to.address)
                .gsnAddress(to.address).qosProfile(Requests.QOS).ratType(1).toDatagram();
    }

    /** All that a device and its policy have of a session, but where it is reached and by which radio. */
    private static void isTheSame(UserPlaneSession now, UserPlaneSession before) {
        assertThat(now.localTeid()).isEqualTo(before.localTeid());
        assertThat(now.ipv4()).isEqualTo(before.ipv4());
        assertThat(now.ipv6Prefix()).isEqualTo(before.ipv6Prefix());
        assertThat(now.subscriber()).isEqualTo(before.subscriber());
        assertThat(now.request().imei()).isEqualTo(before.request().imei());
        assertThat(now.request().apn()).isEqualTo(before.request().apn());
    }

    @Test
    void sessionOfGtpv1_goesOnInGtpv2_withItsAddressChargingIdAndPolicy_23_401_annexD() {
        int teid = Requests.attach1(first, new Requests.Create(), 1);
        UserPlaneSession before = harness.userPlane.only();
        Gtp2Message answer = second.ask2(modify(second, teid, 2));
        assertThat(requireNonNull(answer.cause()).value()).isEqualTo(16);
        assertThat(answer.teid()).isEqualTo(0x2001);
        UserPlaneSession now = harness.userPlane.only();
        isTheSame(now, before);
        assertThat(Tunnels.of(now).peer()).isEqualTo(second.address);
        assertThat(Tunnels.of(now).remoteTeid()).isEqualTo(0x2002);
        assertThat(now.request().rat()).isEqualTo(Rat.EUTRAN);
        assertThat(only().version()).isEqualTo(GtpVersion.V2);
        assertThat(requireNonNull(
                second.ask2(Requests.deleteSession(teid, 3)).cause()).value()).isEqualTo(16);
        assertThat(harness.sessions()).isZero();
    }

    @Test
    void sessionOfGtpv2_goesOnInGtpv1_andBack_withItsChargingId_23_401_annexD() {
        Gtp2Message created = first.ask2(new Requests.Create().v2(first.address, 1));
        CreateSessionResponse session = CreateSessionResponse.decode(created).orThrow();
        int teid = requireNonNull(session.sender()).teid();
        Integer chargingId = requireNonNull(session.bearer()).chargingId();
        UserPlaneSession before = harness.userPlane.only();
        Gtp1Message updated = second.ask1(update(second, teid, 2));
        assertThat(updated.cause()).isEqualTo(128);
        assertThat(updated.ies()).anySatisfy(ie -> {
            assertThat(ie.type()).isEqualTo(127);
            assertThat(ie.value().i32(0)).isEqualTo(chargingId);
        });
        isTheSame(harness.userPlane.only(), before);
        assertThat(only().version()).isEqualTo(GtpVersion.V1);
        assertThat(requireNonNull(first.ask2(modify(first, teid, 3)).cause()).value())
                .isEqualTo(16);
        isTheSame(harness.userPlane.only(), before);
        assertThat(only().version()).isEqualTo(GtpVersion.V2);
    }

    @Test
    void handover_intoAnotherCarriersNode_isRefused_fs_20() {
        int teid = Requests.attach2(first, new Requests.Create(), 1);
        Harness.Node foreign = harness.node(4);
        assertThat(first.ask2(modify(foreign, teid, 2)).cause())
                .isEqualTo(new CauseIe(69, 87, 0));
        foreign.send(modify(foreign, teid, 3));
        foreign.receivesNothing();
        foreign.send(update(foreign, teid, 4));
        foreign.receivesNothing();
        assertThat(harness.count(SignallingFault.NOT_THE_OWNER)).isEqualTo(2);
        assertThat(Tunnels.of(harness.userPlane.only()).peer()).isEqualTo(first.address);
    }

    @Test
    void afterAHandover_aRestartOfTheOldNode_leavesTheSession_23_007_18() {
        int teid = Requests.attach2(first, new Requests.Create(), 1);
        second.ask2(Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, 1).recovery(9).toDatagram());
        second.ask2(modify(second, teid, 2));
        first.ask2(Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, 3).recovery(5).toDatagram());
        assertThat(harness.sessions()).isEqualTo(1);
        second.ask2(Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, 4).recovery(10).toDatagram());
        assertThat(harness.sessions()).isZero();
    }

    // By a new Create Session Request, TS 23.402 §8

    private Requests.Create fromOtherAccess() {
        Requests.Create create = new Requests.Create();
        create.handover = true;
        create.ebi = 6;
        create.teidControl = 0x5001;
        create.teidUser = 0x5002;
        return create;
    }

    @Test
    void createSession_withHandoverIndication_keepsAddressAndTunnel_andTheOldNodeIsTold_23_402_8() {
        Requests.Create wlan = new Requests.Create();
        wlan.ratType = 3;
        Requests.attach2(first, wlan, 1);
        UserPlaneSession before = harness.userPlane.only();
        int teid = Requests.attach2(second, fromOtherAccess(), 2);
        UserPlaneSession now = harness.userPlane.only();
        isTheSame(now, before);
        assertThat(Tunnels.of(now).remoteTeid()).isEqualTo(0x5002);
        assertThat(Tunnels.of(now).peer()).isEqualTo(second.address);
        assertThat(only().ebi()).isEqualTo(6);
        Gtp2Message told = first.receive2();
        assertThat(told.type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
        assertThat(requireNonNull(told.cause()).value()).as("access is 3GPP now").isEqualTo(10);
        assertThat(requireNonNull(second.ask2(Gtp2Encoder
                .withTeid(Gtp2Type.DELETE_SESSION_REQUEST, teid, 3).ebi(0, 6).toDatagram())
                .cause()).value()).isEqualTo(16);
        assertThat(harness.sessions()).isZero();
        assertThat(harness.userPlane.sessions).isEmpty();
    }

    @Test
    void deletionByTheOldNode_afterAHandover_leavesTheNewSession_23_402_8() {
        int old = Requests.attach2(first, new Requests.Create(), 1);
        Requests.attach2(second, fromOtherAccess(), 2);
        first.send(Requests.deleteSession(old, 3));
        Gtp2Message answer = first.receive2();
        while (answer.type() == Gtp2Type.DELETE_BEARER_REQUEST) {
            answer = first.receive2();
        }
        assertThat(requireNonNull(answer.cause()).value()).isEqualTo(16);
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(harness.userPlane.sessions).hasSize(1);
    }

    @Test
    void createSession_withHandoverIndication_ofAnotherCarrierOrApnOrType_isANewSession_23_402_8() {
        Requests.attach2(first, new Requests.Create(), 1);
        UserPlaneSession before = harness.userPlane.only();
        Requests.Create apn = fromOtherAccess();
        apn.apn = "other";
        Requests.attach2(second, apn, 2);
        Requests.Create type = fromOtherAccess();
        type.ebi = 7;
        type.pdnType = PdnAddress.IPV6;
        Requests.attach2(second, type, 3);
        Requests.Create carrier = fromOtherAccess();
        carrier.ebi = 8;
        Harness.Node foreign = harness.node(4);
        Requests.attach2(foreign, carrier, 4);
        assertThat(harness.userPlane.sessions).hasSize(4).containsValue(before);
        assertThat(harness.userPlane.sessions.values().stream()
                .filter(session -> before.equals(session)
                        || requireNonNull(before.ipv4()).equals(session.ipv4())))
                .hasSize(1);
    }
}
