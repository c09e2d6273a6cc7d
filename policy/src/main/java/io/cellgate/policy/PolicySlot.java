package io.cellgate.policy;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * Where the effective policy of some SIMs stands. Publishing is one volatile write; a data-plane worker reads it
 * at each packet, and a flow decided under another revision is decided again at its next packet.
 */
public final class PolicySlot {
    private volatile EffectivePolicy current;
    private final CopyOnWriteArraySet<Runnable> followers = new CopyOnWriteArraySet<>();

    public PolicySlot(EffectivePolicy first) {
        current = first;
    }

    public EffectivePolicy current() {
        return current;
    }

    public void publish(EffectivePolicy next) {
        publish(Map.of(this, next));
    }

    /** Publishes many at once; whoever follows several of these slots follows once. */
    public static void publish(Map<PolicySlot, EffectivePolicy> next) {
        Set<Runnable> followers = new LinkedHashSet<>();
        next.forEach((slot, policy) -> {
            slot.current = policy;
            followers.addAll(slot.followers);
        });
        followers.forEach(Runnable::run);
    }

    /**
     * Has this done after each publication, before that is over: for who cannot read the slot at each decision. It may take a
     * while. Once for each object, however often it is given. Any thread.
     */
    public void follow(Runnable whenPublished) {
        boolean _ = followers.add(whenPublished);
    }
}
