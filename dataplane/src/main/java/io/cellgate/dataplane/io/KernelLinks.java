package io.cellgate.dataplane.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.NetworkInterface;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the two interfaces take from XDP programs: the longest packets, or none where a driver does not take redirected frames
 * (it would lose them without a word). Looked at again and again on a thread of its own, for both may change as the gateway runs;
 * on a change all flows come back to the workers first.
 */
final class KernelLinks implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KernelLinks.class);
    private static final int LOOK_MILLIS = 100;
    private static final int TUNNEL_OCTETS = 36;

    private final KernelTable table;
    private final Side access;
    private final Side core;
    private final Arena arena = Arena.ofShared();
    private final NetdevNetlink netlink;
    private final Thread thread;
    private volatile int longestToCore;
    private volatile int longestToAccess;
    private volatile boolean closing;

    /** @param takesAll whether frames get there by the network stack's own way, which every driver has */
    record Side(HostInterface device, boolean takesAll) {}

    KernelLinks(KernelTable table, Side access, Side core) throws IOException {
        this.table = table;
        this.access = access;
        this.core = core;
        try {
            netlink = new NetdevNetlink(new LinuxCalls(arena), arena);
        } catch (IOException e) {
            arena.close();
            throw e;
        }
        look(true);
        thread = Thread.ofPlatform().name("cellgate-links").daemon().start(this::watch);
    }

    /** The longest IP packet that goes out there, in octets; 0: none. Any thread. */
    int longestToCore() {
        return longestToCore;
    }

    /** The longest IP packet that goes out in a tunnel there. */
    int longestToAccess() {
        return longestToAccess;
    }

    private void watch() {
        while (!closing) {
            try {
                Thread.sleep(LOOK_MILLIS);
                look(false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void look(boolean first) {
        int toCore = longest(core, longestToCore, first);
        int toAccess = Math.max(0, longest(access, longestToAccess, first) - TUNNEL_OCTETS);
        if (toCore != longestToCore || toAccess != longestToAccess) {
            longestToCore = toCore;
            longestToAccess = toAccess;
            table.endAll();
        }
    }

    private int longest(Side side, int before, boolean first) {
        String why;
        try {
            if (side.takesAll || netlink.takesRedirected(side.device.index())) {
                NetworkInterface now = NetworkInterface.getByIndex(side.device.index());
                if (now != null && now.isUp()) {
                    if (before == 0 && !first) {
                        log.info("interface {} takes frames from XDP programs now",
                                side.device.name());
                    }
                    return now.getMTU();
                }
                why = "it is down";
            } else {
                why = side.device.hasLocalPeer()
                        ? "it is a veth, whose peer must have ethtool -K PEER gro on"
                        : "its driver (" + side.device.driver() + ") does not say that it does";
            }
        } catch (IOException e) {
            why = e.getMessage();
        }
        if (before != 0 || first) {
            log.info("interface {} takes no frames from XDP programs, so packets to it are all"
                    + " forwarded by the workers: {}", side.device.name(), why);
        }
        return 0;
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
