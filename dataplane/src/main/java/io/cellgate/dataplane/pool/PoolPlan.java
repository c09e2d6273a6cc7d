package io.cellgate.dataplane.pool;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which devices get their addresses where.
 *
 * @param apns  the access points served, lower case; none: any
 * @param pools parts of the gateway's networks for some devices only; the rest of those networks is for all others.
 *              None overlaps another
 */
public record PoolPlan(Set<String> apns, List<Entry> pools) {
    public static final PoolPlan EMPTY = new PoolPlan(Set.of(), List.of());

    /**
     * A pool.
     *
     * @param apn     null: whatever the access point
     * @param carrier null: whatever the carrier
     */
    public record Entry(String id, Prefix prefix, @Nullable String apn, @Nullable String carrier,
            Duration quarantine) {}

    public PoolPlan {
        apns = Set.copyOf(apns);
        pools = List.copyOf(pools);
    }
}
