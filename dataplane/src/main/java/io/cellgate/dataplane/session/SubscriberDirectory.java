package io.cellgate.dataplane.session;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Who may have a session: the gateway's question to the inventory, asked at attach and at each move. */
public interface SubscriberDirectory {
    /**
     * Judges the request by the SIM's state, its IMEI lock and its geofence. Session-phase rules are the
     * gateway's to run, with the policy that comes back. Called on a signalling thread: it must not block it.
     * A stage that fails is answered as a system failure.
     */
    CompletionStage<Admission> admit(AttachRequest request);

    /**
     * Judges a session that is there, after a move or a change in the inventory. Where an attach uses up what allows it,
     * this does not ask for it again.
     */
    default CompletionStage<Admission> keep(AttachRequest request) {
        return admit(request);
    }

    /**
     * Is told that an attach that was admitted came to nothing: what it had used up, it has not. Called on a signalling
     * thread: it must not block it.
     */
    default void notAttached(Subscriber subscriber) {
        // an attach uses up nothing
    }

    /**
     * Is told what the session-phase rules said of a session that was admitted. Called on a signalling thread: it must not
     * block it.
     *
     * @param quarantine the policy that the session is under instead of its owner's, or null
     */
    default void ruled(Subscriber subscriber, @Nullable String quarantine) {
        // who keeps no record of it need not know
    }

    /** The answer. */
    sealed interface Admission {
        record Admitted(Subscriber subscriber) implements Admission {}

        /** @param detail what was got and what was expected, for the signalling log and the event */
        record Refused(Refusal reason, String detail) implements Admission {}
    }
}
