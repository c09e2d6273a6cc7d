package io.cellgate.dataplane.peer;

import io.cellgate.dataplane.firewall.FirewallProfile;
import io.cellgate.policy.subject.Imsi;
import io.cellgate.policy.subject.Plmn;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A carrier that peers with us.
 *
 * @param index        its place in the current {@link PeerTable}, by which the user plane knows it
 * @param homePlmns    networks whose SIMs it may bring; empty: any
 * @param servingPlmns networks in which its devices may be; empty: any
 * @param firewall     how strictly its messages are checked
 */
public record Carrier(int index, String id, String name, Set<Plmn> homePlmns,
        Set<Plmn> servingPlmns, FirewallProfile firewall) {
    public Carrier {
        homePlmns = Set.copyOf(homePlmns);
        servingPlmns = Set.copyOf(servingPlmns);
    }

    /** A carrier that is checked as usual. */
    public Carrier(int index, String id, String name, Set<Plmn> homePlmns,
            Set<Plmn> servingPlmns) {
        this(index, id, name, homePlmns, servingPlmns, FirewallProfile.defaults());
    }

    /** The same carrier, checked so. */
    public Carrier with(FirewallProfile changed) {
        return new Carrier(index, id, name, homePlmns, servingPlmns, changed);
    }

    public boolean mayBring(Imsi imsi) {
        return homePlmns.isEmpty() || homePlmns.stream().anyMatch(plmn -> plmn.isHomeOf(imsi));
    }

    public boolean mayServeIn(@Nullable Plmn serving) {
        return servingPlmns.isEmpty() || (serving != null && servingPlmns.contains(serving));
    }
}
