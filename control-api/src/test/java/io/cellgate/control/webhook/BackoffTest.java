package io.cellgate.control.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void waits_areTwiceAsLongEachTime_halfOfThemAtRandom_upToAnHour() {
        Random random = new Random(1);
        for (int attempts = 1; attempts <= 60; attempts++) {
            long whole = attempts > 12 ? 3_600_000 : 1000L << (attempts - 1);
            long most = Math.min(whole, 3_600_000);
            long shortest = Long.MAX_VALUE;
            long longest = 0;
            for (int i = 0; i < 200; i++) {
                long wait = Backoff.USUAL.after(attempts, random).toMillis();
                shortest = Math.min(shortest, wait);
                longest = Math.max(longest, wait);
            }
            assertThat(shortest).isBetween(most / 2, most * 6 / 10);
            assertThat(longest).isBetween(most * 9 / 10, most);
        }
    }
}
