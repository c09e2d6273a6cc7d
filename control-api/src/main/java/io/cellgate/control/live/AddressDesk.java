package io.cellgate.control.live;

import io.cellgate.control.http.Fault;
import io.cellgate.control.http.Problem;
import io.cellgate.control.live.LiveGateway.LiveSession;
import io.cellgate.dataplane.pool.AddressPool;
import io.cellgate.dataplane.pool.PoolPlan;
import io.cellgate.dataplane.pool.Prefix;
import io.cellgate.inventory.address.ApnStore;
import io.cellgate.inventory.address.Pool;
import io.cellgate.inventory.address.PoolStore;
import io.cellgate.inventory.address.StaticAddress;
import io.cellgate.inventory.address.StaticAddressStore;
import io.cellgate.policy.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How access points, pools and SIMs' own addresses, as they are stored, reach the gateway. */
public final class AddressDesk {
    private final LiveGateway gateway;
    private final ApnStore apns;
    private final PoolStore pools;

    public AddressDesk(LiveGateway gateway, ApnStore apns, PoolStore pools) {
        this.gateway = gateway;
        this.apns = apns;
        this.pools = pools;
    }

    /** Tells a gateway that has just started. */
    public void open(StaticAddressStore statics) {
        List<InetAddress> reserved = new ArrayList<>();
        statics.all().forEach(each -> reserved.addAll(of(each)));
        gateway.reserve(reserved);
        changed();
    }

    /** Access points or pools have changed. */
    public synchronized void changed() {
        gateway.publishPools(new PoolPlan(apns.all(),
                pools.all().stream().map(AddressDesk::entry).toList()));
    }

    private static PoolPlan.Entry entry(Pool pool) {
        return new PoolPlan.Entry(pool.id(), Prefix.parse(pool.prefix().toString()), pool.apn(),
                pool.carrier(), Duration.ofSeconds(pool.quarantineSeconds()));
    }

    /** How each pool stands, by its id; empty where no gateway runs. */
    public Map<String, AddressPool.Fill> fill() {
        return gateway.poolFill();
    }

    /** Refuses what lies outside the gateway's networks, which alone are routed to it; without a gateway, nothing. */
    public void requireInNetworks(String pointer, @Nullable String text) {
        List<Prefix> networks = gateway.deviceNetworks();
        if (text == null || networks.isEmpty()) {
            return;
        }
        InetAddress address;
        try {
            int slash = text.indexOf('/');
            address = inet(IpAddress.parse(slash < 0 ? text : text.substring(0, slash)));
        } catch (IllegalArgumentException malformed) {
            return; // the store says so
        }
        int length = text.indexOf('/') < 0
                ? 8 * address.getAddress().length
                : Prefix.parse(text).length();
        boolean inside = networks.stream().anyMatch(
                network -> network.contains(address) && length >= network.length());
        if (!inside) {
            throw Problem.invalid(Fault.body(pointer, text,
                    "within the gateway's networks " + networks
                            + " (--pool-ipv4, --pool-ipv6), to which alone packets are routed"));
        }
    }

    /** Refuses addresses that a session of another SIM has, or that are the gateway's own. */
    public void requireFree(String iccid, @Nullable String ipv4, @Nullable String ipv6) {
        for (LiveSession session : gateway.sessions()) {
            boolean has = ipv4 != null && ipv4.equals(session.ipv4())
                    || ipv6 != null && sameAddress(ipv6, session.ipv6());
            if (has && !session.iccid().equals(iccid)) {
                throw Problem.conflict("in-use", "a session of SIM " + session.iccid()
                        + " has the address; reset that session, then assign it again");
            }
        }
    }

    private static boolean sameAddress(String asked, @Nullable String live) {
        try {
            return live != null && IpAddress.parse(asked).equals(IpAddress.parse(live));
        } catch (IllegalArgumentException malformed) {
            return false; // the store says so
        }
    }

    public void assigned(@Nullable StaticAddress before, StaticAddress now) {
        if (before != null) {
            gateway.release(of(before));
        }
        gateway.reserve(of(now));
    }

    public void released(StaticAddress before) {
        gateway.release(of(before));
    }

    private static List<InetAddress> of(StaticAddress address) {
        List<InetAddress> all = new ArrayList<>(2);
        IpAddress v4 = address.ipv4();
        IpAddress v6 = address.ipv6();
        if (v4 != null) {
            all.add(inet(v4));
        }
        if (v6 != null) {
            all.add(inet(v6));
        }
        return all;
    }

    static InetAddress inet(IpAddress address) {
        try {
            return InetAddress.getByAddress(address.octets());
        } catch (UnknownHostException e) {
            throw new AssertionError("an address's octets are an address", e);
        }
    }
}
