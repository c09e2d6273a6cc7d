package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.PolicyDesk;
import io.cellgate.control.live.PolicyText;
import io.cellgate.control.log.LineFacts;
import io.cellgate.control.log.LogEntry;
import io.cellgate.control.log.LogKind;
import io.cellgate.control.log.TrafficLogs;
import io.cellgate.dataplane.atlas.Atlas;
import io.cellgate.dataplane.atlas.LiveAtlas;
import io.cellgate.inventory.policy.Policy;
import io.cellgate.inventory.policy.PolicyStore;
import io.cellgate.inventory.sim.Sim;
import io.cellgate.inventory.sim.SimStore;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.Decision;
import io.cellgate.policy.DomainName;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.Explanation;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.IpAddress;
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
    /** To find a near name takes long, and nobody reads so many. */
    private static final int MOST_HINTS = 20;

    private final PolicyStore policies;
    private final PolicyDesk desk;
    private final SimStore sims;
    private final TrafficLogs logs;
    private final LiveAtlas atlas;

    public ExplainResource(PolicyStore policies, PolicyDesk desk, SimStore sims, TrafficLogs logs,
            LiveAtlas atlas) {
        this.logs = logs;
        this.atlas = atlas;
        this.policies = policies;
        this.desk = desk;
        this.sims = sims;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("explainPolicy", this::explain);
    }

    private Answer explain(Call call) {
        Policy policy = Outcomes.require(policies.find(call.scope(), call.path("id"))).policy();
        JsonObject answer = new JsonObject().put("policy", policy.name()).put("revision",
                policy.head());
        Facts facts = new Facts();
        JsonObject record = call.body().getJsonObject("record");
        if (record != null) {
            facts = recorded(call, record, answer);
        }
        addFacts(call, facts);
        EffectivePolicy effective = effective(call, policy);
        JsonArray phases = new JsonArray();
        boolean wholly = call.principal().isOperator();
        for (Phase phase : Phase.values()) {
            phases.add(show(effective.explain(phase, facts), wholly));
        }
        return Answer.ok(answer.put("phases", phases));
    }

    /** What was known when a line of a log was decided. The line goes into the answer. */
    private Facts recorded(Call call, JsonObject record, JsonObject answer) {
        String flow = record.getString("flow");
        LogKind kind = flow == null ? LogKind.DNS_QUERIES : LogKind.FLOWS;
        String id = flow == null ? record.getString("dns_query") : flow;
        LogEntry line = LogsResource.line(logs, call.scope(), kind, id);
        LineFacts known = LineFacts.of(kind, line);
        if (known == null) {
            throw Problem.invalid(Fault.body(flow == null ? "/record/dns_query" : "/record/flow",
                    id,
                    "a line that was decided itself: of the event verdict or request, this is of "
                            + line.event()));
        }
        answer.put("record", LogLines.json(kind, line)).put("unrecorded",
                Shown.texts(known.unrecorded()));
        return known.facts();
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

    private void addFacts(Call call, Facts facts) {
        Map<String, Object> given = new TreeMap<>();
        String iccid = call.body().getString("iccid");
        if (iccid != null) {
            fillIn(call, iccid, given);
        }
        call.body().getJsonObject("facts", new JsonObject())
                .forEach(fact -> given.put(fact.getKey(), fact.getValue()));
        List<Fault> faults = new ArrayList<>();
        given.forEach((name, value) -> {
            String pointer = "/facts/" + name.replace("~", "~0").replace("/", "~1");
            Field field = Field.ofText(name);
            if (field == null) {
                String near = faults.size() < MOST_HINTS ? Field.nearestTo(name) : null;
                faults.add(Fault.body(pointer, value, "the name of a field of the policy language"
                        + (near == null ? "" : ", such as " + near)));
                return;
            }
            try {
                if (value instanceof JsonArray values) {
                    facts.setEmpty(field);
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
        if (!call.body().containsKey("record")) {
            addFromAtlas(given, facts);
        }
    }

    /** Adds what the gateway would know of the address and the name, where the caller does not say otherwise. */
    private void addFromAtlas(Map<String, Object> given, Facts facts) {
        Atlas known = atlas.current();
        if (given.get("net.dst.ip") instanceof String text) {
            IpAddress address = IpAddress.parse(text);
            known.addDestination(facts, address.hi(), address.lo());
            given.forEach((name, value) -> {
                Field field = Field.ofText(name);
                if (field == Field.NET_DST_COUNTRY || field == Field.NET_DST_ASN) {
                    facts.read(field, value.toString());
                }
            });
        }
        String name = given.get("dns.name") instanceof String text ? text : null;
        if (name != null && !given.containsKey("dns.categories")) {
            known.addCategories(facts, DomainName.of(name));
        }
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
        putIfKnown(facts, "sim.eid", sim.eid() == null ? null : sim.eid().digits());
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

    /** @param wholly whether the asker may read the guard's rules; others learn just which of them decided */
    private static JsonObject show(Explanation explanation, boolean wholly) {
        Decision decision = explanation.decision();
        JsonArray trace = new JsonArray();
        for (Explanation.RuleTrace rule : explanation.rules()) {
            boolean readable = wholly || !rule.ofGuard();
            if (!readable && rule.outcome() != Explanation.RuleOutcome.DECIDED) {
                continue;
            }
            JsonObject json = new JsonObject().put("policy", rule.policy())
                    .put("rule", rule.ruleId()).put("action", rule.action().text())
                    .put("outcome", lower(rule.outcome()));
            if (readable) {
                json.put("condition", rule.condition()).put("trace", show(rule.trace()));
            }
            trace.add(json);
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
