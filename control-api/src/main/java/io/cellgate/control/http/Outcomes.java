package io.cellgate.control.http;

import io.cellgate.inventory.outcome.Outcome;
import io.cellgate.inventory.outcome.Outcome.Reason;
import java.util.List;

/** What the inventory answers, as the API answers it. */
public final class Outcomes {
    private Outcomes() {}

    /** The value of what was done; anything else becomes its problem. */
    public static <T> T require(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Absent<T>(String what, String id) -> throw Problem.notFound(what, id);
            case Outcome.Invalid<T>(List<io.cellgate.inventory.outcome.Fault> faults) ->
                throw Problem
                        .invalid(faults.stream().map(
                                fault -> Fault.body(fault.pointer(), fault.got(), fault.expected()))
                                .toList());
            case Outcome.Conflict<T>(Reason reason, String detail) ->
                throw reason == Reason.KEY_REUSED
                        ? Problem.of(ProblemType.IDEMPOTENCY_KEY_REUSED, detail)
                        : Problem.conflict(reason.text(), detail);
            case Outcome.Stale<T>(long expected, long actual) -> throw Problem.of(ProblemType.STALE,
                    "got If-Match \"" + expected + "\", expected \"" + actual
                            + "\": read the object again");
        };
    }
}
