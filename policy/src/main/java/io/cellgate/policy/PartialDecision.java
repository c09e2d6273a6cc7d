package io.cellgate.policy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is decided where some facts were known to whoever decided, but not kept: a decision where they cannot matter.
 *
 * <p>A condition on such a fact may hold or not. Rules are gone through as the {@link Interpreter} does; one that may
 * hold leaves both ways open. Where all ways lead to decisions of the same effect, it is certain.
 *
 * <pre>
 *   http.path == "/a"            allow    does not hold
 *   http.query contains "key="   block    may hold             ways: block …
 *   http.method == "GET"         allow    holds                … or allow: not certain, for want of http.query
 * </pre>
 *
 * @param decision null where it is not certain
 * @param missing  the facts that it hangs on; empty where it is certain
 */
public record PartialDecision(@Nullable Decision decision, Set<Field> missing) {
    public PartialDecision {
        missing = Set.copyOf(missing);
    }

    /**
     * @param facts      all in one bag: the session's and the flow's
     * @param unrecorded those whose value is not known here, though it may have been when it mattered
     */
    public static PartialDecision of(EffectivePolicy effective, Phase phase, Facts facts,
            Set<Field> unrecorded) {
        return new Ways(new Interpreter.Both(facts, facts), unrecorded).through(effective, phase);
    }

    private enum Holds {
        NO, MAYBE, YES
    }

    /** The decisions that it may come to. */
    private static final class Ways {
        private final Interpreter.Both facts;
        private final Set<Field> unrecorded;
        private final List<Decision> possible = new ArrayList<>();
        private final Set<Field> met = EnumSet.noneOf(Field.class);

        Ways(Interpreter.Both facts, Set<Field> unrecorded) {
            this.facts = facts;
            this.unrecorded = unrecorded;
        }

        PartialDecision through(EffectivePolicy effective, Phase phase) {
            CompiledPolicy guard = effective.guard();
            boolean decided = guard != null && guard.hasRules(phase) && guardDecides(guard, phase);
            CompiledPolicy own = effective.own();
            if (!decided && (own == null || !ownerDecides(own, phase))) {
                possible.add(Explainer.otherwise(own, phase));
            }
            Decision last = possible.getLast();
            return possible.stream().allMatch(last::hasSameEffectAs)
                    ? new PartialDecision(last, Set.of())
                    : new PartialDecision(null, met);
        }

        /** Whether no way leads to the owner's policy. */
        private boolean guardDecides(CompiledPolicy guard, Phase phase) {
            boolean mayHaveLeft = false;
            for (CompiledRule rule : guard.table(phase).rules()) {
                Holds holds = rule.logs() ? Holds.NO : holds(rule);
                boolean exempts = rule.decision().action() == Action.ALLOW;
                if (holds != Holds.NO && !exempts) {
                    possible.add(rule.decision());
                }
                if (holds == Holds.YES) {
                    return !exempts && !mayHaveLeft;
                }
                mayHaveLeft |= holds == Holds.MAYBE && exempts;
            }
            return false;
        }

        private boolean ownerDecides(CompiledPolicy own, Phase phase) {
            for (CompiledRule rule : own.table(phase).rules()) {
                Holds holds = rule.logs() ? Holds.NO : holds(rule);
                if (holds != Holds.NO) {
                    possible.add(rule.decision());
                }
                if (holds == Holds.YES) {
                    return true;
                }
            }
            return false;
        }

        private Holds holds(CompiledRule rule) {
            Holds holds = holds(rule.condition());
            if (holds == Holds.MAYBE) {
                LateFacts.fields(rule.condition(), field -> {
                    if (unrecorded.contains(field)) {
                        met.add(field);
                    }
                });
            }
            return holds;
        }

        private Holds holds(Condition condition) {
            return switch (condition) {
                case Condition.All all -> all(all.parts());
                case Condition.Any any -> any(any.parts());
                case Condition.Not not -> switch (holds(not.part())) {
                    case NO -> Holds.YES;
                    case MAYBE -> Holds.MAYBE;
                    case YES -> Holds.NO;
                };
                case Condition.Always always -> always.holds() ? Holds.YES : Holds.NO;
                case Condition.Known known -> leaf(known, known.ref().field());
                case Condition.Compare compare -> leaf(compare, compare.ref().field());
            };
        }

        private Holds leaf(Condition condition, Field field) {
            return unrecorded.contains(field)
                    ? Holds.MAYBE
                    : Interpreter.holds(condition, facts) ? Holds.YES : Holds.NO;
        }

        private Holds all(List<Condition> parts) {
            Holds all = Holds.YES;
            for (Condition part : parts) {
                Holds holds = holds(part);
                if (holds == Holds.NO) {
                    return Holds.NO;
                }
                all = holds == Holds.MAYBE ? Holds.MAYBE : all;
            }
            return all;
        }

        private Holds any(List<Condition> parts) {
            Holds any = Holds.NO;
            for (Condition part : parts) {
                Holds holds = holds(part);
                if (holds == Holds.YES) {
                    return Holds.YES;
                }
                any = holds == Holds.MAYBE ? Holds.MAYBE : any;
            }
            return any;
        }
    }
}
