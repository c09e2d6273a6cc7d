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
    void echo_isDueOnceAnInterval() {
        PeerPath path = new PeerPath();
        assertThat(path.takeEchoDue(1000, 100)).isFalse();
        assertThat(path.takeEchoDue(1099, 100)).isFalse();
        assertThat(path.takeEchoDue(1100, 100)).isTrue();
        assertThat(path.takeEchoDue(1101, 100)).isFalse();
    }

    @Test
    void path_isSuspectWhenAnEchoIsRepeated_downWhenNoneIsAnswered_andUpWhenHeardAgain() {
        PeerPath path = new PeerPath();
        assertThat(path.state()).isEqualTo(PathState.UNKNOWN);
        path.onHeard();
        path.onEchoRepeated();
        assertThat(path.state()).isEqualTo(PathState.SUSPECT);
        path.onEchoUnanswered();
        path.onEchoRepeated();
        assertThat(path.state()).isEqualTo(PathState.DOWN);
        path.onHeard();
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
