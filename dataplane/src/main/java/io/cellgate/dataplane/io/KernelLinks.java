package io.cellgate.dataplane.io;

import java.io.IOException;
import java.lang.foreign.Arena;
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
    private final NetdevNetlink netlink;
    private final Side access;
    private final Side core;
    private final Arena arena = Arena.ofShared();
    private final LinuxCalls calls = new LinuxCalls(arena);
    private final int socket;
    private final Thread thread;
    private volatile int longestToCore;
    private volatile int longestToAccess;
    private volatile boolean closing;

    /** @param mode how the program is attached to it */
    record Side(HostInterface device, Ebpf.Mode mode) {
        private boolean isGeneric() {
            return mode == Ebpf.Mode.GENERIC;
        }
    }

    /** @param netlink this object's from now on, once it is made */
    KernelLinks(KernelTable table, NetdevNetlink netlink, Side access, Side core)
            throws IOException {
        this.table = table;
        this.netlink = netlink;
        this.access = access;
        this.core = core;
        try {
            socket = calls.udpSocket(LinuxCalls.AF_INET);
        } catch (IOException e) {
            arena.close();
            throw e;
        }
        if (access.isGeneric()) {
            log.info(
                    "interface {}: its driver ({}) has no XDP, so packets from it are all forwarded"
                            + " by the workers: what is cut off may have a checksum that a card is still to"
                            + " finish",
                    access.device.name(), access.device.driver());
        }
        try {
            look(true);
            thread = Thread.ofPlatform().name("cellgate-links").daemon().start(this::watch);
        } catch (RuntimeException e) {
            calls.close(socket);
            arena.close();
            throw e;
        }
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
        try {
            while (!closing) {
                Thread.sleep(LOOK_MILLIS);
                look(false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("what interfaces take from XDP programs is not known any more:"
                    + " all packets are forwarded by the workers", e);
            take(0, 0);
        }
    }

    private void look(boolean first) {
        // the tunnel's own UDP checksum may still be to be finished where a program on this host
        // sent the frame; the kernel keeps where
        // that is, and generic XDP leaves it so when the tunnel is cut off
        int toCore = access.isGeneric() ? 0 : longest(core, false, longestToCore, first);
        int toAccess = longest(access, core.isGeneric(), longestToAccess, first) - TUNNEL_OCTETS;
        take(toCore, Math.max(0, toAccess));
    }

    private void take(int toCore, int toAccess) {
        if (toCore != longestToCore || toAccess != longestToAccess) {
            longestToCore = toCore;
            longestToAccess = toAccess;
            table.endAll();
        }
    }

    /** @param takesAll whether frames get there by the network stack's own way, which every driver has */
    private int longest(Side side, boolean takesAll, int before, boolean first) {
        HostInterface device = side.device;
        String why;
        try {
            if (takesAll || netlink.takesRedirected(device.index())) {
                int mtu = device.mtuNow(calls, socket);
                if (mtu > 0) {
                    if (before == 0 && !first) {
                        log.info("interface {} takes frames from XDP programs now",
                                device.name());
                    }
                    return mtu;
                }
                why = "it is down";
            } else {
                why = device.hasLocalPeer()
                        ? "it is a veth, whose peer must have ethtool -K PEER gro on"
                        : "its driver (" + device.driver() + ") does not say that it does";
            }
        } catch (IOException e) {
            why = e.getMessage();
        }
        if (before != 0 || first) {
            log.info("interface {} takes no frames from XDP programs, so packets to it are all"
                    + " forwarded by the workers: {}", device.name(), why);
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
        calls.close(socket);
        arena.close();
        netlink.close();
    }
}
