package io.cellgate.control.log;

import io.cellgate.control.log.LogEntry.Owner;
import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.event.EventLog;
import io.cellgate.inventory.page.PageRequest;
import io.cellgate.inventory.subscriber.SubscriberRecord;
import io.cellgate.inventory.subscriber.SubscriberStore;
import io.cellgate.policy.subject.Imsi;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose a line of the signalling log is: the account that had the SIM when it happened. A peer may name any IMSI, so it
 * is looked up, when the line is written. A SIM that has changed hands since belongs to nobody for that line: only the
 * operator reads it.
 */
public final class LogOwners {
    private final SubscriberStore subscribers;
    private final EventLog events;

    public LogOwners(SubscriberStore subscribers, EventLog events) {
        this.subscribers = subscribers;
        this.events = events;
    }

    Batch newBatch() {
        return new Batch();
    }

    /** Look-ups of lines that are written together: each SIM is looked up once. */
    final class Batch {
        private final Map<Imsi, Known> known = new HashMap<>();

        /** @param movedAt when it changed hands last */
        private record Known(@Nullable SubscriberRecord sim, Instant movedAt) {}

        Owner of(Imsi imsi, Instant at) {
            Known found = known.computeIfAbsent(imsi, this::find);
            SubscriberRecord sim = found.sim();
            if (sim == null) {
                return new Owner(null, null, imsi.digits());
            }
            String account = at.isBefore(found.movedAt()) ? null : sim.account();
            return new Owner(account, sim.iccid().digits(), imsi.digits());
        }

        private Known find(Imsi imsi) {
            SubscriberRecord sim = subscribers.find(imsi);
            return new Known(sim, sim == null ? Instant.MIN : movedAt(sim.iccid().digits()));
        }
    }

    private Instant movedAt(String iccid) {
        return events.latest(Scope.OPERATOR, new EventLog.Filter("sim.moved", iccid, null, null),
                new PageRequest(1, null)).items().stream().map(event -> event.at())
                .findFirst().orElse(Instant.MIN);
    }
}
