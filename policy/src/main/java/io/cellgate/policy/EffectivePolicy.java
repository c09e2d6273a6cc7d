package io.cellgate.policy;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operator's guard and, behind it, the policy of a SIM's owner: what holds for a SIM at one moment. Immutable.
 *
 * <p>The guard is asked first. A guard rule that blocks (or answers, redirects, quarantines) is final: no owner can
 * override it. A guard rule that allows ends the guard's questions and no more: it makes an exception from the guard,
 * it grants nothing, since what a SIM reaches is its owner's to say. Where no guard rule matches the owner's policy is
 * asked too; the guard's defaults play no part. A SIM whose owner has no policy for it attaches and reaches nothing.
 */
public final class EffectivePolicy {
    private final long revision;
    private final @Nullable CompiledPolicy guard;
    private final @Nullable CompiledPolicy own;
    private final @Nullable CompiledPolicy shadow;
    private final Map<String, CompiledPolicy> quarantines;

    private EffectivePolicy(long revision, @Nullable CompiledPolicy guard,
            @Nullable CompiledPolicy own, @Nullable CompiledPolicy shadow,
            Map<String, CompiledPolicy> quarantines) {
        this.revision = revision;
        this.guard = guard;
        this.own = own;
        this.shadow = shadow;
        this.quarantines = quarantines;
    }

    /**
     * @param revision grows with each publication, over all policies and lists; not the revision of either policy
     * @param guard    the operator's, or null
     * @param own      the SIM's, its fleet's or its account's, or null: reaches nothing. A policy of mode shadow does
     *                 not belong here but to {@link #withShadow}
     */
    public static EffectivePolicy of(long revision, @Nullable CompiledPolicy guard,
            @Nullable CompiledPolicy own) {
        return new EffectivePolicy(revision, guard, own, null, Map.of());
    }

    /** Of a SIM without any policy. */
    public static EffectivePolicy nothing(long revision) {
        return of(revision, null, null);
    }

    /** The same, published again: after the content of a list changed. */
    public EffectivePolicy withRevision(long next) {
        return new EffectivePolicy(next, guard, own, shadow, quarantines);
    }

    /** The same with a policy that is evaluated beside the owner's, and decides nothing. */
    public EffectivePolicy withShadow(@Nullable CompiledPolicy policy) {
        return new EffectivePolicy(revision, guard, own, policy, quarantines);
    }

    /** The same with the policies that quarantine rules name. */
    public EffectivePolicy withQuarantines(Collection<CompiledPolicy> policies) {
        Map<String, CompiledPolicy> byName = HashMap.newHashMap(policies.size());
        policies.forEach(policy -> byName.put(policy.name(), policy));
        return new EffectivePolicy(revision, guard, own, shadow, byName);
    }

    /** Two of one revision are the same. */
    public long revision() {
        return revision;
    }

    public @Nullable CompiledPolicy guard() {
        return guard;
    }

    public @Nullable CompiledPolicy own() {
        return own;
    }

    public @Nullable CompiledPolicy shadow() {
        return shadow;
    }

    /** The policy that a quarantine rule names, or null: then the session reaches nothing. */
    public @Nullable CompiledPolicy quarantine(String name) {
        return quarantines.get(name);
    }

    /** Whether guard or owner ask for this fact. */
    public boolean mentions(Field field) {
        return guard != null && guard.mentions(field) || own != null && own.mentions(field);
    }

    /** Whether guard or owner wrote rules of the phase. */
    public boolean hasRules(Phase phase) {
        return guard != null && guard.hasRules(phase) || own != null && own.hasRules(phase);
    }

    /** Whether any rule of the phase asks for the time: what it says may change as the clock moves. */
    public boolean asksForTime(Phase phase) {
        return asksForTime(guard, phase) || asksForTime(own, phase) || asksForTime(shadow, phase);
    }

    private static boolean asksForTime(@Nullable CompiledPolicy policy, Phase phase) {
        return policy != null && policy.asksForTime(phase);
    }

    /**
     * What would happen in a phase and why, rule by rule.
     *
     * @param facts all in one bag: the session's and the flow's
     */
    public Explanation explain(Phase phase, Facts facts) {
        return Explainer.explain(this, phase, facts);
    }
}
