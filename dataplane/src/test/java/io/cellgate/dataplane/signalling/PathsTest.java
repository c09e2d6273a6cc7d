package io.cellgate.dataplane.signalling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.gtpc.Gtp1Encoder;
import io.cellgate.dataplane.gtpc.Gtp1Type;
import io.cellgate.dataplane.gtpc.Gtp2Encoder;
import io.cellgate.dataplane.gtpc.Gtp2Message;
import io.cellgate.dataplane.gtpc.Gtp2Type;
import io.cellgate.dataplane.path.PathState;
import io.cellgate.dataplane.path.PeerPath;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the gateway makes of peers that answer, do not, restart, and come again. */
class PathsTest {
    private final Memory memory = new Memory();
    private Harness harness = harness(Duration.ofSeconds(5));
    private Harness.Node sgw = harness.node(2);

    private Harness harness(Duration t3) {
        return new Harness(Harness.config().withTimers(t3, 3, Duration.ofMillis(200))
                .withPaths(memory), DeviceConfig.defaults());
    }

    /** As the store would. */
    private static final class Memory implements PathMemory {
        final Map<InetAddress, Integer> counters = new ConcurrentHashMap<>();
        final List<PathEvent> events = new CopyOnWriteArrayList<>();

        @Override
        public int restartCounter(InetAddress peer, GtpVersion version) {
            return version == GtpVersion.V2
                    ? counters.getOrDefault(peer, PeerPath.NOT_KNOWN)
                    : PeerPath.NOT_KNOWN;
        }

        @Override
        public void on(PathEvent event) {
            events.add(event);
        }
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    private static byte[] echo(int sequence, int counter) {
        return Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_REQUEST, sequence).recovery(counter)
                .toDatagram();
    }

    private Gtp2Message nextEcho() {
        Gtp2Message message = sgw.receive2();
        while (message.type() != Gtp2Type.ECHO_REQUEST) {
            message = sgw.receive2();
        }
        return message;
    }

    private void answer(Gtp2Message echo, int counter) {
        sgw.send(Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_RESPONSE, echo.sequence())
                .recovery(counter).toDatagram());
    }

    private PeerView view() {
        return Harness.await(harness.server.peers()).getFirst();
    }

    private List<PathEvent.Kind> kinds() {
        return memory.events.stream().map(PathEvent::kind).toList();
    }

    @Test
    void path_isUp_thenSuspect_thenDownWithItsSessionsGone_thenUpAgain_23_007_20() {
        harness.close();
        harness = harness(Duration.ofMillis(100));
        sgw = harness.node(2);
        Requests.attach2(sgw, new Requests.Create(), 1);
        Harness.until(() -> kinds().contains(PathEvent.Kind.DOWN));
        assertThat(kinds()).containsExactly(PathEvent.Kind.UP, PathEvent.Kind.COUNTER,
                PathEvent.Kind.SUSPECT, PathEvent.Kind.DOWN);
        PathEvent down = memory.events.getLast();
        assertThat(down.sessions()).isEqualTo(1);
        assertThat(down.peer()).isEqualTo(sgw.address);
        assertThat(down.carrier()).isEqualTo("carrier-a");
        Harness.until(() -> harness.sessions() == 0);
        assertThat(view().state()).isEqualTo(PathState.DOWN);
        assertThat(view().traffic().repeatedByUs()).isGreaterThanOrEqualTo(2);
        // it is asked, though it has no session any more, and answers at last
        sgw.drain();
        answer(nextEcho(), 4);
        Harness.until(() -> view().state() == PathState.UP);
        assertThat(memory.events.getLast().kind()).isEqualTo(PathEvent.Kind.UP);
        assertThat(harness.pathEvents).extracting(SignallingEvent::reason)
                .containsSubsequence("peer_up", "peer_suspect", "peer_down", "peer_up");
        assertThat(harness.events.getLast().reason()).isEqualTo("path_failure");
    }

    @Test
    void viewOfAPeer_tellsItsMessages_itsRoundTripAndWhenItWasHeard() {
        byte[] request = new Requests.Create().v2(sgw.address, 1);
        sgw.ask2(request);
        sgw.ask2(request); // a repetition
        Gtp2Message echo = nextEcho();
        answer(echo, 4);
        Harness.until(() -> view().roundTripNanos() > 0);
        PeerView view = view();
        assertThat(view.state()).isEqualTo(PathState.UP);
        assertThat(view.sessions()).isEqualTo(1);
        assertThat(view.restartCounter()).isEqualTo(4);
        assertThat(view.traffic().received()).isEqualTo(3);
        assertThat(view.traffic().sent()).isGreaterThanOrEqualTo(3);
        assertThat(view.traffic().repeatedByPeer()).isEqualTo(1);
        assertThat(requireNonNull(view.lastHeard())).isAfterOrEqualTo(requireNonNull(view.since()));
    }

    @Test
    void smallerCounter_inAnEchoResponse_isARestart_butNotInARequest_23_007_18() {
        Requests.attach2(sgw, new Requests.Create(), 1);
        sgw.ask2(echo(9, 3));
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(view().restartCounter()).isEqualTo(4);
        answer(nextEcho(), 0);
        Harness.until(() -> harness.sessions() == 0);
        assertThat(view().restartCounter()).isZero();
        assertThat(memory.events.getLast()).satisfies(event -> {
            assertThat(event.kind()).isEqualTo(PathEvent.Kind.RESTARTED);
            assertThat(event.sessions()).isEqualTo(1);
            assertThat(event.detail()).contains("counter 0", "echo response");
        });
    }

    @Test
    void echoResponse_thatAnswersNothing_saysNothingOfRestarts() {
        Requests.attach2(sgw, new Requests.Create(), 1);
        Gtp2Message echo = nextEcho();
        sgw.send(Gtp2Encoder.withoutTeid(Gtp2Type.ECHO_RESPONSE, echo.sequence() + 77)
                .recovery(9).toDatagram());
        assertThat(sgw.ask2(echo(8, 4)).type()).isIn(Gtp2Type.ECHO_RESPONSE,
                Gtp2Type.ECHO_REQUEST);
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(view().restartCounter()).isEqualTo(4);
    }

    @Test
    void counterThatRolledOver_inACreateSession_isARestart_23_007_18() {
        Requests.Create before = new Requests.Create();
        before.recovery = 255;
        Requests.attach2(sgw, before, 1);
        Requests.Create after = new Requests.Create();
        after.ebi = 6;
        after.recovery = 0;
        Requests.attach2(sgw, after, 2);
        assertThat(Harness.await(harness.server.sessions())).singleElement()
                .extracting(SessionView::ebi).isEqualTo(6);
        assertThat(kinds()).contains(PathEvent.Kind.RESTARTED);
    }

    @Test
    void numbersOfARestartedPeer_beginAnew_soThatNoneIsARepetition_23_007_18() {
        Requests.Create before = new Requests.Create();
        Requests.attach2(sgw, before, 1);
        Requests.Create after = new Requests.Create();
        after.imsi = new Imsi("262011234567899");
        after.recovery = before.recovery + 1;
        Requests.attach2(sgw, after, 1);
        assertThat(Harness.await(harness.server.sessions())).singleElement()
                .extracting(SessionView::imsi).isEqualTo(after.imsi);
        assertThat(view().traffic().repeatedByPeer()).isZero();
    }

    @Test
    void attachThatWaitsWhileItsPeerRestarts_comesToNothing_andIsNotAnswered_23_007_18() {
        CompletableFuture<Void> inventory = new CompletableFuture<>();
        harness.directory.waitFor(inventory);
        Requests.Create create = new Requests.Create();
        sgw.send(create.v2(sgw.address, 1));
        Harness.until(() -> !harness.directory.asked.isEmpty());
        assertThat(sgw.ask2(echo(2, create.recovery + 1)).type())
                .isEqualTo(Gtp2Type.ECHO_RESPONSE);
        boolean _ = inventory.complete(null);
        Harness.until(() -> !harness.directory.notAttached.isEmpty());
        sgw.receivesNothing();
        assertThat(harness.sessions()).isZero();
        // its number is free for another request
        harness.directory.answerAtOnce();
        create.recovery++;
        Requests.attach2(sgw, create, 1);
    }

    @Test
    void counterFromBeforeOurStart_isKnown_soThatARestartMeanwhileIsFoundOut_23_007_18() {
        memory.counters.put(sgw.address, 7);
        sgw.ask2(echo(1, 8));
        assertThat(kinds()).containsExactly(PathEvent.Kind.UP, PathEvent.Kind.RESTARTED);
        memory.events.clear();
        sgw.ask2(echo(2, 8));
        assertThat(memory.events).isEmpty();
    }

    @Test
    void versionsOfGtp_arePathsOfTheirOwn() {
        Requests.attach2(sgw, new Requests.Create(), 1);
        sgw.send(Gtp1Encoder.of(Gtp1Type.ECHO_REQUEST, 0, 5).recovery(9).toDatagram());
        Harness.until(() -> Harness.await(harness.server.peers()).size() == 2);
        assertThat(harness.sessions()).isEqualTo(1);
        assertThat(Harness.await(harness.server.peers())).extracting(PeerView::version)
                .containsExactly(GtpVersion.V1, GtpVersion.V2);
    }
}
