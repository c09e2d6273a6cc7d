package io.cellgate.control.http;

import org.jspecify.annotations.Nullable;

/** Tells whose token it is. */
@FunctionalInterface
public interface Authentication {
    /** The token's holder, or null for a token that is unknown, expired, revoked or not for this address. */
    @Nullable
    Principal authenticate(String token, String remoteAddress);
}
