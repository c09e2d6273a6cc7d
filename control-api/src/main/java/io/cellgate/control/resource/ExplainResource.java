package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.PolicyDesk;
import io.cellgate.control.live.PolicyText;
import io.cellgate.inventory.policy.Policy;
import io.cellgate.inventory.policy.PolicyStore;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.Decision;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.Explanation;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.Phase;
import io.cellgate.policy.subject.Iccid;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /policies/{id}/explain}: what would happen, and why. The facts are the caller's; with an ICCID those that
 * the inventory knows are filled in. All phases are asked, each with the facts that are known in it.
 */
public final class ExplainResource {
    private final PolicyStore policies;
    private final PolicyDesk desk;
    private final SimStore sims;

    public ExplainResource(PolicyStore policies, PolicyDesk desk, SimStore sims) {
        this.policies = policies;
        this.desk = desk;
        this.sims = sims;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("explainPolicy", this::explain);
    }

    private Answer explain(Call call) {
        Policy policy = Outcomes.require(policies.find(call.scope(), call.path("id"))).policy();
        Facts facts = facts(call);
        EffectivePolicy effective = effective(call, policy);
        JsonArray phases = new JsonArray();
        for (Phase phase : Phase.values()) {
            phases.add(show(effective.explain(phase, facts)));
        }
        return Answer.ok(new JsonObject().put("policy", policy.name())
                .put("revision", policy.head()).put("phases", phases));
    }

    private EffectivePolicy effective(Call call, Policy policy) {
        JsonObject draft = call.body().getJsonObject("document");
        if (draft == null) {
            return desk.effective(policy.id());
        }
        return switch (desk.check(policy.account(), PolicyText.read(draft))) {
            case CompileResult.Rejected rejected -> throw PolicyProblems
                    .rejected(rejected.problems());
            case CompileResult.Compiled compiled -> desk.effective(policy.id(), policy.account(),
                    compiled);
        };
    }

    private Facts facts(Call call) {
        Map<String, Object> given = new TreeMap<>();
        String iccid = call.body().getString("iccid");
        if (iccid != null) {
            fillIn(call, iccid, given);
        }
        call.body().getJsonObject("facts")
                .forEach(fact -> given.put(fact.getKey(), fact.getValue()));
        Facts facts = new Facts();
        List<Fault> faults = new ArrayList<>();
        given.forEach((name, value) -> {
            String pointer = "/facts/" + name.replace("~", "~0").replace("/", "~1");
            Field field = Field.ofText(name);
            if (field == null) {
                faults.add(
                        Fault.body(pointer, value, "the name of a field of the policy language"));
                return;
            }
            try {
                if (value instanceof JsonArray values) {
                    values.forEach(each -> facts.read(field, each.toString()));
                } else {
                    facts.read(field, value.toString());
                }
            } catch (IllegalArgumentException wrong) {
                faults.add(Fault.body(pointer, value,
                        wrong.getMessage() == null ? "another value" : wrong.getMessage()));
            }
        });
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return facts;
    }

    private void fillIn(Call call, String text, Map<String, Object> facts) {
        Iccid iccid;
        try {
            iccid = new Iccid(text);
        } catch (IllegalArgumentException notOne) {
            throw Problem.invalid(Fault.body("/iccid", text, "the ICCID of a SIM"));
        }
        Sim sim = Outcomes.require(sims.find(call.scope(), iccid));
        facts.put("sim.iccid", sim.iccid().digits());
        facts.put("sim.imsi", sim.imsi().digits());
        facts.put("sim.status", sim.actual().text());
        putIfKnown(facts, "sim.msisdn", sim.msisdn());
        putIfKnown(facts, "sim.account", sim.account());
        putIfKnown(facts, "sim.fleet", sim.settings().fleet());
        facts.put("sim.tags", new JsonArray(sim.settings().tags().entrySet().stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue()).sorted().toList()));
    }

    private static void putIfKnown(Map<String, Object> facts, String name,
            @Nullable String value) {
        if (value != null) {
            facts.put(name, value);
        }
    }

    private static JsonObject show(Explanation explanation) {
        Decision decision = explanation.decision();
        JsonArray trace = new JsonArray();
        for (Explanation.RuleTrace rule : explanation.rules()) {
            trace.add(new JsonObject().put("policy", rule.policy()).put("rule", rule.ruleId())
                    .put("action", rule.action().text()).put("outcome", lower(rule.outcome()))
                    .put("condition", rule.condition()).put("trace", show(rule.trace())));
        }
        return new JsonObject().put("phase", explanation.phase().text())
                .put("action", decision.action().text()).put("rule", decision.ruleId())
                .put("policy", decision.policyName()).put("revision", decision.policyRevision())
                .put("trace", trace);
    }

    private static JsonObject show(Explanation.ConditionTrace condition) {
        JsonObject json = new JsonObject().put("text", condition.text()).put("came_to",
                lower(condition.truth()));
        if (condition.field() != null) {
            json.put("field", condition.field()).put("fact", condition.fact());
        }
        if (!condition.parts().isEmpty()) {
            json.put("parts",
                    new JsonArray(condition.parts().stream().map(ExplainResource::show).toList()));
        }
        return json;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
