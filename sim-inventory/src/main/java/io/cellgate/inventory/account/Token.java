package io.cellgate.inventory.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An access token as it can be read: without its secret, which is known to its bearer alone.
 *
 * @param account    the account that it gives access to; null for an operator's
 * @param lastUsedAt to the minute
 */
public record Token(String id, @Nullable String account, Role role, String name, Instant createdAt,
        @Nullable Instant expiresAt, @Nullable Instant revokedAt, @Nullable Instant lastUsedAt) {
    public Scope scope() {
        return new Scope(account);
    }

    /** Whether it gives access at that time. */
    public boolean isValidAt(Instant time) {
        return revokedAt == null && (expiresAt == null || time.isBefore(expiresAt));
    }
}
