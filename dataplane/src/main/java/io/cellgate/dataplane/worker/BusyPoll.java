package io.cellgate.dataplane.worker;

/**
 * How long a worker that finds nothing to do looks again before it parks. To look for longer saves a wake-up where more
 * comes soon, and takes the processor from others for nothing where it does not: what it lately brought decides.
 */
final class BusyPoll {
    static final int FEWEST_ROUNDS = 4;
    static final int MOST_ROUNDS = 100;
    /** After so many short looks comes a long one all the same, for traffic changes. */
    static final int SHORT_LOOKS = 64;
    private static final int MOST_CREDIT = 16;
    /** A look in vain costs about twice what a wake-up does. */
    private static final int COST_IN_VAIN = 2;

    private int credit = MOST_CREDIT;
    private int emptyRounds;
    private int shortLooks;

    /**
     * A round has come to its end.
     *
     * @param work what there was to do
     * @return whether it is time to park
     */
    boolean isOver(int work) {
        if (work > 0) {
            if (emptyRounds > FEWEST_ROUNDS) {
                credit = Math.min(credit + 1, MOST_CREDIT);
            }
            emptyRounds = 0;
            return false;
        }
        emptyRounds++;
        boolean looksLong = credit > 0 || shortLooks >= SHORT_LOOKS;
        if (emptyRounds <= (looksLong ? MOST_ROUNDS : FEWEST_ROUNDS)) {
            return false;
        }
        emptyRounds = 0;
        if (looksLong) {
            credit = Math.max(credit - COST_IN_VAIN, 0);
            shortLooks = 0;
        } else {
            shortLooks++;
        }
        return true;
    }
}
