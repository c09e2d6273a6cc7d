package io.cellgate.control.http;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many requests tokens and accounts may make. Each has a token bucket that holds as many requests as it may make
 * in a second and fills as fast; a request takes one of its token's, where that has a limit of its own, and one of its
 * account's. The operator's tokens have a limit only where they were given one. The number of buckets is bounded: the
 * one not used for the longest, which is full by then, is forgotten first.
 */
public final class RateLimits {
    private static final int MOST_BUCKETS = 50_000;
    private static final double NANOS = 1e9;

    private final long accountDefault;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_BUCKETS;
        }
    };

    /** @param accountDefault requests a second of an account that was given no limit of its own */
    public RateLimits(long accountDefault) {
        this.accountDefault = accountDefault;
    }

    private static final class Bucket {
        private double left;
        private long atNanos;

        private Bucket(double left, long atNanos) {
            this.left = left;
            this.atNanos = atNanos;
        }
    }

    /**
     * How a request finds its bucket, and what the headers tell of it (draft-ietf-httpapi-ratelimit-headers).
     *
     * @param whose        token or account
     * @param resetSeconds until at least one more request may be made
     */
    record Standing(String whose, long perSecond, boolean admitted, long remaining,
            long resetSeconds) {
        Map<String, String> headers() {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("RateLimit-Limit", Long.toString(perSecond));
            headers.put("RateLimit-Remaining", Long.toString(remaining));
            headers.put("RateLimit-Reset", Long.toString(resetSeconds));
            headers.put("RateLimit-Policy", perSecond + ";w=1");
            if (!admitted) {
                headers.put("Retry-After", Long.toString(resetSeconds));
            }
            return headers;
        }
    }

    /** Takes one request; null where the principal has no limit. What is refused takes nothing of the account's. */
    @Nullable
    synchronized Standing take(Principal principal, long nowNanos) {
        Standing own = null;
        Long rate = principal.requestsPerSecond();
        if (rate != null) {
            own = take("token", principal.token() + "", rate, nowNanos);
            if (!own.admitted()) {
                return own;
            }
        }
        String account = principal.account();
        if (account == null) {
            return own;
        }
        Long given = principal.accountRate();
        Standing shared = take("account", account, given == null ? accountDefault : given,
                nowNanos);
        return own == null || !shared.admitted() || shared.remaining() < own.remaining()
                ? shared
                : own;
    }

    private Standing take(String whose, String id, long perSecond, long nowNanos) {
        double most = (double) perSecond;
        Bucket bucket = buckets.computeIfAbsent(whose + ':' + id, _ -> new Bucket(most, nowNanos));
        bucket.left = Math.min(most,
                bucket.left + (double) (nowNanos - bucket.atNanos) / NANOS * most);
        bucket.atNanos = nowNanos;
        boolean admitted = bucket.left >= 1;
        if (admitted) {
            bucket.left -= 1;
        }
        return new Standing(whose, perSecond, admitted, (long) bucket.left,
                bucket.left >= 1 ? 0 : 1);
    }
}
