package io.cellgate.inventory.account;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An access token as it can be read: without its secret, which is known to its bearer alone.
 *
 * @param account           the account that it gives access to; null for an operator's
 * @param grant             what it lets its bearer do, as its role and its user are now
 * @param customRole        the role of the account's own making that the grant comes from, or null
 * @param lastUsedAt        to the minute
 * @param networks          from where it may be used; empty: from anywhere
 * @param requestsPerSecond how many requests it may make; null: as many as its account
 * @param accountRate       how many all the account's tokens may make together; null: the instance's default
 * @param user              whose session it is, or null: a script's
 */
public record Token(String id, @Nullable String account, Grant grant, @Nullable String customRole,
        String name, Instant createdAt, @Nullable Instant expiresAt, @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt, List<Network> networks, @Nullable Long requestsPerSecond,
        @Nullable Long accountRate, @Nullable String user) {
    public Token {
        networks = List.copyOf(networks);
    }

    public Scope scope() {
        return new Scope(account);
    }

    public Role role() {
        return grant.role();
    }

    /** Whether it gives access at that time. */
    public boolean isValidAt(Instant time) {
        return revokedAt == null && (expiresAt == null || time.isBefore(expiresAt));
    }
}
