package io.cellgate.inventory.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A tenant: who owns SIMs and what decides over them.
 *
 * @param defaultPolicy      the policy of its SIMs that have no other, or null: they reach nothing
 * @param terminationEnabled whether its SIMs may be terminated, which is final
 * @param revision           grows with each change
 */
public record Account(String id, String name, @Nullable String defaultPolicy,
        boolean terminationEnabled, Instant createdAt, long revision) {}
