package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Principal;
import io.cellgate.inventory.account.Token;
import io.cellgate.inventory.account.TokenStore;
import io.cellgate.inventory.account.UserStore;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** {@code /me}: whoever asks. */
public final class MeResource {
    private final TokenStore tokens;
    private final UserStore users;

    public MeResource(TokenStore tokens, UserStore users) {
        this.tokens = tokens;
        this.users = users;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("getMe", this::me).on("logOut", this::logOut);
    }

    private Answer me(Call call) {
        Principal asker = call.principal();
        return Answer.ok(new JsonObject().put("account", asker.account())
                .put("role", Shown.role(asker.grant(), null))
                .put("scopes", Shown.texts(asker.grant().scopes())).put("token", asker.token())
                .put("user", UsersResource.shownOrNull(users, asker.scope(), asker.user())));
    }

    private Answer logOut(Call call) {
        String token = Objects.requireNonNull(call.principal().token());
        Token _ = Outcomes
                .require(tokens.revoke(call.actor(), call.principal().scope(), token));
        return Answer.none();
    }
}
