package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.AlarmLimiter;
import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.firewall.FirewallCounters;
import io.cellgate.dataplane.firewall.FirewallMode;
import io.cellgate.dataplane.firewall.FirewallProfile.Level;
import io.cellgate.dataplane.firewall.MessageClass;
import io.cellgate.dataplane.firewall.MessageRates;
import io.cellgate.dataplane.firewall.FirewallProfile;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.gtpc.SignallingFault;
import io.cellgate.dataplane.peer.Carrier;
import io.cellgate.dataplane.signalling.SignallingEvent.Outcome;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The GTP firewall as signalling asks it: whatever fails a check is counted, told of at a bounded rate, and goes on only
 * where the carrier's profile has that check alarm.
 */
final class Firewall {
    private final AlarmLimiter limiter = new AlarmLimiter();
    private final FirewallCounters counters = new FirewallCounters();
    private final SignallingLog log;
    private final LongSupplier nanoTime;

    Firewall(SignallingLog log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    FirewallCounters counters() {
        return counters;
    }

    /**
     * A message has failed a check.
     *
     * @param detail what was got and what was expected
     * @return whether it goes on nevertheless
     */
    boolean lets(FirewallCheck check, InetAddress peer, Carrier carrier, String message,
            @Nullable Imsi imsi, String detail) {
        boolean dropped = carrier.firewall().mode(check) == FirewallMode.DROP;
        tell(check, peer, carrier, message, imsi, dropped, detail);
        return !dropped;
    }

    /**
     * A message has a fault, which is counted, and told of where it is one of the firewall's.
     *
     * @return whether the peer may be told of it
     */
    boolean lets(Fault fault, InetAddress peer, Carrier carrier, String message,
            @Nullable Imsi imsi) {
        log.counters.count(fault.reason());
        FirewallCheck check = FirewallCheck.of(fault.reason());
        return check == null || lets(check, peer, carrier, message, imsi, fault.toString())
                || !check.isSilent();
    }

    /** A message that is not GTP has failed a check, and is dropped whatever the mode. */
    void dropped(FirewallCheck check, InetAddress source, Carrier carrier, String message,
            @Nullable Imsi imsi, String detail) {
        tellOfAny(check, source, carrier, message, imsi, true, detail);
    }

    /** One more datagram of an accounting client: whether the rate that its carrier's peers have leaves room for it. */
    boolean withinRate(MessageRates ofClient, InetAddress source, Carrier carrier) {
        FirewallProfile profile = carrier.firewall();
        FirewallCheck check = MessageClass.OTHER.check();
        Level level = ofClient.take(MessageClass.OTHER, nanoTime.getAsLong());
        boolean dropped = level == Level.EXCEEDED && profile.mode(check) == FirewallMode.DROP;
        if (level != Level.WITHIN) {
            tellOfAny(check, source, carrier, "accounting request", null, dropped,
                    "got more than "
                            + (level == Level.NEAR ? profile.alarmPercent() + " % of " : "")
                            + profile.perPeer().get(MessageClass.OTHER));
        }
        return !dropped;
    }

    /** Such a message's source can be forged, so all sources share one bound of what is told. */
    private void tellOfAny(FirewallCheck check, InetAddress source, Carrier carrier,
            String message, @Nullable Imsi imsi, boolean dropped, String detail) {
        counters.count(carrier.id(), check, dropped);
        long before = limiter.take(null, check, dropped, nanoTime.getAsLong());
        if (before != AlarmLimiter.SUPPRESSED) {
            log.firewall(source, message, imsi, dropped ? Outcome.DROPPED : Outcome.ALARM, check,
                    "carrier " + carrier.id() + ": " + detail + more(before));
        }
    }

    /** Something came from an address that is no carrier's. */
    void unknownPeer(InetAddress from, int octets) {
        log.counters.count(SignallingFault.UNKNOWN_PEER);
        counters.count(null, FirewallCheck.PEER_ADDRESS, true);
        long before = limiter.take(null, FirewallCheck.PEER_ADDRESS, true, nanoTime.getAsLong());
        if (before != AlarmLimiter.SUPPRESSED) {
            log.firewall(from, "datagram", null, Outcome.DROPPED, FirewallCheck.PEER_ADDRESS,
                    "got " + octets + " octets from " + from.getHostAddress()
                            + ", expected an address of a carrier" + more(before));
        }
    }

    /** One more message of a class: whether the rates of its peer and carrier leave room for it. */
    boolean withinRate(Peer peer, Carrier carrier, MessageClass kind, String message) {
        long now = nanoTime.getAsLong();
        return within(peer.rates.take(kind, now), carrier.firewall().perPeer().get(kind), "peer",
                peer, carrier, kind, message)
                && within(peer.carrier.rates.take(kind, now),
                        carrier.firewall().perCarrier().get(kind), "carrier", peer, carrier, kind,
                        message);
    }

    private boolean within(Level level, @Nullable Object rate, String whose, Peer peer,
            Carrier carrier, MessageClass kind, String message) {
        return switch (level) {
            case WITHIN -> true;
            case NEAR -> {
                tell(kind.check(), peer.address, carrier, message, null, false,
                        "got more than " + carrier.firewall().alarmPercent() + " % of the "
                                + whose + "'s " + rate);
                yield true;
            }
            case EXCEEDED -> {
                log.counters.count(SignallingFault.RATE_LIMITED);
                yield lets(kind.check(), peer.address, carrier, message, null,
                        "got more than the " + whose + "'s " + rate);
            }
        };
    }

    /** One more session: whether the limits of its peer and carrier leave room for it. */
    boolean withinTunnels(Peer peer, Carrier carrier, Imsi imsi) {
        return within(peer.sessions.size(), carrier.firewall().peerTunnels(), "peer", peer.address,
                carrier, "attach", imsi)
                && within(peer.carrier.sessions, carrier.firewall().carrierTunnels(), "carrier",
                        peer.address, carrier, "attach", imsi);
    }

    /** One more session of an accounting client, which has so many: whether the limit of a peer leaves room for it. */
    boolean withinTunnels(int sessions, InetAddress source, Carrier carrier, String message,
            Imsi imsi) {
        return within(sessions, carrier.firewall().peerTunnels(), "accounting client", source,
                carrier, message, imsi);
    }

    private boolean within(int number, int limit, String whose, InetAddress source,
            Carrier carrier, String message, Imsi imsi) {
        String detail = "got one more than " + number + " sessions of the " + whose
                + ", expected at most " + limit;
        return switch (carrier.firewall().level(number, limit)) {
            case WITHIN -> true;
            case NEAR -> {
                tell(FirewallCheck.TUNNELS, source, carrier, message, imsi, false, detail);
                yield true;
            }
            case EXCEEDED -> lets(FirewallCheck.TUNNELS, source, carrier, message, imsi, detail);
        };
    }

    private void tell(FirewallCheck check, InetAddress peer, Carrier carrier, String message,
            @Nullable Imsi imsi, boolean dropped, String detail) {
        counters.count(carrier.id(), check, dropped);
        long before = limiter.take(peer, check, dropped, nanoTime.getAsLong());
        if (before != AlarmLimiter.SUPPRESSED) {
            log.firewall(peer, message, imsi, dropped ? Outcome.DROPPED : Outcome.ALARM, check,
                    "carrier " + carrier.id() + ": " + detail + more(before));
        }
    }

    private static String more(long before) {
        return before == 0 ? "" : " (and " + before + " more since the last line of this)";
    }

    void forget(InetAddress peer) {
        limiter.forget(peer);
    }
}
