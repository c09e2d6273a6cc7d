package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.Subscriber;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The session-phase rules of a subscriber's policy. Asked on the signalling thread. */
interface SessionRules {
    Ruling judge(Subscriber subscriber, AttachRequest request, @Nullable ZoneOffset timeZone,
            Instant now);

    /**
     * What they say.
     *
     * @param objection  null where the session may be, else the rule that forbids it
     * @param quarantine the policy that the session is to be under instead of its owner's, or null
     * @param trials     the log rules that matched, and what a policy in shadow mode would have said otherwise
     */
    record Ruling(@Nullable String objection, @Nullable String quarantine, List<Trial> trials) {
        /** Nothing is said against it. */
        static final Ruling NOTHING = new Ruling(null, null, List.of());

        public Ruling {
            trials = List.copyOf(trials);
        }
    }

    /** @param reason {@link #LOG_RULE} or {@link #SHADOW} */
    record Trial(String reason, String detail) {
        static final String LOG_RULE = "log_rule";
        static final String SHADOW = "shadow";
    }
}
