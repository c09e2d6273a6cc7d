package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.PolicyDesk;
import io.cellgate.control.live.PolicyText;
import io.cellgate.control.log.LogEntry;
import io.cellgate.control.log.LogKind;
import io.cellgate.control.log.LogQuery;
import io.cellgate.control.log.LogScan;
import io.cellgate.control.log.LogStore;
import io.cellgate.control.log.Sightings;
import io.cellgate.control.log.TrafficLogs;
import io.cellgate.policy.CompileResult;
import io.cellgate.policy.learn.Evidence;
import io.cellgate.policy.learn.Learner;
import io.cellgate.policy.learn.MudFile;
import io.cellgate.policy.learn.MudProblems;
import io.cellgate.policy.learn.Proposal;
import io.cellgate.policy.learn.Seen;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;

/** {@code /policies/learn}: a policy proposed from recorded traffic, or from a manufacturer's MUD file. Keeps nothing. */
public final class LearnResource {
    private final PolicyDesk desk;
    private final TrafficLogs logs;

    public LearnResource(PolicyDesk desk, TrafficLogs logs) {
        this.desk = desk;
        this.logs = logs;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("learnPolicy", this::learn);
    }

    private Answer learn(Call call) {
        JsonObject mud = call.body().getJsonObject("mud");
        boolean traffic = call.body().containsKey("sim") || call.body().containsKey("fleet");
        if (traffic == (mud != null)) {
            throw Problem.invalid(Fault.body(mud == null ? "/sim" : "/mud", null,
                    "a sim or a fleet to learn from, or a mud file, and not both"));
        }
        JsonObject answer = new JsonObject();
        Proposal proposal = mud == null ? fromTraffic(call, answer) : fromMud(call, mud);
        JsonObject document = PolicyText.write(proposal.document());
        List<io.cellgate.policy.Problem> problems = switch (desk.check(
                PoliciesResource.owner(call), proposal.document())) {
            case CompileResult.Compiled compiled -> compiled.warnings();
            case CompileResult.Rejected rejected -> throw new IllegalStateException(
                    "a proposed policy does not compile: " + rejected.problems());
        };
        return Answer.ok(answer.put("document", document).put("evidence", evidence(proposal))
                .put("notes", notes(proposal)).put("warnings", PolicyProblems.show(problems)));
    }

    private Proposal fromTraffic(Call call, JsonObject answer) {
        LogQuery query = ReplayResource.query(call,
                call.listScope().isOperator() ? null : call.account(), null);
        boolean blockedToo = call.body().getBoolean("include_blocked", false);
        Learner learner = new Learner();
        JsonObject read = new JsonObject();
        LogStore store = logs.upToDate();
        for (LogKind kind : List.of(LogKind.DNS_QUERIES, LogKind.FLOWS)) {
            LogScan scan = LogScan.run(store, kind, query, ReplayResource.LINES,
                    line -> add(learner, kind, line, blockedToo));
            read.put(kind.text(), ReplayResource.show(scan));
        }
        answer.put("learnt_from", read);
        return learner.propose(call.body().getString("name"));
    }

    private static void add(Learner learner, LogKind kind, LogEntry line, boolean blockedToo) {
        Seen seen = line.verdict().equals("block") && !blockedToo
                ? null
                : Sightings.of(kind, line);
        if (seen != null) {
            learner.add(seen);
        }
    }

    private static Proposal fromMud(Call call, JsonObject mud) {
        try {
            return MudFile.read(mud.getMap(), call.body().getString("name"));
        } catch (MudProblems wrong) {
            throw Problem.invalid(wrong.problems().stream()
                    .map(problem -> Fault.body("/mud" + problem.pointer(), problem.got(),
                            problem.expected()))
                    .toList());
        }
    }

    private static JsonArray evidence(Proposal proposal) {
        JsonArray shown = new JsonArray();
        for (Evidence evidence : proposal.evidence()) {
            JsonObject json = new JsonObject().put("rule", evidence.rule())
                    .put("of", new JsonArray(evidence.of()));
            if (!evidence.generalised().isEmpty()) {
                json.put("generalised", new JsonArray(evidence.generalised()));
            }
            if (evidence.times() > 0) {
                json.put("times", evidence.times()).put("sims", evidence.devices())
                        .put("first", Instant.ofEpochMilli(evidence.firstMillis()).toString())
                        .put("last", Instant.ofEpochMilli(evidence.lastMillis()).toString());
            }
            shown.add(json);
        }
        return shown;
    }

    private static JsonArray notes(Proposal proposal) {
        JsonArray shown = new JsonArray();
        for (Proposal.Note note : proposal.notes()) {
            shown.add(new JsonObject()
                    .put("pointer", note.pointer().isEmpty() ? null : "/mud" + note.pointer())
                    .put("note", note.what()));
        }
        return shown;
    }
}
