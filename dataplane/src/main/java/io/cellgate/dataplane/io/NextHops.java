package io.cellgate.dataplane.io;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.agrona.BitUtil;
import org.agrona.collections.Hashing;
import org.jspecify.annotations.Nullable;

/**
 * Which hardware address leads to an IP address over one interface, by the kernel's routes and neighbours at one time.
 * Where it says that it does not know, the kernel is given the packet: it looks up the route, asks for the neighbour
 * (ARP, Neighbor Discovery), and answers where there is no way. A few destinations are remembered, so that a look-up
 * costs one comparison. One thread looks up; another makes the next table.
 */
final class NextHops {
    static final long UNKNOWN = -1;
    private static final int REMEMBERED = 4096;
    private static final int IPV4_BITS = 96;

    /**
     * A route of the kernel's main or local table.
     *
     * @param ours whether it is a way over the interface; else it only hides those behind it
     * @param hi   of the gateway; hi and lo 0: the destination is on the link
     */
    record Route(IpPrefix prefix, long metric, boolean ours, long hi, long lo) {
        boolean isOnLink() {
            return (hi | lo) == 0;
        }

        boolean isIpv4() {
            return prefix.bits() >= IPV4_BITS && IpAddresses.isIpv4(prefix.hi(), prefix.lo());
        }
    }

    /** A neighbour's addresses: 128 bits of IP, 48 of hardware. */
    record Neighbour(long hi, long lo, long mac) {}

    private final Route[] routes;
    /** Open addressing: a slot is empty where its hardware address is unknown. */
    private final long[] neighbourHi;
    private final long[] neighbourLo;
    private final long[] neighbourMac;
    private final long[] rememberedHi = new long[REMEMBERED];
    private final long[] rememberedLo = new long[REMEMBERED];
    private final long[] rememberedMac = new long[REMEMBERED];

    NextHops(List<Route> routes, List<Neighbour> neighbours) {
        this.routes = routes.stream().sorted(
                Comparator.comparingInt((Route route) -> -route.prefix.bits())
                        .thenComparingLong(Route::metric))
                .toArray(Route[]::new);
        int slots = BitUtil.findNextPositivePowerOfTwo(2 * neighbours.size() + 1);
        neighbourHi = new long[slots];
        neighbourLo = new long[slots];
        neighbourMac = new long[slots];
        Arrays.fill(neighbourMac, UNKNOWN);
        for (Neighbour neighbour : neighbours) {
            int slot = slot(neighbour.hi, neighbour.lo);
            neighbourHi[slot] = neighbour.hi;
            neighbourLo[slot] = neighbour.lo;
            neighbourMac[slot] = neighbour.mac;
        }
        Arrays.fill(rememberedMac, UNKNOWN);
    }

    /** Whether something of this that was given out is otherwise in the other one. Any thread. */
    boolean differs(NextHops other, GivenHops given) {
        return !Arrays.equals(ipv4Routes(), other.ipv4Routes()) || given.areTooMany()
                || given.anyMatch(hop -> macOfHop(hop) != other.macOfHop(hop));
    }

    private Route[] ipv4Routes() {
        return Arrays.stream(routes).filter(Route::isIpv4).toArray(Route[]::new);
    }

    /** The neighbour that leads to an IPv4 address, it or a gateway; 0 where there is no way. Any thread. */
    int hop(int address) {
        Route route = route(0, IpAddresses.mapped(address));
        return route == null || !route.ours ? 0 : route.isOnLink() ? address : (int) route.lo;
    }

    /** The hardware address of a neighbour, or {@link #UNKNOWN}. Any thread. */
    long macOfHop(int address) {
        return neighbourMac[slot(0, IpAddresses.mapped(address))];
    }

    /** The hardware address, 48 bits, or {@link #UNKNOWN}. */
    long mac(long hi, long lo) {
        int slot = Hashing.hash(hi * 31 + lo) & REMEMBERED - 1;
        if (rememberedLo[slot] == lo && rememberedHi[slot] == hi
                && rememberedMac[slot] != UNKNOWN) {
            return rememberedMac[slot];
        }
        long mac = find(hi, lo);
        if (mac != UNKNOWN) {
            rememberedHi[slot] = hi;
            rememberedLo[slot] = lo;
            rememberedMac[slot] = mac;
        }
        return mac;
    }

    /** Where a neighbour stands, or would. */
    private int slot(long hi, long lo) {
        int mask = neighbourMac.length - 1;
        int slot = Hashing.hash(hi * 31 + lo) & mask;
        while (neighbourMac[slot] != UNKNOWN
                && (neighbourHi[slot] != hi || neighbourLo[slot] != lo)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private long find(long hi, long lo) {
        Route route = route(hi, lo);
        if (route == null || !route.ours) {
            return UNKNOWN;
        }
        return neighbourMac[route.isOnLink() ? slot(hi, lo) : slot(route.hi, route.lo)];
    }

    private @Nullable Route route(long hi, long lo) {
        boolean ipv4 = IpAddresses.isIpv4(hi, lo);
        for (Route route : routes) {
            // an IPv4 address is one of IPv6, too, here: ::/0 is not its route
            if ((!ipv4 || route.prefix.bits() >= IPV4_BITS) && route.prefix.contains(hi, lo)) {
                return route;
            }
        }
        return null;
    }
}
