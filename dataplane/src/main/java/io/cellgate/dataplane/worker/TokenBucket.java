package io.cellgate.dataplane.worker;

import java.util.concurrent.TimeUnit;

/** A bound on how often something is done: so many a second on average, as many at once. One thread. */
final class TokenBucket {
    private final long perSecond;
    private final long nanosPerToken;
    private long tokens;
    private long lastNanos;

    TokenBucket(int perSecond, long nowNanos) {
        this.perSecond = perSecond;
        nanosPerToken = perSecond == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(1) / perSecond;
        tokens = perSecond;
        lastNanos = nowNanos;
    }

    boolean take(long nowNanos) {
        long gained = (nowNanos - lastNanos) / nanosPerToken;
        if (gained > 0) {
            tokens = Math.min(perSecond, tokens + gained);
            lastNanos += gained * nanosPerToken;
        }
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }
}
