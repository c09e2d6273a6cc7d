package io.cellgate.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private final LoginThrottle throttle = new LoginThrottle();

    @Test
    void addressWithTooManyFailures_waitsUntilOneIsForgotten() {
        for (int i = 0; i < LoginThrottle.MOST_FAILURES; i++) {
            assertThat(throttle.secondsToWait("192.0.2.1", i)).isZero();
            throttle.failed("192.0.2.1", i);
        }
        assertThat(throttle.secondsToWait("192.0.2.1", 1_000_000_000L)).isBetween(1L, 3L);
        assertThat(throttle.secondsToWait("192.0.2.2", 1_000_000_000L)).isZero();
        assertThat(throttle.secondsToWait("192.0.2.1", LoginThrottle.DRAIN_NANOS)).isZero();
        throttle.failed("192.0.2.1", LoginThrottle.DRAIN_NANOS);
        assertThat(throttle.secondsToWait("192.0.2.1", LoginThrottle.DRAIN_NANOS + 1))
                .isPositive();
        assertThat(throttle.secondsToWait("192.0.2.1", 100 * LoginThrottle.DRAIN_NANOS)).isZero();
    }
}
