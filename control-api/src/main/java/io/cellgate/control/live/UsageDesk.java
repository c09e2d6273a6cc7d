package io.cellgate.control.live;

import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.usage.UsageRecord;
import io.cellgate.inventory.store.Database;
import io.cellgate.inventory.store.Event;
import io.cellgate.inventory.usage.Amount;
import io.cellgate.inventory.usage.Interval;
import io.cellgate.inventory.usage.QuotaConditions;
import io.cellgate.inventory.usage.UsageEntry;
import io.cellgate.inventory.usage.UsageStore;
import io.cellgate.policy.subject.Iccid;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what the gateway counted into the store. Beside that it looks each second whether a day has begun or a setting
 * has changed, and if so whether SIMs that had used up their quota have something left of it again.
 */
public final class UsageDesk implements UsageRecord.Listener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(UsageDesk.class);

    private final UsageStore usage;
    private final QuotaConditions quotas;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cellgate-quotas").daemon().factory());
    private volatile boolean settingsChanged = true;
    private long reviewedDay = Long.MIN_VALUE;

    public UsageDesk(Database database, UsageStore usage, QuotaConditions quotas,
            InstantSource clock) {
        this.usage = usage;
        this.quotas = quotas;
        this.clock = clock;
        database.listen(this::heard);
        ScheduledFuture<?> _ = thread.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    @Override
    public void used(List<UsageRecord> records) {
        List<UsageEntry> entries = new ArrayList<>(records.size());
        Set<Iccid> exceeded = new LinkedHashSet<>();
        for (UsageRecord record : records) {
            Subscriber whose = record.subscriber();
            entries.add(new UsageEntry(whose.iccid(), whose.account(), whose.fleet(),
                    record.carrier(), record.country(), record.hour(),
                    new Amount(record.bytesUp(), record.packetsUp(), record.bytesDown(),
                            record.packetsDown())));
            if (record.quotaExceeded()) {
                exceeded.add(whose.iccid());
            }
        }
        quotas.used(entries, exceeded);
    }

    private void heard(Event event) {
        switch (event.kind()) {
            case "sim.changed", "sim.moved", "fleet.changed", "account.changed" ->
                settingsChanged = true;
            default -> {
            }
        }
    }

    private void look() {
        try {
            Instant now = clock.instant();
            long day = Interval.DAY.number(now);
            boolean newDay = day != reviewedDay;
            if (newDay || settingsChanged) {
                settingsChanged = false;
                int _ = quotas.review();
            }
            if (newDay) {
                int _ = usage.prune(now);
                reviewedDay = day;
            }
        } catch (RuntimeException e) {
            settingsChanged = true;
            log.error("quotas could not be reviewed; it is tried again", e);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
