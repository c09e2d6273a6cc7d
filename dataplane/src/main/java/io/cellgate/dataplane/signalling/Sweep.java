package io.cellgate.dataplane.signalling;

import io.netty.util.concurrent.EventExecutor;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Does something slow to each of many, with a bounded number under way at once, on the event loop. What is next begins by
 * the loop's clock, not as soon as something else is done: the loop reads no datagram as long as tasks follow each other
 * (for up to a second), and peers would wait until all is done.
 */
final class Sweep<T> {
    private static final int USUALLY_AT_ONCE = 512;

    private final EventExecutor loop;
    private final Iterator<T> rest;
    private final Function<T, CompletableFuture<Void>> work;
    private final int atOnce;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private int underWay;
    /** It has its turn, or waits for it. */
    private boolean inTurn;
    private @Nullable Throwable failure;

    Sweep(EventExecutor loop, List<T> all, Function<T, CompletableFuture<Void>> work) {
        this(loop, all, work, USUALLY_AT_ONCE);
    }

    /** @param atOnce the most that are under way at once */
    Sweep(EventExecutor loop, List<T> all, Function<T, CompletableFuture<Void>> work,
            int atOnce) {
        this.loop = loop;
        this.rest = all.iterator();
        this.work = work;
        this.atOnce = atOnce;
    }

    /** Completes when all are done, exceptionally where one failed. */
    CompletableFuture<Void> start() {
        pump();
        return done;
    }

    private void pump() {
        inTurn = true;
        for (int begun = 0; begun < atOnce && underWay < atOnce && rest.hasNext(); begun++) {
            underWay++;
            var _ = work.apply(rest.next()).whenComplete((_, failed) -> ended(failed));
        }
        inTurn = false;
        goOn();
    }

    private void ended(@Nullable Throwable failed) {
        underWay--;
        failure = failed == null ? failure : failed;
        if (!inTurn) {
            goOn();
        }
    }

    private void goOn() {
        if (rest.hasNext()) {
            if (underWay < atOnce) {
                inTurn = true;
                var _ = loop.schedule(this::pump, 0, TimeUnit.NANOSECONDS);
            }
            return;
        }
        if (underWay > 0) {
            return;
        }
        Throwable first = failure;
        if (first == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(first);
        }
    }
}
