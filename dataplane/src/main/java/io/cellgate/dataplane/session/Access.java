package io.cellgate.dataplane.session;

import java.net.InetAddress;

/** How a session's packets come from its carrier, and go to it. */
public sealed interface Access {
    /**
     * In a GTP-U tunnel, TS 29.281.
     *
     * @param remoteTeid the peer's: downlink packets carry it
     * @param peer       where downlink packets go, UDP 2152
     */
    record Tunnel(int remoteTeid, InetAddress peer) implements Access {}

    /**
     * As they are, by a link to a carrier's router: the carrier has the PGW, and this is its SGi, TS 29.061 §11.
     *
     * @param link which one, from 0
     */
    record Plain(int link) implements Access {}
}
