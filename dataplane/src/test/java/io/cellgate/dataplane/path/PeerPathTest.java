package io.cellgate.dataplane.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dataplane.path.PeerPath.Restart;
import org.junit.jupiter.api.Test;

/** TS 23.007 §18 and §20. */
class PeerPathTest {
    @Test
    void restartCounter_thatGrew_meansARestart() {
        PeerPath path = new PeerPath();
        assertThat(path.onRestartCounter(7)).isEqualTo(Restart.FIRST);
        assertThat(path.onRestartCounter(7)).isEqualTo(Restart.SAME);
        assertThat(path.onRestartCounter(8)).isEqualTo(Restart.RESTARTED);
        assertThat(path.restartCounter()).isEqualTo(8);
    }

    @Test
    void restartCounter_thatIsOlder_isAReorderingNotARestart() {
        PeerPath path = new PeerPath();
        assertThat(path.onRestartCounter(8)).isEqualTo(Restart.FIRST);
        assertThat(path.onRestartCounter(7)).isEqualTo(Restart.OLDER);
        assertThat(path.restartCounter()).isEqualTo(8);
    }

    @Test
    void restartCounter_thatRolledOverAt255_isARestart() {
        PeerPath path = new PeerPath();
        assertThat(path.onRestartCounter(255)).isEqualTo(Restart.FIRST);
        assertThat(path.onRestartCounter(0)).isEqualTo(Restart.RESTARTED);
        assertThat(path.onRestartCounter(254)).isEqualTo(Restart.OLDER);
    }

    @Test
    void restartCounter_fromBeforeWeStarted_isComparedLikeAnyOther_23_007_18() {
        assertThat(new PeerPath(8).onRestartCounter(8)).isEqualTo(Restart.SAME);
        assertThat(new PeerPath(8).onRestartCounter(9)).isEqualTo(Restart.RESTARTED);
        assertThat(new PeerPath(8).onRestartCounter(7)).isEqualTo(Restart.OLDER);
    }

    @Test
    void smallerCounter_inAnAnswerToOurEcho_isARestart_sinceNothingCanHaveOvertakenIt() {
        PeerPath path = new PeerPath();
        assertThat(path.onRestartCounter(200)).isEqualTo(Restart.FIRST);
        assertThat(path.takeEchoDue(1, 1)).isFalse();
        assertThat(path.takeEchoDue(2, 1)).isTrue();
        assertThat(path.onEchoCounter(200)).isEqualTo(Restart.SAME);
        path.onEchoAnswered(5);
        assertThat(path.takeEchoDue(4, 1)).isTrue();
        assertThat(path.onEchoCounter(199)).isEqualTo(Restart.RESTARTED);
        assertThat(path.restartCounter()).isEqualTo(199);
    }

    @Test
    void smallerCounter_inAnAnswerThatANewerMessageOvertook_isAReordering() {
        PeerPath path = new PeerPath(7);
        assertThat(path.takeEchoDue(1, 1)).isFalse();
        assertThat(path.takeEchoDue(2, 1)).isTrue();
        assertThat(path.onRestartCounter(8)).isEqualTo(Restart.RESTARTED);
        assertThat(path.onEchoCounter(7)).isEqualTo(Restart.OLDER);
        assertThat(path.restartCounter()).isEqualTo(8);
    }

    @Test
    void echo_isDueOnceAnInterval_oneAtATime() {
        PeerPath path = new PeerPath();
        assertThat(path.takeEchoDue(1000, 100)).isFalse();
        assertThat(path.takeEchoDue(1099, 100)).isFalse();
        assertThat(path.takeEchoDue(1100, 100)).isTrue();
        assertThat(path.takeEchoDue(1101, 100)).isFalse();
        assertThat(path.takeEchoDue(1200, 100)).as("the first one waits still").isFalse();
        path.onEchoAnswered(7);
        assertThat(path.takeEchoDue(1200, 100)).isTrue();
        assertThat(path.roundTripNanos()).isEqualTo(7);
    }

    @Test
    void peerThatDoesNotAnswer_isAskedEverMoreSeldom_untilItIsHeard() {
        PeerPath path = new PeerPath();
        long now = 1;
        assertThat(path.takeEchoDue(now, 100)).isFalse();
        for (int waits : new int[]{100, 100, 200, 400, 800, 1600, 1600}) {
            assertThat(path.takeEchoDue(now + waits - 1, 100)).isFalse();
            now += waits;
            assertThat(path.takeEchoDue(now, 100)).as("after %d", waits).isTrue();
            path.onEchoUnanswered(now);
        }
        path.onHeard(now);
        now += 1600;
        assertThat(path.takeEchoDue(now, 100)).isTrue();
        path.onEchoAnswered(-1);
        assertThat(path.takeEchoDue(now + 100, 100)).isTrue();
    }

    @Test
    void path_isSuspectWhenAnEchoIsRepeated_downWhenNoneIsAnswered_andUpWhenHeardAgain() {
        PeerPath path = new PeerPath();
        assertThat(path.state()).isEqualTo(PathState.UNKNOWN);
        assertThat(path.onHeard(1)).isTrue();
        assertThat(path.onHeard(2)).as("again").isFalse();
        assertThat(path.stateSinceMillis()).isEqualTo(1);
        assertThat(path.lastHeardMillis()).isEqualTo(2);
        assertThat(path.onEchoRepeated(3)).isTrue();
        assertThat(path.onEchoRepeated(4)).isFalse();
        assertThat(path.state()).isEqualTo(PathState.SUSPECT);
        assertThat(path.onEchoUnanswered(5)).isTrue();
        assertThat(path.onEchoRepeated(6)).isFalse();
        assertThat(path.state()).isEqualTo(PathState.DOWN);
        assertThat(path.onHeard(7)).isTrue();
        assertThat(path.state()).isEqualTo(PathState.UP);
    }

    @Test
    void tokenBucket_givesItsBurstAndThenItsRate() {
        TokenBucket bucket = new TokenBucket(10, 3, 0);
        assertThat(new boolean[]{bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)})
                .containsExactly(true, true, true, false);
        assertThat(bucket.take(100_000_000)).isTrue();
        assertThat(bucket.take(100_000_000)).isFalse();
    }
}
