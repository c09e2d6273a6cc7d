package io.cellgate.dataplane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BusyPollTest {
    private final BusyPoll poll = new BusyPoll();

    /** Empty rounds until it parks. */
    private int look() {
        int rounds = 1;
        while (!poll.isOver(0)) {
            rounds++;
        }
        return rounds;
    }

    /** Something comes after so many empty rounds; true where the worker had parked before. */
    private boolean comesAfter(int rounds) {
        boolean parked = IntStream.range(0, rounds).anyMatch(_ -> poll.isOver(0));
        assertThat(poll.isOver(1)).isFalse();
        return parked;
    }

    @Test
    void idleWorker_soonLooksForAFewRoundsOnly() {
        assertThat(look()).isEqualTo(BusyPoll.MOST_ROUNDS + 1);
        int rounds = IntStream.range(0, 100).map(_ -> look()).sum();
        assertThat(rounds).isLessThan(100 * 15);
        assertThat(look()).isEqualTo(BusyPoll.FEWEST_ROUNDS + 1);
    }

    @Test
    void trafficThatComesWithinALook_findsTheWorkerAwake() {
        for (int i = 0; i < 1000; i++) {
            assertThat(comesAfter(BusyPoll.MOST_ROUNDS)).isFalse();
        }
    }

    @Test
    void trafficThatComesLater_isWaitedForAsleep() {
        IntStream.range(0, 100).forEach(_ -> {
            assertThat(comesAfter(BusyPoll.MOST_ROUNDS + 1)).isTrue();
        });
        assertThat(IntStream.range(0, BusyPoll.SHORT_LOOKS).map(_ -> look())
                .filter(rounds -> rounds > BusyPoll.FEWEST_ROUNDS + 1).count()).isLessThan(2);
    }

    @Test
    void trafficThatComesSoonAgain_isNoticed() {
        IntStream.range(0, 100).forEach(_ -> look());
        int asleep = 0;
        for (int i = 0; i < 200; i++) {
            asleep += comesAfter(BusyPoll.MOST_ROUNDS / 2) ? 1 : 0;
        }
        assertThat(asleep).isLessThan(BusyPoll.SHORT_LOOKS);
        assertThat(comesAfter(BusyPoll.MOST_ROUNDS / 2)).isFalse();
    }
}
