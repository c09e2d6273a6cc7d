package io.cellgate.inventory.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A role of somebody's own making.
 *
 * @param account whose it is; null: the operator's, which every account may use
 * @param grant   what it allows: a built-in role, narrowed by at least one scope
 */
public record CustomRole(String id, @Nullable String account, String name, Grant grant,
        Instant createdAt, long revision) {}
