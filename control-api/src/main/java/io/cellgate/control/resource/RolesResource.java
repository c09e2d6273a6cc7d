package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.inventory.account.CustomRole;
import io.cellgate.inventory.account.RoleStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** {@code /roles} and {@code /scopes}: what tokens and users can be allowed. */
public final class RolesResource {
    private final RoleStore roles;
    private final Grants grants;
    private final Idempotency idempotency;
    private final JsonArray scopes;

    public RolesResource(RoleStore roles, JsonArray scopes, Idempotency idempotency) {
        this.roles = roles;
        this.scopes = scopes;
        this.idempotency = idempotency;
        grants = new Grants(roles, scopes);
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listRoles",
                        call -> Shown.page(roles.list(call.listScope(), call.page()),
                                RolesResource::show))
                .on("createRole", call -> idempotency.once(call, () -> create(call)))
                .on("getRole",
                        call -> answer(
                                Outcomes.require(roles.find(call.scope(), call.path("id")))))
                .on("replaceRole", this::replace).on("deleteRole", this::delete)
                .on("listScopes", _ -> Answer.ok(new JsonObject().put("items", scopes)));
    }

    private Answer create(Call call) {
        String account = call.principal().isOperator()
                ? call.body().getString("account")
                : call.account();
        CustomRole role = Outcomes.require(roles.create(call.actor(), account,
                call.body().getString("name"), grants.ofRole(call)));
        return Answer.created("/v1/roles/" + role.id(), show(role)).revision(role.revision());
    }

    private Answer replace(Call call) {
        Long expected = call.requiredIfMatch();
        return answer(Outcomes.require(roles.replace(call.actor(), call.scope(), call.path("id"),
                call.body().getString("name"), grants.ofRole(call), expected)));
    }

    private Answer delete(Call call) {
        CustomRole _ = Outcomes
                .require(roles.delete(call.actor(), call.scope(), call.path("id"), call.ifMatch()));
        return Answer.none();
    }

    private static Answer answer(CustomRole role) {
        return Answer.ok(show(role)).revision(role.revision());
    }

    private static JsonObject show(CustomRole role) {
        return new JsonObject().put("id", role.id()).put("account", role.account())
                .put("name", role.name()).put("base", Shown.role(role.grant(), null))
                .put("scopes", Shown.texts(role.grant().scopes()))
                .put("created_at", Shown.time(role.createdAt())).put("revision", role.revision());
    }
}
