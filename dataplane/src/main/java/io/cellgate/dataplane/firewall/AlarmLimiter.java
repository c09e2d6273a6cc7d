package io.cellgate.dataplane.firewall;

import io.cellgate.dataplane.path.TokenBucket;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how often the same thing is told of the same peer, so that a flood fills no log: some at once, then one in a
 * while, which says how many it stands for. Whoever is no peer shares one bound for each check. Owned by the signalling
 * thread.
 */
public final class AlarmLimiter {
    /** It is not to be told of. */
    public static final long SUPPRESSED = -1;
    private static final int PER_MINUTE = 6;
    private static final int BURST = 10;
    private static final long NANOS_PER_MINUTE = 60_000_000_000L;

    private final Map<Subject, Told> told = new HashMap<>();

    private record Subject(@Nullable InetAddress peer, FirewallCheck check, boolean dropped) {}

    private static final class Told {
        final TokenBucket bucket;
        long suppressed;

        Told(long nowNanos) {
            bucket = TokenBucket.each(NANOS_PER_MINUTE / PER_MINUTE, BURST, nowNanos);
        }
    }

    /**
     * @param peer null for one that is no carrier's
     * @return {@link #SUPPRESSED}, or how many like it were not told of since the last one that was
     */
    public long take(@Nullable InetAddress peer, FirewallCheck check, boolean dropped,
            long nowNanos) {
        Told of = told.computeIfAbsent(new Subject(peer, check, dropped),
                _ -> new Told(nowNanos));
        if (!of.bucket.take(nowNanos)) {
            of.suppressed++;
            return SUPPRESSED;
        }
        long before = of.suppressed;
        of.suppressed = 0;
        return before;
    }

    /** Forgets a peer that is none any more. */
    public void forget(InetAddress peer) {
        told.keySet().removeIf(subject -> peer.equals(subject.peer()));
    }
}
