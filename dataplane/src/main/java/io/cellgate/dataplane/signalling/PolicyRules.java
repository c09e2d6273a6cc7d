package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.SessionFacts;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.policy.Action;
import io.cellgate.policy.Decision;
import io.cellgate.policy.Facts;
import io.cellgate.policy.Field;
import io.cellgate.policy.Phase;
import io.cellgate.policy.SessionPolicy;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Session-phase rules as the subscriber's policy slot holds them at the moment. */
final class PolicyRules implements SessionRules {
    private final Facts time = new Facts();

    @Override
    public @Nullable String objection(Subscriber subscriber, AttachRequest request,
            @Nullable ZoneOffset timeZone, Instant now) {
        OffsetDateTime utc = now.atOffset(ZoneOffset.UTC);
        time.clear();
        time.set(Field.TIME_UTC, utc.toLocalTime().toSecondOfDay());
        if (timeZone != null) {
            OffsetDateTime local = now.atOffset(timeZone);
            time.set(Field.TIME_LOCAL, local.toLocalTime().toSecondOfDay());
            time.set(Field.TIME_WEEKDAY, local.getDayOfWeek().getValue());
        }
        SessionPolicy policy = new SessionPolicy(subscriber.policy(),
                SessionFacts.of(subscriber, request));
        Decision decision = policy.decide(Phase.SESSION, time);
        if (decision.action() == Action.QUARANTINE) {
            return decision + ", which this gateway cannot carry out: refused";
        }
        return decision.isAllowed() ? null : decision.toString();
    }
}
