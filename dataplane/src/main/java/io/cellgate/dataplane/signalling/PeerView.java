package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.path.PathState;
import java.net.InetAddress;

/**
 * A peer as it was at one moment, in one version of GTP.
 *
 * @param restartCounter its Recovery value, or -1 where none was seen
 */
public record PeerView(InetAddress address, String carrier, GtpVersion version, PathState state,
        int restartCounter, int sessions) {}
