package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemType;
import io.cellgate.inventory.account.AccountStore;
import io.cellgate.inventory.account.IssuedToken;
import io.cellgate.inventory.account.Network;
import io.cellgate.inventory.account.RoleStore;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.account.Token;
import io.cellgate.inventory.account.TokenSpec;
import io.cellgate.inventory.account.TokenStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /accounts/{id}/tokens} and {@code /operator/tokens}: access. A secret is shown when it is made, never again. */
public final class TokensResource {
    private final AccountStore accounts;
    private final TokenStore tokens;
    private final Grants grants;
    private final Idempotency idempotency;

    public TokensResource(AccountStore accounts, TokenStore tokens, RoleStore roles,
            JsonArray scopes, Idempotency idempotency) {
        this.idempotency = idempotency;
        this.accounts = accounts;
        this.tokens = tokens;
        grants = new Grants(roles, scopes);
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listTokens",
                        call -> Shown.page(tokens.list(Scope.of(account(call)), call.page()),
                                TokensResource::show))
                .on("createToken",
                        call -> idempotency.once(call, () -> create(call, account(call))))
                .on("getToken", call -> Answer.ok(show(find(call, account(call)))))
                .on("revokeToken", call -> revoke(call, account(call)))
                .on("listOperatorTokens",
                        call -> Shown.page(tokens.list(Scope.OPERATOR, call.page()),
                                TokensResource::show))
                .on("createOperatorToken",
                        call -> idempotency.once(call, () -> create(call, null)))
                .on("getOperatorToken", call -> Answer.ok(show(find(call, null))))
                .on("revokeOperatorToken", call -> revoke(call, null));
    }

    private String account(Call call) {
        return Outcomes.require(accounts.find(call.scope(), call.path("id"))).id();
    }

    private Answer create(Call call, @Nullable String account) {
        JsonObject body = call.body();
        Grants.Assigned role = grants.read(call, body.getString("role", "operator"),
                body.getJsonArray("scopes"), account);
        IssuedToken issued = Outcomes.require(tokens.issue(call.actor(), account,
                new TokenSpec(body.getString("name"), role.grant(), role.customRole(),
                        expiry(body.getString("expires_at")), networks(body),
                        body.getLong("requests_per_second"), null)));
        String base = account == null
                ? "/v1/operator/tokens/"
                : "/v1/accounts/" + account + "/tokens/";
        return Answer.created(base + issued.token().id(),
                show(issued.token()).put("secret", issued.secret()));
    }

    private static List<Network> networks(JsonObject body) {
        List<Network> networks = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        JsonArray texts = body.getJsonArray("networks", new JsonArray());
        for (int i = 0; i < texts.size(); i++) {
            try {
                networks.add(Network.parse(texts.getString(i)));
            } catch (IllegalArgumentException notOne) {
                faults.add(Fault.body("/networks/" + i, texts.getString(i),
                        "an address or a prefix, such as 192.0.2.0/24 or 2001:db8::/32"));
            }
        }
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return networks;
    }

    private Token find(Call call, @Nullable String account) {
        String id = call.path("token");
        Token token = Outcomes.require(tokens.find(new Scope(account), id));
        if (account == null && token.account() != null) {
            throw Problem.notFound("token", id);
        }
        return token;
    }

    private Answer revoke(Call call, @Nullable String account) {
        Token token = find(call, account);
        if (!call.principal().grant().includes(token.grant())) {
            throw Problem.of(ProblemType.FORBIDDEN,
                    "the token may do more than the asker, expected no more");
        }
        Token _ = Outcomes.require(tokens.revoke(call.actor(), new Scope(account), token.id()));
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

    static JsonObject show(Token token) {
        return new JsonObject().put("id", token.id()).put("account", token.account())
                .put("role", Shown.role(token.grant(), token.customRole()))
                .put("scopes", Shown.texts(token.grant().scopes()))
                .put("networks", Shown.texts(token.networks()))
                .put("requests_per_second", token.requestsPerSecond()).put("user", token.user())
                .put("name", token.name()).put("created_at", Shown.time(token.createdAt()))
                .put("expires_at", Shown.time(token.expiresAt()))
                .put("revoked_at", Shown.time(token.revokedAt()))
                .put("last_used_at", Shown.time(token.lastUsedAt()));
    }
}
