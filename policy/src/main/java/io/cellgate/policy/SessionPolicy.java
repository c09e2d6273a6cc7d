package io.cellgate.policy;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The policy of one session as the worker that owns it asks it. It follows its {@link PolicySlot}: the first question
 * after a publication evaluates the conditions on the session's facts once, and no question allocates otherwise.
 *
 * <p>Not thread-safe: one worker owns it, the session facts given to it, and the flow facts of each question. A flow's
 * verdict is to be kept together with {@link #decidedUnder()}, asked right after; when {@link #revision()} differs
 * from that, the flow is to be decided again.
 */
public final class SessionPolicy {
    private static final SessionFold[] NO_FOLDS = new SessionFold[0];

    private final PolicySlot slot;
    private final Supplier<Facts> source;
    /** Null until a condition asks for one of them: most sessions are idle, and hold none. */
    private @Nullable Facts session;
    private final LogRecord logged = new LogRecord();
    private @Nullable EffectivePolicy taken;
    private @Nullable CompiledPolicy guard;
    private @Nullable CompiledPolicy own;
    private @Nullable CompiledPolicy shadow;
    private @Nullable CompiledPolicy ofSessionPhase;
    private SessionFold[] guardFolds = NO_FOLDS;
    private SessionFold[] ownFolds = NO_FOLDS;
    private SessionFold[] sessionPhaseFolds = NO_FOLDS;
    private SessionFold[] shadowFolds = NO_FOLDS;
    private @Nullable String quarantine;
    private boolean guardDecided;

    /** @param sessionFacts {@code sim}, {@code session} and {@code location}; {@link Facts#forSession()} will do */
    public SessionPolicy(PolicySlot slot, Facts sessionFacts) {
        this(slot, () -> sessionFacts);
    }

    /** @param sessionFacts asked for them once, when a rule first needs them */
    public SessionPolicy(PolicySlot slot, Supplier<Facts> sessionFacts) {
        this.slot = slot;
        source = sessionFacts;
    }

    /** Reads of what a decision asks for, so that it is in the cache; the value means nothing. */
    public long touch() {
        return slot.current().revision() + logged.count() + (guardDecided ? 1 : 0);
    }

    private Facts session() {
        Facts facts = session;
        if (facts == null) {
            facts = source.get();
            session = facts;
        }
        return facts;
    }

    /** The revision under which a question asked now would be decided. */
    public long revision() {
        return current().revision();
    }

    /** The revision under which the last question was decided. */
    public long decidedUnder() {
        EffectivePolicy last = taken;
        return last == null ? Long.MIN_VALUE : last.revision();
    }

    /** To be called when the session's facts were changed: they are evaluated anew at the next question. */
    public void sessionFactsChanged() {
        taken = null;
    }

    /**
     * Puts the session under the policy of this name instead of the owner's, as a quarantine rule said, or with null
     * under the owner's again. A name that is not known reaches nothing. The session phase stays the owner's to
     * decide: it may end the quarantine.
     */
    public void quarantine(@Nullable String policyName) {
        quarantine = policyName;
        taken = null;
    }

    private EffectivePolicy current() {
        EffectivePolicy now = slot.current();
        if (now != taken) {
            take(now);
        }
        return now;
    }

    private void take(EffectivePolicy now) {
        guard = now.guard();
        String name = quarantine;
        own = name == null ? now.own() : now.quarantine(name);
        shadow = name == null ? now.shadow() : null;
        ofSessionPhase = now.own();
        guardFolds = fold(guard);
        ownFolds = fold(own);
        sessionPhaseFolds = name == null ? ownFolds : fold(ofSessionPhase);
        shadowFolds = fold(shadow);
        taken = now;
    }

    private SessionFold[] fold(@Nullable CompiledPolicy policy) {
        return policy == null ? NO_FOLDS : policy.fold(this::session);
    }

    /**
     * Decides. Allocates nothing; the decision is one of the policy's own objects.
     *
     * @param flow what is known of the query, flow or request, and the time; in the session phase just the time
     */
    public Decision decide(Phase phase, Facts flow) {
        logged.clear();
        return decide(phase, flow, logged);
    }

    /** Decides with other facts, to learn what they change: what is logged stays as the last decision left it. */
    public Decision probe(Phase phase, Facts flow) {
        boolean before = guardDecided;
        Decision decision = decide(phase, flow, null);
        guardDecided = before;
        return decision;
    }

    private Decision decide(Phase phase, Facts flow, @Nullable LogRecord record) {
        EffectivePolicy ignored = current();
        guardDecided = false;
        CompiledPolicy first = guard;
        if (first != null && first.hasRules(phase)) {
            Decision decision = first.firstMatch(phase, session(), flow, guardFolds, record);
            if (decision != null && decision.action() != Action.ALLOW) {
                guardDecided = true;
                return decision;
            }
        }
        boolean attaching = phase == Phase.SESSION;
        CompiledPolicy second = attaching ? ofSessionPhase : own;
        if (second == null) {
            return Decision.withoutPolicy(phase);
        }
        if (second.table(phase).rules().isEmpty()) {
            return second.otherwise(phase);
        }
        Decision decision = second.firstMatch(phase, session(), flow,
                attaching ? sessionPhaseFolds : ownFolds, record);
        return decision == null ? second.otherwise(phase) : decision;
    }

    /**
     * What the policy in shadow mode would have decided in place of the owner's, or null where there is none. The
     * guard is not asked again: compare this with {@link #decide} unless {@link #guardDecided}, by
     * {@link Decision#hasSameEffectAs}.
     */
    public @Nullable Decision decideInShadow(Phase phase, Facts flow) {
        EffectivePolicy ignored = current();
        CompiledPolicy beside = shadow;
        if (beside == null) {
            return null;
        }
        if (beside.table(phase).rules().isEmpty()) {
            return beside.otherwise(phase);
        }
        Decision decision = beside.firstMatch(phase, session(), flow, shadowFolds, null);
        return decision == null ? beside.otherwise(phase) : decision;
    }

    /** Whether it was the guard that decided last: what the owner's policy says does not matter then. */
    public boolean guardDecided() {
        return guardDecided;
    }

    /** Whether a policy in shadow mode is evaluated beside the owner's. */
    public boolean hasShadow() {
        EffectivePolicy ignored = current();
        return shadow != null;
    }

    /** How many log rules matched at the last {@link #decide}, before a rule decided. */
    public int loggedCount() {
        return logged.count();
    }

    /** A log rule that matched at the last {@link #decide}. */
    public Decision logged(int index) {
        return logged.get(index);
    }

    /**
     * Whether a phase has a say. The http phase has where guard or owner wrote http rules: only then flows need to be
     * inspected. A shadow policy's rules do not count: being read changes what happens to a flow.
     */
    public boolean appliesTo(Phase phase) {
        EffectivePolicy ignored = current();
        return phase != Phase.HTTP || has(guard, phase) || has(own, phase);
    }

    private static boolean has(@Nullable CompiledPolicy policy, Phase phase) {
        return policy != null && policy.hasRules(phase);
    }

    /** Whether any rule asks for this fact: one that costs something to learn need not be learned otherwise. */
    public boolean mentions(Field field) {
        EffectivePolicy ignored = current();
        return mentions(guard, field) || mentions(own, field) || mentions(shadow, field);
    }

    /** The same of rules that are enforced: what is not learned for the sake of a shadow, as learning it changes something. */
    public boolean enforces(Field field) {
        EffectivePolicy ignored = current();
        return mentions(guard, field) || mentions(own, field);
    }

    /** Whether a flow that goes on may be decided otherwise as the clock moves. */
    public boolean asksForTime() {
        EffectivePolicy ignored = current();
        return asksForTime(guard) || asksForTime(own) || asksForTime(shadow);
    }

    private static boolean asksForTime(@Nullable CompiledPolicy policy) {
        return policy != null && (policy.asksForTime(Phase.NETWORK)
                || policy.asksForTime(Phase.HTTP));
    }

    private static boolean mentions(@Nullable CompiledPolicy policy, Field field) {
        return policy != null && policy.mentions(field);
    }

    /** Whether a query is to be answered by the upstream before it is decided; see {@link CompiledPolicy#resolvesFirst}. */
    public boolean resolvesFirst() {
        EffectivePolicy ignored = current();
        CompiledPolicy policy = own;
        return policy != null && policy.resolvesFirst();
    }
}
