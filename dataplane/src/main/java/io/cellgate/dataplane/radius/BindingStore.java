package io.cellgate.dataplane.radius;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where bindings outlive the process. A carrier's gateway tells of a session once and is answered once: what is lost after
 * that would be lost for as long as the session lasts. Called on a signalling thread: it must not block it.
 */
public interface BindingStore {
    /** Keeps a binding in place of any other of its {@link Binding#key}; completes when that is durable. */
    CompletionStage<Void> keep(Binding binding);

    /** Forgets the binding of this key, if there is one; completes when that is durable. */
    CompletionStage<Void> forget(InetAddress key);

    /** All that were kept. Called once, at the start; it may block. */
    List<Binding> all();

    /** Keeps nothing. */
    BindingStore NONE = new BindingStore() {
        @Override
        public CompletionStage<Void> keep(Binding binding) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> forget(InetAddress key) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public List<Binding> all() {
            return List.of();
        }
    };
}
