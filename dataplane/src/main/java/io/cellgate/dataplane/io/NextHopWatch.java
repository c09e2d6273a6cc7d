package io.cellgate.dataplane.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the next hops of two interfaces as the kernel has them, on a thread of its own. The kernel does not see what we send,
 * so it would forget neighbours that only we use: those it has not heard of for a while it is made to ask again.
 */
final class NextHopWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NextHopWatch.class);
    private static final int NEWS_WAIT_MILLIS = 200;
    private static final long SETTLING_MILLIS = 20;
    private static final long CONFIRM_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final Arena arena = Arena.ofShared();
    private final Netlink netlink;
    private final HostInterface access;
    private final HostInterface core;
    private final Thread thread;
    private volatile NextHops overAccess;
    private volatile NextHops overCore;
    private volatile Runnable whenChanged = () -> {};
    private volatile boolean closing;

    NextHopWatch(HostInterface access, HostInterface core) throws IOException {
        this.access = access;
        this.core = core;
        netlink = new Netlink(new LinuxCalls(arena), arena);
        try {
            overAccess = read(access);
            overCore = read(core);
        } catch (IOException e) {
            netlink.close();
            arena.close();
            throw e;
        }
        thread = Thread.ofPlatform().name("cellgate-next-hops").daemon().start(this::watch);
    }

    NextHops overAccess() {
        return overAccess;
    }

    NextHops overCore() {
        return overCore;
    }

    /** Has this done after what is said here has changed. */
    void whenChanged(Runnable then) {
        whenChanged = then;
    }

    private NextHops read(HostInterface device) throws IOException {
        return new NextHops(netlink.routes(device.index()),
                netlink.neighbours(device.index()).stream()
                        .map(Netlink.Neighbour::asNextHop).toList());
    }

    private void watch() {
        long confirmed = System.nanoTime();
        while (!closing) {
            try {
                if (netlink.awaitNews(NEWS_WAIT_MILLIS)) {
                    // more of the same change is on its way
                    Thread.sleep(SETTLING_MILLIS);
                    boolean _ = netlink.awaitNews(0);
                    NextHops nowAccess = read(access);
                    NextHops nowCore = read(core);
                    boolean same = nowAccess.says(overAccess) && nowCore.says(overCore);
                    overAccess = nowAccess;
                    overCore = nowCore;
                    if (!same) {
                        whenChanged.run();
                    }
                }
                if (System.nanoTime() - confirmed > CONFIRM_NANOS) {
                    confirmed = System.nanoTime();
                    for (HostInterface device : List.of(access, core)) {
                        for (Netlink.Neighbour neighbour : netlink.neighbours(device.index())) {
                            if (neighbour.stale()) {
                                netlink.confirm(device.index(), neighbour);
                            }
                        }
                    }
                }
            } catch (IOException e) {
                log.warn("routes and neighbours are not up to date: {}", e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        netlink.close();
        arena.close();
    }
}
