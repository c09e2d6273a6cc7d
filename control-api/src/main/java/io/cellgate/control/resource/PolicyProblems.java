package io.cellgate.control.resource;

import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.http.ProblemException;
import io.cellgate.control.http.ProblemType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** What the compiler says of a policy, as the API says it. */
final class PolicyProblems {
    private PolicyProblems() {}

    static ProblemException rejected(List<io.cellgate.policy.Problem> problems) {
        return new Problem(ProblemType.POLICY_REJECTED,
                problems.size() + " problems, nothing was changed",
                null, problems.stream().map(PolicyProblems::fault).toList()).exception();
    }

    private static Fault fault(io.cellgate.policy.Problem problem) {
        String rule = problem.rule() < 0 ? "" : "/rules/" + problem.rule();
        return new Fault("body", problem.line() == 0 ? rule : rule + "/when", null,
                problem.message(),
                new Fault.Position(problem.ruleId(), problem.line(), problem.column(),
                        severity(problem), problem.hint()));
    }

    static JsonArray show(List<io.cellgate.policy.Problem> problems) {
        JsonArray shown = new JsonArray();
        for (io.cellgate.policy.Problem problem : problems) {
            JsonObject json = new JsonObject().put("rule", problem.ruleId())
                    .put("line", problem.line()).put("column", problem.column())
                    .put("message", problem.message()).put("severity", severity(problem));
            if (problem.hint() != null) {
                json.put("hint", problem.hint());
            }
            shown.add(json);
        }
        return shown;
    }

    private static String severity(io.cellgate.policy.Problem problem) {
        return problem.severity().name().toLowerCase(Locale.ROOT);
    }
}
