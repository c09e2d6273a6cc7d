package io.cellgate.bench.demo;

import java.util.List;

/**
 * What came of a scenario.
 *
 * @param got  in the words of the scenario's expectation
 * @param seen what each side observed, a line each
 */
record Outcome(String got, List<String> seen) {
    Outcome {
        seen = List.copyOf(seen);
    }

    static Outcome of(String got, String... seen) {
        return new Outcome(got, List.of(seen));
    }
}
