package io.cellgate.dataplane.signalling;

import io.cellgate.dataplane.radius.AccountingClient;
import io.cellgate.dataplane.radius.AccountingRequest;
import io.cellgate.dataplane.radius.Binding;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.dataplane.signalling.BoundSessions.BearerId;
import io.cellgate.policy.subject.Imsi;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An accounting message that was found to be a client's.
 *
 * @param now when it came
 */
record Told(AccountingClient client, InetAddress source, AccountingRequest request,
        Instant now) {
    /** Which of the carrier's gateways says so: where that is not told, the one that it comes from. */
    String nas() {
        String named = request.nas();
        return named == null ? source.getHostAddress() : named;
    }

    @Nullable
    Imsi imsi() {
        return request.imsi();
    }

    String message() {
        return request.kind().text();
    }

    BearerId bearer() {
        return new BearerId(client.id(), nas(), request.session());
    }

    /** When what is told happened: by the gateway's clock, which may not be ahead of ours. */
    Instant when() {
        Instant said = request.occurred();
        Instant when = said != null ? said : now.minusSeconds(request.delaySeconds());
        return when.isAfter(now) ? now : when;
    }

    /** Whether it speaks of an address that the binding does not have. */
    boolean movesFrom(Binding before) {
        return !before.addresses().containsAll(prefixes(before))
                || !Objects.equals(before.ipv4(), ipv4(before));
    }

    private @Nullable Inet4Address ipv4(@Nullable Binding before) {
        Inet4Address said = request.ipv4();
        return said == null && before != null ? before.ipv4() : said;
    }

    /** What it says nothing of is as it was before. */
    private List<Inet6Address> prefixes(@Nullable Binding before) {
        List<Inet6Address> prefixes = new ArrayList<>(request.delegated());
        if (request.ipv6Prefix() != null) {
            prefixes.addFirst(request.ipv6Prefix());
        }
        return prefixes.isEmpty() && before != null ? before.ipv6Prefixes() : prefixes;
    }

    /** What is bound from now on; what it does not say is as it was before. */
    Binding binding(@Nullable Binding before) {
        Binding began = before == null
                ? new Binding(client.id(), nas(), Set.of(request.session()), request.nsapi(),
                        Objects.requireNonNull(imsi()), null, null, "", null,
                        UserLocation.UNKNOWN, null, ipv4(null), prefixes(null), when(), now,
                        when())
                : before.at(ipv4(before), prefixes(before));
        return began.with(request, now, when());
    }
}
