package io.cellgate.control.live;

import io.cellgate.dataplane.path.PeerPath;
import io.cellgate.dataplane.signalling.GtpVersion;
import io.cellgate.dataplane.signalling.PathEvent;
import io.cellgate.dataplane.signalling.PathMemory;
import io.cellgate.inventory.carrier.PathNews;
import io.cellgate.inventory.carrier.PathStore;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of paths goes into the store, as restart counters and events, on a thread of its own; and what the store
 * has of before this start is what the gateway begins with.
 *
 * <p>A peer that restarts or fails again and again costs a write each quarter of a second, no more: of one path only the
 * last event of a kind is written.
 */
public final class PathDesk implements PathMemory, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PathDesk.class);
    private static final int REST_MILLIS = 250;

    private final PathStore store;
    private final Map<Path, Integer> before = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private Map<What, PathEvent> news = new LinkedHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cellgate-paths").daemon().factory());

    private record Path(String address, int version) {}

    private record What(Path path, PathEvent.Kind kind) {}

    public PathDesk(PathStore store) {
        this.store = store;
        for (PathStore.Counter counter : store.all()) {
            before.put(new Path(counter.address(), counter.gtpVersion()),
                    counter.restartCounter());
        }
        ScheduledFuture<?> _ = thread.scheduleWithFixedDelay(this::write, REST_MILLIS, REST_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    @Override
    public int restartCounter(InetAddress peer, GtpVersion version) {
        return before.getOrDefault(path(peer, version), PeerPath.NOT_KNOWN);
    }

    private static Path path(InetAddress peer, GtpVersion version) {
        return new Path(peer.getHostAddress(), version.number());
    }

    @Override
    public void on(PathEvent event) {
        What what = new What(path(event.peer(), event.version()), event.kind());
        lock.lock();
        try {
            news.remove(what); // so that the order is that of what happened last
            news.put(what, event);
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        Map<What, PathEvent> taken;
        lock.lock();
        try {
            if (news.isEmpty()) {
                return;
            }
            taken = news;
            news = new LinkedHashMap<>();
        } finally {
            lock.unlock();
        }
        List<PathNews> all = new ArrayList<>();
        taken.values().forEach(event -> all.add(news(event)));
        try {
            store.add(all);
        } catch (RuntimeException e) {
            log.error("what became of paths was not stored; it is tried again", e);
            lock.lock();
            try {
                taken.forEach((what, event) -> {
                    PathEvent _ = news.putIfAbsent(what, event);
                });
            } finally {
                lock.unlock();
            }
        }
    }

    private static PathNews news(PathEvent event) {
        return new PathNews(event.at(), event.peer().getHostAddress(), event.carrier(),
                event.version().number(),
                event.kind() == PathEvent.Kind.COUNTER ? null : event.kind().text(),
                event.restartCounter() == PeerPath.NOT_KNOWN ? null : event.restartCounter(),
                event.sessions(), event.detail());
    }

    /** Writes what there is, then ends. The gateway must have ended. */
    @Override
    public void close() {
        thread.close();
        write();
    }
}
