package io.cellgate.inventory.account;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token that is asked for.
 *
 * @param grant      what it is to allow; of a custom role, that role's
 * @param customRole the id of the role that the grant is of; null: a built-in one
 * @param expiresAt  null: never
 * @param networks   from where it may be used; empty: from anywhere
 * @param user       whose session it is, or null
 */
public record TokenSpec(String name, Grant grant, @Nullable String customRole,
        @Nullable Instant expiresAt, List<Network> networks, @Nullable Long requestsPerSecond,
        @Nullable String user) {
    public TokenSpec {
        networks = List.copyOf(networks);
    }

    /** A token of a built-in role, unrestricted. */
    public static TokenSpec of(Role role, String name, @Nullable Instant expiresAt) {
        return new TokenSpec(name, Grant.of(role), null, expiresAt, List.of(), null, null);
    }
}
