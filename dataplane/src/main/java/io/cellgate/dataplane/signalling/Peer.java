package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.MessageRates;
import io.cellgate.dataplane.path.PeerPath;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;

/** A carrier's node: its paths, its sessions, its replies and how fast it may go. */
final class Peer {
    final InetAddress address;
    private final PeerPath v1;
    private final PeerPath v2;
    final ReplyCache replies;
    /** How fast it may go; another one when its carrier's profile changes. */
    MessageRates rates;
    final CarrierShare carrier;
    final Set<Session> sessions = new HashSet<>();
    private int sessionsOfV1;
    private int sessionsOfV2;

    /** @param memory what is known of its paths from before */
    Peer(InetAddress address, ReplyCache replies, MessageRates rates, CarrierShare carrier,
            PathMemory memory) {
        this.address = address;
        v1 = new PeerPath(memory.restartCounter(address, GtpVersion.V1));
        v2 = new PeerPath(memory.restartCounter(address, GtpVersion.V2));
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
