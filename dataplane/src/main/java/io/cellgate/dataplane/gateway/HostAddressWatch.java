package io.cellgate.dataplane.gateway;

import io.cellgate.dataplane.packet.IpPrefix;
import java.net.SocketException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every {@value #INTERVAL_SECONDS} s whether the host has other addresses than before, and tells them. An address
 * that an interface gets while the gateway runs is so out of devices' reach within that time.
 */
final class HostAddressWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HostAddressWatch.class);
    static final int INTERVAL_SECONDS = 2;

    private final Function<List<IpPrefix>, CompletionStage<Void>> listener;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cellgate-addresses").daemon().factory());
    private Set<IpPrefix> known = Set.of();

    /** @param listener completes when it has followed */
    HostAddressWatch(Function<List<IpPrefix>, CompletionStage<Void>> listener) {
        this.listener = listener;
        ScheduledFuture<?> _ = thread.scheduleWithFixedDelay(this::look, 0, INTERVAL_SECONDS,
                TimeUnit.SECONDS);
    }

    private void look() {
        try {
            List<IpPrefix> now = HostAddresses.all();
            Set<IpPrefix> set = new HashSet<>(now);
            if (!set.equals(known)) {
                Void _ = listener.apply(now).toCompletableFuture().join();
                known = set;
            }
        } catch (SocketException | RuntimeException e) {
            log.error("the host's addresses cannot be read; those read before stay protected", e);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
