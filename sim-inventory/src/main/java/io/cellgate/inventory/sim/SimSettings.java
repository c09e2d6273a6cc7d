package io.cellgate.inventory.sim;

import io.cellgate.policy.subject.Quota;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a SIM's owner sets of it. Null leaves it to the fleet, and there to the account.
 *
 * @param fleet    the fleet it belongs to
 * @param policy   its own policy
 * @param imeiLock its own lock
 * @param fence    its own fence; excludes a geofence
 * @param geofence its own geofence, by its id
 * @param quota    its own quota
 */
public record SimSettings(@Nullable String fleet, @Nullable String policy,
        @Nullable ImeiLock imeiLock, @Nullable Fence fence, @Nullable String geofence,
        @Nullable Quota quota, Map<String, String> tags) {
    public static final SimSettings NONE = new SimSettings(null, null, null, null, null, null,
            Map.of());

    public SimSettings {
        tags = Map.copyOf(tags);
    }

    public SimSettings withFleet(@Nullable String other) {
        return new SimSettings(other, policy, imeiLock, fence, geofence, quota, tags);
    }

    public SimSettings withPolicy(@Nullable String other) {
        return new SimSettings(fleet, other, imeiLock, fence, geofence, quota, tags);
    }

    public SimSettings withImeiLock(@Nullable ImeiLock other) {
        return new SimSettings(fleet, policy, other, fence, geofence, quota, tags);
    }

    public SimSettings withFence(@Nullable Fence other) {
        return new SimSettings(fleet, policy, imeiLock, other, geofence, quota, tags);
    }

    public SimSettings withGeofence(@Nullable String other) {
        return new SimSettings(fleet, policy, imeiLock, fence, other, quota, tags);
    }

    public SimSettings withQuota(@Nullable Quota other) {
        return new SimSettings(fleet, policy, imeiLock, fence, geofence, other, tags);
    }

    public SimSettings withTags(Map<String, String> other) {
        return new SimSettings(fleet, policy, imeiLock, fence, geofence, quota, other);
    }
}
