package io.cellgate.control.http;

import org.jspecify.annotations.Nullable;

/** Tells who asks. */
public interface Authentication {
    /** The credential's holder, or null for one that is unknown, expired, revoked or not for this address. */
    @Nullable
    Principal authenticate(String credential, String remoteAddress);

    /** Whether what the principal showed is still good for what it was, for an answer that goes on for long. */
    boolean holds(Principal principal);
}
