package io.cellgate.inventory.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person who logs in at an identity provider.
 *
 * @param account    where the person works; null: one of the operator's people
 * @param email      as the provider tells it; whoever logs in with it first is the user from then on
 * @param issuer     the provider (OpenID Connect Core §2, {@code iss})
 * @param subject    the provider's name for the person ({@code sub}); null before the first log-in
 * @param customRole the role of the account's own making that the grant is of, or null
 */
public record User(String id, @Nullable String account, String name, String email, String issuer,
        @Nullable String subject, Grant grant, @Nullable String customRole, boolean enabled,
        Instant createdAt, @Nullable Instant lastLoginAt, long revision) {
    public Scope scope() {
        return new Scope(account);
    }
}
