package io.cellgate.dataplane.path;

/** A rate with a burst: tokens come evenly, up to the burst; who finds none has to do without. */
public final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perNano;
    private final double burst;
    private double tokens;
    private long lastNanos;

    public TokenBucket(int perSecond, int burst, long nowNanos) {
        this(perSecond / NANOS_PER_SECOND, burst, nowNanos);
    }

    private TokenBucket(double perNano, int burst, long nowNanos) {
        this.perNano = perNano;
        this.burst = burst;
        tokens = burst;
        lastNanos = nowNanos;
    }

    /** One token in each interval. */
    public static TokenBucket each(long intervalNanos, int burst, long nowNanos) {
        return new TokenBucket(1.0 / intervalNanos, burst, nowNanos);
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
