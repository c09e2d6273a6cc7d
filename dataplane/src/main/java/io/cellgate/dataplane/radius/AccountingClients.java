package io.cellgate.dataplane.radius;

import io.cellgate.dataplane.packet.IpAddresses;
import io.cellgate.dataplane.packet.IpPrefix;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All clients. An address is of the client with the longest prefix that has it. Immutable. */
public final class AccountingClients {
    public static final AccountingClients NONE = new AccountingClients(List.of());

    private final List<AccountingClient> clients;

    /** @throws IllegalArgumentException where two have a source in common, or a device's address */
    public AccountingClients(Collection<AccountingClient> clients) {
        this.clients = List.copyOf(clients);
        for (int i = 0; i < this.clients.size(); i++) {
            for (AccountingClient other : this.clients.subList(0, i)) {
                requireApart(this.clients.get(i), other);
            }
        }
    }

    private static void requireApart(AccountingClient one, AccountingClient other) {
        for (IpPrefix source : one.sources()) {
            if (other.sources().contains(source)) {
                throw new IllegalArgumentException("source " + source + " is client " + one.id()
                        + "'s, cannot also be client " + other.id() + "'s");
            }
        }
        for (IpPrefix range : one.ranges()) {
            for (IpPrefix another : other.ranges()) {
                if (range.overlaps(another)) {
                    throw new IllegalArgumentException("range " + range + " of client " + one.id()
                            + " overlaps " + another + " of client " + other.id());
                }
            }
        }
    }

    public @Nullable AccountingClient of(InetAddress source) {
        long hi = IpAddresses.hi(source);
        long lo = IpAddresses.lo(source);
        AccountingClient best = null;
        int bestBits = -1;
        for (AccountingClient client : clients) {
            for (IpPrefix prefix : client.sources()) {
                if (prefix.bits() > bestBits && prefix.contains(hi, lo)) {
                    best = client;
                    bestBits = prefix.bits();
                }
            }
        }
        return best;
    }

    public @Nullable AccountingClient byId(String id) {
        for (AccountingClient client : clients) {
            if (client.id().equals(id)) {
                return client;
            }
        }
        return null;
    }

    public List<AccountingClient> all() {
        return clients;
    }
}
