package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.BearerContext;
import io.cellgate.dataplane.gtpc.CauseIe;
import io.cellgate.dataplane.gtpc.CreateSessionResponse;
import io.cellgate.dataplane.gtpc.FTeid;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.Octets;
import io.cellgate.dataplane.gtpc.OptionsIe;
import io.cellgate.dataplane.gtpc.OptionsKind;
import io.cellgate.dataplane.gtpc.PdnAddress;
import io.cellgate.dataplane.gtpc.ProtocolOptions;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.session.UserPlaneSession;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TS 29.274 over real sockets: what an SGW sees of us. */
class Gtp2SignallingTest {
    private Harness harness = new Harness();
    private Harness.Node sgw = harness.node(2);

    @AfterEach
    void stop() {
        harness.close();
    }

    private void restart(SignallingConfig config, DeviceConfig devices) {
        harness.close();
        harness = new Harness(config, devices);
        sgw = harness.node(2);
    }

    private CreateSessionResponse create(Requests.Create create, int sequence) {
        Gtp2Message message = sgw.ask2(create.v2(sgw.address, sequence));
        assertThat(message.type()).isEqualTo(Gtp2Type.CREATE_SESSION_RESPONSE);
        assertThat(message.sequence()).isEqualTo(sequence);
        assertThat(message.teid()).isEqualTo(create.teidControl);
        return CreateSessionResponse.decode(message).orThrow();
    }

    private static int causeOf(Gtp2Message message) {
        return requireNonNull(message.cause()).value();
    }

    @Test
    void echoRequest_isAnsweredWithOurRestartCounter_7_1_2() {
        Gtp2Message answer = sgw.ask2(
                Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, 9).recovery(4).toDatagram());
        assertThat(answer.type()).isEqualTo(Gtp2Type.ECHO_RESPONSE);
        assertThat(answer.sequence()).isEqualTo(9);
        assertThat(answer.recovery()).isEqualTo(17);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7})
    void otherVersion_isAnsweredWithVersionNotSupported_7_7_2(int version) {
        Gtp2Message answer = sgw.ask2(new byte[]{(byte) (version << 5), 32, 0, 4, 0, 0, 1, 0});
        assertThat(answer.type()).isEqualTo(Gtp2Type.VERSION_NOT_SUPPORTED);
        assertThat(harness.count(SignallingFault.VERSION_NOT_SUPPORTED)).isEqualTo(1);
    }

    @Test
    void createSession_isAcceptedWithAddressEndpointsAndChargingId_7_2_2() {
        CreateSessionResponse response = create(new Requests.Create(), 1);
        assertThat(response.cause()).isEqualTo(CauseIe.of(16));
        assertThat(response.recovery()).isEqualTo(17);
        FTeid control = requireNonNull(response.sender());
        assertThat(control.interfaceType()).isEqualTo(FTeid.S5_S8_PGW_GTP_C);
        assertThat(control.ipv4()).isEqualTo(harness.gateway);
        BearerContext bearer = requireNonNull(response.bearer());
        assertThat(bearer.ebi()).isEqualTo(5);
        assertThat(bearer.cause()).isEqualTo(CauseIe.of(16));
        assertThat(bearer.chargingId()).isNotNull();
        FTeid user = requireNonNull(bearer.fTeid(2));
        assertThat(user.interfaceType()).isEqualTo(FTeid.S5_S8_PGW_GTP_U);

        UserPlaneSession installed = harness.userPlane.only();
        assertThat(installed.localTeid()).isEqualTo(user.teid());
        assertThat(Tunnels.of(installed).remoteTeid()).isEqualTo(Requests.SGW_USER);
        assertThat(Tunnels.of(installed).peer()).isEqualTo(sgw.address);
        assertThat(installed.ipv4()).isEqualTo(requireNonNull(response.paa()).ipv4());
        assertThat(installed.ipv6Prefix()).isNull();
        assertThat(installed.request().apn()).isEqualTo("iot.example");
        assertThat(installed.request().imei()).isEqualTo(Requests.IMEI);
        assertThat(installed.request().rat()).isEqualTo(Rat.EUTRAN);
        assertThat(installed.request().location())
                .isEqualTo(new UserLocation(Harness.GERMANY, 0x1234, null, 0x0abcdef));
    }

    @ParameterizedTest
    @EnumSource(value = Rat.class, names = {"GERAN", "UTRAN", "EUTRAN", "NB_IOT", "LTE_M"})
    void createSession_ofEachIotRadioAccess_isAccepted_8_17(Rat rat) {
        Requests.Create create = new Requests.Create();
        create.ratType = rat.code();
        assertThat(create(create, 1).cause().value()).isEqualTo(16);
        assertThat(harness.userPlane.only().request().rat()).isEqualTo(rat);
    }

    @Test
    void createSession_forIpv6_getsAPrefixAndAnInterfaceIdentifier_8_14() {
        Requests.Create create = new Requests.Create();
        create.pdnType = PdnAddress.IPV6;
        CreateSessionResponse response = create(create, 1);
        assertThat(response.cause().value()).isEqualTo(16);
        PdnAddress paa = requireNonNull(response.paa());
        assertThat(paa.pdnType()).isEqualTo(PdnAddress.IPV6);
        byte[] told = requireNonNull(paa.ipv6()).getAddress();
        byte[] prefix = requireNonNull(harness.userPlane.only().ipv6Prefix()).getAddress();
        assertThat(Octets.of(told).slice(0, 8)).isEqualTo(Octets.of(prefix).slice(0, 8));
        assertThat(Octets.of(told).from(8).toArray()).isNotEqualTo(new byte[8]);
    }

    @Test
    void createSession_forIpv4v6_getsBoth_whereTheBearerMayCarryBoth_7_2_2() {
        Requests.Create create = new Requests.Create();
        create.pdnType = PdnAddress.IPV4V6;
        CreateSessionResponse response = create(create, 1);
        assertThat(response.cause().value()).isEqualTo(16);
        assertThat(requireNonNull(response.paa()).pdnType()).isEqualTo(PdnAddress.IPV4V6);
        assertThat(harness.userPlane.only().request().pdnType()).isEqualTo(PdnType.IPV4V6);
    }

    @Test
    void createSession_forIpv4v6_getsCause19_whereTheBearerCarriesOneAddress_7_2_2() {
        Requests.Create create = new Requests.Create();
        create.pdnType = PdnAddress.IPV4V6;
        create.dualAddress = false;
        CreateSessionResponse response = create(create, 1);
        assertThat(response.cause().value()).isEqualTo(19);
        assertThat(requireNonNull(response.paa()).pdnType()).isEqualTo(PdnAddress.IPV4);
    }

    private static DeviceConfig ipv4Only(String prefix) {
        return new DeviceConfig(Prefix.parse(prefix), Inet4Address.ofLiteral("10.45.0.1"), null,
                Duration.ofSeconds(60), List.of(Inet4Address.ofLiteral("10.45.0.1")), 1358);
    }

    @Test
    void createSession_forIpv4v6_getsCause18_whereThereIsNoIpv6Pool_7_2_2() {
        restart(Harness.config(), ipv4Only("10.45.0.0/16"));
        Requests.Create create = new Requests.Create();
        create.pdnType = PdnAddress.IPV4V6;
        assertThat(create(create, 1).cause().value()).isEqualTo(18);
    }

    @ParameterizedTest
    @ValueSource(ints = {PdnAddress.IPV6, PdnAddress.NON_IP})
    void createSession_forATypeWithoutPool_isRefusedWithCause83_8_4(int type) {
        restart(Harness.config(), ipv4Only("10.45.0.0/16"));
        Requests.Create create = new Requests.Create();
        create.pdnType = type;
        assertThat(create(create, 1).cause().value()).isEqualTo(83);
    }

    @Test
    void createSession_withAllAddressesInUse_isRefusedWithCause84_8_4() {
        restart(Harness.config(), ipv4Only("10.45.0.0/30"));
        assertThat(create(new Requests.Create(), 1).cause().value()).isEqualTo(16);
        Requests.Create second = new Requests.Create();
        second.ebi = 6;
        assertThat(create(second, 2).cause().value()).isEqualTo(84);
        assertThat(harness.sessions()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1,103", "71,70", "82,70", "87,70", "93,70", "99,103"})
    void createSession_withoutAnElement_isRefusedWithTheCauseOfItsPresence_7_7_6(int ie,
            int cause) {
        byte[] request = new Requests.Create().v2Without(sgw.address, 1, ie);
        CauseIe answer = requireNonNull(sgw.ask2(request).cause());
        assertThat(answer).isEqualTo(new CauseIe(cause, ie, 0));
        assertThat(harness.directory.asked).isEmpty();
    }

    @Test
    void createSession_withARepeatedElement_takesTheFirst_7_7_10() {
        byte[] once = new Requests.Create().v2(sgw.address, 1);
        byte[] apn = Gtp2Encoder.withTeid(Gtp2Type.CREATE_SESSION_REQUEST, 0, 1).apn("second")
                .toDatagram();
        byte[] both = new byte[once.length + apn.length - 12];
        System.arraycopy(once, 0, both, 0, once.length);
        System.arraycopy(apn, 12, both, once.length, apn.length - 12);
        both[2] = (byte) (both.length - 4 >>> 8);
        both[3] = (byte) (both.length - 4);
        assertThat(causeOf(sgw.ask2(both))).isEqualTo(16);
        assertThat(harness.userPlane.only().request().apn()).isEqualTo("iot.example");
    }

    @Test
    void repeatedRequest_getsTheSameOctetsAgain_andIsCarriedOutOnce_7_6() {
        byte[] request = new Requests.Create().v2(sgw.address, 1);
        sgw.send(request);
        byte[] first = sgw.receive();
        sgw.send(request);
        assertThat(sgw.receive()).isEqualTo(first);
        assertThat(harness.directory.asked).hasSize(1);
        assertThat(harness.server.counters().repeatedReplies()).isEqualTo(1);
    }

    @Test
    void requestInProgress_isNotStartedTwice_7_6() {
        CompletableFuture<Void> inventory = new CompletableFuture<>();
        harness.directory.waitFor(inventory);
        byte[] request = new Requests.Create().v2(sgw.address, 1);
        sgw.send(request);
        sgw.send(request);
        Harness.until(() -> harness.count(SignallingFault.STILL_IN_PROGRESS) == 1);
        inventory.complete(null);
        assertThat(causeOf(sgw.receive2())).isEqualTo(16);
        sgw.receivesNothing();
        assertThat(harness.directory.asked).hasSize(1);
    }

    @Test
    void answer_goesToThePortThatTheRequestCameFrom() {
        Harness.Node other = sgw.onPort(0);
        assertThat(causeOf(other.ask2(new Requests.Create().v2(sgw.address, 1)))).isEqualTo(16);
    }

    @Test
    void answer_waitsForTheUserPlane_soThatNoFirstPacketIsLost() {
        harness.userPlane.takeTime();
        sgw.send(new Requests.Create().v2(sgw.address, 1));
        Harness.until(() -> !harness.userPlane.sessions.isEmpty());
        sgw.receivesNothing();
        harness.userPlane.goOn();
        assertThat(causeOf(sgw.receive2())).isEqualTo(16);
    }

    @Test
    void createSession_thatTheUserPlaneDoesNotTake_isASystemFailure_8_4() {
        harness.userPlane.failWith(new IllegalStateException("the worker's queue is full"));
        assertThat(create(new Requests.Create(), 1).cause().value()).isEqualTo(72);
        assertThat(harness.sessions()).isZero();
    }

    @Test
    void createSession_forTheSameBearer_replacesTheOldContext_7_2_1() {
        int first = Requests.attach2(sgw, new Requests.Create(), 1);
        int firstUser = harness.userPlane.only().localTeid();
        int second = Requests.attach2(sgw, new Requests.Create(), 2);
        assertThat(second).isNotEqualTo(first);
        assertThat(harness.userPlane.only().localTeid()).isNotEqualTo(firstUser);
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(causeOf(sgw.ask2(Requests.deleteSession(first, 3)))).isEqualTo(64);
    }

    @Test
    void createSession_forAnotherBearer_isAConnectionOfItsOwn_7_2_1() {
        Requests.attach2(sgw, new Requests.Create(), 1);
        Requests.Create second = new Requests.Create();
        second.ebi = 6;
        Requests.attach2(sgw, second, 2);
        assertThat(harness.sessions()).isEqualTo(2);
    }

    @Test
    void newerCreateSession_overtakesOneThatWaits_7_2_1() {
        CompletableFuture<Void> inventory = new CompletableFuture<>();
        harness.directory.waitFor(inventory);
        sgw.send(new Requests.Create().v2(sgw.address, 1));
        sgw.send(new Requests.Create().v2(sgw.address, 2));
        Harness.until(() -> harness.directory.asked.size() == 2);
        inventory.complete(null);
        Gtp2Message one = sgw.receive2();
        Gtp2Message other = sgw.receive2();
        Gtp2Message first = one.sequence() == 1 ? one : other;
        Gtp2Message second = one.sequence() == 1 ? other : one;
        assertThat(causeOf(first)).isEqualTo(94);
        assertThat(causeOf(second)).isEqualTo(16);
        assertThat(harness.sessions()).isEqualTo(1);
    }

    private static OptionsIe asked(OptionsKind kind) {
        return new OptionsIe(kind, new ProtocolOptions(List.of(
                new ProtocolOptions.Item(ProtocolOptions.IPCP,
                        Octets.of(
                                HexFormat.of().parseHex("01070010" + "810600000000830600000000"))),
                new ProtocolOptions.Item(ProtocolOptions.PAP,
                        Octets.of(HexFormat.of().parseHex("0103000801610162"))),
                new ProtocolOptions.Item(ProtocolOptions.CHAP,
                        Octets.of(HexFormat.of().parseHex("020900050161"))),
                new ProtocolOptions.Item(ProtocolOptions.DNS_IPV4, Octets.EMPTY),
                new ProtocolOptions.Item(ProtocolOptions.DNS_IPV6, Octets.EMPTY),
                new ProtocolOptions.Item(ProtocolOptions.IPV4_MTU, Octets.EMPTY),
                new ProtocolOptions.Item(ProtocolOptions.BEARER_CONTROL_MODE, Octets.EMPTY),
                new ProtocolOptions.Item(ProtocolOptions.IP_ADDRESS_BY_NAS, Octets.EMPTY),
                new ProtocolOptions.Item(0xff00, Octets.EMPTY))));
    }

    @ParameterizedTest
    @EnumSource(OptionsKind.class)
    void protocolOptions_areAnsweredInTheContainerThatAsked_24_008_10_5_6_3(OptionsKind kind) {
        byte[] plain = new Requests.Create().v2(sgw.address, 1);
        byte[] options = Gtp2Encoder.withTeid(Gtp2Type.CREATE_SESSION_REQUEST, 0, 1)
                .options(asked(kind)).toDatagram();
        CreateSessionResponse response = CreateSessionResponse
                .decode(sgw.ask2(joined(plain, options))).orThrow();
        OptionsIe answer = requireNonNull(response.options());
        assertThat(answer.kind()).isEqualTo(kind);
        ProtocolOptions items = answer.options();
        assertThat(items.first(ProtocolOptions.IPCP)).hasToString("0307000a81060a2d0001");
        assertThat(items.first(ProtocolOptions.PAP)).hasToString("0203000500");
        assertThat(items.first(ProtocolOptions.CHAP)).hasToString("03090004");
        assertThat(items.first(ProtocolOptions.DNS_IPV4)).hasToString("0a2d0001");
        assertThat(items.first(ProtocolOptions.DNS_IPV6)).isNull();
        assertThat(items.first(ProtocolOptions.IPV4_MTU)).hasToString("054e");
        assertThat(items.first(ProtocolOptions.BEARER_CONTROL_MODE)).hasToString("01");
        assertThat(items.first(0xff00)).isNull();
    }

    /** The first message with the elements of the second behind its own. */
    static byte[] joined(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length - 12];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 12, both, first.length, second.length - 12);
        both[2] = (byte) (both.length - 4 >>> 8);
        both[3] = (byte) (both.length - 4);
        return both;
    }

    @Test
    void deleteSession_isAnsweredAfterTheUserPlaneHasStopped_7_2_10() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        harness.userPlane.takeTime();
        sgw.send(Requests.deleteSession(teid, 2));
        Harness.until(() -> harness.userPlane.sessions.isEmpty());
        sgw.receivesNothing();
        harness.userPlane.goOn();
        Gtp2Message answer = sgw.receive2();
        assertThat(answer.type()).isEqualTo(Gtp2Type.DELETE_SESSION_RESPONSE);
        assertThat(answer.teid()).isEqualTo(Requests.SGW_CONTROL);
        assertThat(causeOf(answer)).isEqualTo(16);
        assertThat(harness.sessions()).isZero();
    }

    @Test
    void deleteSession_ofAnUnknownTeid_isContextNotFound_7_2_10() {
        assertThat(causeOf(sgw.ask2(Requests.deleteSession(0x4711, 1)))).isEqualTo(64);
    }

    @Test
    void modifyBearer_movesTheSessionToAnotherSgwOfTheCarrier_7_2_7() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.Node next = harness.node(3);
        Gtp2Message answer = next.ask2(Gtp2Encoder
                .withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 7).ratType(8)
                .fTeid(0, FTeid.of(FTeid.S5_S8_SGW_GTP_C, 0x2001, next.address))
                .bearerContext(bearer -> bearer.ebi(0, 5).fTeid(1,
                        FTeid.of(FTeid.S5_S8_SGW_GTP_U, 0x2002, next.address)))
                .recovery(1).toDatagram());
        assertThat(answer.type()).isEqualTo(Gtp2Type.MODIFY_BEARER_RESPONSE);
        assertThat(answer.teid()).isEqualTo(0x2001);
        assertThat(causeOf(answer)).isEqualTo(16);
        UserPlaneSession moved = harness.userPlane.only();
        assertThat(Tunnels.of(moved).peer()).isEqualTo(next.address);
        assertThat(Tunnels.of(moved).remoteTeid()).isEqualTo(0x2002);
        assertThat(moved.request().rat()).isEqualTo(Rat.NB_IOT);
        assertThat(moved.request().location().plmn()).isEqualTo(Harness.GERMANY);
    }

    @Test
    void modifyBearer_ofAnotherBearer_isContextNotFound_7_2_8() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Gtp2Message answer = sgw.ask2(Gtp2Encoder
                .withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 2)
                .bearerContext(bearer -> bearer.ebi(0, 9)).toDatagram());
        assertThat(causeOf(answer)).isEqualTo(64);
    }

    @Test
    void changeNotification_isAcknowledged_andTheNewPlaceIsKnown_7_3_15() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        UserLocation place = new UserLocation(Harness.GERMANY, 0x7777, null, 0x1);
        Gtp2Message answer = sgw.ask2(
                Gtp2Encoder.withTeid(Gtp2Type.CHANGE_NOTIFICATION_REQUEST, teid, 2)
                        .imsi(Requests.IMSI).ratType(9).uli(place).toDatagram());
        assertThat(answer.type()).isEqualTo(Gtp2Type.CHANGE_NOTIFICATION_RESPONSE);
        assertThat(causeOf(answer)).isEqualTo(16);
        assertThat(harness.userPlane.only().request().location()).isEqualTo(place);
        assertThat(harness.userPlane.only().request().rat()).isEqualTo(Rat.LTE_M);
    }

    @Test
    void unknownMessageType_isMetWithSilence_7_7_4() {
        sgw.send(new byte[]{0x48, (byte) 200, 0, 8, 0, 0, 0, 0, 0, 0, 1, 0});
        sgw.receivesNothing();
        assertThat(harness.count(SignallingFault.UNKNOWN_MESSAGE)).isEqualTo(1);
    }

    @Test
    void messageOfAPgw_isMetWithSilence_7_7_5() {
        sgw.send(Gtp2Encoder.withTeid(Gtp2Type.DELETE_BEARER_REQUEST, 1, 1).ebi(0, 5)
                .toDatagram());
        sgw.receivesNothing();
        assertThat(harness.count(SignallingFault.WRONG_DIRECTION)).isEqualTo(1);
    }

    @Test
    void responseToNoRequestOfOurs_isMetWithSilence_7_6() {
        sgw.send(Gtp2Encoder.withTeid(Gtp2Type.DELETE_BEARER_RESPONSE, 1, 1)
                .cause(CauseIe.of(16)).toDatagram());
        sgw.receivesNothing();
        assertThat(harness.count(SignallingFault.UNEXPECTED_RESPONSE)).isEqualTo(1);
    }

    @Test
    void bearerQos_longerThanItsRelease_isRead_8_15() {
        byte[] qos = new byte[30];
        qos[1] = 9;
        assertThat(causeOf(sgw.ask2(withBearer(qos)))).isEqualTo(16);
    }

    private byte[] withBearer(byte[] qos) {
        byte[] without = new Requests.Create().v2Without(sgw.address, 1, 93);
        return joined(without,
                Gtp2Encoder.withTeid(Gtp2Type.CREATE_SESSION_REQUEST, 0, 1).bearerContext(
                        bearer -> bearer.ebi(0, 5).raw(80, 0, qos).fTeid(2,
                                FTeid.of(FTeid.S5_S8_SGW_GTP_U, 1, sgw.address)))
                        .toDatagram());
    }

    @Test
    void bearerQos_shorterThanItMustBe_isRefusedWithCause67_7_7_7() {
        CauseIe cause = requireNonNull(sgw.ask2(withBearer(new byte[21])).cause());
        assertThat(cause).isEqualTo(new CauseIe(67, 80, 0));
    }
}
