package io.cellgate.inventory.subscriber;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cellgate.inventory.sim.SimState;
import io.cellgate.inventory.store.Event;
import io.cellgate.policy.subject.Imsi;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Active SIMs as they were read of late, of which none is ever given out that a change acknowledged before has made
 * untrue.
 *
 * <p>What a record holds comes from three rows: the SIM's, its fleet's and its account's. Each committed change names
 * the row that it is of, and is heard of here before the write that made it returns; it then counts up the version of
 * that row. A record is kept with the sum of its rows' versions and holds as long as that sum is the same:
 *
 * <pre>
 *   kept     sim 894900…, fleet flt_1, account acc_1; versions 3 + 0 + 7 = 10
 *   fleet.changed flt_1: its version becomes 1
 *   asked    3 + 1 + 7 = 11, not 10: read anew
 * </pre>
 *
 * Versions are counters that a hash of the id selects: two rows that share one cost a reading too many now and then.
 *
 * <p>A reading may be overtaken by a change: the row is read, the change is committed and heard of, then the record
 * would be kept with the new version. So the changes heard of are counted as well, before they count up a version, and
 * a record is kept only if none came since before it was read.
 *
 * <p>Only active SIMs are kept. Others are refused anyway, and change by orders and imports, whose events do not name
 * each of their SIMs. What has no row is not kept, or whoever names IMSIs at random could fill the memory.
 */
final class SubscriberCache {
    private static final int MOST = 1 << 20;
    private static final int VERSIONS = 1 << 16;
    /** Changes of what no record holds anything of. */
    private static final Set<String> UNRELATED = Set.of("webhook", "operation", "policy", "guard",
            "list", "user", "role", "token", "identity_provider", "product", "order", "pool", "apn",
            "firewall", "carrier", "accounting_client", "batch", "peer");

    private final Cache<Imsi, Known> known = Caffeine.newBuilder().maximumSize(MOST).build();
    private final AtomicLong heard = new AtomicLong();
    private final AtomicLongArray versions = new AtomicLongArray(VERSIONS);
    /** Counts up with what concerns all. */
    private final AtomicLong ofAll = new AtomicLong();

    /** @param versions the sum of its rows' */
    private record Known(SubscriberRecord sim, long versions) {}

    /** A change was committed. */
    void heard(Event event) {
        long _ = heard.incrementAndGet();
        switch (event.kind().substring(0, Math.max(0, event.kind().indexOf('.')))) {
            case "sim", "fleet", "account" -> {
                long _ = versions.incrementAndGet(place(event.subject()));
            }
            case String other when UNRELATED.contains(other) -> {
                // holds no fact of a SIM
            }
            default -> {
                long _ = ofAll.incrementAndGet();
            }
        }
    }

    private static int place(String id) {
        int hash = id.hashCode();
        return (hash ^ hash >>> 16) & VERSIONS - 1;
    }

    private long versionsOf(SubscriberRecord sim) {
        return ofAll.get() + versionOf(sim.iccid().digits()) + versionOf(sim.fleet())
                + versionOf(sim.account());
    }

    private long versionOf(@Nullable String id) {
        return id == null ? 0 : versions.get(place(id));
    }

    /** A SIM as it is committed now, or null where that would have to be read. */
    @Nullable
    SubscriberRecord find(Imsi imsi) {
        Known found = known.getIfPresent(imsi);
        return found == null || found.versions() != versionsOf(found.sim()) ? null : found.sim();
    }

    /** Reads a SIM, and keeps it if it is still true then. */
    @Nullable
    SubscriberRecord read(Imsi imsi, Function<Imsi, @Nullable SubscriberRecord> reader) {
        long before = heard.get();
        SubscriberRecord sim = reader.apply(imsi);
        if (sim == null || sim.state() != SimState.ACTIVE) {
            known.invalidate(imsi);
            return sim;
        }
        Known read = new Known(sim, versionsOf(sim));
        if (heard.get() == before) {
            known.put(sim.imsi(), read);
        }
        return sim;
    }
}
