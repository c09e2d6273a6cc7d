package io.cellgate.dataplane.usage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other end: a thread that gathers what the workers report, adds up what belongs together, and has the listener
 * take it. Reports that the listener could not take are kept and told again, together with what came meanwhile.
 *
 * <p>It rests between two hand-overs for {@value #REST_MILLIS} ms and at least {@value #REST_FACTOR} times as long as
 * the last one took: so that a store under many reports has the larger part of its time for others.
 */
public final class UsageReporter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(UsageReporter.class);
    private static final long REST_MILLIS = 250;
    private static final int REST_FACTOR = 4;
    private static final int CLOSING_ATTEMPTS = 20;

    private final List<UsageFeed> feeds;
    private final UsageRecord.Listener listener;
    private final Map<Key, UsageRecord> pending = new LinkedHashMap<>();
    private final long[] gathered;
    private final Thread thread;
    private volatile boolean closing;

    private record Key(String iccid, String account, @Nullable String fleet, String carrier,
            @Nullable String country, long hour) {}

    /** Starts the thread. */
    public UsageReporter(List<UsageFeed> feeds, UsageRecord.Listener listener) {
        this.feeds = List.copyOf(feeds);
        this.listener = listener;
        gathered = new long[feeds.size()];
        thread = Thread.ofPlatform().name("cellgate-usage").daemon().start(this::run);
    }

    private void run() {
        while (!closing) {
            long began = System.nanoTime();
            boolean taken = handOver();
            long rest = Math.max(TimeUnit.MILLISECONDS.toNanos(REST_MILLIS),
                    REST_FACTOR * (System.nanoTime() - began));
            long until = System.nanoTime() + (taken ? rest : TimeUnit.SECONDS.toNanos(1));
            while (!closing && System.nanoTime() - until < 0) {
                LockSupport.parkNanos(this, until - System.nanoTime());
            }
        }
        for (int attempt = 0; !handOver(); attempt++) {
            if (attempt == CLOSING_ATTEMPTS) {
                log.error("the usage of {} SIMs is lost: it could not be stored", pending.size());
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REST_MILLIS));
        }
    }

    /** Whether the listener has taken all that there was. */
    private boolean handOver() {
        for (int i = 0; i < gathered.length; i++) {
            gathered[i] += feeds.get(i).drain(this::gather);
        }
        if (!pending.isEmpty()) {
            try {
                listener.used(new ArrayList<>(pending.values()));
            } catch (RuntimeException e) {
                log.error("usage was not stored; it is kept, and tried again", e);
                return false;
            }
            pending.clear();
        }
        for (int i = 0; i < gathered.length; i++) {
            feeds.get(i).confirm(gathered[i]);
        }
        return true;
    }

    private void gather(UsageRecord record) {
        Key key = new Key(record.subscriber().iccid().digits(), record.subscriber().account(),
                record.subscriber().fleet(), record.carrier(), record.country(), record.hour());
        pending.merge(key, record, UsageRecord::plus);
    }

    /** Hands over the last of it and ends the thread. The workers must have ended. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
