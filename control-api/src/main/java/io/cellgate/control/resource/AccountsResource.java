package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemType;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.inventory.account.Account;
import io.cellgate.inventory.account.AccountStore;
import io.cellgate.policy.subject.Quota;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** {@code /accounts}: the tenants. */
public final class AccountsResource {
    private final AccountStore accounts;
    private final Idempotency idempotency;
    private final LiveEffects live;

    public AccountsResource(AccountStore accounts, Idempotency idempotency, LiveEffects live) {
        this.accounts = accounts;
        this.idempotency = idempotency;
        this.live = live;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listAccounts",
                call -> Shown.page(accounts.list(call.scope(), call.query("name"), call.page()),
                        AccountsResource::show))
                .on("createAccount", call -> idempotency.once(call, () -> create(call)))
                .on("getAccount", call -> answer(
                        Outcomes.require(accounts.find(call.scope(), call.path("id")))))
                .on("updateAccount", this::update).on("deleteAccount", call -> {
                    Account _ = Outcomes.require(
                            accounts.delete(call.actor(), call.path("id"), call.ifMatch()));
                    return Answer.none();
                });
    }

    private Answer create(Call call) {
        Account account = Outcomes.require(accounts.create(call.actor(),
                call.body().getString("name"),
                call.body().getBoolean("termination_enabled", false)));
        return Answer.created("/v1/accounts/" + account.id(), show(account))
                .revision(account.revision());
    }

    private Answer update(Call call) {
        String id = call.path("id");
        Account old = Outcomes.require(accounts.find(call.scope(), id));
        JsonObject patch = call.body();
        boolean termination = patch.getBoolean("termination_enabled", old.terminationEnabled());
        if (termination != old.terminationEnabled() && !call.principal().isOperator()) {
            throw Problem.of(ProblemType.FORBIDDEN,
                    "termination_enabled: got a change by a token of the account, expected one of the operator");
        }
        boolean limited = patch.containsKey("requests_per_second");
        if (limited && !call.principal().isOperator()) {
            throw Problem.of(ProblemType.FORBIDDEN,
                    "requests_per_second: got a change by a token of the account, expected one of the operator");
        }
        String policy = patch.containsKey("default_policy")
                ? patch.getString("default_policy")
                : old.defaultPolicy();
        Quota quota = patch.containsKey("quota") ? SimForms.quota(patch) : old.quota();
        String geofence = patch.containsKey("geofence")
                ? patch.getString("geofence")
                : old.geofence();
        Long expected = call.ifMatch();
        Account replaced = Outcomes.require(accounts.replace(call.actor(), call.scope(), id,
                patch.getString("name", old.name()), policy, termination, quota, geofence,
                expected == null ? Long.valueOf(old.revision()) : expected));
        Account changed = limited
                ? Outcomes.require(accounts.limit(call.actor(), id,
                        patch.getLong("requests_per_second")))
                : replaced;
        if (!Objects.equals(old.defaultPolicy(), changed.defaultPolicy())
                || !Objects.equals(old.quota(), changed.quota())
                || !Objects.equals(old.geofence(), changed.geofence())) {
            live.accountChanged(id);
        }
        return answer(changed);
    }

    private static Answer answer(Account account) {
        return Answer.ok(show(account)).revision(account.revision());
    }

    private static JsonObject show(Account account) {
        return new JsonObject().put("id", account.id()).put("name", account.name())
                .put("default_policy", account.defaultPolicy())
                .put("requests_per_second", account.requestsPerSecond())
                .put("termination_enabled", account.terminationEnabled())
                .put("quota", SimForms.show(account.quota())).put("geofence", account.geofence())
                .put("created_at", Shown.time(account.createdAt()))
                .put("revision", account.revision());
    }
}
