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
    private final WatchedHops overAccess;
    private final WatchedHops overCore;
    private volatile Runnable whenWrong = () -> {};
    private volatile boolean closing;

    NextHopWatch(HostInterface access, HostInterface core) throws IOException {
        this.access = access;
        this.core = core;
        netlink = new Netlink(new LinuxCalls(arena), arena);
        try {
            overAccess = new WatchedHops(read(access));
            overCore = new WatchedHops(read(core));
        } catch (IOException e) {
            netlink.close();
            arena.close();
            throw e;
        }
        thread = Thread.ofPlatform().name("cellgate-next-hops").daemon().start(this::watch);
    }

    NextHops overAccess() {
        return overAccess.now();
    }

    NextHops overCore() {
        return overCore.now();
    }

    /** What {@link WatchedHops#give} says of a carrier's node: to be used for what {@link #whenWrong} ends. */
    long giveOverAccess(int address) {
        return overAccess.give(address);
    }

    long giveOverCore(int address) {
        return overCore.give(address);
    }

    /** Has this done once what was given out is not so any more. */
    void whenWrong(Runnable then) {
        whenWrong = then;
    }

    private NextHops read(HostInterface device) throws IOException {
        return new NextHops(netlink.routes(device.index()),
                netlink.neighbours(device.index()).stream()
                        .map(Netlink.Neighbour::asNextHop).toList());
    }

    private void watch() {
        try {
            long confirmed = System.nanoTime();
            boolean isOld = false;
            while (!closing) {
                isOld |= netlink.awaitNews(NEWS_WAIT_MILLIS);
                try {
                    if (isOld) {
                        // more of the same change is on its way
                        Thread.sleep(SETTLING_MILLIS);
                        boolean _ = netlink.awaitNews(0);
                        replace(read(access), read(core));
                        isOld = false;
                    }
                    if (System.nanoTime() - confirmed > CONFIRM_NANOS) {
                        confirmed = System.nanoTime();
                        confirmStale();
                    }
                } catch (IOException e) {
                    log.warn("routes and neighbours are not up to date: {}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("routes and neighbours are not known any more: all packets go the kernel's"
                    + " way", e);
            replace(nothing(), nothing());
        }
    }

    private static NextHops nothing() {
        return new NextHops(List.of(), List.of());
    }

    private void replace(NextHops nowAccess, NextHops nowCore) {
        boolean accessIsWrong = overAccess.replace(nowAccess);
        boolean coreIsWrong = overCore.replace(nowCore);
        if (accessIsWrong || coreIsWrong) {
            whenWrong.run();
        }
    }

    private void confirmStale() throws IOException {
        for (HostInterface device : List.of(access, core)) {
            for (Netlink.Neighbour neighbour : netlink.neighbours(device.index())) {
                if (neighbour.stale()) {
                    netlink.confirm(device.index(), neighbour);
                }
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
