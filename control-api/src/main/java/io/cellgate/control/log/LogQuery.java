package io.cellgate.control.log;

import io.cellgate.dataplane.packet.IpPrefix;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of a log are wanted, and in which order. Each part may be null: any.
 *
 * @param account   whose lines; null: those of all accounts
 * @param fleet     of SIMs that were in this fleet then
 * @param remote    the remote address is in it
 * @param name      one of the names is it or below it
 * @param events    of one of these kinds; empty: any
 * @param since     not older
 * @param until     older
 */
public record LogQuery(@Nullable String account, @Nullable String sim, @Nullable String imsi,
        @Nullable String fleet, @Nullable String verdict, @Nullable String rule,
        @Nullable String policy, @Nullable IpPrefix remote, @Nullable String name,
        @Nullable Integer port, @Nullable Integer protocol, List<String> events,
        @Nullable Instant since, @Nullable Instant until, Order order) {

    /** Which lines come first. */
    public enum Order {
        NEWEST_FIRST, OLDEST_FIRST
    }

    public LogQuery {
        events = List.copyOf(events);
    }

    /** All lines of an account, the newest first. */
    public static LogQuery of(@Nullable String account) {
        return new LogQuery(account, null, null, null, null, null, null, null, null, null, null,
                List.of(), null, null, Order.NEWEST_FIRST);
    }

    /** The same without what is older. */
    LogQuery notBefore(Instant oldest) {
        return since != null && since.isAfter(oldest)
                ? this
                : new LogQuery(account, sim, imsi, fleet, verdict, rule, policy, remote, name,
                        port, protocol, events, oldest, until, order);
    }

    /** The same without what comes from then on. */
    public LogQuery before(Instant end) {
        return new LogQuery(account, sim, imsi, fleet, verdict, rule, policy, remote, name, port,
                protocol, events, since, end, order);
    }
}
