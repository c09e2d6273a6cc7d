package io.cellgate.control.access;

import io.cellgate.inventory.account.IdentityProvider;
import io.cellgate.inventory.account.IdentityProviderStore;
import io.cellgate.inventory.account.IssuedToken;
import io.cellgate.inventory.account.TokenSpec;
import io.cellgate.inventory.account.TokenStore;
import io.cellgate.inventory.account.User;
import io.cellgate.inventory.account.UserStore;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.store.Actor;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Lets people in whom an identity provider vouches for, if they are users here. A session is a token of ours with the
 * user's role, for some hours; it ends with the user's access.
 *
 * <pre>
 * client                gateway                            provider
 *   | begin --------------> |
 *   | <-- URL, state, secret|
 *   | the browser, with state, nonce, challenge ------------> |
 *   | <------------------------ redirect: code, state, issuer |
 *   | complete: code, state, secret                           |
 *   | --------------------> | code, verifier, client's secret |
 *   |                       | ------------------------------> |
 *   |                       | <-------------------- ID token  |
 *   | <------ session token |
 * </pre>
 */
public final class Logins implements AutoCloseable {
    /** How long a session lasts: a working day. */
    static final Duration SESSION = Duration.ofHours(8);
    private static final Logger log = LoggerFactory.getLogger(Logins.class);

    private final IdentityProviderStore providers;
    private final UserStore users;
    private final TokenStore tokens;
    private final InstantSource clock;
    private final PendingLogins pending = new PendingLogins();
    private final ProviderHttp http = new ProviderHttp();
    private final Map<String, RelyingParty> parties = new ConcurrentHashMap<>();

    public Logins(IdentityProviderStore providers, UserStore users, TokenStore tokens,
            InstantSource clock) {
        this.providers = providers;
        this.users = users;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * A log-in that was begun.
     *
     * @param authorizationUri where the browser is to go
     * @param state            comes back with the browser
     * @param secret           for who began it alone; completes it
     */
    public record Begun(URI authorizationUri, String state, String secret, Instant expiresAt) {}

    /** A person who is in. */
    public record Session(User user, IssuedToken token) {}

    /** @param redirectUri where the browser is to come back to, one that {@link #mayReturnTo} */
    public Begun begin(IdentityProvider provider, URI redirectUri) throws LoginRefused {
        Instant now = clock.instant();
        PendingLogins.Pending begun = pending.begin(provider.id(), provider.revision(),
                redirectUri, now);
        return new Begun(party(provider).authorizationUri(begun, now),
                begun.state().getValue(), begun.secret(), begun.expiresAt());
    }

    /** Whether the provider's browsers may come back to that address: RFC 9700 §2.1, and of loopback RFC 8252 §7.3. */
    public static boolean mayReturnTo(IdentityProvider provider, URI address) {
        return provider.redirectUris().stream().anyMatch(registered -> {
            URI uri = URI.create(registered);
            return registered.equals(address.toString())
                    || isLoopback(uri) && isLoopback(address) && uri.getPort() < 0
                            && String.valueOf(uri.getHost()).equals(address.getHost())
                            && String.valueOf(uri.getRawPath()).equals(address.getRawPath())
                            && address.getRawQuery() == null && address.getRawFragment() == null
                            && address.getRawUserInfo() == null;
        });
    }

    private static boolean isLoopback(URI uri) {
        return "http".equals(uri.getScheme())
                && List.of("127.0.0.1", "[::1]").contains(String.valueOf(uri.getHost()));
    }

    /**
     * Completes a log-in with what the browser came back with. What was begun is used up, whatever comes of it.
     *
     * @param issuer as the browser brought it (RFC 9207), or null
     */
    public Session complete(String state, String secret, String code, @Nullable String issuer)
            throws LoginRefused {
        Instant now = clock.instant();
        PendingLogins.Pending begun = pending.take(state, secret, now);
        if (begun == null) {
            throw LoginRefused.credential(
                    "the log-in is unknown, too old, completed before or somebody else's");
        }
        if (!(providers.find(
                begun.provider()) instanceof Outcome.Done<IdentityProvider>(IdentityProvider provider))
                || provider.revision() != begun.revision()) {
            throw LoginRefused.credential("the identity provider was changed meanwhile");
        }
        RelyingParty.Person person = party(provider).redeem(begun, code, issuer, now);
        User user = users.logIn(provider.issuer(), person.subject(), person.verifiedEmail());
        if (user == null) {
            log.info("{} vouches for subject {}, who is no enabled user", provider.issuer(),
                    person.subject());
            throw LoginRefused.credential("the identity provider knows you, but "
                    + (person.verifiedEmail() == null
                            ? "vouches for no e-mail address, and your subject"
                            : person.verifiedEmail())
                    + " is no enabled user here");
        }
        return session(user, now);
    }

    private Session session(User user, Instant now) throws LoginRefused {
        Outcome<IssuedToken> issued = tokens.issue(Actor.user(user.id()), user.account(),
                new TokenSpec("session", user.grant(), user.customRole(), now.plus(SESSION),
                        List.of(), null, user.id()));
        if (issued instanceof Outcome.Done<IssuedToken>(IssuedToken token)) {
            return new Session(user, token);
        }
        throw LoginRefused.credential("the user was disabled meanwhile");
    }

    /** Made anew when the provider was changed. */
    private RelyingParty party(IdentityProvider provider) {
        return parties.compute(provider.id(),
                (id, present) -> present != null
                        && present.provider().revision() == provider.revision()
                                ? present
                                : new RelyingParty(provider, providers.clientSecret(id), http));
    }

    @Override
    public void close() {
        http.close();
    }
}
