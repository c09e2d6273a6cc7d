package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.pool.AddressPool;
import io.cellgate.dataplane.pool.PoolPlan;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.dataplane.session.AttachRequest;
import io.cellgate.dataplane.session.PdnType;
import io.cellgate.dataplane.session.Subscriber;
import io.cellgate.dataplane.signalling.CreateOutcome.PdnChange;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses this gateway has for devices, of one family or of both. A device gets one of the pools that are for its
 * access point and carrier; where there are none, of those for its access point; else for its carrier; else of what of
 * the gateway's networks is in no pool. Where all of the pools that are for it are used up it gets none: it must not
 * stray into another's. A SIM with an address of its own gets that one or none.
 */
final class AddressPools {
    private final @Nullable Prefix ipv4;
    private final @Nullable Prefix ipv6;
    private final Duration usualQuarantine;
    private final List<Prefix> ownIpv4;
    private final List<Prefix> ownIpv6;
    private final LongSupplier nanoTime;
    private final Set<InetAddress> reserved = new HashSet<>();
    private PoolPlan plan = PoolPlan.EMPTY;
    private List<Planned> planned = List.of();
    private List<AddressPool> rest = List.of();

    private record Planned(PoolPlan.Entry entry, AddressPool pool) {}

    private record Rested(InetAddress address, long sinceNanos) {}

    AddressPools(DeviceConfig config, LongSupplier nanoTime) {
        ipv4 = config.ipv4Pool();
        ipv6 = config.ipv6Pool();
        usualQuarantine = config.quarantine();
        ownIpv4 = ipv4 == null
                ? List.of()
                : List.of(new Prefix(ipv4.network(), 32), new Prefix(last(ipv4), 32),
                        new Prefix(config.ipv4Gateway(), 32));
        ownIpv6 = ipv6 == null ? List.of() : List.of(new Prefix(ipv6.network(), 64));
        this.nanoTime = nanoTime;
        publish(PoolPlan.EMPTY, List.of());
    }

    private static InetAddress last(Prefix network) {
        byte[] octets = network.network().getAddress();
        for (int bit = network.length(); bit < 8 * octets.length; bit++) {
            octets[bit / 8] |= (byte) (0x80 >>> bit % 8);
        }
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address's octets are an address", e);
        }
    }

    /** Takes a new plan. Sessions keep their addresses, and what rests goes on resting. */
    void publish(PoolPlan next, Collection<Session> sessions) {
        List<Rested> rested = new ArrayList<>();
        for (AddressPool pool : all()) {
            pool.forEachResting((address, since) -> rested.add(new Rested(address, since)));
        }
        rested.sort(Comparator.comparingLong(Rested::sinceNanos));
        plan = next;
        List<Planned> pools = new ArrayList<>();
        List<Prefix> taken4 = new ArrayList<>(ownIpv4);
        List<Prefix> taken6 = new ArrayList<>(ownIpv6);
        for (PoolPlan.Entry entry : next.pools()) {
            boolean v4 = entry.prefix().network() instanceof Inet4Address;
            pools.add(new Planned(entry, new AddressPool(entry.prefix(), entry.quarantine(),
                    v4 ? ownIpv4 : ownIpv6)));
            (v4 ? taken4 : taken6).add(entry.prefix());
        }
        planned = pools;
        List<AddressPool> others = new ArrayList<>(2);
        if (ipv4 != null) {
            others.add(new AddressPool(ipv4, usualQuarantine, taken4));
        }
        if (ipv6 != null) {
            others.add(new AddressPool(ipv6, usualQuarantine, taken6));
        }
        rest = others;
        for (Session session : sessions) {
            occupy(session.ipv4);
            occupy(session.ipv6Prefix);
        }
        for (InetAddress address : reserved) {
            AddressPool pool = of(address);
            if (pool != null) {
                pool.reserve(address);
            }
        }
        for (Rested each : rested) {
            AddressPool pool = of(each.address());
            if (pool != null) {
                pool.restSince(each.address(), each.sinceNanos());
            }
        }
    }

    private void occupy(@Nullable InetAddress address) {
        AddressPool pool = address == null ? null : of(address);
        if (address != null && pool != null) {
            pool.occupy(address);
        }
    }

    private List<AddressPool> all() {
        List<AddressPool> all = new ArrayList<>(rest);
        planned.forEach(each -> all.add(each.pool()));
        return all;
    }

    /** The pool that an address is of; null where it is of none any more. */
    private @Nullable AddressPool of(InetAddress address) {
        for (Planned each : planned) {
            if (each.pool().contains(address)) {
                return each.pool();
            }
        }
        for (AddressPool pool : rest) {
            if (pool.contains(address)) {
                return pool;
            }
        }
        return null;
    }

    boolean serves(String apn) {
        return plan.apns().isEmpty() || plan.apns().contains(apn);
    }

    Set<String> apns() {
        return plan.apns();
    }

    /**
     * What a device that asks for a type gets, TS 23.401 §5.3.1.1: for IPv4v6 one family where the other has no
     * pool or the bearer carries one only, IPv4 then. Null where there is no address of the type.
     */
    @Nullable
    PdnType granted(PdnType asked, boolean dualAddress) {
        return switch (asked) {
            case IPV4 -> ipv4 == null ? null : PdnType.IPV4;
            case IPV6 -> ipv6 == null ? null : PdnType.IPV6;
            case IPV4V6 -> ipv4 == null
                    ? PdnType.IPV6
                    : ipv6 == null || !dualAddress ? PdnType.IPV4 : PdnType.IPV4V6;
        };
    }

    PdnChange change(PdnType asked, PdnType granted) {
        if (asked == granted) {
            return PdnChange.NONE;
        }
        return ipv4 == null || ipv6 == null
                ? PdnChange.NETWORK_PREFERENCE
                : PdnChange.SINGLE_ADDRESS_BEARER;
    }

    @Nullable
    Inet4Address takeIpv4(AttachRequest request, Subscriber subscriber) {
        return (Inet4Address) take(true, request, subscriber.own().ipv4());
    }

    @Nullable
    Inet6Address takeIpv6(AttachRequest request, Subscriber subscriber) {
        return (Inet6Address) take(false, request, subscriber.own().ipv6Prefix());
    }

    private @Nullable InetAddress take(boolean v4, AttachRequest request,
            @Nullable InetAddress own) {
        long now = nanoTime.getAsLong();
        if (own != null) {
            reserve(List.of(own)); // it may have become the SIM's a moment ago
            AddressPool pool = of(own);
            return pool != null && pool.take(own, now) ? own : null;
        }
        for (AddressPool pool : poolsFor(v4, request.apn(), request.carrier().id())) {
            InetAddress address = pool.take(now);
            if (address != null) {
                return address;
            }
        }
        return null;
    }

    private List<AddressPool> poolsFor(boolean v4, String apn, String carrier) {
        List<AddressPool> best = List.of();
        int bestRank = 0;
        for (Planned each : planned) {
            PoolPlan.Entry entry = each.entry();
            boolean fits = each.pool().isIpv4() == v4
                    && (entry.apn() == null || entry.apn().equals(apn))
                    && (entry.carrier() == null || entry.carrier().equals(carrier));
            int rank = 1 + (entry.apn() == null ? 0 : 2) + (entry.carrier() == null ? 0 : 1);
            if (fits && rank > bestRank) {
                best = new ArrayList<>();
                bestRank = rank;
            }
            if (fits && rank == bestRank) {
                best.add(each.pool());
            }
        }
        return bestRank > 0 ? best : rest.stream().filter(pool -> pool.isIpv4() == v4).toList();
    }

    /** Why there was no address, for the log. */
    String exhausted(AttachRequest request, Subscriber subscriber) {
        return subscriber.own().ipv4() != null || subscriber.own().ipv6Prefix() != null
                ? "the SIM's own address is in use by another session, rests, or is in none of the gateway's networks"
                : "all addresses are in use or rest of the pools for APN \"" + request.apn()
                        + "\" and carrier " + request.carrier().id();
    }

    void giveBack(@Nullable Inet4Address address, @Nullable Inet6Address prefix) {
        giveBack(address);
        giveBack(prefix);
    }

    private void giveBack(@Nullable InetAddress address) {
        AddressPool pool = address == null ? null : of(address);
        if (address != null && pool != null) {
            pool.giveBack(address, nanoTime.getAsLong());
        }
    }

    /** These addresses are had from now on only by the SIMs whose they are. */
    void reserve(Collection<? extends InetAddress> addresses) {
        for (InetAddress address : addresses) {
            AddressPool pool = of(address);
            if (reserved.add(address) && pool != null) {
                pool.reserve(address);
            }
        }
    }

    /** These addresses are no SIM's own any more. */
    void release(Collection<? extends InetAddress> addresses) {
        for (InetAddress address : addresses) {
            AddressPool pool = of(address);
            if (reserved.remove(address) && pool != null) {
                pool.release(address, nanoTime.getAsLong());
            }
        }
    }

    /** How each pool of the plan stands, by its id. */
    Map<String, AddressPool.Fill> fill() {
        Map<String, AddressPool.Fill> fill = new LinkedHashMap<>();
        planned.forEach(each -> fill.put(each.entry().id(), each.pool().fill()));
        return fill;
    }
}
