package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.SessionFacts;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.policy.Decision;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Phase;
import io.cellgate.policy.SessionPolicy;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Session-phase rules as the subscriber's policy slot holds them at the moment. */
final class PolicyRules implements SessionRules {
    private final Facts time = new Facts();

    @Override
    public Ruling judge(Subscriber subscriber, AttachRequest request,
            @Nullable ZoneOffset timeZone, Instant now) {
        time.clear();
        SessionFacts.addTime(time, now.toEpochMilli(), timeZone);
        SessionPolicy policy = new SessionPolicy(subscriber.policy(),
                () -> SessionFacts.of(subscriber, request));
        Decision decision = policy.decide(Phase.SESSION, time);
        List<Trial> trials = new ArrayList<>();
        for (int i = 0; i < policy.loggedCount(); i++) {
            trials.add(new Trial(Trial.LOG_RULE, policy.logged(i) + "; " + decision));
        }
        Decision beside = policy.guardDecided()
                ? null
                : policy.decideInShadow(Phase.SESSION, time);
        if (beside != null && !beside.hasSameEffectAs(decision)) {
            trials.add(new Trial(Trial.SHADOW, decision + "; in shadow mode " + beside));
        }
        return decision.isAllowed() && decision.quarantinePolicy() == null && trials.isEmpty()
                ? Ruling.NOTHING
                : new Ruling(decision.isAllowed() ? null : decision.toString(),
                        decision.quarantinePolicy(), trials);
    }
}
