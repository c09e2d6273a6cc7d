package io.cellgate.dataplane.firewall;

import java.util.Locale;

/** What becomes of a message that fails a check; it is counted and told of either way. */
public enum FirewallMode {
    /** It is not carried out. */
    DROP,
    /** It goes on, to whatever the standard has the gateway do with it. */
    ALARM;

    /** How the API and logs write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
