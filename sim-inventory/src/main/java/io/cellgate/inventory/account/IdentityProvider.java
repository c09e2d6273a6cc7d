package io.cellgate.inventory.account;

import java.time.Instant;
import java.util.List;

/**
 * An OpenID Connect provider at which users log in.
 *
 * @param issuer         its name and where its configuration is found (OpenID Connect Discovery §4)
 * @param clientId       under which Cellgate is known there
 * @param audiences      what an ID token may name as audience beside the client id, such as an API
 * @param redirectUris   where it may send browsers back to; loopback addresses match whatever their port (RFC 8252
 *                       §7.3)
 * @param emailsVerified whether its e-mail addresses count though it does not say that it verified them
 * @param confidential   whether a client secret is kept for it
 */
public record IdentityProvider(String id, String name, String issuer, String clientId,
        List<String> audiences, List<String> redirectUris, boolean emailsVerified,
        boolean confidential, Instant createdAt, long revision) {
    public IdentityProvider {
        audiences = List.copyOf(audiences);
        redirectUris = List.copyOf(redirectUris);
    }
}
