package io.cellgate.control.log;

import java.time.Duration;

/**
 * How much of the logs is kept: what is beyond either bound goes, the oldest first.
 *
 * @param octets of all logs' files; default 1 GiB
 * @param age    of lines; default 30 days
 */
public record LogRetention(long octets, Duration age) {
    public static final LogRetention DEFAULT = new LogRetention(1L << 30, Duration.ofDays(30));
    private static final long LEAST_OCTETS = 1L << 20;

    public LogRetention {
        if (octets < LEAST_OCTETS) {
            throw new IllegalArgumentException("octets of the logs: got " + octets
                    + ", expected at least " + LEAST_OCTETS);
        }
        if (age.compareTo(Duration.ofMinutes(1)) < 0
                || age.compareTo(Duration.ofDays(3660)) > 0) {
            throw new IllegalArgumentException(
                    "age of the logs: got " + age + ", expected a minute to ten years");
        }
    }
}
