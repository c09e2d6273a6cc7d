package io.cellgate.control.log;

import io.cellgate.control.log.LogEntry.Owner;
import io.cellgate.inventory.subscriber.SubscriberRecord;
import io.cellgate.inventory.subscriber.SubscriberStore;
import io.cellgate.policy.subject.Imsi;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose lines of the signalling log are that are written together: the account's that had the SIM when it happened. A
 * peer may name any IMSI, so it is looked up when the line is written, each once. A SIM that has changed hands since
 * belongs to nobody for that line: only the operator reads it.
 */
final class LogOwners {
    private final SubscriberStore subscribers;
    private final Map<Imsi, Optional<SubscriberRecord>> known = new HashMap<>();

    LogOwners(SubscriberStore subscribers) {
        this.subscribers = subscribers;
    }

    Owner of(Imsi imsi, Instant at) {
        SubscriberRecord sim = known
                .computeIfAbsent(imsi, each -> Optional.ofNullable(subscribers.find(each)))
                .orElse(null);
        return sim == null
                ? new Owner(null, null, imsi.digits())
                : new Owner(sim.accountAt(at), sim.iccid().digits(), imsi.digits());
    }
}
