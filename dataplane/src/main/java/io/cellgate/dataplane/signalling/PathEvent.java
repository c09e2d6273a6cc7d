package io.cellgate.dataplane.signalling;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Locale;

/**
 * Something has happened to the path to a peer.
 *
 * @param restartCounter the peer's, or -1 where none was seen
 * @param sessions       how many it has at that moment; of one that is down or has restarted: that are ended now
 * @param detail         what was seen, for people
 */
public record PathEvent(Instant at, InetAddress peer, String carrier, GtpVersion version, Kind kind,
        int restartCounter, int sessions, String detail) {

    /** What has happened. */
    public enum Kind {
        /** It was heard of, for the first time or again. */
        UP,
        /** An Echo Request had to be repeated. */
        SUSPECT,
        /** N3 Echo Requests were not answered, TS 23.007 §20. */
        DOWN,
        /** It has started anew, TS 23.007 §18. */
        RESTARTED,
        /** Its restart counter was seen for the first time: nothing to tell people of. */
        COUNTER;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
