package io.cellgate.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A policy ready to decide. Immutable but for the content of the lists it mentions; any thread may read it. */
@SuppressWarnings("EnumOrdinal") // slots and tables are indexed by it, never stored
public final class CompiledPolicy {
    private static final Set<Field> TIME = EnumSet.of(Field.TIME_UTC, Field.TIME_LOCAL,
            Field.TIME_WEEKDAY);

    private final PolicyDocument document;
    private final long revision;
    private final RuleTable[] tables = new RuleTable[Phase.values().length];
    private final Set<Phase> phasesWithRules = EnumSet.noneOf(Phase.class);
    private final Set<Phase> timed = EnumSet.noneOf(Phase.class);
    private final Set<Field> mentioned = EnumSet.noneOf(Field.class);
    /** Of sessions whose facts no rule asks for: all of them share it. */
    private final SessionFold[] nothingFolded = new SessionFold[tables.length];
    private final boolean asksForSession;
    private final boolean resolvesFirst;

    CompiledPolicy(PolicyDocument document, long revision, Map<Phase, List<CompiledRule>> rules) {
        this.document = document;
        this.revision = revision;
        boolean answersAllow = false;
        Map<Phase, List<CompiledRule>> all = new EnumMap<>(rules);
        for (Phase phase : Phase.values()) {
            List<CompiledRule> ofPhase = rules.getOrDefault(phase, List.of());
            if (!ofPhase.isEmpty()) {
                phasesWithRules.add(phase);
            }
            for (CompiledRule rule : ofPhase) {
                Set<Field> fields = EnumSet.noneOf(Field.class);
                LateFacts.fields(rule.condition(), fields::add);
                mentioned.addAll(fields);
                if (!Collections.disjoint(fields, TIME)) {
                    timed.add(phase);
                }
                answersAllow |= phase == Phase.DNS && rule.decision().action() == Action.ALLOW
                        && fields.stream().anyMatch(Field::comesLate);
            }
        }
        resolvesFirst = answersAllow;
        if (!phasesWithRules.contains(Phase.DNS)) {
            all.put(Phase.DNS, derived(rules));
        }
        for (Phase phase : Phase.values()) {
            boolean applies = phase != Phase.HTTP || phasesWithRules.contains(Phase.HTTP);
            Decision otherwise = new Decision(phase,
                    applies ? document.defaults().of(phase) : Action.ALLOW,
                    Decision.DEFAULT_RULE, document.name(), revision, RuleOptions.NONE,
                    document.defaults());
            tables[phase.ordinal()] = new RuleTable(phase, all.getOrDefault(phase, List.of()),
                    otherwise);
        }
        Arrays.fill(nothingFolded, SessionFold.NOTHING);
        asksForSession = Arrays.stream(tables).anyMatch(RuleTable::asksForSession);
    }

    private List<CompiledRule> derived(Map<Phase, List<CompiledRule>> rules) {
        Decision allow = new Decision(Phase.DNS, Action.ALLOW, Decision.DERIVED_RULE,
                document.name(), revision, RuleOptions.NONE, document.defaults());
        List<CompiledRule> derived = new ArrayList<>();
        for (Condition condition : DerivedDns.conditions(rules)) {
            derived.add(new CompiledRule(derived.size(), condition, allow));
        }
        return derived;
    }

    public String name() {
        return document.name();
    }

    /** The revision that it was compiled under. */
    public long revision() {
        return revision;
    }

    public PolicyDocument document() {
        return document;
    }

    /** Whether its author wrote rules of this phase. */
    public boolean hasRules(Phase phase) {
        return phasesWithRules.contains(phase);
    }

    /** Whether any rule asks for this fact. */
    public boolean mentions(Field field) {
        return mentioned.contains(field);
    }

    /** Whether any rule of this phase asks for the time. */
    boolean asksForTime(Phase phase) {
        return timed.contains(phase);
    }

    /** Whether a query must be answered before it can be decided: some dns rule allows by what the answer says. */
    public boolean resolvesFirst() {
        return resolvesFirst;
    }

    /**
     * What holds where none of its rules does: the phase's default. The http phase of a policy that has no http rules
     * does not apply, and so allows.
     */
    Decision otherwise(Phase phase) {
        return table(phase).otherwise();
    }

    /** The session conditions of all phases, evaluated; by phase. */
    SessionFold[] fold(Supplier<Facts> session) {
        if (!asksForSession) {
            return nothingFolded;
        }
        SessionFold[] folds = new SessionFold[tables.length];
        for (int i = 0; i < tables.length; i++) {
            folds[i] = tables[i].fold(session);
        }
        return folds;
    }

    @Nullable
    Decision firstMatch(Phase phase, Facts session, Facts flow, SessionFold[] folds,
            @Nullable LogRecord logged) {
        return tables[phase.ordinal()].firstMatch(session, flow, folds[phase.ordinal()], logged);
    }

    /** Octets that its tables' bit sets take, for measurements. */
    public long tableOctets() {
        long octets = 0;
        for (RuleTable table : tables) {
            octets += table.bytes();
        }
        return octets;
    }

    RuleTable table(Phase phase) {
        return tables[phase.ordinal()];
    }
}
