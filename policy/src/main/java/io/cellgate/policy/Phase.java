package io.cellgate.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** When a rule is asked, in the order in which a device's doings reach them. */
public enum Phase {
    /** A device attaches, or its modem or place changes. */
    SESSION,
    /** It asks for a name. */
    DNS,
    /** It starts a flow. */
    NETWORK,
    /** It makes an HTTP request, or begins a TLS connection. */
    HTTP;

    /** How policies write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The phase that policies write so, or null. */
    public static @Nullable Phase ofText(String text) {
        for (Phase phase : values()) {
            if (phase.text().equals(text)) {
                return phase;
            }
        }
        return null;
    }
}
