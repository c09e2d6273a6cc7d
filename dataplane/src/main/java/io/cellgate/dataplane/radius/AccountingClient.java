package io.cellgate.dataplane.radius;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.peer.Carrier;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * A carrier's gateways that tell us of their sessions.
 *
 * @param sources where its packets come from
 * @param ranges  where the addresses of its devices are: it can bind no other
 * @param timeout after how long a session ends of which nothing is said any more
 */
public record AccountingClient(String id, Carrier carrier, List<IpPrefix> sources,
        SharedSecret secret, List<IpPrefix> ranges, Duration timeout) {
    public AccountingClient {
        sources = List.copyOf(sources);
        ranges = List.copyOf(ranges);
    }

    /** Whether it may say whose this address is. */
    public boolean mayBind(InetAddress address) {
        long hi = IpAddresses.hi(address);
        long lo = IpAddresses.lo(address);
        return ranges.stream().anyMatch(range -> range.contains(hi, lo));
    }
}
