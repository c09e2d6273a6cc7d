package io.cellgate.policy.learn;

import java.util.List;

/** All that is wrong with what was handed in as a MUD file. */
public final class MudProblems extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    /**
     * @param pointer  where (RFC 6901)
     * @param got      what stands there, shortened
     * @param expected what would have been right
     */
    public record Problem(String pointer, String got, String expected) {}

    MudProblems(List<Problem> problems) {
        super(problems.size() + " problems");
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
