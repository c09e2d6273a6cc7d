package io.cellgate.control.http;

import java.util.Locale;

/** What a token may do; each role may do what those after it may. */
public enum Role {
    /** Runs the gateway: all accounts, carriers, products, batches, the guard policy. */
    OPERATOR,
    /** Runs one account: its tokens, and all that an editor may. */
    ADMIN,
    /** Changes SIMs, fleets, policies, lists and orders of one account. */
    EDITOR,
    /** Reads one account. */
    VIEWER,
    /** Nobody in particular: what needs no token. */
    ANYONE;

    public boolean mayActAs(Role needed) {
        return compareTo(needed) <= 0;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Role parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
