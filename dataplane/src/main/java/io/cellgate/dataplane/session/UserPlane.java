package io.cellgate.dataplane.session;

import io.cellgate.policy.subject.Imsi;
import java.util.concurrent.CompletionStage;

/**
 * The user plane as signalling commands it. Each command is handed to the worker that owns the session; its stage
 * completes when the worker has carried it out, so that what follows sees its effect. Commands of one session are
 * carried out in their order.
 */
public interface UserPlane {
    /** Begins a session, or replaces the one of this TEID whole: new peer, new policy, new facts; flows stay. */
    CompletionStage<Void> install(UserPlaneSession session);

    /** Ends sessions: nothing of them is forwarded afterwards, and their flows are gone. Many in one go cost less. */
    CompletionStage<Void> remove(int... localTeids);

    /** Whether a session of this SIM may have this TEID: one that leads to where all of its sessions are. */
    default boolean suits(Imsi imsi, int localTeid) {
        return true;
    }

    /** What the user plane tells signalling. Called on a worker thread: it must not block it. */
    interface Events {
        /** A peer has no tunnel where we send to, TS 29.281 §7.3.1: the session is to end (TS 23.007 §21). */
        void errorIndication(int localTeid);
    }
}
