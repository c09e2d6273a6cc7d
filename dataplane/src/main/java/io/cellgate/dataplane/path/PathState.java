package io.cellgate.dataplane.path;

import java.util.Locale;

/** What is known of a path, TS 23.007 §20. */
public enum PathState {
    /** Nothing was heard of the peer yet. */
    UNKNOWN,
    /** It answers. */
    UP,
    /** An Echo Request of ours had to be repeated. */
    SUSPECT,
    /** N3 Echo Requests were not answered: its sessions are gone. */
    DOWN;

    /** How the API and logs write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
