package io.cellgate.policy;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * Where the effective policy of some SIMs stands. Publishing is one volatile write, of which followers are told: a flow
 * decided under another revision is decided again at its next packet.
 */
public final class PolicySlot {
    /** Who keeps what was decided, and does not read the slot at each packet. */
    public interface Follower {
        /** What is in the slot has changed. Any thread; nobody waits in it. */
        void published();

        /** Returns when nothing passes any more by what was in the slot before. Called when all followers have been told. Any thread. */
        void await();
    }

    private volatile EffectivePolicy current;
    private final CopyOnWriteArraySet<Follower> followers = new CopyOnWriteArraySet<>();

    public PolicySlot(EffectivePolicy first) {
        current = first;
    }

    public EffectivePolicy current() {
        return current;
    }

    public void publish(EffectivePolicy next) {
        publish(Map.of(this, next));
    }

    /** Publishes many at once; whoever follows several of these slots is told once. Returns when all followers do. */
    public static void publish(Map<PolicySlot, EffectivePolicy> next) {
        Set<Follower> followers = new LinkedHashSet<>();
        next.forEach((slot, policy) -> {
            slot.current = policy;
            followers.addAll(slot.followers);
        });
        followers.forEach(Follower::published);
        followers.forEach(Follower::await);
    }

    /** Tells this one of each publication, once however often it is given. Any thread. */
    public void follow(Follower follower) {
        boolean _ = followers.add(follower);
    }
}
