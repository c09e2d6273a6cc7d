package io.cellgate.control.live;

import io.cellgate.dataplane.radius.Binding;
import io.cellgate.dataplane.radius.BindingStore;
import io.cellgate.inventory.carrier.AccountingBindingStore;
import io.cellgate.inventory.carrier.AccountingBindingStore.Change;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps bindings in the store. One thread writes, as many at a time as have come meanwhile: a flood of messages costs few
 * transactions.
 */
public final class BindingKeeper implements BindingStore, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BindingKeeper.class);
    private static final int MOST_AT_ONCE = 1000;

    private final AccountingBindingStore store;
    private final BlockingQueue<Pending> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;

    /** @param change null: there is nothing to do any more */
    private record Pending(@Nullable Change change, CompletableFuture<Void> done) {}

    public BindingKeeper(AccountingBindingStore store) {
        this.store = store;
        thread = Thread.ofPlatform().name("cellgate-bindings").daemon().start(this::run);
    }

    @Override
    public CompletionStage<Void> keep(Binding binding) {
        return offer(new Change(binding.key().getHostAddress(), binding.client(),
                BindingDocument.of(binding)));
    }

    @Override
    public CompletionStage<Void> forget(InetAddress key) {
        return offer(new Change(key.getHostAddress(), "", null));
    }

    private CompletionStage<Void> offer(Change change) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        queue.add(new Pending(change, done));
        if (closing) {
            failRest();
        }
        return done;
    }

    @Override
    public List<Binding> all() {
        List<Binding> all = new ArrayList<>();
        for (String document : store.all()) {
            try {
                all.add(BindingDocument.read(document));
            } catch (RuntimeException broken) {
                log.error("a binding in the store cannot be read and is left out", broken);
            }
        }
        return all;
    }

    private void run() {
        List<Pending> some = new ArrayList<>();
        try {
            while (!closing || !queue.isEmpty()) {
                some.add(queue.take());
                int _ = queue.drainTo(some, MOST_AT_ONCE - 1);
                write(some);
                some.clear();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            failRest();
        }
    }

    private void write(List<Pending> some) {
        List<Change> changes = new ArrayList<>(some.size());
        for (Pending each : some) {
            if (each.change() != null) {
                changes.add(each.change());
            }
        }
        try {
            store.apply(changes);
            some.forEach(each -> each.done().complete(null));
        } catch (RuntimeException failed) {
            some.forEach(each -> each.done().completeExceptionally(failed));
        }
    }

    private void failRest() {
        for (Pending each = queue.poll(); each != null; each = queue.poll()) {
            each.done().completeExceptionally(
                    new IllegalStateException("the process is stopping"));
        }
    }

    /** Writes what has come, and takes no more. */
    @Override
    public void close() {
        closing = true;
        queue.add(new Pending(null, new CompletableFuture<>()));
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
