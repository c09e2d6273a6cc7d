package io.cellgate.dataplane.signalling;

import io.cellgate.policy.subject.Imsi;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A line of the signalling log.
 *
 * @param message what the peer or we wanted, such as "create session request"
 * @param imsi    null where the message had none or was not read that far
 * @param cause   the cause the peer was told, or 0 where it was told nothing
 * @param reason  a word, such as "imei_locked"; empty where the request was accepted
 * @param detail  what was got and what was expected, for people
 */
public record SignallingEvent(Instant at, InetAddress peer, String message, @Nullable Imsi imsi,
        Outcome outcome, int cause, String reason, String detail) {

    /** What became of a message. */
    public enum Outcome {
        ACCEPTED,
        REFUSED,
        DROPPED,
        /** A check of the firewall that is set to alarm failed, or a limit is near: the message went on. Or a path fails. */
        ALARM,
        /** A session ended without its carrier's asking. */
        ENDED,
        /** A session-phase rule with the action log matched, or a policy in shadow mode would have said otherwise; or a path is up. */
        LOGGED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Called on the signalling thread: it must not block it. */
    public interface Listener {
        void on(SignallingEvent event);
    }
}
