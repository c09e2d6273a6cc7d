package io.cellgate.inventory.policy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A policy: the name that its revisions have in common.
 *
 * @param account whose it is; null for the operator's, which may be its guard
 * @param head    the number of the revision in force
 */
public record Policy(String id, @Nullable String account, String name, long head,
        Instant createdAt) {}
