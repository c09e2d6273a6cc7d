package io.cellgate.policy;

/** The operator's guard and, behind it, the policy of a SIM's owner. */
public interface EffectivePolicy {
    /** Grows with each publication: two policies of one revision are the same. */
    long revision();
}
