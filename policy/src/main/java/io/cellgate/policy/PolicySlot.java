package io.cellgate.policy;

/**
 * Where the effective policy of some SIMs stands. Publishing is one volatile write; a data-plane worker reads it
 * once a burst, and a flow decided under another revision is decided again at its next packet.
 */
public final class PolicySlot {
    private volatile EffectivePolicy current;

    public PolicySlot(EffectivePolicy first) {
        current = first;
    }

    public EffectivePolicy current() {
        return current;
    }

    public void publish(EffectivePolicy next) {
        current = next;
    }
}
