package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.policy.subject.Imsi;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The traffic of sessions as signalling commands it; a user plane that throws has failed like any other. */
final class SessionTraffic {
    private final UserPlane userPlane;

    SessionTraffic(UserPlane userPlane) {
        this.userPlane = userPlane;
    }

    /** Whether a session of this SIM may have this TEID in the user plane. */
    boolean suits(Imsi imsi, int userTeid) {
        return userPlane.suits(imsi, userTeid);
    }

    /** Begins it, or has it go on as the session is now. */
    CompletionStage<Void> install(Session session) {
        try {
            return userPlane.install(session.forUserPlane());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Stops it. */
    CompletionStage<Void> remove(Session session) {
        try {
            return userPlane.remove(session.userTeid);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
