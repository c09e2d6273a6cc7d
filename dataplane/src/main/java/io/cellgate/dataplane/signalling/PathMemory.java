package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.path.PeerPath;
import java.net.InetAddress;

/** What is remembered of paths beyond a start of ours (TS 23.007 §18 wants it), and hears what becomes of them. */
public interface PathMemory {
    /** Nothing is remembered. */
    PathMemory NONE = new PathMemory() {
        @Override
        public int restartCounter(InetAddress peer, GtpVersion version) {
            return PeerPath.NOT_KNOWN;
        }

        @Override
        public void on(PathEvent event) {
            // nobody hears of it
        }
    };

    /** The counter that a peer said last, or {@link PeerPath#NOT_KNOWN}. Called on the signalling thread. */
    int restartCounter(InetAddress peer, GtpVersion version);

    /** Called on the signalling thread: it must not block it. */
    void on(PathEvent event);
}
