package io.cellgate.dataplane.radius;

import io.cellgate.dataplane.session.Rat;
import io.cellgate.dataplane.session.UserLocation;
import io.cellgate.policy.subject.Imei;
import io.cellgate.policy.subject.Imsi;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose some addresses are, as a carrier's gateway has said it: all that is known of such a session.
 *
 * @param client   the {@link AccountingClient} that said so
 * @param nas      which gateway of the carrier's
 * @param bearers  the gateway's identities of its bearers; it is over with the last of them
 * @param nsapi    of the bearer that it began with, or null
 * @param apn      empty where the gateway does not say
 * @param since    when it began, as far as we know
 * @param heard    when something was said of it last
 * @param occurred when what was said last happened
 */
public record Binding(String client, String nas, Set<String> bearers, @Nullable String nsapi,
        Imsi imsi, @Nullable Imei imei, @Nullable String msisdn, String apn, @Nullable Rat rat,
        UserLocation location, @Nullable ZoneOffset timeZone, @Nullable Inet4Address ipv4,
        List<Inet6Address> ipv6Prefixes, Instant since, Instant heard, Instant occurred) {
    /** The most bearers of one session: TS 24.301 §9.3.2 has identities for eleven. */
    public static final int MAX_BEARERS = 11;

    public Binding {
        bearers = Set.copyOf(bearers);
        ipv6Prefixes = List.copyOf(ipv6Prefixes);
        if (ipv4 == null && ipv6Prefixes.isEmpty()) {
            throw new IllegalArgumentException("a binding of no address");
        }
    }

    /** The same with what is said of it now. */
    public Binding with(AccountingRequest news, Instant now, Instant when) {
        UserLocation place = news.location();
        return new Binding(client, nas, bearers, nsapi, imsi,
                news.imei() == null ? imei : news.imei(),
                news.msisdn() == null ? msisdn : news.msisdn(),
                news.apn() == null ? apn : news.apn(), news.rat() == null ? rat : news.rat(),
                place == null ? location : place.after(location),
                news.timeZone() == null ? timeZone : news.timeZone(), ipv4, ipv6Prefixes, since,
                now, when);
    }

    /** The same with other addresses. */
    public Binding at(@Nullable Inet4Address v4, List<Inet6Address> prefixes) {
        return new Binding(client, nas, bearers, nsapi, imsi, imei, msisdn, apn, rat, location,
                timeZone, v4, prefixes, since, heard, occurred);
    }

    /** The same with other bearers. */
    public Binding with(Set<String> other) {
        return new Binding(client, nas, other, nsapi, imsi, imei, msisdn, apn, rat, location,
                timeZone, ipv4, ipv6Prefixes, since, heard, occurred);
    }

    /** All of its addresses, of its /64s the first ones. */
    public List<InetAddress> addresses() {
        List<InetAddress> all = new ArrayList<>(ipv6Prefixes);
        if (ipv4 != null) {
            all.addFirst(ipv4);
        }
        return all;
    }

    /** What names it among all that are bound: the first of its addresses. */
    public InetAddress key() {
        return ipv4 != null ? ipv4 : ipv6Prefixes.getFirst();
    }
}
