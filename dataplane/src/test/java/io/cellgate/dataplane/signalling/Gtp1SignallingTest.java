package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.CreatePdpContextResponse;
import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.dataplane.gtpc.ProtocolOptions;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.session.UserPlaneSession;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.params.provider.EnumSource;
import org.jspecify.annotations.Nullable;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TS 29.060 over real sockets: what an SGSN sees of us. */
class Gtp1SignallingTest {
    private Harness harness = new Harness();
    private Harness.Node sgsn = harness.node(2);

    @AfterEach
    void stop() {
        harness.close();
    }

    private CreatePdpContextResponse create(Requests.Create create, int sequence) {
        Gtp1Message message = sgsn.ask1(create.v1(sgsn.address, sequence));
        assertThat(message.type()).isEqualTo(Gtp1Type.CREATE_PDP_CONTEXT_RESPONSE);
        assertThat(message.sequence()).isEqualTo(sequence);
        assertThat(message.teid()).isEqualTo(create.teidControl);
        return CreatePdpContextResponse.decode(message).orThrow();
    }

    private byte[] update(int teid, int sequence, UserLocation place, int rat) {
        return Gtp1Encoder.of(Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST, teid, sequence).rai(place)
                .recovery(4).teidData(0x3002).teidControl(0x3001).nsapi(5)
                .gsnAddress(sgsn.address).gsnAddress(sgsn.address).qosProfile(Requests.QOS)
                .ratType(rat).uli(place).toDatagram();
    }

    @Test
    void echoRequest_isAnsweredWithOurRestartCounter_7_2_2() {
        Gtp1Message answer = sgsn
                .ask1(Gtp1Encoder.of(Gtp1Type.ECHO_REQUEST, 0, 9).toDatagram());
        assertThat(answer.type()).isEqualTo(Gtp1Type.ECHO_RESPONSE);
        assertThat(answer.sequence()).isEqualTo(9);
        assertThat(answer.recovery()).isEqualTo(17);
    }

    @Test
    void version0_isAnsweredWithVersionNotSupported_11_1_1() {
        byte[] version0 = new byte[20];
        version0[0] = 0x1e;
        version0[1] = 1;
        assertThat(sgsn.ask1(version0).type()).isEqualTo(Gtp1Type.VERSION_NOT_SUPPORTED);
        assertThat(harness.count(SignallingFault.VERSION_NOT_SUPPORTED)).isEqualTo(1);
    }

    @Test
    void gtpPrime_isMetWithSilence_6() {
        sgsn.send(new byte[]{0x22, 1, 0, 4, 0, 0, 0, 0, 0, 1, 0, 0});
        sgsn.receivesNothing();
        assertThat(harness.count(SignallingFault.VERSION_NOT_SUPPORTED)).isEqualTo(1);
    }

    @Test
    void createPdpContext_isAcceptedWithAddressAndTunnels_andEchoesTheQos_7_3_2() {
        CreatePdpContextResponse response = create(new Requests.Create(), 1);
        assertThat(response.cause()).isEqualTo(128);
        assertThat(response.signallingAddress()).isEqualTo(harness.gateway);
        assertThat(response.userAddress()).isEqualTo(harness.gateway);
        assertThat(response.qos()).isEqualTo(Requests.QOS);
        assertThat(response.chargingId()).isNotNull();
        assertThat(response.recovery()).isEqualTo(17);
        UserPlaneSession installed = harness.userPlane.only();
        assertThat(installed.localTeid()).isEqualTo(response.teidData());
        assertThat(Tunnels.of(installed).remoteTeid()).isEqualTo(Requests.SGW_USER);
        assertThat(installed.ipv4())
                .isEqualTo(requireNonNull(response.endUserAddress()).ipv4());
        assertThat(installed.request().location())
                .isEqualTo(new UserLocation(Harness.GERMANY, null, 0x1234, 0x5678));
        assertThat(installed.request().imei()).isEqualTo(Requests.IMEI);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,3"})
    void createPdpContext_ofEachPdnType_getsItsAddresses_7_7_27(int asked, int got) {
        Requests.Create create = new Requests.Create();
        create.pdnType = asked;
        CreatePdpContextResponse response = create(create, 1);
        assertThat(response.cause()).isEqualTo(128);
        assertThat(requireNonNull(response.endUserAddress()).pdnType()).isEqualTo(got);
    }

    @Test
    void createPdpContext_forIpv4v6_getsCause130_whereTheBearerCarriesOneAddress_7_3_2() {
        Requests.Create create = new Requests.Create();
        create.pdnType = PdnAddress.IPV4V6;
        create.dualAddress = false;
        assertThat(create(create, 1).cause()).isEqualTo(130);
    }

    @Test
    void createPdpContext_forNonIp_isRefusedWithCause220_7_7_1() {
        Requests.Create create = new Requests.Create();
        create.pdnType = PdnAddress.NON_IP;
        assertThat(create(create, 1).cause()).isEqualTo(220);
    }

    @Test
    void createPdpContext_withAllAddressesInUse_isRefusedWithCause211_7_7_1() {
        harness.close();
        harness = new Harness(Harness.config(),
                new DeviceConfig(Prefix.parse("10.45.0.0/30"), Inet4Address.ofLiteral("10.45.0.1"),
                        null, Duration.ofSeconds(60), List.of(), 1358));
        sgsn = harness.node(2);
        assertThat(create(new Requests.Create(), 1).cause()).isEqualTo(128);
        Requests.Create second = new Requests.Create();
        second.ebi = 6;
        assertThat(create(second, 2).cause()).isEqualTo(211);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 16, 17, 20, 128, 131, 133, 135})
    void createPdpContext_withoutANeededElement_isRefusedWithCause202_11_1_6(int ie) {
        byte[] request = new Requests.Create().v1Without(sgsn.address, 1, ie);
        assertThat(sgsn.ask1(request).cause()).isEqualTo(202);
        assertThat(harness.directory.asked).isEmpty();
    }

    @Test
    void secondaryContext_isRefusedAsServiceNotSupported_7_3_1() {
        byte[] request = Gtp1Encoder.of(Gtp1Type.CREATE_PDP_CONTEXT_REQUEST, 0, 1).teidData(1)
                .teidControl(2).nsapi(6).nsapi(5).toDatagram();
        assertThat(sgsn.ask1(request).cause()).isEqualTo(200);
        assertThat(harness.count(SignallingFault.SECONDARY_CONTEXT)).isEqualTo(1);
    }

    @Test
    void gsnAddress_ofOddLength_isRefusedWithCause201_7_7_32() {
        byte[] request = Gtp1Encoder.of(Gtp1Type.CREATE_PDP_CONTEXT_REQUEST, 0, 1)
                .imsi(Requests.IMSI).teidData(1).teidControl(2).nsapi(5)
                .endUserAddress(new PdnAddress(1, null, null)).apn("internet")
                .raw(133, new byte[]{10, 0, 0, 1, 9}).gsnAddress(sgsn.address)
                .qosProfile(Requests.QOS).toDatagram();
        assertThat(sgsn.ask1(request).cause()).isEqualTo(201);
        assertThat(harness.count(SignallingFault.IE_INCORRECT)).isEqualTo(1);
    }

    @Test
    void repeatedRequest_getsTheSameOctetsAgain_7_6() {
        byte[] request = new Requests.Create().v1(sgsn.address, 1);
        sgsn.send(request);
        byte[] first = sgsn.receive();
        sgsn.send(request);
        assertThat(sgsn.receive()).isEqualTo(first);
        assertThat(harness.directory.asked).hasSize(1);
    }

    @Test
    void protocolOptions_areAnswered_7_7_31() {
        byte[] plain = new Requests.Create().v1Without(sgsn.address, 1, 0);
        byte[] options = Gtp1Encoder.of(Gtp1Type.CREATE_PDP_CONTEXT_REQUEST, 0, 1)
                .options(new ProtocolOptions(List.of(
                        new ProtocolOptions.Item(ProtocolOptions.DNS_IPV4, Octets.EMPTY),
                        new ProtocolOptions.Item(ProtocolOptions.IPV4_MTU, Octets.EMPTY))))
                .toDatagram();
        byte[] both = new byte[plain.length + options.length - 12];
        System.arraycopy(plain, 0, both, 0, plain.length);
        System.arraycopy(options, 12, both, plain.length, options.length - 12);
        both[2] = (byte) (both.length - 8 >>> 8);
        both[3] = (byte) (both.length - 8);
        ProtocolOptions answer = requireNonNull(
                CreatePdpContextResponse.decode(sgsn.ask1(both)).orThrow().options());
        assertThat(answer.first(ProtocolOptions.DNS_IPV4)).hasToString("0a2d0001");
        assertThat(answer.first(ProtocolOptions.IPV4_MTU)).hasToString("054e");
    }

    @Test
    void updatePdpContext_movesTheSession_andEchoesTheQos_7_3_4() {
        int teid = Requests.attach1(sgsn, new Requests.Create(), 1);
        UserLocation place = new UserLocation(Harness.USA, null, 0x11, 0x22);
        Gtp1Message answer = sgsn.ask1(update(teid, 2, place, 2));
        assertThat(answer.type()).isEqualTo(Gtp1Type.UPDATE_PDP_CONTEXT_RESPONSE);
        assertThat(answer.teid()).isEqualTo(0x3001);
        assertThat(answer.cause()).isEqualTo(128);
        UserPlaneSession moved = harness.userPlane.only();
        assertThat(Tunnels.of(moved).remoteTeid()).isEqualTo(0x3002);
        assertThat(moved.request().location()).isEqualTo(place);
        assertThat(moved.request().rat()).isEqualTo(Rat.GERAN);
    }

    @Test
    void updatePdpContext_intoAForbiddenPlace_endsTheSession_andTheSgsnIsTold_7_3_5() {
        int teid = Requests.attach1(sgsn, new Requests.Create(), 1);
        harness.directory.judge(request -> Harness.USA.equals(request.location().plmn())
                ? Refusal.OUTSIDE_FENCE
                : null);
        Gtp1Message answer = sgsn.ask1(
                update(teid, 2, new UserLocation(Harness.USA, null, 1, 2), 1));
        assertThat(answer.cause()).isEqualTo(222);
        assertThat(harness.userPlane.sessions).isEmpty();
        Gtp1Message deletion = sgsn.receive1();
        assertThat(deletion.type()).isEqualTo(Gtp1Type.DELETE_PDP_CONTEXT_REQUEST);
        sgsn.send(Gtp1Encoder.of(Gtp1Type.DELETE_PDP_CONTEXT_RESPONSE, 0, deletion.sequence())
                .cause(128).toDatagram());
        sgsn.receivesNothing();
    }

    @Test
    void contextOfGtpv2_isTakenOverByGtpv1_withItsAddress_23_401_annexD() {
        int teid = Requests.attach2(sgsn, new Requests.Create(), 1);
        UserPlaneSession before = harness.userPlane.only();
        Gtp1Message answer = sgsn
                .ask1(update(teid, 2, new UserLocation(Harness.GERMANY, null, 1, 2), 1));
        assertThat(answer.cause()).isEqualTo(128);
        UserPlaneSession after = harness.userPlane.only();
        assertThat(after.ipv4()).isEqualTo(before.ipv4());
        assertThat(after.localTeid()).isEqualTo(before.localTeid());
        assertThat(Harness.await(harness.server.sessions()).getFirst().version())
                .isEqualTo(GtpVersion.V1);
    }

    @Test
    void msInfoChange_isAcknowledged_andTheNewPlaceIsKnown_7_5B_2() {
        int teid = Requests.attach1(sgsn, new Requests.Create(), 1);
        UserLocation place = new UserLocation(Harness.GERMANY, null, 0x99, 0x98);
        Gtp1Message answer = sgsn
                .ask1(Gtp1Encoder.of(Gtp1Type.MS_INFO_CHANGE_REQUEST, teid, 2).nsapi(5)
                        .ratType(1).uli(place).toDatagram());
        assertThat(answer.cause()).isEqualTo(128);
        assertThat(harness.userPlane.only().request().location()).isEqualTo(place);
    }

    @Test
    void deletePdpContext_endsTheSession_7_3_6() {
        int teid = Requests.attach1(sgsn, new Requests.Create(), 1);
        Gtp1Message answer = sgsn.ask1(Requests.deletePdpContext(teid, 2));
        assertThat(answer.type()).isEqualTo(Gtp1Type.DELETE_PDP_CONTEXT_RESPONSE);
        assertThat(answer.cause()).isEqualTo(128);
        assertThat(harness.userPlane.sessions).isEmpty();
        assertThat(sgsn.ask1(Requests.deletePdpContext(teid, 3)).cause()).isEqualTo(192);
    }

    @Test
    void deletePdpContext_ofAnotherNsapi_isContextNotFound_7_3_6() {
        int teid = Requests.attach1(sgsn, new Requests.Create(), 1);
        Gtp1Message answer = sgsn.ask1(Gtp1Encoder
                .of(Gtp1Type.DELETE_PDP_CONTEXT_REQUEST, teid, 2).nsapi(9).toDatagram());
        assertThat(answer.cause()).isEqualTo(192);
        assertThat(harness.sessions()).isEqualTo(1);
    }

    @Test
    void unknownTvElement_endsTheReading_7_7() {
        byte[] plain = new Requests.Create().v1(sgsn.address, 1);
        byte[] with = Arrays.copyOf(plain, plain.length + 3);
        with[plain.length] = 100;
        with[2] = (byte) (with.length - 8 >>> 8);
        with[3] = (byte) (with.length - 8);
        assertThat(sgsn.ask1(with).cause()).isEqualTo(128);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 15})
    void anyNsapi_isServed_asSomeSgsnsUseReservedOnes_7_7_17(int nsapi) {
        Requests.Create create = new Requests.Create();
        create.ebi = nsapi;
        int teid = Requests.attach1(sgsn, create, 1);
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(sgsn.ask1(Gtp1Encoder.of(Gtp1Type.DELETE_PDP_CONTEXT_REQUEST, teid, 2)
                .teardown(true).nsapi(nsapi).toDatagram()).cause()).isEqualTo(128);
        assertThat(harness.sessions()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Rat.class, names = {"GERAN", "UTRAN", "EUTRAN", "NB_IOT", "LTE_M"})
    void createPdpContext_ofEachIotRadioAccess_isAccepted_7_7_50(Rat rat) {
        Requests.Create create = new Requests.Create();
        create.ratType = rat.code();
        assertThat(create(create, 1).cause()).isEqualTo(128);
        assertThat(harness.userPlane.only().request().rat()).isEqualTo(rat);
    }

    private void restart(@Nullable String ipv4, @Nullable String ipv6) {
        harness.close();
        harness = new Harness(Harness.config(),
                new DeviceConfig(ipv4 == null ? null : Prefix.parse(ipv4),
                        Inet4Address.ofLiteral("10.45.0.1"),
                        ipv6 == null ? null : Prefix.parse(ipv6), Duration.ofSeconds(60),
                        List.of(), 1358));
        sgsn = harness.node(2);
    }

    @Test
    void createPdpContext_forIpv4v6_getsCause129_whereThereIsNoIpv6Pool_7_3_2() {
        restart("10.45.0.0/16", null);
        Requests.Create create = new Requests.Create();
        create.pdnType = PdnAddress.IPV4V6;
        CreatePdpContextResponse response = create(create, 1);
        assertThat(response.cause()).isEqualTo(129);
        assertThat(requireNonNull(response.endUserAddress()).pdnType()).isEqualTo(1);
    }

    @Test
    void createPdpContext_forATypeWithoutPool_isRefusedWithCause220_7_7_1() {
        restart(null, "fd45::/40");
        assertThat(create(new Requests.Create(), 1).cause()).isEqualTo(220);
    }

    @Test
    void createPdpContext_forPpp_isRefusedWithCause220_7_7_27() {
        byte[] request = new Requests.Create().v1Without(sgsn.address, 1, 128);
        byte[] ppp = Gtp1Encoder.of(Gtp1Type.CREATE_PDP_CONTEXT_REQUEST, 0, 1)
                .raw(128, new byte[]{(byte) 0xf0, 1}).toDatagram();
        byte[] both = Arrays.copyOf(request, request.length + ppp.length - 12);
        System.arraycopy(ppp, 12, both, request.length, ppp.length - 12);
        both[2] = (byte) (both.length - 8 >>> 8);
        both[3] = (byte) (both.length - 8);
        assertThat(sgsn.ask1(both).cause()).isEqualTo(220);
    }

    private static byte[] echoWithExtension(int type) {
        return new byte[]{0x36, 1, 0, 8, 0, 0, 0, 0, 0, 9, 0, (byte) type, 1, 0, 0, 0};
    }

    @ParameterizedTest
    @ValueSource(ints = {0xc0, 0xc1, 0x85, 0x80})
    void extensionHeader_thatMustBeUnderstood_isAnsweredWithThoseThatAre_7_2_4(int type) {
        Gtp1Message answer = sgsn.ask1(echoWithExtension(type));
        assertThat(answer.type()).isEqualTo(Gtp1Type.SUPPORTED_EXTENSION_HEADERS);
        assertThat(harness.count(SignallingFault.EXTENSION_NOT_UNDERSTOOD)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x02, 0x40})
    void extensionHeader_thatNeedNotBeUnderstood_isPassedOver_6(int type) {
        assertThat(sgsn.ask1(echoWithExtension(type)).type()).isEqualTo(Gtp1Type.ECHO_RESPONSE);
    }

    @Test
    void supportedExtensionHeaders_ofAPeer_areTakenWithoutAnswer_7_2_4() {
        sgsn.send(Gtp1Encoder.supportedExtensionHeaders());
        sgsn.receivesNothing();
        assertThat(harness.count(SignallingFault.UNEXPECTED_RESPONSE)).isZero();
    }

    @Test
    void versionNotSupported_ofAPeer_isTakenWithoutAnswer_11_1_1() {
        sgsn.send(Gtp1Encoder.of(Gtp1Type.VERSION_NOT_SUPPORTED, 0, 1).toDatagram());
        sgsn.receivesNothing();
    }
}
