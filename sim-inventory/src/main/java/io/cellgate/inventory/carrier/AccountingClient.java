package io.cellgate.inventory.carrier;

import io.cellgate.policy.IpRange;
import java.time.Instant;
import java.util.List;

/**
 * A carrier's gateways that tell of their sessions by RADIUS accounting.
 *
 * @param sources        where their packets come from
 * @param ranges         where the addresses of their devices are
 * @param timeoutSeconds after how long a session ends of which nothing is said any more
 */
public record AccountingClient(String id, String carrier, String name, List<IpRange> sources,
        List<IpRange> ranges, long timeoutSeconds, Instant createdAt, long revision) {
    public AccountingClient {
        sources = List.copyOf(sources);
        ranges = List.copyOf(ranges);
    }
}
