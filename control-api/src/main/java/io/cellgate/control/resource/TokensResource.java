package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.inventory.account.AccountStore;
import io.cellgate.inventory.account.IssuedToken;
import io.cellgate.inventory.account.Role;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.account.Token;
import io.cellgate.inventory.account.TokenStore;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /accounts/{id}/tokens} and {@code /operator/tokens}: access. A secret is shown when it is made, never again. */
public final class TokensResource {
    private final AccountStore accounts;
    private final TokenStore tokens;

    public TokensResource(AccountStore accounts, TokenStore tokens) {
        this.accounts = accounts;
        this.tokens = tokens;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listTokens",
                        call -> Shown.page(tokens.list(Scope.of(account(call)), call.page()),
                                TokensResource::show))
                .on("createToken",
                        call -> create(call, account(call),
                                Role.valueOf(
                                        call.body().getString("role").toUpperCase(Locale.ROOT))))
                .on("revokeToken", call -> revoke(call, account(call)))
                .on("listOperatorTokens",
                        call -> Shown.page(tokens.list(Scope.OPERATOR, call.page()),
                                TokensResource::show))
                .on("createOperatorToken", call -> create(call, null, Role.OPERATOR))
                .on("revokeOperatorToken", call -> revoke(call, null));
    }

    private String account(Call call) {
        return Outcomes.require(accounts.find(call.scope(), call.path("id"))).id();
    }

    private Answer create(Call call, @Nullable String account, Role role) {
        IssuedToken issued = Outcomes.require(tokens.issue(call.actor(), account, role,
                call.body().getString("name"), expiry(call.body().getString("expires_at"))));
        String base = account == null
                ? "/v1/operator/tokens/"
                : "/v1/accounts/" + account + "/tokens/";
        return Answer.created(base + issued.token().id(),
                show(issued.token()).put("secret", issued.secret()));
    }

    private Answer revoke(Call call, @Nullable String account) {
        String id = call.path("token");
        Token token = Outcomes.require(tokens.find(new Scope(account), id));
        if (account == null && token.account() != null) {
            throw Problem.notFound("token", id);
        }
        Token _ = Outcomes.require(tokens.revoke(call.actor(), new Scope(account), id));
        return Answer.none();
    }

    private static @Nullable Instant expiry(@Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException notATime) {
            throw Problem.invalid(Fault.body("/expires_at", text,
                    "a time (RFC 3339), such as 2030-01-01T00:00:00Z"));
        }
    }

    private static JsonObject show(Token token) {
        return new JsonObject().put("id", token.id()).put("account", token.account())
                .put("role", token.role().name().toLowerCase(Locale.ROOT))
                .put("name", token.name()).put("created_at", Shown.time(token.createdAt()))
                .put("expires_at", Shown.time(token.expiresAt()))
                .put("revoked_at", Shown.time(token.revokedAt()))
                .put("last_used_at", Shown.time(token.lastUsedAt()));
    }
}
