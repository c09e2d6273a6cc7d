package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.firewall.FirewallProfile;
import io.cellgate.dataplane.firewall.MessageClass;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.radius.AccountingClient;
import io.cellgate.dataplane.radius.AccountingClients;
import io.cellgate.dataplane.radius.AccountingCounters.Count;
import io.cellgate.dataplane.radius.AccountingFault;
import io.cellgate.dataplane.radius.Binding;
import io.cellgate.dataplane.radius.BindingStore;
import io.cellgate.dataplane.radius.SharedSecret;
import io.cellgate.dataplane.session.Access;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.Refusal;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.dataplane.signalling.RadClient.Message;
import io.cellgate.dataplane.signalling.SignallingEvent.Outcome;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/** What carriers' gateways tell by RADIUS accounting, told by FreeRADIUS' radclient. RFC 2866, TS 29.061 §16.4. */
class AccountingTest {
    private static final String METER = "262010000000001";
    private static final String OTHER = "262010000000002";
    private static final Carrier CARRIER = new Carrier(0, "carrier-a", "A", Set.of(), Set.of());
    private static final Duration DAY = Duration.ofDays(1);

    private final FakeDirectory directory = new FakeDirectory();
    private final FakeUserPlane userPlane = new FakeUserPlane();
    private final KeptBindings store = new KeptBindings();
    private final List<SignallingEvent> events = new CopyOnWriteArrayList<>();
    private SignallingServer server = start();

    /** A store that can take its time. */
    private static final class KeptBindings implements BindingStore {
        final Map<InetAddress, Binding> kept = new ConcurrentHashMap<>();
        volatile @Nullable CompletableFuture<Void> gate;

        private CompletionStage<Void> stage() {
            CompletableFuture<Void> waits = gate;
            return waits == null ? CompletableFuture.completedFuture(null) : waits;
        }

        @Override
        public CompletionStage<Void> keep(Binding binding) {
            kept.put(binding.key(), binding);
            return stage();
        }

        @Override
        public CompletionStage<Void> forget(InetAddress key) {
            kept.remove(key);
            return stage();
        }

        @Override
        public List<Binding> all() {
            return List.copyOf(kept.values());
        }
    }

    private SignallingServer start() {
        InetAddress at = Harness.address(1);
        return SignallingServer.start(
                SignallingConfig.defaults(3).at(at).onPorts(Harness.freePort(at), 2123)
                        .withTimers(Duration.ofMillis(100), 3, Duration.ofSeconds(60)),
                DeviceConfig.defaults(), at, directory, userPlane, events::add,
                Clock.systemUTC(),
                AccountingConfig.of(new InetSocketAddress(at, 0),
                        List.of(List.of(IpPrefix.parse("10.50.0.0/16"),
                                IpPrefix.parse("2001:db8:50::/48")),
                                List.of(IpPrefix.parse("10.60.0.0/16")))),
                store);
    }

    @BeforeAll
    static void program() {
        RadClient.require();
    }

    @BeforeEach
    void client() {
        publish(client("127.0.0.1/32", DAY, "10.50.0.0/16", "2001:db8:50::/48",
                "10.60.0.0/24"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static AccountingClient client(String source, Duration timeout, String... ranges) {
        return new AccountingClient("acl_1", CARRIER, List.of(IpPrefix.parse(source)),
                SharedSecret.of(RadClient.SECRET),
                Arrays.stream(ranges).map(IpPrefix::parse).toList(), timeout);
    }

    private void publish(AccountingClient... clients) {
        var _ = Harness.await(server.publishClients(new AccountingClients(List.of(clients))));
    }

    private void toldInVain(Message message) {
        assertThat(RadClient.sendInVain(message, server.accountingAddress(), RadClient.SECRET))
                .as("an answer to %s", message).isFalse();
    }

    private void told(Message message) {
        assertThat(RadClient.send(message, server.accountingAddress(), RadClient.SECRET))
                .as("an answer to %s", message).isTrue();
    }

    private long count(Count count) {
        return server.accounting().ofClient("acl_1").of(count);
    }

    private long count(AccountingFault fault) {
        return server.accounting().ofClient("acl_1").of(fault);
    }

    private List<String> bound() {
        return userPlane.sessions.values().stream()
                .map(session -> session.subscriber().imsi() + " "
                        + (session.ipv4() == null
                                ? requireNonNull(session.ipv6Prefix()).getHostAddress()
                                : session.ipv4().getHostAddress()))
                .sorted().toList();
    }

    private boolean was(Outcome outcome, String reason) {
        return events.stream().anyMatch(event -> event.outcome() == outcome
                && event.reason().equals(reason));
    }

    private static void refuseImei(FakeDirectory directory, String imei) {
        directory.judge(request -> request.imei() != null
                && request.imei().equals(new Imei(imei)) ? Refusal.IMEI_LOCKED : null);
    }

    @Test
    void start_bindsWhatItTells_andIsAnswered_2866_4_1() {
        told(Message.start("1", METER, "10.50.0.7").with("3GPP-IMEISV", "\"3534900698733153\"")
                .with("3GPP-RAT-Type", "9")
                .with("3GPP-User-Location-Info", "0x8262f210123462f21000abcdef")
                .with("Proxy-State", "0x0102"));
        UserPlaneSession session = userPlane.only();
        assertThat(session.access()).isEqualTo(new Access.Plain(0));
        assertThat(session.ipv4()).isEqualTo(Inet4Address.ofLiteral("10.50.0.7"));
        assertThat(session.request().imei()).isEqualTo(new Imei("3534900698733153"));
        assertThat(session.request().rat()).isEqualTo(Rat.LTE_M);
        assertThat(session.request().apn()).isEqualTo("iot");
        assertThat(session.request().location().cell()).isEqualTo(0xabcdef);
        assertThat(session.request().pdnType()).isEqualTo(PdnType.IPV4);
        assertThat(store.kept).hasSize(1);
        SessionView view = Harness.await(server.sessions()).getFirst();
        assertThat(view.version()).isNull();
        assertThat(view.barred()).isNull();
        assertThat(count(Count.ANSWERED)).isEqualTo(1);
    }

    @Test
    void moreSessionsThanAPeerMayHave_areNotKept_untilOneEnds() {
        Carrier small = CARRIER.with(FirewallProfile.defaults().withTunnels(2, 100));
        publish(new AccountingClient("acl_1", small, List.of(IpPrefix.parse("127.0.0.1/32")),
                SharedSecret.of(RadClient.SECRET), List.of(IpPrefix.parse("10.50.0.0/16")), DAY));
        for (int i = 1; i <= 4; i++) {
            told(Message.start(Integer.toString(i), METER, "10.50.0." + i));
        }
        assertThat(store.kept).hasSize(2);
        assertThat(count(Count.REFUSED)).isEqualTo(2);
        assertThat(requireNonNull(server.firewall().of(small.id()).get(FirewallCheck.TUNNELS))
                .dropped()).isEqualTo(2);
        told(Message.start("5", OTHER, "10.50.0.2"));
        assertThat(bound()).as("in the place of another").contains(OTHER + " 10.50.0.2");
        told(Message.of("Stop", "1"));
        told(Message.start("6", METER, "10.50.0.6"));
        assertThat(store.kept.keySet()).containsExactlyInAnyOrder(
                InetAddress.ofLiteral("10.50.0.2"), InetAddress.ofLiteral("10.50.0.6"));
    }

    @Test
    void messagesPastTheRate_areDroppedUnread_andToldOf() throws Exception {
        Carrier slow = CARRIER.with(FirewallProfile.defaults()
                .withPeerRate(MessageClass.OTHER, new FirewallProfile.Rate(1, 3)));
        publish(new AccountingClient("acl_1", slow, List.of(IpPrefix.parse("127.0.0.1/32")),
                SharedSecret.of(RadClient.SECRET), List.of(IpPrefix.parse("10.50.0.0/16")), DAY));
        try (Relay relay = new Relay(server.accountingAddress())) {
            for (int i = 0; i < 12; i++) {
                relay.send(new byte[]{9, 9, 9});
            }
        }
        Harness.until(() -> count(AccountingFault.LENGTH)
                + count(AccountingFault.RATE_LIMITED) == 12);
        assertThat(count(AccountingFault.LENGTH)).as("those that were read").isBetween(3L, 11L);
        Harness.until(() -> was(Outcome.DROPPED, FirewallCheck.RATE_OTHER.text()));
        publish(client("127.0.0.1/32", DAY, "10.50.0.0/16"));
        told(Message.start("1", METER, "10.50.0.7"));
    }

    @Test
    void bothFamiliesAndDelegatedPrefixes_areBound_4818() {
        told(Message.start("1", METER, "10.50.0.7")
                .with("Framed-IPv6-Prefix", "2001:db8:50:7::/64")
                .with("Delegated-IPv6-Prefix", "2001:db8:50:100::/63"));
        assertThat(userPlane.sessions.values()).extracting(UserPlaneSession::ipv4)
                .filteredOn(ipv4 -> ipv4 != null).hasSize(1);
        assertThat(userPlane.sessions.values())
                .extracting(session -> requireNonNull(session.ipv6Prefix()).getHostAddress())
                .containsExactlyInAnyOrder("2001:db8:50:7:0:0:0:0", "2001:db8:50:100:0:0:0:0",
                        "2001:db8:50:101:0:0:0:0");
        told(Message.of("Stop", "1"));
        assertThat(userPlane.sessions).isEmpty();
    }

    @Test
    void wrongSecret_isDroppedInSilence_andCounted_2866_3() {
        assertThat(RadClient.sendInVain(Message.start("1", METER, "10.50.0.7"),
                server.accountingAddress(), "another-secret-of-a-test")).isFalse();
        Harness.until(() -> count(AccountingFault.AUTHENTICATOR) == 1);
        assertThat(userPlane.sessions).isEmpty();
        assertThat(was(Outcome.DROPPED, "authenticator")).isTrue();
        assertThat(events.toString()).doesNotContain(RadClient.SECRET);
    }

    @Test
    void anotherSource_isDroppedInSilence_andCounted() {
        publish(client("127.0.0.2/32", DAY, "10.50.0.0/16"));
        toldInVain(Message.start("1", METER, "10.50.0.7"));
        Harness.until(
                () -> server.accounting().all().of(AccountingFault.UNKNOWN_CLIENT) == 1);
        assertThat(userPlane.sessions).isEmpty();
    }

    @Test
    void messageAuthenticator_isJudgedWhereThereIsOne() {
        told(Message.start("1", METER, "10.50.0.7").with("Message-Authenticator", "0x00"));
        assertThat(bound()).hasSize(1);
    }

    @Test
    void whatLacksItsImsi_isNotAnswered() {
        toldInVain(Message.of("Start", "1").with("Framed-IP-Address", "10.50.0.7"));
        Harness.until(() -> count(AccountingFault.ATTRIBUTE_MISSING) == 1);
    }

    @Test
    void repetition_getsTheSameOctets_andIsCarriedOutOnce_2866_3() throws Exception {
        try (Relay relay = new Relay(server.accountingAddress())) {
            byte[] request = relay.recorded(Message.start("1", METER, "10.50.0.7"));
            byte[] first = relay.ask(request);
            byte[] second = relay.ask(request);
            assertThat(first).isNotNull().isEqualTo(second);
            assertThat(count(Count.REPEATED)).isEqualTo(1);
            assertThat(directory.asked).hasSize(1);
        }
    }

    @Test
    void answer_comesOnlyWhenTheBindingIsInForceAndDurable() throws Exception {
        try (Relay relay = new Relay(server.accountingAddress())) {
            byte[] request = relay.recorded(Message.start("1", METER, "10.50.0.7"));
            CompletableFuture<Void> durable = new CompletableFuture<>();
            store.gate = durable;
            userPlane.takeTime();
            relay.send(request);
            relay.send(request);
            Harness.until(() -> count(AccountingFault.STILL_IN_PROGRESS) == 1);
            assertThat(relay.receive(300)).as("not in force").isNull();
            userPlane.goOn();
            Harness.until(() -> !store.kept.isEmpty());
            assertThat(relay.receive(300)).as("not durable").isNull();
            durable.complete(null);
            assertThat(relay.receive(20_000)).isNotNull();
        }
    }

    @Test
    void whatTheUserPlaneDoesNotTake_isNotAnswered_andMayComeAgain() {
        userPlane.failWith(new IllegalStateException("as the test says"));
        toldInVain(Message.start("1", METER, "10.50.0.7"));
        Harness.until(() -> count(AccountingFault.SYSTEM_FAILURE) == 1);
        userPlane.failWith(null);
        told(Message.start("1", METER, "10.50.0.7"));
        assertThat(bound()).containsExactly(METER + " 10.50.0.7");
    }

    @Test
    void stop_ends_andIsForgotten() {
        told(Message.start("1", METER, "10.50.0.7"));
        told(Message.of("Stop", "1"));
        assertThat(userPlane.sessions).isEmpty();
        assertThat(store.kept).isEmpty();
        assertThat(Harness.await(server.sessions())).isEmpty();
    }

    @Test
    void stopBeforeItsStart_leavesNothingBound() {
        told(Message.of("Stop", "1"));
        told(Message.start("1", METER, "10.50.0.7"));
        told(Message.start("1", METER, "10.50.0.7").with("Acct-Status-Type", "Interim-Update"));
        assertThat(userPlane.sessions).isEmpty();
        assertThat(count(Count.OUTDATED)).isEqualTo(3);
    }

    @Test
    void addressOfAnotherSim_isTheLaterOnes_andALateStopOfTheFirstEndsNothing() {
        told(Message.start("1", METER, "10.50.0.7").with("Event-Timestamp", "1000"));
        told(Message.start("2", OTHER, "10.50.0.7").with("Event-Timestamp", "2000"));
        assertThat(bound()).containsExactly(OTHER + " 10.50.0.7");
        assertThat(was(Outcome.ENDED, "displaced")).isTrue();
        told(Message.of("Stop", "1"));
        told(Message.start("1", METER, "10.50.0.7").with("Acct-Status-Type", "Interim-Update")
                .with("Event-Timestamp", "3000"));
        told(Message.start("3", METER, "10.50.0.7").with("Event-Timestamp", "1500"));
        assertThat(bound()).containsExactly(OTHER + " 10.50.0.7");
    }

    @Test
    void bearersOfOneSession_endItWithTheLast_orWithItsStopIndicator_29_061_16_4_7_2() {
        told(Message.start("1", METER, "10.50.0.7").with("3GPP-NSAPI", "\"5\""));
        told(Message.start("2", METER, "10.50.0.7").with("3GPP-NSAPI", "\"6\""));
        told(Message.of("Stop", "2"));
        assertThat(bound()).hasSize(1);
        told(Message.start("3", METER, "10.50.0.7").with("3GPP-NSAPI", "\"6\""));
        told(Message.of("Stop", "1").with("3GPP-Session-Stop-Indicator", "255"));
        assertThat(bound()).isEmpty();
    }

    @Test
    void lostStop_isMadeUpForByTheNextStartOfTheBearer() {
        told(Message.start("1", METER, "10.50.0.7").with("3GPP-NSAPI", "\"5\""));
        told(Message.start("2", METER, "10.50.0.8").with("3GPP-NSAPI", "\"5\""));
        assertThat(bound()).containsExactly(METER + " 10.50.0.8");
    }

    @Test
    void interimWithAnotherAddress_movesTheSession_andDisplacesWhoHadIt() {
        told(Message.start("1", METER, "10.50.0.7"));
        told(Message.start("2", OTHER, "10.50.0.8"));
        told(Message.start("1", METER, "10.50.0.8").with("Acct-Status-Type", "Interim-Update")
                .with("Framed-IPv6-Prefix", "2001:db8:50:8::/64"));
        assertThat(bound()).containsExactly(METER + " 10.50.0.8");
        assertThat(requireNonNull(userPlane.only().ipv6Prefix()).getHostAddress())
                .isEqualTo("2001:db8:50:8:0:0:0:0");
        assertThat(store.kept.keySet()).containsExactly(InetAddress.ofLiteral("10.50.0.8"));
        told(Message.of("Stop", "1"));
        assertThat(bound()).isEmpty();
    }

    @Test
    void silence_endsASession() {
        publish(client("127.0.0.1/32", Duration.ofMillis(300), "10.50.0.0/16"));
        told(Message.start("1", METER, "10.50.0.7"));
        Harness.until(() -> userPlane.sessions.isEmpty());
        assertThat(was(Outcome.ENDED, "timed_out")).isTrue();
        assertThat(store.kept).isEmpty();
    }

    @Test
    void gatewayThatBeginsAnew_hasNoneOfItsSessions_othersKeepTheirs_2866_5_1() {
        told(Message.start("1", METER, "10.50.0.7"));
        told(Message.start("1", OTHER, "10.50.0.8").with("NAS-IP-Address", "192.0.2.10"));
        told(new Message().with("Acct-Status-Type", "Accounting-On").with("NAS-IP-Address",
                "192.0.2.9"));
        assertThat(bound()).containsExactly(OTHER + " 10.50.0.8");
        told(Message.start("1", METER, "10.50.0.9"));
        assertThat(bound()).as("identities begin anew, too").contains(METER + " 10.50.0.9");
        told(new Message().with("Acct-Status-Type", "Accounting-Off").with("NAS-IP-Address",
                "192.0.2.10"));
        assertThat(bound()).containsExactly(METER + " 10.50.0.9");
    }

    @Test
    void addressOutsideTheRanges_orBehindNoLink_bindsNothing() {
        told(Message.start("1", METER, "10.51.0.7"));
        told(Message.start("2", METER, "10.60.1.1"));
        publish(client("127.0.0.1/32", DAY, "10.70.0.0/16"));
        told(Message.start("3", METER, "10.70.0.1"));
        assertThat(userPlane.sessions).isEmpty();
        assertThat(requireNonNull(server.firewall().all().get(FirewallCheck.BINDING))
                .dropped()).isEqualTo(3);
    }

    @Test
    void otherLink_isFoundByTheAddress() {
        told(Message.start("1", METER, "10.60.0.1"));
        assertThat(userPlane.only().access()).isEqualTo(new Access.Plain(1));
    }

    @Test
    void bearerOfAnotherSim_cannotBeTakenOver() {
        told(Message.start("1", METER, "10.50.0.7"));
        told(Message.start("1", OTHER, "10.50.0.7"));
        assertThat(bound()).containsExactly(METER + " 10.50.0.7");
    }

    @Test
    void simInAnotherModem_isBarred_untilItsLockAllows() {
        refuseImei(directory, "3534900698733153");
        told(Message.start("1", METER, "10.50.0.7").with("3GPP-IMEISV",
                "\"3534900698733153\""));
        assertThat(userPlane.sessions).isEmpty();
        assertThat(was(Outcome.REFUSED, "imei_locked")).isTrue();
        assertThat(count(Count.REFUSED)).isEqualTo(1);
        directory.judge(_ -> null);
        var _ = Harness.await(server.reevaluate(List.of(new Imsi(METER))));
        assertThat(bound()).as("without another message").containsExactly(METER + " 10.50.0.7");
    }

    @Test
    void interim_thatLeavesTheFence_stopsTraffic_andBackLetsItPass() {
        directory.judge(request -> new Plmn("208", "01").equals(request.location().plmn())
                ? Refusal.OUTSIDE_FENCE
                : null);
        told(Message.start("1", METER, "10.50.0.7").with("3GPP-SGSN-MCC-MNC", "\"26201\""));
        assertThat(bound()).hasSize(1);
        told(Message.start("1", METER, "10.50.0.7").with("Acct-Status-Type", "Interim-Update")
                .with("3GPP-SGSN-MCC-MNC", "\"20801\""));
        assertThat(userPlane.sessions).isEmpty();
        assertThat(was(Outcome.ENDED, "outside_fence")).isTrue();
        assertThat(Harness.await(server.sessions()).getFirst().barred())
                .isEqualTo("outside_fence");
        told(Message.start("1", METER, "10.50.0.7").with("Acct-Status-Type", "Interim-Update")
                .with("3GPP-SGSN-MCC-MNC", "\"26201\""));
        assertThat(bound()).hasSize(1);
    }

    @Test
    void suspendedSim_passesNothing_untilItIsResumed() {
        told(Message.start("1", METER, "10.50.0.7"));
        directory.refuse(Refusal.SIM_SUSPENDED);
        assertThat(Harness.await(server.endSessions(new Imsi(METER), Refusal.SIM_SUSPENDED)))
                .isEqualTo(1);
        assertThat(userPlane.sessions).isEmpty();
        directory.judge(_ -> null);
        var _ = Harness.await(server.reevaluate(List.of(new Imsi(METER))));
        assertThat(bound()).hasSize(1);
        assertThat(Harness.await(server.endSessions(new Imsi(METER), Refusal.SESSION_RESET)))
                .isEqualTo(1);
        Harness.until(() -> bound().size() == 1);
    }

    @Test
    void clientThatIsNoneAnyMore_takesItsSessionsWithIt_asDoesARange() {
        told(Message.start("1", METER, "10.50.0.7"));
        told(Message.start("2", OTHER, "10.60.0.7"));
        publish(client("127.0.0.1/32", DAY, "10.50.0.0/16"));
        assertThat(bound()).containsExactly(METER + " 10.50.0.7");
        publish();
        assertThat(userPlane.sessions).isEmpty();
        assertThat(store.kept).isEmpty();
    }

    @Test
    void whatWasTold_isInForceAgainAfterARestart() {
        told(Message.start("1", METER, "10.50.0.7").with("3GPP-IMEISV",
                "\"3534900698733153\""));
        server.close();
        userPlane.sessions.clear();
        server = start();
        client();
        Harness.until(() -> bound().equals(List.of(METER + " 10.50.0.7")));
        assertThat(userPlane.only().request().imei()).isEqualTo(new Imei("3534900698733153"));
        told(Message.of("Stop", "1"));
        assertThat(userPlane.sessions).isEmpty();
    }

    /** Stands between radclient and the gateway, and has what it sent sent as often as is wanted. */
    private static final class Relay implements AutoCloseable {
        private final DatagramSocket socket;
        private final InetSocketAddress gateway;

        Relay(InetSocketAddress gateway) throws Exception {
            this.gateway = gateway;
            socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
        }

        byte[] recorded(Message message) throws Exception {
            Thread sender = Thread.ofPlatform().start(() -> RadClient.sendInVain(message,
                    (InetSocketAddress) socket.getLocalSocketAddress(), RadClient.SECRET));
            socket.setSoTimeout(20_000);
            DatagramPacket packet = new DatagramPacket(new byte[5000], 5000);
            socket.receive(packet);
            sender.join();
            return Arrays.copyOf(packet.getData(), packet.getLength());
        }

        void send(byte[] request) throws Exception {
            socket.send(new DatagramPacket(request, request.length, gateway));
        }

        byte @Nullable [] ask(byte[] request) throws Exception {
            send(request);
            return receive(20_000);
        }

        byte @Nullable [] receive(int millis) throws Exception {
            socket.setSoTimeout(millis);
            DatagramPacket packet = new DatagramPacket(new byte[5000], 5000);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException e) {
                return null;
            }
            return Arrays.copyOf(packet.getData(), packet.getLength());
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
