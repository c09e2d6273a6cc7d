package io.cellgate.control.replay;

import io.cellgate.control.log.LineFacts;
import io.cellgate.control.log.LogEntry;
import io.cellgate.control.log.LogEntry.Traffic;
import io.cellgate.control.log.LogKind;
import io.cellgate.policy.Action;
import io.cellgate.policy.CompiledPolicy;
import io.cellgate.policy.Decision;
import io.cellgate.policy.EffectivePolicy;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.PartialDecision;
import io.cellgate.policy.Phase;
import io.cellgate.policy.PolicySlot;
import io.cellgate.policy.SessionPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lines of the logs decided again by a draft. Each is judged by itself, with what was known then: what would have come
 * of another verdict (a name that would not have been resolved, a flow that would then have had none) is not followed.
 */
public final class Replay {
    private static final int SESSIONS = 20_000;
    private static final int TCP = 6;

    private final EffectivePolicy draft;
    private final ReplayResult result;
    private final Map<String, Session> sessions = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
            return size() > SESSIONS;
        }
    };

    /**
     * The draft for lines of one session.
     *
     * @param refusal what the draft's session phase says where that is not allow; else null
     * @param holds   the draft, or the policy that it puts the session under
     */
    private record Session(@Nullable Decision refusal, EffectivePolicy holds,
            SessionPolicy compiled) {}

    public Replay(EffectivePolicy draft, int examples) {
        this.draft = draft;
        result = new ReplayResult(examples);
    }

    public ReplayResult result() {
        return result;
    }

    /** Judges a line; lines that no policy decided are passed over. */
    public void judge(LogKind kind, LogEntry line) {
        LineFacts known = LineFacts.of(kind, line);
        if (known == null || !decidedByPolicy(line)) {
            return;
        }
        Session session = sessions.computeIfAbsent(String.valueOf(line.session()),
                _ -> session(known.facts()));
        boolean passed = !line.verdict().equals("block");
        Decision refusal = session.refusal();
        if (refusal != null && refusal.action() == Action.BLOCK) {
            result.judged(kind, line, passed, refusal, false);
            return;
        }
        PartialDecision said = decide(session, known);
        Decision decision = said.decision();
        if (decision == null) {
            result.unjudged(kind, line, texts(said.missing()));
            return;
        }
        boolean passes = passes(decision) && opens(session, known, line, decision);
        if (passes && passed && wouldBeRead(session, known, line)) {
            result.unjudged(kind, line, Set.of("requests"));
        } else {
            result.judged(kind, line, passed, decision, passes);
        }
    }

    /** What was dropped for other reasons is dropped whatever a policy says; what its requests met has lines of its own. */
    private static boolean decidedByPolicy(LogEntry line) {
        String reason = line.reason();
        return reason == null || switch (reason) {
            case "policy_dns", "policy_network", "inbound_unsolicited", "device_to_device" -> true;
            case "policy_http" -> line.event().equals("request");
            default -> false;
        };
    }

    private Session session(Facts facts) {
        PolicySlot slot = new PolicySlot(draft);
        Decision said = new SessionPolicy(slot, facts).decide(Phase.SESSION, facts);
        String quarantine = said.quarantinePolicy();
        EffectivePolicy holds = draft;
        SessionPolicy compiled = new SessionPolicy(slot, facts);
        if (quarantine != null) {
            CompiledPolicy instead = draft.quarantine(quarantine);
            holds = EffectivePolicy.of(draft.revision(), draft.guard(), instead);
            compiled = new SessionPolicy(new PolicySlot(holds), facts);
        }
        return new Session(said.isAllowed() ? null : said, holds, compiled);
    }

    private static PartialDecision decide(Session session, LineFacts known) {
        for (Field field : known.unrecorded()) {
            if (session.holds().mentions(field)) {
                return PartialDecision.of(session.holds(), known.phase(), known.facts(),
                        known.unrecorded());
            }
        }
        return new PartialDecision(session.compiled().decide(known.phase(), known.facts()),
                Set.of());
    }

    private static boolean passes(Decision decision) {
        return decision.isAllowed() || decision.action() == Action.OVERRIDE;
    }

    /**
     * Whether the flow is opened: one between devices, or that a device did not begin, by a rule alone that asks for
     * that, as the user plane holds it.
     */
    private static boolean opens(Session session, LineFacts known, LogEntry line,
            Decision decision) {
        Traffic traffic = line.traffic();
        if (known.phase() != Phase.NETWORK || traffic == null
                || traffic.upward() && !traffic.toDevice()) {
            return true;
        }
        known.facts().forget(traffic.upward() ? Field.NET_DST_KIND : Field.NET_DIRECTION);
        return decide(session, known).decision() != decision;
    }

    /** Whether the draft would have read a connection whose requests nobody read. */
    private static boolean wouldBeRead(Session session, LineFacts known, LogEntry line) {
        Traffic traffic = line.traffic();
        return known.phase() == Phase.NETWORK && line.verdict().equals("allow") && traffic != null
                && traffic.upward() && session.holds().hasRules(Phase.HTTP)
                && (traffic.protocol() == TCP || line.remotePort() == 443);
    }

    private static Set<String> texts(Set<Field> fields) {
        Set<String> texts = new TreeSet<>();
        fields.forEach(field -> texts.add(field.text()));
        return texts;
    }
}
