package io.cellgate.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a rule does when it matches. */
public enum Action {
    ALLOW(null),
    BLOCK(null),
    /** Records the match and goes on to the next rule. */
    LOG(null),
    /** Answers the query with given addresses or an alias. */
    OVERRIDE(Phase.DNS),
    /** Answers the query with 0.0.0.0 or ::, whatever the policy answers to blocked ones. */
    SINKHOLE(Phase.DNS),
    /** Sends the client elsewhere. */
    REDIRECT(Phase.HTTP),
    /** Accepts the session, but under another policy. */
    QUARANTINE(Phase.SESSION);

    private final @Nullable Phase only;

    Action(@Nullable Phase only) {
        this.only = only;
    }

    public boolean fits(Phase phase) {
        return only == null || only == phase;
    }

    /** How policies write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The action that policies write so, or null. */
    public static @Nullable Action ofText(String text) {
        for (Action action : values()) {
            if (action.text().equals(text)) {
                return action;
            }
        }
        return null;
    }
}
