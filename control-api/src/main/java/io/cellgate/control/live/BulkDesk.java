package io.cellgate.control.live;

import io.cellgate.inventory.account.Scope;
import io.cellgate.inventory.bulk.BulkItem;
import io.cellgate.inventory.bulk.BulkStore;
import io.cellgate.inventory.operation.Operation;
import io.cellgate.inventory.store.Actor;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes of many SIMs as they go on behind the API, each on a thread of its own; live traffic follows chunk by chunk. */
public final class BulkDesk implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BulkDesk.class);
    /** An account's that go on at once; the operator's count as one account's. */
    public static final int MOST_OF_ONE = 4;

    private final BulkStore bulk;
    private final LiveEffects live;
    private final Map<String, Integer> running = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors
            .newThreadPerTaskExecutor(Thread.ofVirtual().name("bulk-", 0).factory());
    private volatile boolean closing;

    public BulkDesk(BulkStore bulk, LiveEffects live) {
        this.bulk = bulk;
        this.live = live;
    }

    /** Whether one more of the scope may be begun. */
    public boolean hasRoom(Scope scope) {
        return running.getOrDefault(of(scope), 0) < MOST_OF_ONE;
    }

    /** Starts what was begun. */
    public void start(Actor actor, Scope scope, Operation operation, Iterator<BulkItem> items) {
        running.merge(of(scope), 1, Integer::sum);
        threads.execute(() -> {
            try {
                bulk.run(actor, scope, operation, items, live::simsChanged, () -> closing);
            } catch (RuntimeException e) {
                log.error("operation {} broke off", operation.id(), e);
            } finally {
                running.merge(of(scope), -1, Integer::sum);
            }
        });
    }

    private static String of(Scope scope) {
        String account = scope.account();
        return account == null ? "" : account;
    }

    /** Ends after the chunks that are being written; what was not come to is told in the operations. */
    @Override
    public void close() {
        closing = true;
        threads.shutdown();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                log.warn("changes of many SIMs did not end in time");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
