package io.cellgate.inventory.sim;

import java.time.Instant;

/**
 * A fence with a name, for the SIMs, fleets or the account that name it.
 *
 * @param name unique within its account
 */
public record Geofence(String id, String account, String name, Fence fence, Instant createdAt,
        long revision) {}
