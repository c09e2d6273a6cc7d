package io.cellgate.dataplane.signalling;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Does something slow to each of many, with a bounded number under way at once, on one thread. */
final class Sweep<T> {
    private static final int AT_ONCE = 256;

    private final Iterator<T> rest;
    private final Function<T, CompletableFuture<Void>> work;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private int underWay;
    private boolean pumping;
    private @Nullable Throwable failure;

    Sweep(List<T> all, Function<T, CompletableFuture<Void>> work) {
        this.rest = all.iterator();
        this.work = work;
    }

    /** Completes when all are done, exceptionally where one failed. */
    CompletableFuture<Void> start() {
        pump();
        return done;
    }

    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        while (underWay < AT_ONCE && rest.hasNext()) {
            underWay++;
            var _ = work.apply(rest.next()).whenComplete((_, failed) -> {
                underWay--;
                failure = failed == null ? failure : failed;
                pump();
            });
        }
        pumping = false;
        if (underWay == 0 && !rest.hasNext()) {
            Throwable first = failure;
            if (first == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(first);
            }
        }
    }
}
