package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import io.cellgate.dataplane.radius.Binding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway learns of sessions that carriers have themselves.
 *
 * @param address        where RADIUS accounting is listened for; null: nowhere. Default port 1813
 * @param links          of each link to carriers' routers, the networks of devices behind it
 * @param maxPending     messages that may wait for the inventory at once; more are dropped, and come again. Default 20000
 * @param repliesPerClient responses kept for one client's repetitions; past it the oldest goes. Default 100000
 */
public record AccountingConfig(@Nullable InetSocketAddress address, List<List<IpPrefix>> links,
        int maxPending, int repliesPerClient) {
    public static final int PORT = 1813;
    /** No link has it. */
    static final int NOWHERE = -1;

    public AccountingConfig {
        links = links.stream().map(List::copyOf).toList();
    }

    /** No carrier tells of sessions of its own. */
    public static AccountingConfig off() {
        return new AccountingConfig(null, List.of(), 0, 0);
    }

    public static AccountingConfig of(InetSocketAddress address, List<List<IpPrefix>> links) {
        return new AccountingConfig(address, links, 20_000, 100_000);
    }

    /** The networks of all links. */
    public List<IpPrefix> networks() {
        return links.stream().flatMap(List::stream).toList();
    }

    /** Whether all addresses of a binding are behind one link. */
    boolean reaches(Binding binding) {
        return linkOf(binding.addresses()) != NOWHERE;
    }

    /** The link behind which all of these addresses are, or {@link #NOWHERE}. */
    int linkOf(List<InetAddress> addresses) {
        for (int link = 0; link < links.size(); link++) {
            List<IpPrefix> networks = links.get(link);
            if (addresses.stream().allMatch(address -> networks.stream().anyMatch(
                    network -> network.contains(IpAddresses.hi(address),
                            IpAddresses.lo(address))))) {
                return link;
            }
        }
        return NOWHERE;
    }
}
