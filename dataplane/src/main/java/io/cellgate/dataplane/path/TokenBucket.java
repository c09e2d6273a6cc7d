package io.cellgate.dataplane.path;

/** A rate with a burst: tokens come evenly, up to the burst; who finds none has to do without. */
public final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perNano;
    private final double burst;
    private double tokens;
    private long lastNanos;

    public TokenBucket(int perSecond, int burst, long nowNanos) {
        perNano = perSecond / NANOS_PER_SECOND;
        this.burst = burst;
        tokens = burst;
        lastNanos = nowNanos;
    }

    public boolean take(long nowNanos) {
        tokens = Math.min(burst, tokens + (nowNanos - lastNanos) * perNano);
        lastNanos = nowNanos;
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }
}
