package io.cellgate.control.webhook;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before an attempt is repeated: twice as long each time, up to a bound, and of that a random part
 * between a half and the whole, so that receivers which come back are not met by everything at once.
 */
public record Backoff(Duration first, Duration most) {
    /** A second, then up to an hour. */
    public static final Backoff USUAL = new Backoff(Duration.ofSeconds(1), Duration.ofHours(1));

    /** @param attempts that failed so far, at least 1 */
    Duration after(long attempts, RandomGenerator random) {
        long doublings = Math.min(attempts - 1, 30);
        long whole = Math.min(most.toMillis(), first.toMillis() << doublings);
        return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
    }
}
