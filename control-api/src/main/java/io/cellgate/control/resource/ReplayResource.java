package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Outcomes;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.PolicyDesk;
import io.cellgate.control.live.PolicyText;
import io.cellgate.control.log.LogKind;
import io.cellgate.control.log.LogQuery;
import io.cellgate.control.log.LogScan;
import io.cellgate.control.log.LogStore;
import io.cellgate.control.log.TrafficLogs;
import io.cellgate.control.replay.Replay;
import io.cellgate.control.replay.ReplayResult;
import io.cellgate.inventory.policy.Policy;
import io.cellgate.inventory.policy.PolicyRevision;
import io.cellgate.inventory.policy.PolicyStore;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.EffectivePolicy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code /policies/{id}/replay}: recorded queries, flows and requests through a draft, or through a stored revision. */
public final class ReplayResource {
    static final int LINES = 100_000;
    private static final int EXAMPLES = 3;

    private final PolicyStore policies;
    private final PolicyDesk desk;
    private final TrafficLogs logs;

    public ReplayResource(PolicyStore policies, PolicyDesk desk, TrafficLogs logs) {
        this.policies = policies;
        this.desk = desk;
        this.logs = logs;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("replayPolicy", this::replay);
    }

    private Answer replay(Call call) {
        Policy policy = Outcomes.require(policies.find(call.scope(), call.path("id"))).policy();
        Long revision = call.body().getLong("revision");
        Replay replay = new Replay(draft(call, policy, revision),
                call.body().getInteger("examples", EXAMPLES));
        LogQuery query = query(call, policy);
        int limit = call.body().getInteger("limit", LINES);
        JsonObject reached = new JsonObject();
        long lost = 0;
        LogStore store = logs.upToDate();
        for (LogKind kind : List.of(LogKind.DNS_QUERIES, LogKind.FLOWS)) {
            LogScan scan = LogScan.run(store, kind, query, limit,
                    line -> replay.judge(kind, line));
            lost += scan.lost();
            reached.put(kind.text(), show(scan));
        }
        ReplayResult result = replay.result();
        JsonObject answer = new JsonObject().put("policy", policy.name())
                .put("revision", call.body().containsKey("document") ? null : revision)
                .put("same", result.same()).put("changed", result.changedLines())
                .put("unjudged", result.unjudgedLines()).put("replayed", reached)
                .put("lost", lost);
        return Answer.ok(answer.put("changes", groups(result.changed()))
                .put("not_judged", groups(result.unjudged())));
    }

    /** The draft of the request, a stored revision, or what is in force, behind the guard. */
    private EffectivePolicy draft(Call call, Policy policy, @Nullable Long revision) {
        JsonObject document = call.body().getJsonObject("document");
        if (document != null && revision != null) {
            throw Problem.invalid(Fault.body("/revision", revision,
                    "a document or a revision, not both"));
        }
        if (document == null) {
            PolicyRevision stored = Outcomes.require(policies.revision(call.scope(),
                    policy.id(), revision == null ? policy.head() : revision));
            document = new JsonObject(stored.document());
        }
        return switch (desk.check(policy.account(), PolicyText.read(document))) {
            case CompileResult.Rejected rejected -> throw PolicyProblems
                    .rejected(rejected.problems());
            case CompileResult.Compiled compiled -> desk.effective(policy.id(), policy.account(),
                    compiled);
        };
    }

    /** Lines of a SIM, of a fleet, or else those that this policy decided. */
    private static LogQuery query(Call call, Policy policy) {
        boolean any = call.body().getString("sim") == null
                && call.body().getString("fleet") == null;
        return query(call, call.scope().isOperator() ? policy.account() : call.account(),
                any ? policy.name() : null);
    }

    /** Lines of the account that the body's sim, fleet, since and until name. */
    static LogQuery query(Call call, @Nullable String account, @Nullable String policyName) {
        List<Fault> faults = new ArrayList<>();
        Instant since = time(call, "since", faults);
        Instant until = time(call, "until", faults);
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults);
        }
        return new LogQuery(account, call.body().getString("sim"), null,
                call.body().getString("fleet"), null, null, policyName, null, null, null, null,
                List.of(), since, until == null ? Instant.now() : until,
                LogQuery.Order.NEWEST_FIRST);
    }

    private static @Nullable Instant time(Call call, String name, List<Fault> faults) {
        String text = call.body().getString(name);
        try {
            return text == null ? null : LogParameters.time(text);
        } catch (IllegalArgumentException wrong) {
            faults.add(Fault.body("/" + name, text,
                    "a time (RFC 3339), such as 2030-01-01T00:00:00Z"));
            return null;
        }
    }

    /** How far the reading of a log came. */
    static JsonObject show(LogScan scan) {
        return new JsonObject().put("lines", scan.lines()).put("complete", scan.complete()).put(
                "from", scan.oldestMillis() == Long.MAX_VALUE
                        ? null
                        : Instant.ofEpochMilli(scan.oldestMillis()).toString());
    }

    private static JsonArray groups(List<ReplayResult.Group> groups) {
        JsonArray shown = new JsonArray();
        for (ReplayResult.Group group : groups) {
            ReplayResult.Key key = group.key();
            JsonObject json = new JsonObject()
                    .put("kind", key.kind().name().toLowerCase(Locale.ROOT))
                    .put("destination", key.destination()).put("port", key.port())
                    .put("before", new JsonObject().put("verdict", key.before()).put("rule",
                            key.beforeRule()));
            if (key.missing().isEmpty()) {
                json.put("after", new JsonObject().put("phase", key.phase())
                        .put("action", key.action()).put("rule", key.afterRule()));
            } else {
                json.put("missing", Shown.texts(key.missing()));
            }
            shown.add(json.put("lines", group.lines()).put("sims", group.sims())
                    .put("first", Instant.ofEpochMilli(group.firstMillis()).toString())
                    .put("last", Instant.ofEpochMilli(group.lastMillis()).toString())
                    .put("examples", new JsonArray(
                            group.examples().stream().map(String::valueOf).toList())));
        }
        return shown;
    }
}
