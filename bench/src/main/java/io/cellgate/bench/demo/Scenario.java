package io.cellgate.bench.demo;

/**
 * One thing that is tried, and what must come of it.
 *
 * @param story    who tries what, for the reader
 * @param expected {@code allowed:RULE}, {@code blocked:RULE}, {@code dropped:REASON}, {@code refused:REASON} and the like
 */
record Scenario(String name, String story, String expected, Play play) {
    /** The trying. */
    @FunctionalInterface
    interface Play {
        Outcome run(Cast cast);
    }
}
