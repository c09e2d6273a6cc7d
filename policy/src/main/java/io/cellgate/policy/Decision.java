package io.cellgate.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a policy says in one phase, and which rule said it. Made when the policy is compiled, one for each rule and
 * default, so that deciding makes nothing; to be compared by identity or by its parts.
 */
@SuppressWarnings("EnumOrdinal") // slots and tables are indexed by it, never stored
public final class Decision {
    /** The rule id of a decision that no rule took. */
    public static final String DEFAULT_RULE = "default";
    /** The rule id of queries allowed because a network or http rule mentions their name. */
    public static final String DERIVED_RULE = "derived";
    /** The policy name where a SIM has none. */
    public static final String NO_POLICY = "none";

    private static final Decision[] WITHOUT_POLICY = new Decision[Phase.values().length];

    static {
        for (Phase phase : Phase.values()) {
            Action action = PolicyDocument.Defaults.STANDARD.of(phase);
            WITHOUT_POLICY[phase.ordinal()] = new Decision(phase, action, DEFAULT_RULE, NO_POLICY,
                    0, RuleOptions.NONE, PolicyDocument.Defaults.STANDARD);
        }
    }

    private final Phase phase;
    private final Action action;
    private final String ruleId;
    private final String policyName;
    private final long policyRevision;
    private final boolean rejects;
    private final BlockAnswer blockAnswer;
    private final List<IpAddress> addresses;
    private final @Nullable DomainName alias;
    private final @Nullable String location;
    private final @Nullable String quarantinePolicy;

    Decision(Phase phase, Action action, String ruleId, String policyName, long policyRevision,
            RuleOptions options, PolicyDocument.Defaults defaults) {
        this.phase = phase;
        this.action = action;
        this.ruleId = ruleId;
        this.policyName = policyName;
        this.policyRevision = policyRevision;
        rejects = options.reject() == null ? defaults.reject() : options.reject();
        blockAnswer = action == Action.SINKHOLE
                ? BlockAnswer.ZERO
                : options.blockAnswer() == null ? defaults.blockAnswer() : options.blockAnswer();
        List<IpAddress> given = new ArrayList<>();
        DomainName name = null;
        for (String answer : options.answers()) {
            if (Answers.looksLikeAddress(answer)) {
                given.add(IpAddress.parse(answer));
            } else {
                name = DomainName.of(answer);
            }
        }
        addresses = List.copyOf(given);
        alias = name;
        location = options.location();
        quarantinePolicy = options.policy();
    }

    /** What a SIM without a policy gets: it may attach, and reaches nothing. */
    static Decision withoutPolicy(Phase phase) {
        return WITHOUT_POLICY[phase.ordinal()];
    }

    public Phase phase() {
        return phase;
    }

    public Action action() {
        return action;
    }

    /** Whether what was asked for goes on: allow, and quarantine, which accepts the session. */
    public boolean isAllowed() {
        return action == Action.ALLOW || action == Action.QUARANTINE;
    }

    /** The rule that decided, {@link #DEFAULT_RULE} or {@link #DERIVED_RULE}. */
    public String ruleId() {
        return ruleId;
    }

    public boolean isDefault() {
        return ruleId.equals(DEFAULT_RULE);
    }

    /** The policy that decided, or {@link #NO_POLICY}. */
    public String policyName() {
        return policyName;
    }

    /** The revision of that policy, as it was compiled under. */
    public long policyRevision() {
        return policyRevision;
    }

    /** Network block: whether the device is told by TCP reset or ICMP. */
    public boolean rejects() {
        return rejects;
    }

    /** Dns block and sinkhole: what to answer. */
    public BlockAnswer blockAnswer() {
        return blockAnswer;
    }

    /** Dns override: the addresses to answer with; empty where it is an alias. */
    public List<IpAddress> answerAddresses() {
        return addresses;
    }

    /** Dns override: the name to answer with as a CNAME, or null. */
    public @Nullable DomainName answerAlias() {
        return alias;
    }

    /** Http redirect: where to. */
    public @Nullable String location() {
        return location;
    }

    /** Session quarantine: the policy to put the session under. */
    public @Nullable String quarantinePolicy() {
        return quarantinePolicy;
    }

    /** Whether the other lets the same things happen; which rule said so does not matter. */
    public boolean hasSameEffectAs(Decision other) {
        return action == other.action && addresses.equals(other.addresses)
                && Objects.equals(alias, other.alias)
                && Objects.equals(location, other.location)
                && Objects.equals(quarantinePolicy, other.quarantinePolicy);
    }

    @Override
    public String toString() {
        return phase.text() + " " + action.text() + " by rule " + ruleId + " of " + policyName
                + " revision " + policyRevision;
    }
}
