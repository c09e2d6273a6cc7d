package io.cellgate.dataplane.peer;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which carrier an address belongs to. One address belongs to one carrier. Immutable: a change makes a new table,
 * in which a carrier keeps its index (see {@link Carrier#index}).
 */
public final class PeerTable {
    public static final PeerTable EMPTY = new PeerTable(List.of());

    private final Map<InetAddress, Carrier> byAddress = new HashMap<>();
    private final List<Entry> entries;

    /** An address from which a carrier peers. */
    public record Entry(InetAddress address, Carrier carrier) {}

    public PeerTable(Collection<Entry> entries) {
        this.entries = List.copyOf(entries);
        for (Entry entry : this.entries) {
            Carrier other = byAddress.putIfAbsent(entry.address(), entry.carrier());
            if (other != null && other.index() != entry.carrier().index()) {
                throw new IllegalArgumentException(
                        "peer " + entry.address().getHostAddress() + " belongs to carrier "
                                + other.id() + ", cannot also belong to " + entry.carrier().id());
            }
        }
    }

    public @Nullable Carrier carrierOf(InetAddress address) {
        return byAddress.get(address);
    }

    public List<Entry> entries() {
        return entries;
    }
}
