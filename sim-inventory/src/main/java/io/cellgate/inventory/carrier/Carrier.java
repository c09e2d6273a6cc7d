package io.cellgate.inventory.carrier;

import io.cellgate.policy.subject.Plmn;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A carrier that may peer with the gateway.
 *
 * @param homePlmns    networks whose SIMs it may bring; empty: any
 * @param servingPlmns networks in which its devices may be; empty: any
 * @param peers        addresses from which it peers, as text without name or port
 */
public record Carrier(String id, String name, Set<Plmn> homePlmns, Set<Plmn> servingPlmns,
        List<String> peers, Instant createdAt, long revision) {
    public Carrier {
        homePlmns = Set.copyOf(homePlmns);
        servingPlmns = Set.copyOf(servingPlmns);
        peers = List.copyOf(peers);
    }
}
