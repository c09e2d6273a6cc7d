package io.cellgate.control.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cellgate.control.log.LogEntry.Owner;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.store.Event;
import io.cellgate.inventory.subscriber.SubscriberRecord;
import io.cellgate.inventory.subscriber.SubscriberStore;
import io.cellgate.policy.subject.Imsi;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose a line of the signalling log is: the account that had the SIM when it happened. A peer may name any IMSI, so it
 * is looked up, when the line is written. A SIM that has changed hands since belongs to nobody for that line: only the
 * operator reads it.
 */
public final class LogOwners {
    /** Lines are written long before they are so old. */
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);

    private final SubscriberStore subscribers;
    /** SIMs that changed hands of late, by ICCID, and when. */
    private final Cache<String, Instant> moved = Caffeine.newBuilder()
            .expireAfterWrite(LONGEST_DELAY).build();

    public LogOwners(SubscriberStore subscribers, EventLog events) {
        this.subscribers = subscribers;
        events.listen(this::heard);
    }

    private void heard(Event event) {
        // one without a before is what the new account is told; else it went to another fleet
        if (event.kind().equals("sim.moved") && event.before() == null) {
            moved.put(event.subject(), event.at());
        }
    }

    Batch newBatch() {
        return new Batch();
    }

    /** Look-ups of lines that are written together: each SIM is looked up once. */
    final class Batch {
        private final Map<Imsi, Optional<SubscriberRecord>> known = new HashMap<>();

        Owner of(Imsi imsi, Instant at) {
            SubscriberRecord sim = known
                    .computeIfAbsent(imsi, each -> Optional.ofNullable(subscribers.find(each)))
                    .orElse(null);
            if (sim == null) {
                return new Owner(null, null, imsi.digits());
            }
            @Nullable
            Instant movedAt = moved.getIfPresent(sim.iccid().digits());
            return new Owner(movedAt != null && at.isBefore(movedAt) ? null : sim.account(),
                    sim.iccid().digits(), imsi.digits());
        }
    }
}
