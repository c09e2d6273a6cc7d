package io.cellgate.inventory.fleet;

import io.cellgate.inventory.sim.Fence;
import io.cellgate.inventory.sim.ImeiLock;
import io.cellgate.policy.subject.Quota;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A group of SIMs of one account, and what holds for those of them that have nothing of their own.
 *
 * @param name     unique within its account
 * @param imeiLock null: none
 * @param fence    null: none
 * @param geofence null: none; excludes a fence
 * @param quota    of each of its SIMs; null: none
 */
public record Fleet(String id, String account, String name, @Nullable String policy,
        @Nullable ImeiLock imeiLock, @Nullable Fence fence, @Nullable String geofence,
        @Nullable Quota quota,
        Instant createdAt, long revision) {}
