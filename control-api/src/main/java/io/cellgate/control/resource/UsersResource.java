package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemType;
import io.cellgate.inventory.account.RoleStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.account.User;
import io.cellgate.inventory.account.UserStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** {@code /users}: people, bound to who they are at an identity provider. */
public final class UsersResource {
    private final UserStore users;
    private final Grants grants;
    private final Idempotency idempotency;

    public UsersResource(UserStore users, RoleStore roles, JsonArray scopes,
            Idempotency idempotency) {
        this.users = users;
        this.idempotency = idempotency;
        grants = new Grants(roles, scopes);
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listUsers", this::list)
                .on("createUser", call -> idempotency.once(call, () -> create(call)))
                .on("getUser",
                        call -> answer(
                                Outcomes.require(users.find(call.scope(), call.path("id")))))
                .on("updateUser", this::update).on("deleteUser", this::delete);
    }

    private Answer list(Call call) {
        String enabled = call.query("enabled");
        return Shown.page(users.list(call.listScope(),
                new UserStore.Filter(call.query("email"),
                        enabled == null ? null : Boolean.valueOf(enabled)),
                call.page()), UsersResource::show);
    }

    private Answer create(Call call) {
        JsonObject body = call.body();
        String account = call.principal().isOperator() ? body.getString("account") : call.account();
        Grants.Assigned role = grants.read(call, body.getString("role"), null, account);
        User user = Outcomes.require(users.create(call.actor(), account,
                new UserStore.Spec(body.getString("name"), body.getString("email"),
                        body.getString("issuer"), body.getString("subject"), role.grant(),
                        role.customRole(), body.getBoolean("enabled", true))));
        return Answer.created("/v1/users/" + user.id(), show(user)).revision(user.revision());
    }

    private Answer update(Call call) {
        User old = visible(call);
        JsonObject patch = call.body();
        Grants.Assigned role = patch.containsKey("role")
                ? grants.read(call, patch.getString("role"), null, old.account())
                : new Grants.Assigned(old.grant(), old.customRole());
        Long expected = call.ifMatch();
        return answer(Outcomes.require(users.replace(call.actor(), call.scope(), old.id(),
                new UserStore.Spec(patch.getString("name", old.name()),
                        patch.getString("email", old.email()), old.issuer(),
                        patch.containsKey("subject")
                                ? patch.getString("subject")
                                : old.subject(),
                        role.grant(), role.customRole(),
                        patch.getBoolean("enabled", old.enabled())),
                expected == null ? Long.valueOf(old.revision()) : expected)));
    }

    private Answer delete(Call call) {
        User old = visible(call);
        User _ = Outcomes
                .require(users.delete(call.actor(), call.scope(), old.id(), call.ifMatch()));
        return Answer.none();
    }

    /** Who may do less than a user must not change what that one is. */
    private User visible(Call call) {
        User user = Outcomes.require(users.find(call.scope(), call.path("id")));
        if (!call.principal().grant().includes(user.grant())) {
            throw Problem.of(ProblemType.FORBIDDEN,
                    "the user may do more than the asker, expected no more");
        }
        return user;
    }

    private static Answer answer(User user) {
        return Answer.ok(show(user)).revision(user.revision());
    }

    static JsonObject show(User user) {
        return new JsonObject().put("id", user.id()).put("account", user.account())
                .put("name", user.name()).put("email", user.email()).put("issuer", user.issuer())
                .put("subject", user.subject())
                .put("role", Shown.role(user.grant(), user.customRole()))
                .put("enabled", user.enabled()).put("created_at", Shown.time(user.createdAt()))
                .put("last_login_at", Shown.time(user.lastLoginAt()))
                .put("revision", user.revision());
    }

    /** The user of a session, or null: it is a script's token. */
    static @Nullable JsonObject shownOrNull(UserStore users, Scope scope, @Nullable String id) {
        return id == null ? null : show(Outcomes.require(users.find(scope, id)));
    }
}
