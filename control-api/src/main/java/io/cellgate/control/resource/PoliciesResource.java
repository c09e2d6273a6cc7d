package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.LiveEffects;
import io.cellgate.control.live.PolicyDesk;
import io.cellgate.control.live.PolicyText;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.policy.Policy;
import io.cellgate.inventory.policy.PolicyRevision;
import io.cellgate.inventory.policy.PolicyStore;
import io.cellgate.policy.CompileResult;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /policies} and {@code /guard-policy}: rulesets, replaced whole under revisions. */
public final class PoliciesResource {
    private final PolicyStore policies;
    private final PolicyDesk desk;
    private final Idempotency idempotency;
    private final LiveEffects live;

    public PoliciesResource(PolicyStore policies, PolicyDesk desk, Idempotency idempotency,
            LiveEffects live) {
        this.policies = policies;
        this.desk = desk;
        this.idempotency = idempotency;
        this.live = live;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listPolicies",
                        call -> Shown.page(policies.list(call.listScope(), call.page()),
                                PoliciesResource::show))
                .on("createPolicy", call -> desk.atDesk(() -> createOnce(call)))
                .on("getPolicy",
                        call -> answer(
                                Outcomes.require(policies.find(call.scope(), call.path("id"))),
                                List.of()))
                .on("replacePolicy", this::replace).on("deletePolicy", call -> {
                    Policy _ = Outcomes
                            .require(desk.delete(call.actor(), call.scope(), call.path("id"),
                                    call.ifMatch()));
                    return Answer.none();
                }).on("listPolicyRevisions", this::revisions)
                .on("getPolicyRevision", this::revision).on("diffPolicy", this::diff)
                .on("rollbackPolicy", this::rollBack).on("checkPolicy", this::check)
                .on("getGuardPolicy", this::guard).on("setGuardPolicy", this::setGuard);
    }

    /** The operator's policies belong to no account: they serve as guard, and every account may use them. */
    static @Nullable String owner(Call call) {
        return call.principal().isOperator() && call.query("account") == null
                ? null
                : call.account();
    }

    /** Under an idempotency key the transaction ends after the policy was filed; where it fails, so has the filing. */
    private Answer createOnce(Call call) {
        List<String> filed = new ArrayList<>(1);
        try {
            return idempotency.once(call, () -> create(call, filed));
        } catch (RuntimeException undone) {
            filed.forEach(desk::forgetUnlessStored);
            throw undone;
        }
    }

    private Answer create(Call call, List<String> filed) {
        PolicyDesk.Filing filing = desk.create(call.actor(), owner(call), call.body(),
                message(call));
        PolicyStore.Current made = filed(filing);
        filed.add(made.policy().id());
        return Answer.created("/v1/policies/" + made.policy().id(), show(made, warnings(filing)))
                .revision(made.policy().head());
    }

    private Answer replace(Call call) {
        Long expected = call.requiredIfMatch();
        return changed(desk.revise(call.actor(), call.scope(), call.path("id"), call.body(),
                message(call), expected));
    }

    private Answer rollBack(Call call) {
        return changed(desk.rollBack(call.actor(), call.scope(), call.path("id"),
                call.body().getLong("revision"), call.ifMatch()));
    }

    private Answer changed(PolicyDesk.Filing filing) {
        PolicyStore.Current now = filed(filing);
        if (filing instanceof PolicyDesk.Filing.Judged judged && judged.concernsSessions()) {
            live.policiesChanged(now.policy().account());
        }
        return answer(now, warnings(filing));
    }

    private static List<io.cellgate.policy.Problem> warnings(PolicyDesk.Filing filing) {
        return filing instanceof PolicyDesk.Filing.Judged judged ? judged.warnings() : List.of();
    }

    private static PolicyStore.Current filed(PolicyDesk.Filing filing) {
        return switch (filing) {
            case PolicyDesk.Filing.Rejected(List<io.cellgate.policy.Problem> problems) ->
                throw PolicyProblems
                        .rejected(problems);
            case PolicyDesk.Filing.Judged judged -> Outcomes.require(judged.outcome());
        };
    }

    private static String message(Call call) {
        String message = call.query("message");
        return message == null ? "" : message;
    }

    private Answer revisions(Call call) {
        return Shown.page(
                Outcomes.require(
                        policies.revisions(call.scope(), call.path("id"), call.page())),
                revision -> new JsonObject().put("revision", revision.revision())
                        .put("author", revision.author()).put("message", revision.message())
                        .put("created_at", Shown.time(revision.createdAt())));
    }

    private Answer revision(Call call) {
        Policy policy = Outcomes.require(policies.find(call.scope(), call.path("id"))).policy();
        return Answer.ok(show(policy, read(call, number(call.path("revision")))));
    }

    private PolicyRevision read(Call call, long revision) {
        return Outcomes
                .require(policies.revision(call.scope(), call.path("id"), revision));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            throw Problem.notFound("policy revision", text);
        }
    }

    private Answer diff(Call call) {
        Policy policy = Outcomes.require(policies.find(call.scope(), call.path("id"))).policy();
        Long from = call.number("from");
        Long to = call.number("to");
        PolicyRevision old = read(call, from == null ? 1 : from);
        PolicyRevision now = read(call, to == null ? policy.head() : to);
        return Answer.ok(PolicyDiff.between(new JsonObject(old.document()),
                new JsonObject(now.document())).put("from", old.revision())
                .put("to", now.revision()));
    }

    private Answer check(Call call) {
        return Answer.ok(
                switch (desk.check(owner(call), PolicyText.read(call.body()))) {
                    case CompileResult.Compiled compiled -> new JsonObject().put("compiles", true)
                            .put("problems", PolicyProblems.show(compiled.warnings()));
                    case CompileResult.Rejected rejected -> new JsonObject().put("compiles", false)
                            .put("problems", PolicyProblems.show(rejected.problems()));
                });
    }

    private Answer guard(Call call) {
        String id = policies.guard();
        if (id == null) {
            throw Problem.notFound("policy", "that is the guard");
        }
        return answer(Outcomes.require(policies.find(Scope.OPERATOR, id)), List.of());
    }

    private Answer setGuard(Call call) {
        String id = call.body().getString("policy");
        String _ = Outcomes.require(desk.setGuard(call.actor(), id));
        live.policiesChanged(null);
        return Answer.ok(new JsonObject().put("policy", id));
    }

    private static Answer answer(PolicyStore.Current current,
            List<io.cellgate.policy.Problem> warnings) {
        return Answer.ok(show(current, warnings)).revision(current.policy().head());
    }

    private static JsonObject show(PolicyStore.Current current,
            List<io.cellgate.policy.Problem> warnings) {
        JsonObject shown = show(current);
        if (!warnings.isEmpty()) {
            shown.put("warnings", PolicyProblems.show(warnings));
        }
        return shown;
    }

    private static JsonObject show(Policy policy) {
        return new JsonObject().put("id", policy.id()).put("account", policy.account())
                .put("name", policy.name()).put("revision", policy.head())
                .put("created_at", Shown.time(policy.createdAt()));
    }

    private static JsonObject show(PolicyStore.Current current) {
        return show(current.policy(), current.head());
    }

    private static JsonObject show(Policy policy, PolicyRevision revision) {
        return new JsonObject().put("id", policy.id()).put("account", policy.account())
                .put("name", policy.name()).put("revision", revision.revision())
                .put("author", revision.author()).put("message", revision.message())
                .put("created_at", Shown.time(revision.createdAt()))
                .put("document", new JsonObject(revision.document()));
    }
}
