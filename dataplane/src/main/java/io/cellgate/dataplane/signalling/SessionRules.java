package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.Subscriber;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** The session-phase rules of a subscriber's policy. Asked on the signalling thread. */
interface SessionRules {
    /** Null where the session may be, else the rule that forbids it. */
    @Nullable
    String objection(Subscriber subscriber, AttachRequest request, @Nullable ZoneOffset timeZone,
            Instant now);
}
