package io.cellgate.control.resource;

import io.cellgate.control.access.LoginRefused;
import io.cellgate.control.access.Logins;
import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemException;
import io.cellgate.control.http.ProblemType;
import io.cellgate.inventory.account.IdentityProvider;
import io.cellgate.inventory.account.IdentityProviderStore;
import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.page.Page;
import io.cellgate.inventory.page.PageRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** {@code /login}: the way in for people, by an identity provider. It needs no token. */
public final class LoginResource {
    private final IdentityProviderStore providers;
    private final Logins logins;

    public LoginResource(IdentityProviderStore providers, Logins logins) {
        this.providers = providers;
        this.logins = logins;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listLoginProviders",
                        call -> Shown.page(providers.list(call.page()),
                                each -> new JsonObject().put("id", each.id())
                                        .put("name", each.name()).put("issuer", each.issuer())))
                .on("beginLogin", this::begin).on("completeLogin", this::complete);
    }

    private Answer begin(Call call) {
        IdentityProvider provider = provider(call.body().getString("provider"));
        String redirect = call.body().getString("redirect_uri");
        try {
            URI uri = URI.create(redirect);
            if (Logins.mayReturnTo(provider, uri)) {
                Logins.Begun begun = logins.begin(provider, uri);
                return Answer.ok(new JsonObject()
                        .put("authorization_url", begun.authorizationUri().toString())
                        .put("state", begun.state()).put("secret", begun.secret())
                        .put("expires_at", Shown.time(begun.expiresAt())));
            }
        } catch (LoginRefused refused) {
            throw problem(refused);
        } catch (IllegalArgumentException notAnAddress) {
            // is none that the provider has
        }
        throw Problem.invalid(Fault.body("/redirect_uri", redirect,
                "one of the provider's redirect_uris; of a loopback address any port"));
    }

    private IdentityProvider provider(@Nullable String nameOrId) {
        if (nameOrId == null) {
            Page<IdentityProvider> all = providers.list(new PageRequest(2, null));
            if (all.items().size() == 1) {
                return all.items().getFirst();
            }
            throw Problem.invalid(Fault.body("/provider", null, all.items().isEmpty()
                    ? "an identity provider, of which this gateway has none"
                    : "the name of one of several identity providers"));
        }
        return switch (providers.named(nameOrId)) {
            case Outcome.Done<IdentityProvider>(IdentityProvider found) -> found;
            default -> throw Problem.invalid(Fault.body("/provider", nameOrId,
                    "the name or id of an identity provider"));
        };
    }

    private Answer complete(Call call) {
        JsonObject body = call.body();
        try {
            Logins.Session session = logins.complete(body.getString("state"),
                    body.getString("secret"), body.getString("code"), body.getString("iss"));
            return Answer.ok(new JsonObject().put("token", session.token().secret())
                    .put("expires_at", Shown.time(session.token().token().expiresAt()))
                    .put("user", UsersResource.show(session.user())));
        } catch (LoginRefused refused) {
            throw problem(refused);
        }
    }

    private static ProblemException problem(LoginRefused refused) {
        return Problem.of(switch (refused.blame()) {
            case CREDENTIAL -> ProblemType.UNAUTHENTICATED;
            case PROVIDER -> ProblemType.UNAVAILABLE;
        }, String.valueOf(Fault.echo(refused.getMessage())));
    }
}
