package io.cellgate.inventory.account;

import io.cellgate.policy.subject.Quota;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A tenant: who owns SIMs and what decides over them.
 *
 * @param defaultPolicy      the policy of its SIMs that have no other, or null: they reach nothing
 * @param terminationEnabled whether its SIMs may be terminated, which is final
 * @param quota              of each of its SIMs that has none of its own or of its fleet; null: none
 * @param revision           grows with each change
 * @param requestsPerSecond  how many requests its tokens may make together, or null: the instance's default
 * @param geofence           holds for those of its SIMs that have no fence of their own nor of their fleet
 */
public record Account(String id, String name, @Nullable String defaultPolicy,
        boolean terminationEnabled, @Nullable Quota quota, Instant createdAt, long revision,
        @Nullable Long requestsPerSecond, @Nullable String geofence) {}
