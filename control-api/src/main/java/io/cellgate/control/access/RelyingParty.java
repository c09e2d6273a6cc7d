package io.cellgate.control.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.PersonClaims;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import io.cellgate.inventory.account.IdentityProvider;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cellgate as a client of one identity provider, by the authorization code flow (OpenID Connect Core 1.0 §3.1) with
 * PKCE (RFC 7636). What the provider is like is read from its issuer and read again after an hour; its keys are read
 * again when a token names one that is not known. Thread-safe.
 */
final class RelyingParty {
    private static final Duration METADATA_LIFETIME = Duration.ofHours(1);
    /** With a public key to check, all of them: neither {@code none} nor one keyed by a secret (RFC 8725 §2.1). */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.copyOf(JWSAlgorithm.Family.SIGNATURE);

    private final IdentityProvider provider;
    private final @Nullable String clientSecret;
    private final ProviderHttp http;
    private @Nullable Known known;

    /** What was read of the provider, and until when it counts. */
    private record Known(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys,
            Instant until) {}

    /**
     * Whom the provider vouches for.
     *
     * @param verifiedEmail null where it vouches for none
     */
    record Person(String subject, @Nullable String verifiedEmail) {}

    RelyingParty(IdentityProvider provider, @Nullable String clientSecret, ProviderHttp http) {
        this.provider = provider;
        this.clientSecret = clientSecret;
        this.http = http;
    }

    IdentityProvider provider() {
        return provider;
    }

    /** Where the person's browser is sent. */
    URI authorizationUri(PendingLogins.Pending pending, Instant now) throws LoginRefused {
        return new AuthenticationRequest.Builder(ResponseType.CODE, new Scope("openid", "email"),
                new ClientID(provider.clientId()), pending.redirectUri())
                .endpointURI(known(now).metadata().getAuthorizationEndpointURI())
                .state(pending.state()).nonce(pending.nonce())
                .codeChallenge(pending.verifier(), CodeChallengeMethod.S256).build()
                .toURI();
    }

    /**
     * Redeems what the browser came back with.
     *
     * @param issuer who the browser says it comes from (RFC 9207), or null
     */
    Person redeem(PendingLogins.Pending pending, String code, @Nullable String issuer, Instant now)
            throws LoginRefused {
        Known there = known(now);
        OIDCProviderMetadata metadata = there.metadata();
        if (issuer == null
                ? metadata.supportsAuthorizationResponseIssuerParam()
                : !issuer.equals(provider.issuer())) {
            throw LoginRefused.credential("got an answer of the issuer " + issuer
                    + ", expected " + provider.issuer());
        }
        try {
            OIDCTokenResponse tokens = tokens(metadata, pending, code);
            IDTokenClaimsSet claims = validator(there)
                    .validate(tokens.getOIDCTokens().getIDToken(), pending.nonce());
            requireOurAudience(claims);
            return person(metadata, tokens, claims);
        } catch (BadJOSEException | JOSEException bad) {
            throw new LoginRefused(LoginRefused.Blame.CREDENTIAL,
                    "the ID token is not valid: " + bad.getMessage(), bad);
        } catch (ParseException | IOException broken) {
            throw unusable("did not answer as it should", broken);
        }
    }

    private OIDCTokenResponse tokens(OIDCProviderMetadata metadata, PendingLogins.Pending pending,
            String code) throws LoginRefused, IOException, ParseException {
        AuthorizationCodeGrant grant = new AuthorizationCodeGrant(new AuthorizationCode(code),
                pending.redirectUri(), pending.verifier());
        ClientID client = new ClientID(provider.clientId());
        ClientAuthentication authentication = authentication(metadata, client);
        TokenRequest request = authentication == null
                ? new TokenRequest.Builder(metadata.getTokenEndpointURI(), client, grant).build()
                : new TokenRequest.Builder(metadata.getTokenEndpointURI(), authentication, grant)
                        .build();
        TokenResponse answer = OIDCTokenResponseParser.parse(http.send(request.toHTTPRequest()));
        if (answer instanceof OIDCTokenResponse tokens
                && tokens.getOIDCTokens().getIDToken() != null) {
            return tokens;
        }
        throw LoginRefused.credential(answer.indicatesSuccess()
                ? "the identity provider gave no ID token"
                : "the identity provider refuses the code: "
                        + answer.toErrorResponse().getErrorObject().getCode());
    }

    private @Nullable ClientAuthentication authentication(OIDCProviderMetadata metadata,
            ClientID client) {
        if (clientSecret == null) {
            return null;
        }
        List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
        Secret secret = new Secret(clientSecret);
        // client_secret_basic where nothing is said: OpenID Connect Discovery 1.0 §3
        return methods == null || methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                ? new ClientSecretBasic(client, secret)
                : new ClientSecretPost(client, secret);
    }

    /** Signature, issuer, audience, times and nonce: OpenID Connect Core 1.0 §3.1.3.7. */
    private IDTokenValidator validator(Known there) {
        return new IDTokenValidator(new Issuer(provider.issuer()),
                new ClientID(provider.clientId()),
                new JWSVerificationKeySelector<>(ALGORITHMS, there.keys()), null);
    }

    /** Of several audiences each has to be trusted, and the token made for us (§3.1.3.7, 3 to 5). */
    private void requireOurAudience(IDTokenClaimsSet claims) throws LoginRefused {
        List<String> audiences = claims.getAudience().stream().map(each -> each.getValue())
                .toList();
        boolean others = audiences.stream().anyMatch(each -> !each.equals(provider.clientId())
                && !provider.audiences().contains(each));
        boolean forAnother = claims.getAuthorizedParty() == null
                ? audiences.size() > 1
                : !claims.getAuthorizedParty().getValue().equals(provider.clientId());
        if (others || forAnother) {
            throw LoginRefused.credential("the ID token is not valid: got the audiences "
                    + audiences + ", expected this client's alone");
        }
    }

    private Person person(OIDCProviderMetadata metadata, OIDCTokenResponse tokens,
            IDTokenClaimsSet claims) throws LoginRefused, IOException, ParseException {
        String subject = claims.getSubject().getValue();
        if (claims.getStringClaim(PersonClaims.EMAIL_CLAIM_NAME) != null
                || metadata.getUserInfoEndpointURI() == null) {
            return new Person(subject,
                    verifiedEmail(claims.getStringClaim(PersonClaims.EMAIL_CLAIM_NAME),
                            claims.getBooleanClaim(PersonClaims.EMAIL_VERIFIED_CLAIM_NAME)));
        }
        UserInfo told = UserInfo.parse(http.send(new UserInfoRequest(
                metadata.getUserInfoEndpointURI(), tokens.getOIDCTokens().getAccessToken())
                .toHTTPRequest())
                .getBody());
        // §5.3.2: another's would be taken for the person's own
        if (!subject.equals(told.getSubject().getValue())) {
            throw LoginRefused.credential("the identity provider tells of another person");
        }
        return new Person(subject,
                verifiedEmail(told.getEmailAddress(), told.getEmailVerified()));
    }

    private @Nullable String verifiedEmail(@Nullable String email, @Nullable Boolean verified) {
        return verified == null && provider.emailsVerified() || Boolean.TRUE.equals(verified)
                ? email
                : null;
    }

    /** OpenID Connect Discovery 1.0 §4. */
    private synchronized Known known(Instant now) throws LoginRefused {
        Known there = known;
        if (there != null && now.isBefore(there.until())) {
            return there;
        }
        try {
            OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(http.get(
                    URI.create(provider.issuer().replaceAll("/$", "")
                            + "/.well-known/openid-configuration")));
            // §4.3: else a provider could speak in another's name
            if (!metadata.getIssuer().getValue().equals(provider.issuer())) {
                throw new ParseException("got the issuer " + metadata.getIssuer()
                        + ", expected " + provider.issuer());
            }
            URI authorization = metadata.getAuthorizationEndpointURI();
            if (authorization == null || !ProviderHttp.isTrustworthy(authorization)
                    || metadata.getTokenEndpointURI() == null || metadata.getJWKSetURI() == null) {
                throw new ParseException(
                        "got no authorization_endpoint, token_endpoint or jwks_uri over https");
            }
            JWKSource<SecurityContext> keys = JWKSourceBuilder
                    .<SecurityContext>create(metadata.getJWKSetURI().toURL(), http)
                    .refreshAheadCache(false).build();
            Known read = new Known(metadata, keys, now.plus(METADATA_LIFETIME));
            known = read;
            return read;
        } catch (ParseException | IOException | IllegalArgumentException broken) {
            throw unusable("cannot be used", broken);
        }
    }

    private LoginRefused unusable(String what, Exception cause) {
        return new LoginRefused(LoginRefused.Blame.PROVIDER, "the identity provider "
                + provider.name() + " " + what + ": " + cause.getMessage(), cause);
    }
}
