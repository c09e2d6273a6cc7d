package io.cellgate.policy;

import org.jspecify.annotations.Nullable;

/** What the conditions on session facts of one rule table come to for one session. */
final class SessionFold {
    static final SessionFold NOTHING = new SessionFold(new long[0], null);

    private final long[] results;
    private final long @Nullable [] alive;

    /**
     * @param results a bit for each condition that was set aside
     * @param alive   the rules that these conditions leave, laid out as in {@link RuleTable}; null: all
     */
    SessionFold(long[] results, long @Nullable [] alive) {
        this.results = results;
        this.alive = alive;
    }

    long[] results() {
        return results;
    }

    long @Nullable [] alive() {
        return alive;
    }
}
