package io.cellgate.control.access;

import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Log-ins that were begun and not yet completed, in memory: after a restart a person begins anew. Each is taken once,
 * by its state, and only by who holds the secret that its beginner alone was told; so what is read from a browser's
 * address line or history does not suffice to complete it. Their number is bounded: the oldest one goes first.
 */
final class PendingLogins {
    static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final int MOST = 10_000;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Pending> byState = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Pending> eldest) {
            return size() > MOST;
        }
    };

    /**
     * What is remembered of one.
     *
     * @param provider    the id of the identity provider that it was begun with, and the revision it had
     * @param verifier    RFC 7636 §4.1: sent with the code, whose request carried its digest
     */
    record Pending(String provider, long revision, URI redirectUri, State state, Nonce nonce,
            CodeVerifier verifier, String secret, Instant expiresAt) {}

    Pending begin(String provider, long revision, URI redirectUri, Instant now) {
        Pending pending = new Pending(provider, revision, redirectUri, new State(32),
                new Nonce(32), new CodeVerifier(), secret(), now.plus(LIFETIME));
        synchronized (this) {
            byState.put(pending.state().getValue(), pending);
        }
        return pending;
    }

    /** The pending log-in, which is none any more; null: unknown, too old, taken before, or not with this secret. */
    @Nullable
    Pending take(String state, String secret, Instant now) {
        Pending pending;
        synchronized (this) {
            pending = byState.remove(state);
        }
        return pending == null || !now.isBefore(pending.expiresAt())
                || !MessageDigest.isEqual(bytes(secret), bytes(pending.secret()))
                        ? null
                        : pending;
    }

    private String secret() {
        byte[] bits = new byte[32];
        random.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
