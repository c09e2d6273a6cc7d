package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.Access;
import io.cellgate.dataplane.session.UserPlaneSession;

/** The tunnels of sessions that are in one. */
final class Tunnels {
    private Tunnels() {}

    static Access.Tunnel of(UserPlaneSession session) {
        return (Access.Tunnel) session.access();
    }
}
