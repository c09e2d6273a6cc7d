package io.cellgate.dataplane.worker;

/**
 * How much of what is for all one SIM may hold: no more than a part of what is still free, so that what is left for others
 * shrinks with each that takes, but never to nothing (dynamic thresholds: Choudhury and Hahne, IEEE/ACM ToN 6(2), 1998).
 *
 * <pre>
 * k SIMs that take all they get hold (1/16) ÷ (1 + k/16) of it each:   1: 5.9 %   16: 3.1 %   64: 1.25 %   1000: 0.1 %
 * which leaves for all others                                             94 %       50 %       20 %          1.6 %
 * </pre>
 *
 * A fixed share of a sixteenth would be used up by sixteen captured devices.
 */
final class FairShare {
    private static final int PARTS = 16;
    /** What everyone may hold as long as there is any. */
    private static final int ALWAYS = 8;

    private FairShare() {}

    /**
     * Whether a SIM may have one more.
     *
     * @param has    how many it holds
     * @param free   how many nobody holds
     * @param atMost of one SIM in any case
     */
    static boolean grants(int has, int free, int atMost) {
        return free > 0 && has < atMost && has < Math.max(ALWAYS, free / PARTS);
    }
}
