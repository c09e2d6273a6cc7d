package io.cellgate.dataplane.firewall;

import java.util.Locale;

/** Kinds of messages that have a rate each, so that a flood of one leaves the others their share. */
public enum MessageClass {
    /** Create Session, Create PDP Context. */
    CREATE(FirewallCheck.RATE_CREATE),
    /** Delete Session, Delete PDP Context, and what else ends sessions. */
    DELETE(FirewallCheck.RATE_DELETE),
    /** Echo Request. */
    ECHO(FirewallCheck.RATE_ECHO),
    /** All else, responses among it. */
    OTHER(FirewallCheck.RATE_OTHER);

    private final FirewallCheck check;

    MessageClass(FirewallCheck check) {
        this.check = check;
    }

    /** The check that a message fails when there are too many of its class. */
    public FirewallCheck check() {
        return check;
    }

    /** How the API writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
