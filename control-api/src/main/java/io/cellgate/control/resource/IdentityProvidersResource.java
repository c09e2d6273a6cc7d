package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.inventory.account.IdentityProvider;
import io.cellgate.inventory.account.IdentityProviderStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** {@code /identity-providers}: where users log in (OpenID Connect). */
public final class IdentityProvidersResource {
    private final IdentityProviderStore providers;
    private final Idempotency idempotency;

    public IdentityProvidersResource(IdentityProviderStore providers, Idempotency idempotency) {
        this.providers = providers;
        this.idempotency = idempotency;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listIdentityProviders",
                        call -> Shown.page(providers.list(call.page()),
                                IdentityProvidersResource::show))
                .on("createIdentityProvider",
                        call -> idempotency.once(call, () -> create(call)))
                .on("getIdentityProvider",
                        call -> answer(Outcomes.require(providers.find(call.path("id")))))
                .on("replaceIdentityProvider",
                        call -> answer(Outcomes.require(providers.replace(call.actor(),
                                call.path("id"), spec(call), call.requiredIfMatch()))))
                .on("deleteIdentityProvider", call -> {
                    IdentityProvider _ = Outcomes
                            .require(providers.delete(call.actor(), call.path("id"),
                                    call.ifMatch()));
                    return Answer.none();
                });
    }

    private Answer create(Call call) {
        IdentityProvider made = Outcomes.require(providers.create(call.actor(), spec(call)));
        return Answer.created("/v1/identity-providers/" + made.id(), show(made))
                .revision(made.revision());
    }

    private static IdentityProviderStore.Spec spec(Call call) {
        JsonObject body = call.body();
        return new IdentityProviderStore.Spec(body.getString("name"), body.getString("issuer"),
                body.getString("client_id"), body.getString("client_secret"),
                texts(body, "audiences"), texts(body, "redirect_uris"),
                body.getBoolean("emails_verified", false));
    }

    private static List<String> texts(JsonObject body, String field) {
        return body.getJsonArray(field, new JsonArray()).stream().map(Object::toString).toList();
    }

    private static Answer answer(IdentityProvider provider) {
        return Answer.ok(show(provider)).revision(provider.revision());
    }

    private static JsonObject show(IdentityProvider provider) {
        return new JsonObject().put("id", provider.id()).put("name", provider.name())
                .put("issuer", provider.issuer()).put("client_id", provider.clientId())
                .put("confidential", provider.confidential())
                .put("audiences", new JsonArray(provider.audiences()))
                .put("redirect_uris", new JsonArray(provider.redirectUris()))
                .put("emails_verified", provider.emailsVerified())
                .put("created_at", Shown.time(provider.createdAt()))
                .put("revision", provider.revision());
    }
}
