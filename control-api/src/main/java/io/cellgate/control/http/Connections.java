package io.cellgate.control.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds what connections cost that ask for nothing: of one source there may be {@link #MOST_OF_ONE}, and one on which
 * no request is being answered is closed after {@link #IDLE_NANOS}, however slowly its client goes on sending the head
 * of one (Slowloris).
 */
final class Connections {
    static final int MOST_OF_ONE = 256;
    private static final long IDLE_NANOS = 60_000_000_000L;
    private static final long SWEEP_MILLIS = 5_000;

    private final Map<String, Integer> ofSource = new HashMap<>();
    private final Map<HttpConnection, Watched> open = new ConcurrentHashMap<>();

    /** @param idleSinceNanos while no request is under way */
    private record Watched(int requests, long idleSinceNanos) {}

    Connections(Vertx vertx) {
        long _ = vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep(System.nanoTime()));
    }

    /** A connection came; on its event loop. */
    void opened(HttpConnection connection) {
        String source = connection.remoteAddress().hostAddress();
        if (!acquire(source)) {
            var _ = connection.close();
            return;
        }
        open.put(connection, new Watched(0, System.nanoTime()));
        connection.closeHandler(_ -> {
            open.remove(connection);
            release(source);
        });
    }

    /** The head of a request has come whole. */
    void track(RoutingContext context) {
        HttpConnection connection = context.request().connection();
        count(connection, 1);
        context.addEndHandler(_ -> count(connection, -1));
        context.next();
    }

    private void count(HttpConnection connection, int change) {
        open.computeIfPresent(connection,
                (_, was) -> new Watched(was.requests + change, System.nanoTime()));
    }

    private void sweep(long nowNanos) {
        open.forEach((connection, watched) -> {
            if (watched.requests == 0 && nowNanos - watched.idleSinceNanos > IDLE_NANOS) {
                var _ = connection.close();
            }
        });
    }

    private synchronized boolean acquire(String source) {
        int had = ofSource.getOrDefault(source, 0);
        if (had == MOST_OF_ONE) {
            return false;
        }
        ofSource.put(source, had + 1);
        return true;
    }

    private synchronized void release(String source) {
        ofSource.computeIfPresent(source, (_, had) -> had == 1 ? null : had - 1);
    }
}
