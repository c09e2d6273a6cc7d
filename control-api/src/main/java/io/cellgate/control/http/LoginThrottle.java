package io.cellgate.control.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down guessing of tokens. Each address has a bucket of failed attempts that drains with time; while it is
 * full, no token from there is looked at. The number of addresses remembered is bounded: the one not seen for the
 * longest is forgotten first.
 */
final class LoginThrottle {
    static final int MOST_FAILURES = 20;
    static final long DRAIN_NANOS = 3_000_000_000L;
    private static final int MOST_ADDRESSES = 10_000;

    private record Bucket(int failures, long sinceNanos) {}

    private final Map<String, Bucket> byAddress = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    /** How many seconds until this address may try again; 0: now. */
    synchronized long secondsToWait(String address, long nowNanos) {
        Bucket bucket = drained(address, nowNanos);
        if (bucket.failures < MOST_FAILURES) {
            return 0;
        }
        long leftNanos = DRAIN_NANOS - (nowNanos - bucket.sinceNanos);
        return Math.max(1, (leftNanos + 999_999_999L) / 1_000_000_000L);
    }

    synchronized void failed(String address, long nowNanos) {
        Bucket bucket = drained(address, nowNanos);
        byAddress.put(address,
                new Bucket(Math.min(MOST_FAILURES, bucket.failures + 1),
                        bucket.failures == 0 ? nowNanos : bucket.sinceNanos));
    }

    private Bucket drained(String address, long nowNanos) {
        Bucket bucket = byAddress.get(address);
        if (bucket == null) {
            return new Bucket(0, nowNanos);
        }
        long drops = (nowNanos - bucket.sinceNanos) / DRAIN_NANOS;
        if (drops == 0) {
            return bucket;
        }
        int left = (int) Math.max(0, bucket.failures - drops);
        Bucket now = new Bucket(left, bucket.sinceNanos + drops * DRAIN_NANOS);
        byAddress.put(address, now);
        return now;
    }
}
