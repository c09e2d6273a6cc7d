package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.MessageRates;
import io.cellgate.dataplane.path.PeerPath;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;

/** A carrier's node: its paths, its sessions, its replies and how fast it may go. */
final class Peer {
    final InetAddress address;
    final PeerPath v1 = new PeerPath();
    final PeerPath v2 = new PeerPath();
    final ReplyCache replies;
    /** How fast it may go; another one when its carrier's profile changes. */
    MessageRates rates;
    final CarrierShare carrier;
    final Set<Session> sessions = new HashSet<>();
    private int sessionsOfV1;
    private int sessionsOfV2;

    Peer(InetAddress address, ReplyCache replies, MessageRates rates, CarrierShare carrier) {
        this.address = address;
        this.replies = replies;
        this.rates = rates;
        this.carrier = carrier;
    }

    PeerPath path(GtpVersion version) {
        return switch (version) {
            case V1 -> v1;
            case V2 -> v2;
        };
    }

    void add(Session session) {
        sessions.add(session);
        carrier.sessions++;
        count(session.version, 1);
    }

    void remove(Session session) {
        sessions.remove(session);
        carrier.sessions--;
        count(session.version, -1);
    }

    private void count(GtpVersion version, int change) {
        switch (version) {
            case V1 -> sessionsOfV1 += change;
            case V2 -> sessionsOfV2 += change;
        }
    }

    int sessionsOf(GtpVersion version) {
        return switch (version) {
            case V1 -> sessionsOfV1;
            case V2 -> sessionsOfV2;
        };
    }
}
