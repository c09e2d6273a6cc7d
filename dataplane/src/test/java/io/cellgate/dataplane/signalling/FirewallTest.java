package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.firewall.FirewallCounters.Count;
import io.cellgate.dataplane.firewall.FirewallMode;
import io.cellgate.dataplane.firewall.FirewallProfile;
import io.cellgate.dataplane.firewall.FirewallProfile.Rate;
import io.cellgate.dataplane.firewall.MessageClass;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.signalling.SignallingEvent.Outcome;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The GTP firewall on real messages, GSMA FS.20 and IR.88: what it drops, what it only tells of, and how. */
class FirewallTest {
    private static final int T_SUPPRESSED_FROM = 10;
    private final Harness harness = new Harness();
    private final Harness.Node sgw = harness.node(2);

    @AfterEach
    void stop() {
        harness.close();
    }

    private void hold(FirewallProfile profile) {
        harness.publish(harness.carrierA.with(profile));
    }

    private int create(int sequence) {
        return create(sequence, new Requests.Create());
    }

    private int create(int sequence, Requests.Create request) {
        return requireNonNull(sgw.ask2(request.v2(sgw.address, sequence)).cause()).value();
    }

    private Count found(FirewallCheck check) {
        Count count = harness.server.firewall().of("carrier-a").get(check);
        return requireNonNull(count);
    }

    private List<SignallingEvent> told(FirewallCheck check) {
        return harness.events.stream().filter(event -> event.reason().equals(check.text()))
                .toList();
    }

    private static Requests.Create ofImsi(int number) {
        Requests.Create create = new Requests.Create();
        create.imsi = new Imsi(String.format("2620112345%05d", number));
        return create;
    }

    @Test
    void homeNetwork_isRefused_orToldOfOnly_asTheCarriersProfileSays() {
        Carrier foreign = new Carrier(0, "carrier-a", "A", Set.of(Plmn.parse("310410")),
                Set.of());
        harness.publish(foreign);
        assertThat(create(1)).isEqualTo(93);
        assertThat(found(FirewallCheck.HOME_PLMN)).isEqualTo(new Count(1, 0));

        harness.publish(foreign.with(FirewallProfile.defaults().with(FirewallCheck.HOME_PLMN,
                FirewallMode.ALARM)));
        assertThat(create(2)).isEqualTo(16);
        assertThat(found(FirewallCheck.HOME_PLMN)).isEqualTo(new Count(1, 1));
        assertThat(told(FirewallCheck.HOME_PLMN)).extracting(SignallingEvent::outcome)
                .containsExactly(Outcome.DROPPED, Outcome.ALARM);
        SignallingEvent alarm = told(FirewallCheck.HOME_PLMN).getLast();
        assertThat(alarm.peer()).isEqualTo(sgw.address);
        assertThat(alarm.imsi()).isEqualTo(Requests.IMSI);
        assertThat(alarm.detail()).isEqualTo("carrier carrier-a: got IMSI 262011234567890,"
                + " expected one of the home networks [310410] of carrier carrier-a");

        harness.publish(foreign);
        Harness.until(() -> harness.sessions() == 0); // what was let in is judged again
    }

    @Test
    void servingNetwork_isRefused_orToldOfOnly() {
        Carrier foreign = new Carrier(0, "carrier-a", "A", Set.of(), Set.of(Harness.USA));
        harness.publish(foreign);
        assertThat(create(1)).isEqualTo(93);
        harness.publish(foreign.with(FirewallProfile.defaults()
                .with(FirewallCheck.SERVING_PLMN, FirewallMode.ALARM)));
        assertThat(create(2)).isEqualTo(16);
        assertThat(found(FirewallCheck.SERVING_PLMN)).isEqualTo(new Count(1, 1));
    }

    @Test
    void missingElement_isAnsweredAndToldOf_orMetWithSilence() {
        byte[] withoutRat = new Requests.Create().v2Without(sgw.address, 1, 82);
        assertThat(requireNonNull(sgw.ask2(withoutRat).cause()).value()).isEqualTo(70);
        assertThat(found(FirewallCheck.ELEMENT_MISSING)).isEqualTo(new Count(0, 1));
        assertThat(told(FirewallCheck.ELEMENT_MISSING).getFirst().detail())
                .contains("IE 82/0");

        hold(FirewallProfile.defaults().with(FirewallCheck.ELEMENT_MISSING, FirewallMode.DROP));
        sgw.send(new Requests.Create().v2Without(sgw.address, 2, 82));
        sgw.receivesNothing();
        assertThat(found(FirewallCheck.ELEMENT_MISSING)).isEqualTo(new Count(1, 1));
    }

    @Test
    void unknownTeid_isAnsweredWithCause64_orMetWithSilence() {
        assertThat(requireNonNull(sgw.ask2(Requests.deleteSession(0x1234, 1)).cause()).value())
                .isEqualTo(64);
        hold(FirewallProfile.defaults().with(FirewallCheck.SESSION_UNKNOWN, FirewallMode.DROP));
        sgw.send(Requests.deleteSession(0x1234, 2));
        sgw.receivesNothing();
        assertThat(found(FirewallCheck.SESSION_UNKNOWN)).isEqualTo(new Count(1, 1));
    }

    @Test
    void unknownVersion_isAnswered_orMetWithSilence() {
        byte[] version3 = {0x60, 1, 0, 4, 0, 0, 1, 0};
        sgw.send(version3);
        assertThat(sgw.receive2().type()).isEqualTo(Gtp2Type.VERSION_NOT_SUPPORTED);
        hold(FirewallProfile.defaults().with(FirewallCheck.VERSION, FirewallMode.DROP));
        sgw.send(version3);
        sgw.receivesNothing();
        assertThat(found(FirewallCheck.VERSION)).isEqualTo(new Count(1, 1));
    }

    @Test
    void floodOfWhatIsNoMessage_isCutOff() {
        hold(FirewallProfile.defaults().withPeerRate(MessageClass.OTHER, new Rate(1, 1)));
        byte[] version3 = {0x60, 1, 0, 4, 0, 0, 1, 0};
        sgw.send(version3);
        assertThat(sgw.receive2().type()).isEqualTo(Gtp2Type.VERSION_NOT_SUPPORTED);
        sgw.send(version3);
        sgw.send(new byte[]{0x1e, 1, 0, 4});
        sgw.send(new byte[]{0x48, 1, 0});
        sgw.receivesNothing();
        assertThat(found(FirewallCheck.RATE_OTHER)).isEqualTo(new Count(3, 0));
        assertThat(found(FirewallCheck.VERSION).alarmed()).isEqualTo(1);
    }

    @Test
    void sessionOfAnotherCarrier_isNeitherEndedNorAnswered_andTheOwnerLooksTheSame() {
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.Node other = harness.node(4);
        other.send(Requests.deleteSession(teid, 1));
        other.receivesNothing();
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(harness.server.firewall().of("carrier-b").get(FirewallCheck.SESSION_OWNER))
                .isEqualTo(new Count(1, 0));
        assertThat(told(FirewallCheck.SESSION_OWNER).getFirst().peer())
                .isEqualTo(other.address);
    }

    @Test
    void tunnelEndOutsideTheCarriersGroup_isRefused_andToldWithItsElement() {
        assertThat(requireNonNull(
                sgw.ask2(new Requests.Create().v2(Harness.address(4), 1)).cause()).value())
                .isEqualTo(69);
        assertThat(found(FirewallCheck.TUNNEL_ENDPOINT)).isEqualTo(new Count(1, 0));
        assertThat(told(FirewallCheck.TUNNEL_ENDPOINT).getFirst().detail())
                .contains("IE 87/0: got an endpoint at "
                        + Harness.address(4).getHostAddress());
    }

    @Test
    void olderRestartCounter_isToldOf_orTakesItsMessageAlong() {
        assertThat(create(1)).isEqualTo(16);
        Requests.Create older = new Requests.Create();
        older.recovery = 3;
        assertThat(create(2, older)).isEqualTo(16);
        assertThat(found(FirewallCheck.RESTART_COUNTER)).isEqualTo(new Count(0, 1));
        hold(FirewallProfile.defaults().with(FirewallCheck.RESTART_COUNTER, FirewallMode.DROP));
        sgw.send(older.v2(sgw.address, 3));
        sgw.receivesNothing();
        assertThat(found(FirewallCheck.RESTART_COUNTER)).isEqualTo(new Count(1, 1));
    }

    @Test
    void attachesBeyondThePeersRate_areMetWithSilence_afterAnAlarm_andDetachesAreNot() {
        hold(FirewallProfile.defaults().withPeerRate(MessageClass.CREATE, new Rate(1, 2)));
        int teid = Requests.attach2(sgw, new Requests.Create(), 1);
        assertThat(create(2, ofImsi(2))).isEqualTo(16);
        sgw.send(ofImsi(3).v2(sgw.address, 3));
        sgw.receivesNothing();
        assertThat(harness.count(SignallingFault.RATE_LIMITED)).isEqualTo(1);
        assertThat(found(FirewallCheck.RATE_CREATE)).isEqualTo(new Count(1, 1));
        assertThat(told(FirewallCheck.RATE_CREATE)).extracting(SignallingEvent::outcome)
                .containsExactly(Outcome.ALARM, Outcome.DROPPED);
        assertThat(requireNonNull(sgw.ask2(Requests.deleteSession(teid, 4)).cause()).value())
                .isEqualTo(16);
    }

    @Test
    void carriersRate_isSharedByItsPeers_butNotByAnotherCarrier() {
        hold(FirewallProfile.defaults().withCarrierRate(MessageClass.CREATE, new Rate(1, 2)));
        Harness.Node second = harness.node(3);
        assertThat(create(1)).isEqualTo(16);
        Requests.Create request = ofImsi(2);
        assertThat(requireNonNull(second.ask2(request.v2(second.address, 1)).cause()).value())
                .isEqualTo(16);
        second.send(ofImsi(3).v2(second.address, 2));
        second.receivesNothing();
        Harness.Node other = harness.node(4);
        assertThat(requireNonNull(other.ask2(ofImsi(4).v2(other.address, 1)).cause()).value())
                .isEqualTo(16);
    }

    @Test
    void rateThatOnlyAlarms_letsEverythingThrough() {
        hold(FirewallProfile.defaults().withPeerRate(MessageClass.CREATE, new Rate(1, 1))
                .with(FirewallCheck.RATE_CREATE, FirewallMode.ALARM));
        assertThat(create(1)).isEqualTo(16);
        assertThat(create(2)).isEqualTo(16);
        assertThat(found(FirewallCheck.RATE_CREATE).alarmed()).isEqualTo(1);
    }

    @Test
    void echoFlood_isCutOff() {
        hold(FirewallProfile.defaults().withPeerRate(MessageClass.ECHO, new Rate(1, 1)));
        byte[] echo = Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, 9).recovery(4).toDatagram();
        assertThat(sgw.ask2(echo).type()).isEqualTo(Gtp2Type.ECHO_RESPONSE);
        sgw.send(echo);
        sgw.receivesNothing();
        assertThat(found(FirewallCheck.RATE_ECHO)).isEqualTo(new Count(1, 0));
    }

    @Test
    void sessionsBeyondThePeersOrTheCarriersLimit_areRefusedWithNoResources() {
        hold(FirewallProfile.defaults().withTunnels(1, 2));
        assertThat(create(1)).isEqualTo(16);
        assertThat(create(2, ofImsi(2))).isEqualTo(73);
        assertThat(create(3)).as("in place of the one it has").isEqualTo(16);
        Harness.Node second = harness.node(3);
        assertThat(requireNonNull(second.ask2(ofImsi(3).v2(second.address, 1)).cause()).value())
                .isEqualTo(16);
        assertThat(harness.sessions()).isEqualTo(2);
        assertThat(found(FirewallCheck.TUNNELS).dropped()).isEqualTo(1);
    }

    @Test
    void floodFromAStranger_isCounted_butFillsNoLog() {
        Harness.Node stranger = harness.node(77);
        for (int i = 0; i < 500; i++) {
            stranger.send(new byte[]{0x48, 32, 0, 0});
        }
        Harness.until(() -> requireNonNull(
                harness.server.firewall().all().get(FirewallCheck.PEER_ADDRESS)).dropped() == 500);
        assertThat(told(FirewallCheck.PEER_ADDRESS)).hasSize(T_SUPPRESSED_FROM);
        assertThat(told(FirewallCheck.PEER_ADDRESS).getFirst().peer())
                .isEqualTo(stranger.address);
    }

    @Test
    void teids_useAllTheirBits_andTellNothingOfEachOther() {
        Set<Integer> teids = new HashSet<>();
        int ones = 0;
        int steps = 0;
        int before = 0;
        for (int i = 0; i < 64; i++) {
            int teid = Requests.attach2(sgw, ofImsi(i), i + 1);
            assertThat(teids.add(teid)).isTrue();
            ones |= teid;
            steps += Math.abs(teid - before) < 1 << 16 ? 1 : 0;
            before = teid;
        }
        assertThat(ones).as("each bit is set in one of 64").isEqualTo(-1);
        assertThat(steps).as("neighbours among 64 random numbers").isLessThan(3);
    }
}
