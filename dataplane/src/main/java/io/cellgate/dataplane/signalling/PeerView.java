package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.path.PathState;
import io.cellgate.dataplane.path.PathTraffic;
import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A peer as it was at one moment, in one version of GTP.
 *
 * @param since          when it came into its state; null before it was heard of
 * @param lastHeard      null: never since we started
 * @param restartCounter its Recovery value, or -1 where none was seen
 * @param roundTripNanos of the last Echo Request, or -1
 */
public record PeerView(InetAddress address, String carrier, GtpVersion version, PathState state,
        @Nullable Instant since, @Nullable Instant lastHeard, int restartCounter, int sessions,
        long roundTripNanos, PathTraffic.Snapshot traffic) {}
