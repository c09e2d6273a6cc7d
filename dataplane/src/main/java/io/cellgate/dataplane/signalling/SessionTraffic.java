package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.dataplane.session.UserPlaneSession;
import io.cellgate.policy.subject.Imsi;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.agrona.collections.IntHashSet;

/** The traffic of sessions as signalling commands it; a user plane that throws has failed like any other. */
final class SessionTraffic {
    private final UserPlane userPlane;
    /** Of sessions that are in no tunnel: no tunnel may have them. */
    private final IntHashSet plainIds = new IntHashSet();

    SessionTraffic(UserPlane userPlane) {
        this.userPlane = userPlane;
    }

    /** Whether a session of this SIM may have this TEID in the user plane. */
    boolean suits(Imsi imsi, int userTeid) {
        return !plainIds.contains(userTeid) && userPlane.suits(imsi, userTeid);
    }

    /** Takes an id for a session that is in no tunnel; it must suit. */
    void takePlainId(int id) {
        plainIds.add(id);
    }

    /** Gives such an id back. */
    void givePlainId(int id) {
        plainIds.remove(id);
    }

    /** Begins it, or has it go on as the session is now. */
    CompletionStage<Void> install(Session session) {
        return install(session.forUserPlane());
    }

    CompletionStage<Void> install(UserPlaneSession session) {
        try {
            return userPlane.install(session);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Stops them. */
    CompletionStage<Void> remove(int... userTeids) {
        try {
            return userPlane.remove(userTeids);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
