package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.UserPlane;
import io.cellgate.dataplane.session.UserPlaneSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A user plane that remembers its sessions, and can take its time. */
final class FakeUserPlane implements UserPlane {
    final Map<Integer, UserPlaneSession> sessions = new ConcurrentHashMap<>();
    /** TEIDs of those that were removed: the flows of such a session are lost. */
    final List<Integer> removed = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Void>> held = new ArrayList<>();
    private boolean slow;
    private @Nullable RuntimeException failure;

    @Override
    public CompletionStage<Void> install(UserPlaneSession session) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        sessions.put(session.localTeid(), session);
        return stage();
    }

    @Override
    public CompletionStage<Void> remove(int... localTeids) {
        for (int localTeid : localTeids) {
            sessions.remove(localTeid);
            removed.add(localTeid);
        }
        return stage();
    }

    private synchronized CompletionStage<Void> stage() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (slow) {
            held.add(stage);
        } else {
            stage.complete(null);
        }
        return stage;
    }

    synchronized void takeTime() {
        slow = true;
    }

    synchronized void goOn() {
        slow = false;
        held.forEach(stage -> stage.complete(null));
        held.clear();
    }

    void failWith(@Nullable RuntimeException cause) {
        failure = cause;
    }

    UserPlaneSession only() {
        if (sessions.size() != 1) {
            throw new AssertionError("expected one session, got " + sessions);
        }
        return sessions.values().iterator().next();
    }
}
