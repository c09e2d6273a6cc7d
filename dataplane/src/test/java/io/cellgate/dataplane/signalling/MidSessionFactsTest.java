package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Message;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.subject.Imei;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fact that may change in mid-session, by each message that may say so, is asked of the session's rules again. */
class MidSessionFactsTest {
    private static final UserLocation ABROAD = new UserLocation(Harness.USA, 0x99, null, 0x77);
    private static final UserLocation ABROAD_2G = new UserLocation(Harness.USA, null, 0x99, 0x77);
    private static final Imei OTHER = new Imei("3500000000000012");

    private final Harness harness = new Harness();
    private final Harness.Node peer = harness.node(2);

    @AfterEach
    void stop() {
        harness.close();
    }

    private void forbid(String when) {
        harness.directory.policy.publish(EffectivePolicy.of(2, null,
                ((CompileResult.Compiled) TestPolicies.compile(when, 2)).policy()));
    }

    /** Fact, rule that forbids its new value, message. */
    static Stream<Arguments> ofGtpv2() {
        return Stream.of(
                Arguments.of("location", "location.cell == 119", Gtp2Type.MODIFY_BEARER_REQUEST),
                Arguments.of("location", "location.cell == 119",
                        Gtp2Type.CHANGE_NOTIFICATION_REQUEST),
                Arguments.of("network", "location.country == \"US\"",
                        Gtp2Type.MODIFY_BEARER_REQUEST),
                Arguments.of("radio", "session.rat == \"geran\"", Gtp2Type.MODIFY_BEARER_REQUEST),
                Arguments.of("radio", "session.rat == \"geran\"",
                        Gtp2Type.CHANGE_NOTIFICATION_REQUEST),
                Arguments.of("modem", "sim.imei_tac == \"35000000\"",
                        Gtp2Type.MODIFY_BEARER_REQUEST),
                Arguments.of("modem", "sim.imei_tac == \"35000000\"",
                        Gtp2Type.CHANGE_NOTIFICATION_REQUEST));
    }

    @ParameterizedTest
    @MethodSource("ofGtpv2")
    void forbiddenChange_ofAnSgw_stopsTraffic_andTheSgwIsToldByDeleteBearer(String fact,
            String rule, Gtp2Type type) {
        int teid = Requests.attach2(peer, new Requests.Create(), 1);
        forbid(rule);
        Gtp2Encoder news = Gtp2Encoder.withTeid(type, teid, 2);
        switch (fact) {
            case "location" -> news.ratType(6).uli(ABROAD);
            case "network" -> news.ratType(6).servingNetwork(Harness.USA);
            case "radio" -> news.ratType(2);
            default -> news.ratType(6).mei(OTHER);
        }
        Gtp2Message answer = peer.ask2(news.toDatagram());
        assertThat(answer.type()).isEqualTo(type.response());
        assertThat(harness.userPlane.sessions).as("traffic").isEmpty();
        Gtp2Message deletion = peer.receive2();
        assertThat(deletion.type()).isEqualTo(Gtp2Type.DELETE_BEARER_REQUEST);
        assertThat(requireNonNull(deletion.cause()).value()).isEqualTo(9);
        assertThat(harness.sessions()).isZero();
    }

    static Stream<Arguments> ofGtpv1() {
        return Stream.of(
                Arguments.of("location", "location.cell == 119",
                        Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST),
                Arguments.of("location", "location.cell == 119",
                        Gtp1Type.MS_INFO_CHANGE_REQUEST),
                Arguments.of("network", "location.country == \"US\"",
                        Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST),
                Arguments.of("radio", "session.rat == \"geran\"",
                        Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST),
                Arguments.of("radio", "session.rat == \"geran\"", Gtp1Type.MS_INFO_CHANGE_REQUEST),
                Arguments.of("modem", "sim.imei_tac == \"35000000\"",
                        Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST),
                Arguments.of("modem", "sim.imei_tac == \"35000000\"",
                        Gtp1Type.MS_INFO_CHANGE_REQUEST));
    }

    @ParameterizedTest
    @MethodSource("ofGtpv1")
    void forbiddenChange_ofAnSgsn_stopsTraffic_andTheSgsnIsToldByDeletePdpContext(String fact,
            String rule, Gtp1Type type) {
        int teid = Requests.attach1(peer, new Requests.Create(), 1);
        forbid(rule);
        Gtp1Encoder news = Gtp1Encoder.of(type, teid, 2);
        if (fact.equals("network")) {
            news.rai(ABROAD_2G);
        }
        if (type == Gtp1Type.UPDATE_PDP_CONTEXT_REQUEST) {
            news.teidData(1).nsapi(5).gsnAddress(peer.address).gsnAddress(peer.address)
                    .qosProfile(Requests.QOS);
        } else {
            news.nsapi(5);
        }
        news.ratType(fact.equals("radio") ? 2 : 6);
        if (fact.equals("location")) {
            news.uli(ABROAD_2G);
        }
        if (fact.equals("modem")) {
            news.imei(OTHER);
        }
        assertThat(peer.ask1(news.toDatagram()).type()).isEqualTo(type.response());
        assertThat(harness.userPlane.sessions).as("traffic").isEmpty();
        Gtp1Message deletion = peer.receive1();
        assertThat(deletion.type()).isEqualTo(Gtp1Type.DELETE_PDP_CONTEXT_REQUEST);
        assertThat(harness.sessions()).isZero();
    }

    @Test
    void allowedChange_isKnownToTheUserPlane_beforeItIsAnswered() {
        int teid = Requests.attach2(peer, new Requests.Create(), 1);
        forbid("location.country == \"FR\"");
        peer.ask2(Gtp2Encoder.withTeid(Gtp2Type.MODIFY_BEARER_REQUEST, teid, 2).mei(OTHER)
                .uli(ABROAD).ratType(9).toDatagram());
        assertThat(harness.userPlane.only().request().imei()).isEqualTo(OTHER);
        assertThat(harness.userPlane.only().request().location()).isEqualTo(ABROAD);
    }
}
