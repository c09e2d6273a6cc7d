package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.firewall.FirewallCheck;
import io.cellgate.dataplane.gtpc.Fault;
import io.cellgate.dataplane.signalling.SignallingEvent.Outcome;
import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import io.cellgate.dataplane.signalling.SessionRules.Trial;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what happens to messages and tells the listener of it. */
final class SignallingLog {
    private static final Logger LOG = LoggerFactory.getLogger(SignallingLog.class);

    final SignallingCounters counters = new SignallingCounters();
    private final SignallingEvent.Listener listener;
    private final Clock clock;

    SignallingLog(SignallingEvent.Listener listener, Clock clock) {
        this.listener = listener;
        this.clock = clock;
    }

    void accepted(InetAddress peer, String message, @Nullable Imsi imsi, int cause) {
        tell(peer, message, imsi, Outcome.ACCEPTED, cause, "", "");
    }

    void refused(InetAddress peer, String message, @Nullable Imsi imsi, int cause,
            Reject reject) {
        counters.countRefused();
        tell(peer, message, imsi, Outcome.REFUSED, cause, reject.reason(), reject.detail());
    }

    /** A message that nothing comes of. */
    void dropped(InetAddress peer, String message, @Nullable Imsi imsi, Fault fault) {
        counters.count(fault.reason());
        tell(peer, message, imsi, Outcome.DROPPED, 0, fault.reason().text(), fault.toString());
    }

    /** A message that was overtaken, and that nothing comes of. */
    void outdated(InetAddress peer, String message, @Nullable Imsi imsi, String detail) {
        tell(peer, message, imsi, Outcome.DROPPED, 0, "outdated", detail);
    }

    /** A message has failed a check of the firewall, or comes near to. */
    void firewall(InetAddress peer, String message, @Nullable Imsi imsi, Outcome outcome,
            FirewallCheck check, String detail) {
        tell(peer, message, imsi, outcome, 0, check.text(), detail);
    }

    void ended(InetAddress peer, String message, Imsi imsi, int cause, String reason,
            String detail) {
        tell(peer, message, imsi, Outcome.ENDED, cause, reason, detail);
    }

    /** What session-phase rules on trial say of a session. */
    void trials(InetAddress peer, Imsi imsi, List<Trial> trials) {
        for (Trial trial : trials) {
            if (trial.reason().equals(Trial.SHADOW)) {
                counters.countShadowDifference();
            }
            tell(peer, "session rules", imsi, Outcome.LOGGED, 0, trial.reason(), trial.detail());
        }
    }

    private void tell(InetAddress peer, String message, @Nullable Imsi imsi, Outcome outcome,
            int cause, String reason, String detail) {
        try {
            listener.on(new SignallingEvent(clock.instant(), peer, message, imsi, outcome, cause,
                    reason, detail));
        } catch (RuntimeException e) {
            LOG.error("the listener of the signalling log failed", e);
        }
    }
}
